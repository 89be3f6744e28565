import { Tabs } from "@mantine/core"
import { IconPlus } from "@tabler/icons-react"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { useFilters } from "@/lib/useFilters"
import { useNeeds } from "@/lib/useNeeds"
import { ExportButton } from "@/lists/ExportButton"
import { useListFilters } from "@/lists/filters"
import { ActionButton } from "@/ui/ActionButton"
import { Page } from "@/ui/Page"
import { DueList } from "./DueList"
import { TransactionDrawer } from "./TransactionDrawer"
import { TransactionList } from "./TransactionList"
import { TRANSACTION_FILTERS } from "./transactionFilters"

const TAB = ["tab"] as const

/** The transactions, and the orders that are not paid in full. */
export function Component() {
  const { t } = useTranslation("transactions")
  const { query } = useListFilters<"/api/v1/transactions">(TRANSACTION_FILTERS)
  const { filters: tab, set } = useFilters(TAB)
  const [recording, setRecording] = useState(false)
  const clerk = useNeeds("clerk")
  return (
    <Page
      title={t("title")}
      actions={
        <>
          <ExportButton path="/api/v1/transactions.csv" query={query} />
          <ActionButton
            leftSection={<IconPlus size={16} />}
            disabledReason={clerk}
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
