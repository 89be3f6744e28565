import { Button, type ButtonProps } from "@mantine/core"
import { lazy, type MouseEventHandler, type ReactNode, Suspense } from "react"

// What places it beside the button is as heavy as a screen, and few buttons need it.
const Why = lazy(() => import("./Why"))

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
  const button = (
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
  )
  return (
    <Suspense fallback={button}>
      <Why label={why}>{button}</Why>
    </Suspense>
  )
}
