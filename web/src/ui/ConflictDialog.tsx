import { Button, Group, Modal, Radio, Stack, Table, Text } from "@mantine/core"
import { type ReactNode, useState } from "react"
import { useTranslation } from "react-i18next"

/** A field in both versions. `show` makes a value readable. */
export type ConflictField = {
  name: string
  label: string
  yours: unknown
  theirs: unknown
  /** Whether this person left it as it was: then the other's version is proposed. */
  untouched?: boolean
  show?: (value: never) => ReactNode
}

type Props = {
  /** What was edited, such as the order's number. */
  what: string
  fields: ConflictField[]
  onClose: () => void
  /** The names of the fields where the other's version stands. */
  onDecide: (theirs: Set<string>) => void
}

/** The dialog after two people have edited one record: both versions of each field that differs, and a choice for each. */
export function ConflictDialog({ what, fields, onClose, onDecide }: Props) {
  const { t } = useTranslation()
  const differ = fields.filter((field) => JSON.stringify(field.yours) !== JSON.stringify(field.theirs))
  const [theirs, setTheirs] = useState(
    () => new Set(differ.filter((field) => field.untouched).map((field) => field.name)),
  )
  const choose = (name: string, which: string) => {
    const next = new Set(theirs)
    if (which === "theirs") next.add(name)
    else next.delete(name)
    setTheirs(next)
  }
  const show = (field: ConflictField, value: unknown): ReactNode => {
    if (value === null || value === undefined || value === "") return "–"
    if (field.show) return field.show(value as never)
    return typeof value === "object" ? JSON.stringify(value) : String(value)
  }
  return (
    <Modal opened onClose={onClose} title={t("conflict.title")} size="xl">
      <Stack>
        <Text>{t("conflict.explain", { what })}</Text>
        <Table.ScrollContainer minWidth={480}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("conflict.field")}</Table.Th>
                <Table.Th>{t("conflict.yours")}</Table.Th>
                <Table.Th>{t("conflict.theirs")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {differ.map((field) => (
                <Table.Tr key={field.name}>
                  <Table.Th scope="row">{field.label}</Table.Th>
                  {(["yours", "theirs"] as const).map((which) => (
                    <Table.Td key={which}>
                      <Radio
                        name={field.name}
                        checked={theirs.has(field.name) === (which === "theirs")}
                        onChange={() => choose(field.name, which)}
                        label={show(field, field[which])}
                        aria-label={`${field.label}: ${t(`conflict.${which}`)}`}
                      />
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
        <Group justify="flex-end">
          <Button variant="default" onClick={() => onDecide(new Set(fields.map((field) => field.name)))}>
            {t("conflict.take_theirs")}
          </Button>
          <Button onClick={() => onDecide(theirs)}>{t("conflict.save")}</Button>
        </Group>
      </Stack>
    </Modal>
  )
}
