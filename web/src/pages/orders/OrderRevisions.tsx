import { Anchor, Modal, Stack, Table, Text, Title } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import type { Order } from "@/api/generated/schema"
import { read } from "@/api/read"
import { useContactNames } from "@/api/useContactNames"
import { useErrorText } from "@/lib/errors"
import { decimal, moment, money, percent } from "@/lib/format"
import { useWord } from "@/lib/useWord"
import { Failed, LoadingRows } from "@/ui/States"
import { discountOf } from "./OrderLinesTable"
import { PLAIN_FIELDS, plainText } from "./orderFields"

/** The revision number of an order; a click shows what has changed from each revision to the next. */
export function OrderRevisions({ order }: { order: Order }) {
  const { t } = useTranslation("orders")
  const [open, setOpen] = useState(false)
  if (order.revision === 1) return t("revisions.first")
  return (
    <>
      <Anchor component="button" type="button" size="sm" onClick={() => setOpen(true)}>
        {t("revisions.open", { revision: order.revision })}
      </Anchor>
      {open ? <Revisions order={order} onClose={() => setOpen(false)} /> : null}
    </>
  )
}

function Revisions({ order, onClose }: { order: Order; onClose: () => void }) {
  const { t } = useTranslation("orders")
  const common = useTranslation().t
  const word = useWord()
  const list = useQuery(
    read("/api/v1/orders/{id}/revisions", { path: { id: order.id }, query: { limit: 200 } }),
  )
  const failed = useErrorText(list.error)
  const revisions = [...(list.data?.items ?? [])].sort((a, b) => b.revision - a.revision)
  const name = useContactNames(revisions.map(({ order }) => order.contact_id))
  const facts = (order: Order): [string, string][] => [
    [t("fields.contact"), name(order.contact_id) ?? order.contact_id],
    ...PLAIN_FIELDS.filter(([, field]) => field.revised).map(([field, { kind, label }]): [string, string] => [
      word(label),
      plainText(kind, order[field]),
    ]),
    ...Array.from({ length: 200 }, (_, at): [string, string] => {
      const line = order.lines[at]
      if (!line) return [t("lines.line", { line: at + 1 }), ""]
      const discount = discountOf(line, order.currency)
      const price = money(line.unit_price, order.currency)
      return [
        t("lines.line", { line: at + 1 }),
        `${decimal(line.quantity)} × ${line.description} · ${price}${discount ? ` − ${discount}` : ""} · ${percent(line.vat_rate)}`,
      ]
    }),
    [t("totals.total"), money(order.total, order.currency)],
  ]
  return (
    <Modal opened onClose={onClose} title={t("revisions.title", { number: order.number })} size="xl">
      {list.error ? <Failed {...failed} retry={() => void list.refetch()} /> : null}
      {list.isPending ? <LoadingRows rows={4} /> : null}
      <Stack>
        {revisions.slice(0, -1).map((revision, at) => {
          const before = revisions[at + 1]
          if (!before) return null
          const [now, then] = [facts(revision.order), facts(before.order)]
          const changed = now.flatMap(([label, value], at) =>
            value === then[at]?.[1] ? [] : [{ label, value, before: then[at]?.[1] ?? "" }],
          )
          return (
            <section key={revision.revision}>
              <Title order={3}>{t("revisions.step", { from: before.revision, to: revision.revision })}</Title>
              <Text size="xs" c="dimmed" mb={4}>
                {before.replaced_at ? moment(before.replaced_at) : ""}
              </Text>
              <Table.ScrollContainer minWidth={480}>
                <Table verticalSpacing={4}>
                  <Table.Thead>
                    <Table.Tr>
                      <Table.Th>{common("conflict.field")}</Table.Th>
                      <Table.Th>{t("revisions.before")}</Table.Th>
                      <Table.Th>{t("revisions.after")}</Table.Th>
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {changed.map((change) => (
                      <Table.Tr key={change.label}>
                        <Table.Th scope="row" fw={500}>
                          {change.label}
                        </Table.Th>
                        <Table.Td>{change.before ? <del>{change.before}</del> : "–"}</Table.Td>
                        <Table.Td>{change.value || "–"}</Table.Td>
                      </Table.Tr>
                    ))}
                  </Table.Tbody>
                </Table>
              </Table.ScrollContainer>
            </section>
          )
        })}
      </Stack>
    </Modal>
  )
}
