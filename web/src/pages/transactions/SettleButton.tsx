import { Button, Menu } from "@mantine/core"
import { useMutation } from "@tanstack/react-query"
import { useTranslation } from "react-i18next"
import { api, data, ifMatch } from "@/api/client"
import type { Transaction } from "@/api/generated/schema"
import { queries } from "@/api/queries"
import { useMay } from "@/lib/may"
import { useTellFailure } from "@/lib/why"

/** For a transaction that is under way: how it ended. */
export function SettleButton({ transaction }: { transaction: Transaction }) {
  const { t } = useTranslation("transactions")
  const tell = useTellFailure()
  const clerk = useMay("clerk")
  const settle = useMutation({
    mutationFn: (state: "succeeded" | "failed" | "cancelled") =>
      data(
        api.POST("/api/v1/transactions/{id}/settle", {
          params: { path: { id: transaction.id }, header: ifMatch(transaction.version) },
          body: { state },
        }),
      ),
    onError: tell,
    onSettled: () => {
      for (const resource of ["transactions", "orders", "explain"])
        void queries.invalidateQueries({ queryKey: [resource] })
    },
  })
  if (transaction.state !== "pending" || !clerk) return null
  return (
    <Menu withinPortal>
      <Menu.Target>
        <Button size="compact-xs" variant="default" loading={settle.isPending}>
          {t("settle.button")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {(["succeeded", "failed", "cancelled"] as const).map((state) => (
          <Menu.Item key={state} onClick={() => settle.mutate(state)}>
            {t(`settle.${state}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
