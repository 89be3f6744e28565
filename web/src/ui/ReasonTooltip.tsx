import { Tooltip } from "@mantine/core"
import type { ReactElement } from "react"

/** The reason beside a button, for the mouse, the keyboard and the finger. */
export default function ReasonTooltip({ label, children }: { label: string; children: ReactElement }) {
  return (
    <Tooltip label={label} multiline maw={320} events={{ hover: true, focus: true, touch: true }}>
      {children}
    </Tooltip>
  )
}
