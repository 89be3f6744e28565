import { Anchor, Button, Group, Menu, Paper, Stack, Text, Title } from "@mantine/core"
import { IconFileText, IconPlus } from "@tabler/icons-react"
import { useMutation, useQuery } from "@tanstack/react-query"
import { useTranslation } from "react-i18next"
import { api, data, download } from "@/api/client"
import type { DocumentInput, Order } from "@/api/generated/schema"
import { queries } from "@/api/queries"
import { ago } from "@/lib/format"
import { useMay } from "@/lib/may"
import { useTellFailure, useWhy } from "@/lib/why"
import { ActionButton } from "@/ui/ActionButton"
import { Failed, LoadingRows } from "@/ui/States"

/** Papers of the order: made as it stands, and kept. */
export function OrderDocuments({ order }: { order: Order }) {
  const { t } = useTranslation("orders")
  const common = useTranslation().t
  const tell = useTellFailure()
  const clerk = useMay("clerk")
  const path = { id: order.id }
  const key = ["documents", order.id]
  const list = useQuery({
    queryKey: key,
    queryFn: ({ signal }) =>
      data(api.GET("/api/v1/orders/{id}/documents", { params: { path, query: { limit: 50 } }, signal })),
  })
  const failed = useWhy(list.error)
  const make = useMutation({
    mutationFn: (body: DocumentInput) =>
      data(api.POST("/api/v1/orders/{id}/documents", { params: { path }, body })),
    onSuccess: () => void queries.invalidateQueries({ queryKey: key }),
    onError: tell,
  })
  const whyNot = !clerk
    ? common("need_role", { role: common("roles.clerk") })
    : order.state === "draft"
      ? t("why.draft_documents")
      : null
  const kinds = (["order_confirmation", "delivery_note", "receipt"] as const).filter((kind) =>
    kind === "receipt" ? order.received > 0 : order.state !== "cancelled",
  )
  return (
    <Paper withBorder p="md">
      <Group justify="space-between" mb="xs">
        <Title order={2}>{t("documents.title")}</Title>
        {whyNot || kinds.length === 0 ? (
          <ActionButton
            size="xs"
            variant="default"
            leftSection={<IconPlus size={14} />}
            why={whyNot ?? t("why.cancelled")}
          >
            {t("documents.make")}
          </ActionButton>
        ) : (
          <Menu withinPortal position="bottom-end">
            <Menu.Target>
              <Button
                size="xs"
                variant="default"
                leftSection={<IconPlus size={14} />}
                loading={make.isPending}
              >
                {t("documents.make")}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {kinds.map((kind) => (
                <Menu.Item key={kind} onClick={() => make.mutate({ kind })}>
                  {t(`documents.kinds.${kind}`)}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        )}
      </Group>
      {list.error && !list.data ? <Failed {...failed} retry={() => void list.refetch()} /> : null}
      {list.isPending ? <LoadingRows rows={1} /> : null}
      {list.data?.items.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t("documents.none")}
        </Text>
      ) : null}
      <Stack gap={6}>
        {list.data?.items.map((document) => (
          <Group key={document.id} gap="sm" wrap="nowrap">
            <IconFileText size={18} stroke={1.5} aria-hidden />
            <Anchor
              component="button"
              type="button"
              size="sm"
              onClick={() =>
                void download(`/api/v1/documents/${document.id}/file`, document.file_name).catch(tell)
              }
            >
              {t(`documents.kinds.${document.kind}`)}
            </Anchor>
            <Text size="xs" c="dimmed" flex={1}>
              {t("documents.of", {
                revision: document.revision,
                language: common(`languages.${document.language}`),
              })}
            </Text>
            <Text size="xs" c="dimmed">
              {ago(document.created_at)}
            </Text>
          </Group>
        ))}
      </Stack>
    </Paper>
  )
}
