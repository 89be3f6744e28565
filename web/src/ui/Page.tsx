import { Box, Group, Stack, Text, Title } from "@mantine/core"
import { useDocumentTitle } from "@mantine/hooks"
import type { ReactNode } from "react"

type Props = {
  title: string
  /** Beside the title: a state, a number. */
  aside?: ReactNode
  hint?: ReactNode
  actions?: ReactNode
  children: ReactNode
  /** The greatest width in pixels: forms read better when they are narrower than the screen. */
  width?: number
}

/** The layout of a screen: one heading, its actions, its content. */
export function Page({ title, aside, hint, actions, children, width }: Props) {
  useDocumentTitle(`${title} · Comptoir`)
  return (
    <Stack gap="md" maw={width}>
      <Group justify="space-between" align="flex-start" gap="sm">
        <Box>
          <Group gap="sm">
            <Title order={1} tabIndex={-1} id="page-title">
              {title}
            </Title>
            {aside}
          </Group>
          {hint ? (
            <Text c="dimmed" size="sm">
              {hint}
            </Text>
          ) : null}
        </Box>
        {actions ? <Group gap="xs">{actions}</Group> : null}
      </Group>
      {children}
    </Stack>
  )
}
