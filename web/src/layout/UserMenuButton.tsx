import { ActionIcon } from "@mantine/core"
import { IconUserCircle } from "@tabler/icons-react"
import type { ComponentProps } from "react"
import { useTranslation } from "react-i18next"
import { useUser } from "@/lib/may"

export function UserMenuButton(props: ComponentProps<"button">) {
  const { t } = useTranslation()
  const user = useUser()
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-haspopup="menu"
      aria-label={user?.name ?? t("nav.profile")}
      {...props}
    >
      <IconUserCircle size={24} stroke={1.5} />
    </ActionIcon>
  )
}
