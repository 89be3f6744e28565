import { Button, Menu } from "@mantine/core"
import { useMutation } from "@tanstack/react-query"
import { useTranslation } from "react-i18next"
import { api, data, ifMatch } from "@/api/client"
import type { Transaction } from "@/api/generated/schema"
import { invalidate } from "@/api/read"
import { useNotifyFailure } from "@/lib/errors"
import { useHasRole } from "@/lib/may"

/** The menu that settles a pending transaction. */
export function SettleButton({ transaction }: { transaction: Transaction }) {
  const { t } = useTranslation("transactions")
  const notifyFailure = useNotifyFailure()
  const clerk = useHasRole("clerk")
  const settle = useMutation({
    mutationFn: (state: "succeeded" | "failed" | "cancelled") =>
      data(
        api.POST("/api/v1/transactions/{id}/settle", {
          params: { path: { id: transaction.id }, header: ifMatch(transaction.version) },
          body: { state },
        }),
      ),
    onError: notifyFailure,
    onSettled: () => {
      void invalidate("transactions", "orders", "explain")
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
