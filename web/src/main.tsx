import "@mantine/core/styles.layer.css"
import "@mantine/notifications/styles.layer.css"
import "./ui/base.css"

import { createRoot } from "react-dom/client"
import { App } from "./App"
import { token } from "./api/session"
import { startLanguage } from "./lib/language"
import { paths } from "./paths"

const DOORS: string[] = [paths.signIn, paths.invitation, paths.setup]
const root = document.getElementById("root")
if (!root) throw new Error("index.html has an element with the id root")
// Who it is, is asked while the words come; layout/SignedIn.tsx asks again and tells of a failure.
if (!DOORS.includes(location.pathname)) void token().catch(() => undefined)
await startLanguage()
createRoot(root).render(<App />)
