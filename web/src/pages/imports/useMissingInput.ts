import { useTranslation } from "react-i18next"
import type { ImportKind } from "@/api/generated/schema"
import { type ImportColumn, type Mapping, REQUIRED, useColumnLabel } from "./importMap"

/** The reason why the file cannot be sent yet, as a sentence; null if it can. */
export function useMissingInput(
  kind: ImportKind,
  mapping: Mapping | null,
  file: boolean,
  joined: boolean,
): string | null {
  const { t } = useTranslation("imports")
  const labelOf = useColumnLabel()
  if (!file || !mapping) return t("missing.file")
  const open = (fields: ImportColumn[], columns: Mapping["columns"]) =>
    fields.filter((field) => !columns[field])
  const fields = [
    ...open(REQUIRED[kind], mapping.columns),
    ...(kind === "orders" ? open(REQUIRED.lines, mapping.lines) : []),
  ]
  if (fields.length > 0) return t("missing.columns", { columns: fields.map(labelOf).join(", ") })
  if (kind === "orders" && joined && !mapping.options.join) return t("missing.join")
  if (kind === "orders" && !mapping.columns.currency && !mapping.options.currency)
    return t("missing.columns", { columns: labelOf("currency") })
  return null
}
