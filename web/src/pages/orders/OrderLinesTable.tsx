import { Box, Group, Table, Text } from "@mantine/core"
import { useTranslation } from "react-i18next"
import type { Order, OrderLine } from "@/api/generated/schema"
import { decimal, money, percent } from "@/lib/format"
import classes from "./OrderLinesTable.module.css"
import { TotalsBox } from "./TotalsBox"

const FIGURES = ["quantity", "price", "discount", "rate", "net"] as const

/** The table of an order's lines, with its totals. */
export function OrderLinesTable({ order }: { order: Order }) {
  const { t } = useTranslation("orders")
  return (
    <>
      {/* The roles stand here because a table that is drawn as something else, on a telephone, loses them. */}
      <Table verticalSpacing={6} aria-label={t("fields.lines")} role="table" className={classes.table ?? ""}>
        <Table.Thead role="rowgroup">
          <Table.Tr role="row">
            <Table.Th role="columnheader">{t("lines.what_head")}</Table.Th>
            {FIGURES.map((figure) => (
              <Table.Th key={figure} role="columnheader" ta="right" className="number">
                {t(`lines.${figure}`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody role="rowgroup">
          {order.lines.map((line, at) => {
            const figures = figuresOf(line, order.currency)
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name
              <Table.Tr key={at} role="row">
                <Table.Td role="cell">
                  {line.description}
                  {line.sku ? (
                    <Text span size="xs" c="dimmed" ml={6} style={{ whiteSpace: "nowrap" }}>
                      {line.sku}
                    </Text>
                  ) : null}
                </Table.Td>
                {FIGURES.map((figure) => (
                  <Table.Td key={figure} role="cell" className="number" data-label={t(`lines.${figure}`)}>
                    {figures[figure]}
                  </Table.Td>
                ))}
              </Table.Tr>
            )
          })}
        </Table.Tbody>
      </Table>
      <Group justify="flex-end" mt="sm">
        <Box w={{ base: "100%", xs: 320 }}>
          <TotalsBox totals={order} currency={order.currency} />
        </Box>
      </Group>
    </>
  )
}

function figuresOf(line: OrderLine, currency: string): Record<(typeof FIGURES)[number], string> {
  return {
    quantity: decimal(line.quantity),
    price: money(line.unit_price, currency),
    discount: discountOf(line, currency),
    rate: percent(line.vat_rate),
    net: money(line.net, currency),
  }
}

export function discountOf(line: OrderLine, currency: string): string {
  if (!line.discount) return ""
  return "amount" in line.discount ? money(line.discount.amount, currency) : percent(line.discount.percent)
}
