import { Group, Kbd, Modal, Stack, Text } from "@mantine/core"
import { useTranslation } from "react-i18next"
import { SECTIONS } from "./Navigation"

export default function Help({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const places = SECTIONS.flatMap((section) => section.entries).filter((entry) => entry.key)
  const rows: [string[], string][] = [
    [["/"], t("shortcuts.search")],
    [["n"], t("shortcuts.new")],
    [["?"], t("shortcuts.help")],
    [["↑", "↓"], t("shortcuts.rows")],
    [["Enter"], t("shortcuts.open")],
    [["Ctrl", "Enter"], t("shortcuts.save")],
    ...places.map((place): [string[], string] => [
      ["g", place.key ?? ""],
      t("shortcuts.go", { where: t(`nav.${place.word}`) }),
    ]),
  ]
  return (
    <Modal opened onClose={onClose} title={t("help")}>
      <Stack gap="xs">
        {rows.map(([keys, what]) => (
          <Group key={what} justify="space-between">
            <Text size="sm">{what}</Text>
            <Group gap={4}>
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </Group>
          </Group>
        ))}
      </Stack>
    </Modal>
  )
}
