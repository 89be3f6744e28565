import { Text, TextInput } from "@mantine/core"
import { useTranslation } from "react-i18next"

type Props = { bound: "from" | "to"; label: string; value: string; onChange: (day: string) => void }

/** The filter for one end of a span of days. */
export function DateFilter({ bound, label, value, onChange }: Props) {
  const { t } = useTranslation()
  return (
    <TextInput
      type="date"
      w={172}
      aria-label={label}
      title={label}
      leftSectionWidth={44}
      leftSection={
        <Text size="xs" c="dimmed">
          {t(bound)}
        </Text>
      }
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}
