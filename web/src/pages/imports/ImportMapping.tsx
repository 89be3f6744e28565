import { Select, SimpleGrid, Stack, Table, Text, TextInput } from "@mantine/core"
import { useTranslation } from "react-i18next"
import type { ImportKind } from "@/api/generated/schema"
import type { CsvPreview } from "./csv"
import {
  CONTACT_COLUMNS,
  type Columns,
  type ImportColumn,
  LINE_COLUMNS,
  type Mapping,
  type Options,
  ORDER_COLUMNS,
  REQUIRED,
  useColumnLabel,
} from "./importMap"

type Props = {
  kind: ImportKind
  head: CsvPreview
  /** The preview of the second file, if there is one. */
  lines: CsvPreview | null
  mapping: Mapping
  onChange: (mapping: Mapping) => void
}

/** The tables that map columns of a file to fields, with the first rows of each column beside it. */
export function ImportMapping({ kind, head, lines, mapping, onChange }: Props) {
  const { t } = useTranslation("imports")
  const set = (options: Partial<Options>) =>
    onChange({ ...mapping, options: { ...mapping.options, ...options } })
  const choice = <K extends keyof Options>(name: K, values: readonly (Options[K] & string)[]) => (
    <Select
      label={t(`options.${name}` as "options.kind")}
      allowDeselect={false}
      value={mapping.options[name]}
      onChange={(value) => set({ [name]: value })}
      data={values.map((value) => ({
        value,
        label: t(`values.${name}.${value === "." ? "point" : value === "," ? "comma" : value}` as "title"),
      }))}
    />
  )
  const text = (name: "date_format" | "currency" | "vat_rate") => (
    <TextInput
      label={t(`options.${name}`)}
      description={t(`options.${name}_hint`)}
      value={mapping.options[name]}
      onChange={(event) => set({ [name]: event.currentTarget.value.trim() })}
    />
  )
  return (
    <Stack>
      <ColumnsTable
        label={t(`kinds.${kind}`)}
        fields={kind === "contacts" ? CONTACT_COLUMNS : ORDER_COLUMNS}
        required={REQUIRED[kind]}
        head={head}
        columns={mapping.columns}
        onChange={(columns) => onChange({ ...mapping, columns })}
      />
      {kind === "orders" ? (
        <>
          {lines ? (
            <Select
              label={t("options.join")}
              description={t("options.join_hint")}
              maw={360}
              data={names(lines)}
              value={mapping.options.join}
              onChange={(join) => set({ join })}
            />
          ) : null}
          <ColumnsTable
            label={t("lines")}
            fields={LINE_COLUMNS}
            required={REQUIRED.lines}
            head={lines ?? head}
            columns={mapping.lines}
            onChange={(lines) => onChange({ ...mapping, lines })}
          />
          <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
            {choice("place_as", ["draft", "confirmed", "fulfilled"])}
            {choice("decimal", [".", ","])}
            {choice("discount_as", ["marked", "percent", "fraction", "amount"])}
            {text("currency")}
            {text("vat_rate")}
            {text("date_format")}
          </SimpleGrid>
        </>
      ) : (
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          {choice("kind", ["organisation", "person"])}
          {choice("language", ["fr", "en"])}
        </SimpleGrid>
      )}
    </Stack>
  )
}

function names(head: CsvPreview): string[] {
  return [...new Set(head.headers)].filter(Boolean)
}

type TableProps = {
  label: string
  fields: readonly ImportColumn[]
  required: ImportColumn[]
  head: CsvPreview
  columns: Columns
  onChange: (columns: Columns) => void
}

function ColumnsTable({ label, fields, required, head, columns, onChange }: TableProps) {
  const { t } = useTranslation("imports")
  const labelOf = useColumnLabel()
  const sample = (column: string | null | undefined) => {
    const at = column ? head.headers.indexOf(column) : -1
    return at < 0
      ? ""
      : head.rows
          .map((row) => row[at]?.trim())
          .filter(Boolean)
          .slice(0, 3)
          .join(" · ")
  }
  return (
    <Table.ScrollContainer minWidth={520}>
      <Table aria-label={label} verticalSpacing={4} layout="fixed">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w="26%">{t("field")}</Table.Th>
            <Table.Th w="30%">{t("column")}</Table.Th>
            <Table.Th>{t("preview")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {fields.map((field) => (
            <Table.Tr key={field}>
              <Table.Th scope="row" fw={500}>
                {labelOf(field)}
                {required.includes(field) ? (
                  <Text span c="red" inherit aria-label={t("required")}>
                    {" "}
                    *
                  </Text>
                ) : null}
              </Table.Th>
              <Table.Td>
                <Select
                  size="xs"
                  aria-label={t("column_of", { field: labelOf(field), table: label })}
                  placeholder={t("no_column")}
                  clearable
                  searchable
                  data={names(head)}
                  value={columns[field] ?? null}
                  onChange={(column) => onChange({ ...columns, [field]: column })}
                />
              </Table.Td>
              <Table.Td>
                <Text size="sm" c="dimmed" truncate title={sample(columns[field])}>
                  {sample(columns[field])}
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}
