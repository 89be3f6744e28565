import type { ReactNode } from "react"
import { ConflictDialog } from "./ConflictDialog"

type Props<V extends object> = {
  /** What was edited, such as a person's name. */
  what: string
  yours: V
  theirs: V
  /** The label of every field: the compiler asks for those of new ones. */
  labels: { [K in keyof V]: string }
  /** How values are shown that are no plain texts. */
  show?: { [K in keyof V]?: (value: V[K]) => ReactNode }
  onClose: () => void
  /** The values of the form after the choice. */
  onDecide: (values: V) => void
}

/** The conflict of two edits of a form whose fields can be chosen one by one. */
export function FormConflict<V extends object>(props: Props<V>) {
  const { yours, theirs, labels, show } = props
  const names = Object.keys(labels) as (keyof V & string)[]
  return (
    <ConflictDialog
      what={props.what}
      fields={names.map((name) => ({
        name,
        label: labels[name],
        yours: yours[name],
        theirs: theirs[name],
        ...(show?.[name] ? { show: show[name] as (value: never) => ReactNode } : {}),
      }))}
      onClose={props.onClose}
      onDecide={(chosen) => {
        const decided = names.map((name) => [name, (chosen.has(name) ? theirs : yours)[name]])
        props.onDecide(Object.fromEntries(decided) as V)
      }}
    />
  )
}
