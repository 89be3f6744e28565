import { Button, Tabs } from "@mantine/core"
import { IconDownload, IconPlus } from "@tabler/icons-react"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { download } from "@/api/client"
import { useMay } from "@/lib/may"
import { useFilters } from "@/lib/useFilters"
import { useTellFailure } from "@/lib/why"
import { ActionButton } from "@/ui/ActionButton"
import { Page } from "@/ui/Page"
import { DueList } from "./DueList"
import { TransactionDrawer } from "./TransactionDrawer"
import { FILTERS, TransactionList } from "./TransactionList"

const TAB = ["tab"] as const

/** Money that moved, and money that has still to come. */
export function Component() {
  const { t } = useTranslation("transactions")
  const common = useTranslation().t
  const { filters } = useFilters(FILTERS)
  const { filters: tab, set } = useFilters(TAB)
  const [recording, setRecording] = useState(false)
  const tell = useTellFailure()
  const clerk = useMay("clerk")
  return (
    <Page
      title={t("title")}
      actions={
        <>
          <Button
            variant="default"
            leftSection={<IconDownload size={16} />}
            onClick={() => download(`/api/v1/transactions.csv?${new URLSearchParams(filters)}`).catch(tell)}
          >
            {t("export")}
          </Button>
          <ActionButton
            leftSection={<IconPlus size={16} />}
            why={clerk ? null : common("need_role", { role: common("roles.clerk") })}
            onClick={() => setRecording(true)}
          >
            {t("record.button")}
          </ActionButton>
        </>
      }
    >
      <Tabs value={tab.tab ?? "all"} onChange={(tab) => set({ tab: tab === "all" ? null : tab })}>
        <Tabs.List mb="md">
          <Tabs.Tab value="all">{t("tabs.all")}</Tabs.Tab>
          <Tabs.Tab value="due">{t("tabs.due")}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="all">{tab.tab === "due" ? null : <TransactionList />}</Tabs.Panel>
        <Tabs.Panel value="due">{tab.tab === "due" ? <DueList /> : null}</Tabs.Panel>
      </Tabs>
      {recording ? <TransactionDrawer kind="payment" onClose={() => setRecording(false)} /> : null}
    </Page>
  )
}
