import { Anchor, Button, Group, Menu, Paper, Stack, Text, Title } from "@mantine/core"
import { IconFileText, IconPlus } from "@tabler/icons-react"
import { useMutation, useQuery } from "@tanstack/react-query"
import { useTranslation } from "react-i18next"
import { api, data, download } from "@/api/client"
import type { DocumentInput, Order } from "@/api/generated/schema"
import { invalidate, read } from "@/api/read"
import { useErrorText, useNotifyFailure } from "@/lib/errors"
import { ago } from "@/lib/format"
import { useNeeds } from "@/lib/useNeeds"
import { ActionButton } from "@/ui/ActionButton"
import { Failed, LoadingRows } from "@/ui/States"

/** The PDF documents of an order: made of it as it stands, and kept. */
export function OrderDocuments({ order }: { order: Order }) {
  const { t } = useTranslation("orders")
  const common = useTranslation().t
  const notifyFailure = useNotifyFailure()
  const clerk = useNeeds("clerk")
  const path = { id: order.id }
  const list = useQuery(read("/api/v1/orders/{id}/documents", { path, query: { limit: 50 } }))
  const failed = useErrorText(list.error)
  const make = useMutation({
    mutationFn: (body: DocumentInput) =>
      data(api.POST("/api/v1/orders/{id}/documents", { params: { path }, body })),
    onSuccess: () => invalidate("/api/v1/orders/{id}/documents"),
    onError: notifyFailure,
  })
  const disabledReason = clerk ?? (order.state === "draft" ? t("why.draft_documents") : null)
  const kinds = (["order_confirmation", "delivery_note", "receipt"] as const).filter((kind) =>
    kind === "receipt" ? order.received > 0 : order.state !== "cancelled",
  )
  return (
    <Paper withBorder p="md">
      <Group justify="space-between" mb="xs">
        <Title order={2}>{t("documents.title")}</Title>
        {disabledReason || kinds.length === 0 ? (
          <ActionButton
            size="xs"
            variant="default"
            leftSection={<IconPlus size={14} />}
            disabledReason={disabledReason ?? t("why.cancelled")}
          >
            {t("documents.make")}
          </ActionButton>
        ) : (
          <Menu withinPortal position="bottom-end">
            <Menu.Target>
              <Button
                size="xs"
                variant="default"
                leftSection={<IconPlus size={14} />}
                loading={make.isPending}
              >
                {t("documents.make")}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {kinds.map((kind) => (
                <Menu.Item key={kind} onClick={() => make.mutate({ kind })}>
                  {t(`documents.kinds.${kind}`)}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        )}
      </Group>
      {list.error && !list.data ? <Failed {...failed} retry={() => void list.refetch()} /> : null}
      {list.isPending ? <LoadingRows rows={1} /> : null}
      {list.data?.items.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t("documents.none")}
        </Text>
      ) : null}
      <Stack gap={6}>
        {list.data?.items.map((document) => (
          <Group key={document.id} gap="sm" wrap="nowrap">
            <IconFileText size={18} stroke={1.5} aria-hidden />
            <Anchor
              component="button"
              type="button"
              size="sm"
              onClick={() =>
                void download(`/api/v1/documents/${document.id}/file`, document.file_name).catch(
                  notifyFailure,
                )
              }
            >
              {t(`documents.kinds.${document.kind}`)}
            </Anchor>
            <Text size="xs" c="dimmed" flex={1}>
              {t("documents.of", {
                revision: document.revision,
                language: common(`languages.${document.language}`),
              })}
            </Text>
            <Text size="xs" c="dimmed">
              {ago(document.created_at)}
            </Text>
          </Group>
        ))}
      </Stack>
    </Paper>
  )
}
