import { lazy, Suspense, useState } from "react"
import { UserMenuButton } from "./UserMenuButton"

const load = () => import("./UserMenuContent")
const UserMenuContent = lazy(load)

/** The menu of the person who is signed in. Its content, as heavy as a screen, is loaded when somebody goes there. */
export function Menu({ onHelp }: { onHelp: () => void }) {
  const [opened, setOpened] = useState(false)
  if (!opened) return <UserMenuButton onPointerEnter={load} onFocus={load} onClick={() => setOpened(true)} />
  return (
    <Suspense fallback={<UserMenuButton />}>
      <UserMenuContent onHelp={onHelp} />
    </Suspense>
  )
}
