import { Alert, Button, Code, CopyButton, Group, Stack, Text } from "@mantine/core"
import { IconCheck, IconCopy, IconKey } from "@tabler/icons-react"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"

type Props = {
  title: string
  hint: string
  /** The secret itself. */
  value: string
  label: string
  children?: ReactNode
}

/** A box with a secret, key or link that is shown only once, to be copied now. */
export function ShownOnce({ title, hint, value, label, children }: Props) {
  const { t } = useTranslation()
  return (
    <Alert color="green" title={title} icon={<IconKey aria-hidden />} role="status">
      <Stack gap="xs">
        <Text size="sm">{hint}</Text>
        <Code block aria-label={label} style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
          {value}
        </Code>
        <Group gap="xs">
          <CopyButton value={value}>
            {({ copied, copy }) => (
              <Button
                size="xs"
                variant="default"
                onClick={copy}
                leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
              >
                {t(copied ? "copied" : "copy")}
              </Button>
            )}
          </CopyButton>
          {children}
        </Group>
      </Stack>
    </Alert>
  )
}
