import { Box, Group, Text } from "@mantine/core"
import type { ReactNode } from "react"
import classes from "./Timeline.module.css"

export type TimelineItem = {
  key: string
  icon: ReactNode
  title: ReactNode
  detail?: ReactNode
  /** How long ago it was, with the moment itself as a tooltip. */
  when: string
  moment: string
}

/** A list of what happened, newest first. */
export function Timeline({ label, items }: { label: string; items: TimelineItem[] }) {
  return (
    <ol className={classes.list} aria-label={label}>
      {items.map((item) => (
        <li key={item.key} className={classes.item}>
          <span className={classes.dot} aria-hidden>
            {item.icon}
          </span>
          <Box miw={0} flex={1}>
            <Group justify="space-between" gap="xs" wrap="nowrap" align="baseline">
              <Text size="sm" fw={500}>
                {item.title}
              </Text>
              <Text size="xs" c="dimmed" title={item.moment} style={{ whiteSpace: "nowrap" }}>
                {item.when}
              </Text>
            </Group>
            {item.detail ? (
              <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
                {item.detail}
              </Text>
            ) : null}
          </Box>
        </li>
      ))}
    </ol>
  )
}
