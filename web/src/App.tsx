import { MantineProvider } from "@mantine/core"
import { ModalsProvider } from "@mantine/modals"
import { Notifications } from "@mantine/notifications"
import { QueryClientProvider } from "@tanstack/react-query"
import { useTranslation } from "react-i18next"
import { RouterProvider } from "react-router/dom"
import { queries } from "./api/queries"
import { router } from "./routes"
import { colourVariables, theme } from "./ui/theme"

export function App() {
  const { t } = useTranslation()
  return (
    <MantineProvider theme={theme} cssVariablesResolver={colourVariables} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <ModalsProvider labels={{ confirm: t("confirm"), cancel: t("cancel") }}>
          <RouterProvider router={router} />
          <Notifications position="bottom-right" />
        </ModalsProvider>
      </QueryClientProvider>
    </MantineProvider>
  )
}
