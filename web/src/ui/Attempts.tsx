import { Badge, Table, Text } from "@mantine/core"
import { useTranslation } from "react-i18next"
import type { Attempt } from "@/api/generated/schema"
import { count, moment } from "@/lib/format"

/** The table of all attempts at a message, a mail or a webhook: when, the answer, how long it took. */
export function Attempts({ attempts }: { attempts: Attempt[] }) {
  const { t } = useTranslation()
  if (attempts.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {t("attempts.none")}
      </Text>
    )
  return (
    <Table.ScrollContainer minWidth={360}>
      <Table verticalSpacing={6} aria-label={t("attempts.title")}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={170}>{t("attempts.at")}</Table.Th>
            <Table.Th w={90}>{t("attempts.answer")}</Table.Th>
            <Table.Th w={90} ta="right">
              {t("attempts.duration")}
            </Table.Th>
            <Table.Th>{t("attempts.error")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {attempts.map((attempt) => (
            <Table.Tr key={attempt.at}>
              <Table.Td>{moment(attempt.at)}</Table.Td>
              <Table.Td>
                {attempt.status ? (
                  <Badge variant="light" color={attempt.error ? "red" : "green"} radius="sm">
                    {attempt.status}
                  </Badge>
                ) : attempt.error ? (
                  "–"
                ) : (
                  t("attempts.well")
                )}
              </Table.Td>
              <Table.Td ta="right">
                {attempt.duration_ms == null ? "–" : t("attempts.ms", { ms: count(attempt.duration_ms) })}
              </Table.Td>
              <Table.Td style={{ overflowWrap: "anywhere" }}>{attempt.error ?? "–"}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}
