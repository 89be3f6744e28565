import { Anchor, Badge, Table } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { useTranslation } from "react-i18next"
import { Link } from "react-router"
import { read } from "@/api/read"
import { ago } from "@/lib/format"
import { Loaded } from "@/lib/Loaded"
import { paths } from "@/paths"
import { Page } from "@/ui/Page"

export function Component() {
  const { t } = useTranslation("admin")
  const common = useTranslation().t
  const templates = useQuery(read("/api/v1/mail-templates", {}))
  return (
    <Page title={t("templates.title")} hint={t("templates.hint")}>
      <Loaded query={templates}>
        {({ items }) => (
          <Table.ScrollContainer minWidth={320}>
            <Table aria-label={t("templates.title")} highlightOnHover>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t("templates.kind")}</Table.Th>
                  <Table.Th>{common("fields.language")}</Table.Th>
                  <Table.Th>{t("templates.version")}</Table.Th>
                  <Table.Th visibleFrom="sm">{common("fields.updated")}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {items.map((template) => (
                  <Table.Tr key={template.kind + template.language}>
                    <Table.Td>
                      <Anchor
                        component={Link}
                        to={paths.template(template.kind, template.language)}
                        size="sm"
                        fw={500}
                      >
                        {t(`templates.kinds.${template.kind}`)}
                      </Anchor>
                    </Table.Td>
                    <Table.Td>{t(`templates.languages.${template.language}`)}</Table.Td>
                    <Table.Td>
                      <Badge
                        variant="light"
                        color={template.customised ? "counter" : "gray"}
                        tt="none"
                        radius="sm"
                      >
                        {t(template.customised ? "templates.own" : "templates.built_in")}
                      </Badge>
                    </Table.Td>
                    <Table.Td visibleFrom="sm">
                      {template.updated_at ? ago(template.updated_at) : "–"}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Loaded>
    </Page>
  )
}
