import { Badge, Button, Group, Paper, Stack, TagsInput, Text, Textarea } from "@mantine/core"
import { useMutation } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { api, data, ifMatch } from "@/api/client"
import type { Order } from "@/api/generated/schema"
import { staleCurrent } from "@/api/problem"
import { useNotifyFailure } from "@/lib/errors"
import { useNeeds } from "@/lib/useNeeds"
import { ActionButton } from "@/ui/ActionButton"
import { ConflictDialog } from "@/ui/ConflictDialog"
import { storeOrder } from "./storeOrder"

type Field = "notes" | "tags"

/** The notes and tags of an order, edited in place in any state of the order. */
export function OrderNotes({ order }: { order: Order }) {
  const { t } = useTranslation("orders")
  const common = useTranslation().t
  const notifyFailure = useNotifyFailure()
  const clerk = useNeeds("clerk")
  const [editing, setEditing] = useState<{ field: Field; version: number; before: unknown } | null>(null)
  const [notes, setNotes] = useState("")
  const [tags, setTags] = useState<string[]>([])
  const [conflict, setConflict] = useState<Order | null>(null)
  const save = useMutation({
    mutationFn: async (version: number) => {
      const params = { path: { id: order.id }, header: ifMatch(version) }
      if (editing?.field === "tags")
        return data(api.PUT("/api/v1/orders/{id}/tags", { params, body: { tags } }))
      return data(api.PUT("/api/v1/orders/{id}/notes", { params, body: { notes: notes.trim() || null } }))
    },
    onSuccess: (order) => {
      storeOrder(order)
      setEditing(null)
      setConflict(null)
    },
    onError: (error) => {
      const current = staleCurrent<Order>(error)
      if (!current) return notifyFailure(error)
      const theirs = editing?.field === "tags" ? current.tags : current.notes
      // Something else of the order has changed: that is no conflict.
      if (JSON.stringify(theirs) === JSON.stringify(editing?.before)) save.mutate(current.version)
      else setConflict(current)
    },
  })
  const edit = (field: Field) => {
    setNotes(order.notes ?? "")
    setTags(order.tags ?? [])
    setEditing({ field, version: order.version, before: order[field] })
  }
  const buttons = (
    <Group gap="xs" justify="flex-end">
      <Button size="compact-sm" variant="default" onClick={() => setEditing(null)}>
        {common("cancel")}
      </Button>
      <Button
        size="compact-sm"
        loading={save.isPending}
        onClick={() => editing && save.mutate(editing.version)}
      >
        {common("save")}
      </Button>
    </Group>
  )
  const head = (field: Field) => (
    <Group justify="space-between">
      <Text size="sm" fw={600}>
        {common(`fields.${field}`)}
      </Text>
      {editing?.field === field ? null : (
        <ActionButton
          size="compact-xs"
          variant="subtle"
          disabledReason={clerk}
          onClick={() => edit(field)}
          aria-label={t(`notes.edit_${field}`)}
        >
          {common("edit")}
        </ActionButton>
      )}
    </Group>
  )
  return (
    <Paper withBorder p="md">
      <Stack gap={6}>
        {head("notes")}
        {editing?.field === "notes" ? (
          <>
            <Textarea
              aria-label={common("fields.notes")}
              autosize
              minRows={2}
              maxRows={12}
              maxLength={4000}
              autoFocus
              value={notes}
              onChange={(event) => setNotes(event.currentTarget.value)}
              onKeyDown={(event) => {
                if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) save.mutate(editing.version)
                if (event.key === "Escape") setEditing(null)
              }}
            />
            {buttons}
          </>
        ) : (
          <Text size="sm" c={order.notes ? undefined : "dimmed"} style={{ whiteSpace: "pre-wrap" }}>
            {order.notes || t("notes.none")}
          </Text>
        )}
        {head("tags")}
        {editing?.field === "tags" ? (
          <>
            <TagsInput aria-label={common("fields.tags")} autoFocus value={tags} onChange={setTags} />
            {buttons}
          </>
        ) : (
          <Group gap={4}>
            {order.tags?.map((tag) => (
              <Badge key={tag} variant="default" tt="none" fw={400}>
                {tag}
              </Badge>
            ))}
            {!order.tags?.length ? (
              <Text size="sm" c="dimmed">
                {t("notes.no_tags")}
              </Text>
            ) : null}
          </Group>
        )}
      </Stack>
      {conflict && editing ? (
        <ConflictDialog
          what={t("one", { number: order.number })}
          fields={[
            {
              name: editing.field,
              label: common(`fields.${editing.field}`),
              yours: editing.field === "tags" ? tags : notes,
              theirs: conflict[editing.field],
              show: (value: string | string[]) => (Array.isArray(value) ? value.join(", ") : value),
            },
          ]}
          onClose={() => setConflict(null)}
          onDecide={(theirs) => {
            if (!theirs.has(editing.field)) return save.mutate(conflict.version)
            storeOrder(conflict)
            setConflict(null)
            setEditing(null)
          }}
        />
      ) : null}
    </Paper>
  )
}
