import { Box, Group, Table, Text } from "@mantine/core"
import { useTranslation } from "react-i18next"
import type { Order, OrderLine } from "@/api/schema"
import { decimal, money, percent } from "@/lib/format"
import { TotalsBox } from "./TotalsBox"

/** What was ordered, as it is on paper. */
export function OrderLinesTable({ order }: { order: Order }) {
  const { t } = useTranslation("orders")
  return (
    <>
      <Table.ScrollContainer minWidth={480} type="native">
        <Table verticalSpacing={6} aria-label={t("fields.lines")}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("lines.what_head")}</Table.Th>
              <Table.Th ta="right" className="number">
                {t("lines.quantity")}
              </Table.Th>
              <Table.Th ta="right" className="number">
                {t("lines.price")}
              </Table.Th>
              <Table.Th ta="right" className="number">
                {t("lines.discount")}
              </Table.Th>
              <Table.Th ta="right" className="number">
                {t("lines.rate")}
              </Table.Th>
              <Table.Th ta="right" className="number">
                {t("lines.net")}
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {order.lines.map((line, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name
              <Table.Tr key={at}>
                <Table.Td>
                  {line.description}
                  {line.sku ? (
                    <Text span size="xs" c="dimmed" ml={6} style={{ whiteSpace: "nowrap" }}>
                      {line.sku}
                    </Text>
                  ) : null}
                </Table.Td>
                <Table.Td className="number">{decimal(line.quantity)}</Table.Td>
                <Table.Td className="number">{money(line.unit_price, order.currency)}</Table.Td>
                <Table.Td className="number">{discountOf(line, order.currency)}</Table.Td>
                <Table.Td className="number">{percent(line.vat_rate)}</Table.Td>
                <Table.Td className="number">{money(line.net, order.currency)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Group justify="flex-end" mt="sm">
        <Box w={{ base: "100%", xs: 320 }}>
          <TotalsBox totals={order} currency={order.currency} />
        </Box>
      </Group>
    </>
  )
}

export function discountOf(line: OrderLine, currency: string): string {
  if (!line.discount) return ""
  return "amount" in line.discount ? money(line.discount.amount, currency) : percent(line.discount.percent)
}
