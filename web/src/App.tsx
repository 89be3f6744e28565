import { MantineProvider } from "@mantine/core"
import { Notifications } from "@mantine/notifications"
import { QueryClientProvider } from "@tanstack/react-query"
import { lazy, Suspense, useEffect, useMemo } from "react"
import { useTranslation } from "react-i18next"
import { RouterProvider } from "react-router/dom"
import { queries } from "./api/queries"
import { openQuestion } from "./lib/ask"
import { useStore } from "./lib/store"
import { router } from "./routes"
import { closeButtons, colourVariables, theme } from "./ui/theme"

const loadQuestionDialog = () => import("./ui/QuestionDialog")
const QuestionDialog = lazy(loadQuestionDialog)

export function App() {
  const question = useStore(openQuestion)
  // So that it is there when the connection is not.
  useEffect(() => {
    const timer = setTimeout(() => void loadQuestionDialog().catch(() => undefined), 3_000)
    return () => clearTimeout(timer)
  }, [])
  const { t } = useTranslation()
  const close = t("close")
  const translatedTheme = useMemo(() => ({ ...theme, components: closeButtons(close) }), [close])
  return (
    <MantineProvider theme={translatedTheme} cssVariablesResolver={colourVariables} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
        <Notifications position="bottom-right" />
        <Suspense>{question ? <QuestionDialog /> : null}</Suspense>
      </QueryClientProvider>
    </MantineProvider>
  )
}
