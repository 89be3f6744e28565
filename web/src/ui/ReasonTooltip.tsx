import { Tooltip } from "@mantine/core"
import type { ReactElement } from "react"

/** The tooltip with the reason why a button is disabled, for mouse, keyboard and touch. */
export default function ReasonTooltip({ label, children }: { label: string; children: ReactElement }) {
  return (
    <Tooltip label={label} multiline maw={320} events={{ hover: true, focus: true, touch: true }}>
      {children}
    </Tooltip>
  )
}
