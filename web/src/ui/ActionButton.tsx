import { Button, type ButtonProps, Tooltip } from "@mantine/core"
import type { MouseEventHandler, ReactNode } from "react"

type Props = ButtonProps & {
  children: ReactNode
  onClick?: MouseEventHandler<HTMLButtonElement>
  type?: "button" | "submit"
  form?: string
  /** Why it cannot be used now, as a sentence. Without it, it can. */
  why?: string | false | null | undefined
}

/** A button that, where it cannot be used, can still be reached, and says why. */
export function ActionButton({ why, onClick, children, type = "button", ...rest }: Props) {
  if (!why) {
    return (
      <Button type={type} {...(onClick ? { onClick } : {})} {...rest}>
        {children}
      </Button>
    )
  }
  return (
    <Tooltip label={why} multiline maw={320} events={{ hover: true, focus: true, touch: true }}>
      <Button
        {...rest}
        type="button"
        data-disabled
        aria-disabled
        aria-description={why}
        onClick={(event) => event.preventDefault()}
      >
        {children}
      </Button>
    </Tooltip>
  )
}
