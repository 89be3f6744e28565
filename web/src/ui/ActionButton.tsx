import { Button, type ButtonProps } from "@mantine/core"
import { lazy, type MouseEventHandler, type ReactNode, Suspense } from "react"

// What places it beside the button is as heavy as a screen, and few buttons need it.
const ReasonTooltip = lazy(() => import("./ReasonTooltip"))

type Props = ButtonProps & {
  children: ReactNode
  onClick?: MouseEventHandler<HTMLButtonElement>
  type?: "button" | "submit"
  form?: string
  /** Why the button cannot be used now, as a sentence; without it, it can. */
  disabledReason?: string | false | null | undefined
}

/** A button that can still be focused while it is disabled, and says why it is. */
export function ActionButton({ disabledReason, onClick, children, type = "button", ...rest }: Props) {
  if (!disabledReason) {
    return (
      <Button type={type} {...(onClick ? { onClick } : {})} {...rest}>
        {children}
      </Button>
    )
  }
  const button = (
    <Button
      {...rest}
      type="button"
      data-disabled
      aria-disabled
      aria-description={disabledReason}
      onClick={(event) => event.preventDefault()}
    >
      {children}
    </Button>
  )
  return (
    <Suspense fallback={button}>
      <ReasonTooltip label={disabledReason}>{button}</ReasonTooltip>
    </Suspense>
  )
}
