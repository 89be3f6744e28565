import { Badge, Code, Paper, ScrollArea, Stack, Table, Text, TextInput } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { type Field, fieldsOf, type Schema } from "./eventFields"

// One file for each type, and only what somebody asks for. The server's own code writes them (docs/events).
const SCHEMAS = import.meta.glob<Schema>("../../../../docs/events/*.json", { import: "default" })
const TYPES = Object.keys(SCHEMAS).map(typeOf)

function typeOf(path: string): string {
  return path.split("/").at(-1)?.replace(".json", "") ?? path
}

/** The fields of a message's type, and which of them this message lacks. */
export default function EventSchemas({ message }: { message: unknown }) {
  const { t } = useTranslation("deadLetters")
  const [wanted, setWanted] = useState("")
  const type = String((message as { type?: unknown } | null)?.type ?? "")
  const schema = useQuery({
    queryKey: ["event-schema", type],
    queryFn: () => Object.entries(SCHEMAS).find(([path]) => typeOf(path) === type)?.[1]() ?? null,
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (schema.isPending) return null
  if (!schema.data)
    return (
      <Paper withBorder p="md">
        <Text size="sm">
          {t("schema.unknown", { type: type || "–" })} {TYPES.join(", ")}
        </Text>
      </Paper>
    )
  const fields = fieldsOf(schema.data, message)
  const missing = fields.filter((field) => field.missing)
  const shown = fields.filter(({ path, description }) =>
    `${path} ${description}`.toLowerCase().includes(wanted.trim().toLowerCase()),
  )
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        {missing.length > 0 ? (
          <Text size="sm" role="status">
            {t("schema.missing")} {missing.map(({ path }) => path).join(", ")}
          </Text>
        ) : null}
        <TextInput
          aria-label={t("schema.find")}
          placeholder={t("schema.find")}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
          maw={280}
        />
        <ScrollArea.Autosize
          mah={320}
          viewportProps={{ tabIndex: 0, "aria-label": t("schema.title", { type }) }}
        >
          <Table verticalSpacing={4} aria-label={t("schema.title", { type })}>
            <Table.Tbody>
              {shown.map((field) => (
                <Row key={field.path} field={field} />
              ))}
            </Table.Tbody>
          </Table>
        </ScrollArea.Autosize>
      </Stack>
    </Paper>
  )
}

function Row({ field }: { field: Field }) {
  const { t } = useTranslation("deadLetters")
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={400} style={{ verticalAlign: "top" }}>
        <Code style={{ overflowWrap: "anywhere" }}>{field.path}</Code>{" "}
        {field.required ? (
          <Badge size="xs" variant="light" tt="none" color={field.missing ? "red" : "gray"}>
            {t(field.missing ? "schema.lacks" : "schema.required")}
          </Badge>
        ) : null}
      </Table.Th>
      <Table.Td>
        <Text size="xs">{field.type}</Text>
        {field.description ? (
          <Text size="xs" c="dimmed">
            {field.description}
          </Text>
        ) : null}
        {field.example ? (
          <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
            {t("schema.example", { example: field.example })}
          </Text>
        ) : null}
      </Table.Td>
    </Table.Tr>
  )
}
