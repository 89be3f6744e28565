import "@mantine/core/styles.css"
import "@mantine/notifications/styles.css"
import "./ui/base.css"

import { createRoot } from "react-dom/client"
import { App } from "./App"
import { startLanguage } from "./lib/language"

const root = document.getElementById("root")
if (!root) throw new Error("index.html has an element with the id root")
await startLanguage()
createRoot(root).render(<App />)
