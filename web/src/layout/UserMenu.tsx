import { lazy, Suspense, useState } from "react"
import { UserMenuButton } from "./UserMenuButton"

const open = () => import("./UserMenuContent")
const UserMenuContent = lazy(open)

/** Only a button until somebody goes there: what it opens is as heavy as a screen. */
export function Menu({ onHelp }: { onHelp: () => void }) {
  const [asked, setAsked] = useState(false)
  if (!asked) return <UserMenuButton onPointerEnter={open} onFocus={open} onClick={() => setAsked(true)} />
  return (
    <Suspense fallback={<UserMenuButton />}>
      <UserMenuContent onHelp={onHelp} />
    </Suspense>
  )
}
