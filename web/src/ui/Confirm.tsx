import { Button, Group, Modal, Stack, Text } from "@mantine/core"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"

type Props = {
  title: string
  hint: string
  action: string
  busy: boolean
  onClose: () => void
  onConfirm: () => void
  children?: ReactNode
}

/** The dialog that asks before something that cannot be undone. */
export function Confirm({ title, hint, action, busy, onClose, onConfirm, children }: Props) {
  const { t } = useTranslation()
  return (
    <Modal opened onClose={onClose} title={title}>
      <Stack>
        <Text size="sm">{hint}</Text>
        {children}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("cancel")}
          </Button>
          <Button color="red" loading={busy} onClick={onConfirm}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
