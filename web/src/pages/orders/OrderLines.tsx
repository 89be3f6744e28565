import {
  ActionIcon,
  Alert,
  Button,
  Group,
  NativeSelect,
  Stack,
  Text,
  TextInput,
  Tooltip,
} from "@mantine/core"
import type { UseFormReturnType } from "@mantine/form"
import { useMediaQuery } from "@mantine/hooks"
import { IconX } from "@tabler/icons-react"
import { type KeyboardEvent, useRef, useState } from "react"
import { flushSync } from "react-dom"
import { useTranslation } from "react-i18next"
import type { Product, Settings } from "@/api/generated/schema"
import { money, moneyText, percent } from "@/lib/format"
import classes from "./OrderLines.module.css"
import type { LineValues, OrderValues } from "./orderFields"
import { isBlank, netOf, withBlankLine } from "./orderForm"
import { ProductField } from "./ProductField"

type Props = { form: UseFormReturnType<OrderValues>; settings: Settings }

/** The editable lines of an order, made for the keyboard: Enter goes on, Alt and an arrow move a line, Alt and Delete remove it. */
export function OrderLines({ form, settings }: Props) {
  const { t } = useTranslation("orders")
  const box = useRef<HTMLDivElement>(null)
  // Without the head of the columns, the fields say themselves what they are.
  const phone = useMediaQuery("(max-width: 62em)")
  const [removed, setRemoved] = useState<{ line: LineValues; at: number } | null>(null)
  const { lines, currency } = form.getValues()
  const blankRate = settings.default_vat_rate ?? settings.vat_rates[0]?.rate ?? "0"

  // Drawn at once, so that the focus goes on before the next key comes: a line that is moved loses it.
  const put = (next: LineValues[]) =>
    flushSync(() => form.setFieldValue("lines", withBlankLine(next, blankRate)))
  const change = (at: number, changed: Partial<LineValues>) => {
    for (const name of Object.keys(changed)) form.clearFieldError(`lines.${at}.${name}`)
    put(form.getValues().lines.map((line, here) => (here === at ? { ...line, ...changed } : line)))
  }
  const focus = (at: number, name: string) =>
    box.current?.querySelector<HTMLElement>(`[data-line="${at}"] [data-name="${name}"] input`)?.focus()
  const move = (at: number, by: number, name: string) => {
    const to = at + by
    const filled = lines.filter((line, here) => !isBlank(line) || here < lines.length - 1).length
    if (to < 0 || to >= filled || at >= filled) return
    const next = [...lines]
    const [line] = next.splice(at, 1)
    if (line) next.splice(to, 0, line)
    form.clearErrors()
    put(next)
    focus(to, name)
  }
  const remove = (at: number) => {
    const line = lines[at]
    if (!line || isBlank(line)) return
    setRemoved({ line, at })
    form.clearErrors()
    put(lines.filter((_, here) => here !== at))
    focus(Math.max(0, Math.min(at, lines.length - 2)), "description")
  }
  const undo = () => {
    if (!removed) return
    put(lines.toSpliced(removed.at, 0, removed.line))
    focus(removed.at, "description")
    setRemoved(null)
  }
  const keys = (event: KeyboardEvent<HTMLDivElement>, at: number) => {
    if (!event.altKey) return
    const name =
      (event.target as HTMLElement).closest<HTMLElement>("[data-name]")?.dataset.name ?? "description"
    if (event.key === "ArrowUp" || event.key === "ArrowDown") move(at, event.key === "ArrowUp" ? -1 : 1, name)
    else if (event.key === "Delete" || event.key === "Backspace") remove(at)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const choose = (at: number, product: Product) => {
    const line = lines[at]
    change(at, {
      sku: product.sku,
      description: product.name,
      rate: product.vat_rate,
      quantity: line?.quantity || "1",
      price: product.currency === currency ? moneyText(product.price, currency) : "",
    })
    focus(at, "quantity")
  }
  const rates = [
    ...new Set([...settings.vat_rates.map(({ rate }) => rate), ...lines.map(({ rate }) => rate)]),
  ]
  return (
    <Stack gap={8} ref={box}>
      <div className={classes.head} aria-hidden>
        <span>{t("lines.what_head")}</span>
        <span className={classes.right}>{t("lines.quantity")}</span>
        <span className={classes.right}>{t("lines.price")}</span>
        <span className={classes.right}>{t("lines.discount")}</span>
        <span className={classes.rate}>{t("lines.rate")}</span>
        <span className={classes.right}>{t("lines.net")}</span>
        <span />
      </div>
      {lines.map((line, at) => {
        const net = netOf(line, currency)
        const label = (word: "quantity" | "price" | "discount" | "rate") =>
          t("lines.label", { what: t(`lines.${word}`), line: at + 1 })
        const field = (name: "quantity" | "price" | "discount", placeholder: string) => (
          <TextInput
            className={classes.number}
            data-name={name}
            data-entry
            aria-label={label(name)}
            placeholder={phone ? t(`lines.${name}`) : isBlank(line) ? "" : placeholder}
            inputMode="decimal"
            autoComplete="off"
            value={line[name]}
            error={form.errors[`lines.${at}.${name}`]}
            onFocus={(event) => event.currentTarget.select()}
            onChange={(event) => change(at, { [name]: event.currentTarget.value })}
            wrapperProps={{ "data-name": name }}
          />
        )
        return (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be a grid everywhere
          <div
            key={line.key}
            className={classes.line}
            data-line={at}
            role="group"
            aria-label={t("lines.line", { line: at + 1 })}
            onKeyDown={(event) => keys(event, at)}
          >
            <div data-name="description">
              <ProductField
                label={t("lines.label", { what: t("lines.what_head"), line: at + 1 })}
                sku={line.sku}
                value={line.description}
                error={form.errors[`lines.${at}.description`]}
                onChange={(description) => change(at, { description, ...(description ? {} : { sku: "" }) })}
                onChoose={(product) => choose(at, product)}
              />
            </div>
            {field("quantity", "1")}
            {field("price", "0")}
            {field("discount", "–")}
            <NativeSelect
              aria-label={label("rate")}
              data-entry
              value={line.rate}
              error={form.errors[`lines.${at}.rate`]}
              onChange={(event) => change(at, { rate: event.currentTarget.value })}
              data={rates.map((rate) => ({ value: rate, label: percent(rate) }))}
            />
            <div className={`number ${classes.net}`} data-testid="net">
              {net === null ? "" : money(net, currency)}
            </div>
            {isBlank(line) ? (
              <span />
            ) : (
              <Tooltip label={t("lines.remove")}>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  mt={4}
                  tabIndex={-1}
                  aria-label={t("lines.remove_line", { line: at + 1 })}
                  onClick={() => remove(at)}
                >
                  <IconX size={16} />
                </ActionIcon>
              </Tooltip>
            )}
          </div>
        )
      })}
      {removed ? (
        <Alert color="gray" py={6} role="status">
          <Group gap="sm">
            <Text size="sm">{t("lines.removed")}</Text>
            <Button size="compact-sm" variant="default" onClick={undo}>
              {t("lines.undo")}
            </Button>
          </Group>
        </Alert>
      ) : null}
    </Stack>
  )
}
