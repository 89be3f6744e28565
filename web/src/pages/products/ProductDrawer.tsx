import { Alert, Badge, Button, Divider, Drawer, Group, Stack, Text, Title } from "@mantine/core"
import { notifications } from "@mantine/notifications"
import { IconArchive, IconArrowBackUp } from "@tabler/icons-react"
import { useMutation, useQuery } from "@tanstack/react-query"
import { useRef, useState } from "react"
import { useTranslation } from "react-i18next"
import { api, data, ifMatch, newIdempotencyKey } from "@/api/client"
import type { Product, ProductInput } from "@/api/generated/schema"
import { Refused, staleCurrent, undecided } from "@/api/problem"
import { invalidate, read, store } from "@/api/read"
import { useSettings } from "@/api/useSettings"
import { ask } from "@/lib/ask"
import { useErrorText, useNotifyFailure } from "@/lib/errors"
import { useNeeds } from "@/lib/useNeeds"
import { RecordTimeline } from "@/pages/contacts/RecordTimeline"
import { ActionButton } from "@/ui/ActionButton"
import { ConflictDialog } from "@/ui/ConflictDialog"
import { Failed, LoadingRows } from "@/ui/States"
import { ProductForm } from "./ProductForm"
import { blankProduct, PRODUCT_FIELDS, PRODUCT_TEXTS, productInput, productValues } from "./productForm"

type Props = { id: string; onClose: () => void }
type EditConflict = {
  yours: ProductInput
  current: Product
  done: () => void
  failed: (error: unknown) => void
}

/** The drawer that shows and edits a product or, with the id `new`, creates one. */
export function ProductDrawer({ id, onClose }: Props) {
  const { t } = useTranslation("products")
  const common = useTranslation().t
  const manager = useNeeds("manager")
  const fresh = id === "new"
  const settings = useSettings()
  const query = useQuery({
    ...read("/api/v1/products/{id}", { path: { id } }),
    enabled: !fresh,
  })
  const product = query.data
  // What is edited stays as it was read until it is saved.
  const [loaded, setBegun] = useState<Product | null>(null)
  const [key, setKey] = useState(newIdempotencyKey)
  const [conflict, setConflict] = useState<EditConflict | null>(null)
  if (product && !loaded) setBegun(product)
  const failed = useErrorText(settings.error ?? query.error)
  const keep = (saved: Product) => {
    store("/api/v1/products/{id}", { path: { id: saved.id } }, saved)
    void invalidate("/api/v1/products")
  }
  const put = async (body: ProductInput, version: number): Promise<void> => {
    try {
      const params = { path: { id }, header: ifMatch(version) }
      const saved = await data(api.PUT("/api/v1/products/{id}", { params, body }))
      keep(saved)
      notifications.show({ message: common("saved") })
      onClose()
    } catch (error) {
      const current = staleCurrent<Product>(error)
      if (!current) throw error
      await new Promise<void>((done, failed) => setConflict({ yours: body, current, done, failed }))
    }
  }
  const create = async (body: ProductInput) => {
    try {
      const params = { header: { "Idempotency-Key": key } }
      const made = await data(api.POST("/api/v1/products", { params, body }))
      keep(made)
      notifications.show({ message: t("created", { name: made.name }) })
      onClose()
    } catch (error) {
      if (error instanceof Refused) setKey(newIdempotencyKey())
      throw error
    }
  }
  const theirs = conflict ? productInput(productValues(conflict.current)) : null
  const base = loaded ? productInput(productValues(loaded)) : null
  const decide = (chosen: Set<string>) => {
    if (!conflict || !theirs) return
    setConflict(null)
    const body: ProductInput = { ...conflict.yours }
    for (const name of PRODUCT_FIELDS) if (chosen.has(name)) Object.assign(body, { [name]: theirs[name] })
    // The price is one of a currency.
    if (chosen.has("price")) body.currency = theirs.currency
    put(body, conflict.current.version).then(conflict.done, conflict.failed)
  }
  const dirty = useRef(false)
  const leave = async () => {
    const question = { title: common("unsaved"), yes: common("leave"), no: common("stay"), destructive: true }
    if (!dirty.current || (await ask(question))) onClose()
  }
  return (
    <Drawer
      opened
      onClose={() => void leave()}
      position="right"
      size="md"
      title={fresh ? t("new") : (product?.name ?? common("loading"))}
    >
      {settings.error || query.error ? (
        <Failed {...failed} retry={() => void (settings.error ? settings.refetch() : query.refetch())} />
      ) : !settings.data || (!fresh && (!loaded || !product)) ? (
        <LoadingRows />
      ) : (
        <Stack>
          {product ? (
            <State product={product} disabledReason={manager} keep={keep} renewed={setBegun} />
          ) : null}
          <ProductForm
            key={loaded?.version ?? 0}
            initial={loaded ? productValues(loaded) : blankProduct(settings.data)}
            rates={settings.data.vat_rates ?? []}
            disabledReason={manager}
            save={(body) => (loaded ? put(body, loaded.version) : create(body))}
            onCancel={() => void leave()}
            onDirty={(now) => {
              dirty.current = now
            }}
          />
          {product ? (
            <>
              <Divider />
              <Title order={3}>{t("timeline")}</Title>
              <RecordTimeline of="products" id={product.id} updatedAt={product.updated_at} />
            </>
          ) : null}
        </Stack>
      )}
      {conflict && theirs ? (
        <ConflictDialog
          what={conflict.current.name}
          fields={PRODUCT_FIELDS.filter((name) => name !== "currency").map((name) => ({
            name,
            label: t(`fields.${name}`),
            yours: PRODUCT_TEXTS[name](conflict.yours),
            theirs: PRODUCT_TEXTS[name](theirs),
            untouched: base ? PRODUCT_TEXTS[name](base) === PRODUCT_TEXTS[name](conflict.yours) : false,
          }))}
          onClose={() => {
            conflict.failed(undecided())
            setConflict(null)
          }}
          onDecide={decide}
        />
      ) : null}
    </Drawer>
  )
}

type StateProps = {
  product: Product
  disabledReason: string | null
  keep: (product: Product) => void
  renewed: (product: Product) => void
}

/** The state of a product, and the button that archives or restores it. */
function State({ product, disabledReason, keep, renewed }: StateProps) {
  const { t } = useTranslation("products")
  const notifyFailure = useNotifyFailure()
  const put = useMutation({
    mutationFn: (product: Product) =>
      data(
        api.POST(product.active ? "/api/v1/products/{id}/archive" : "/api/v1/products/{id}/restore", {
          params: { path: { id: product.id }, header: ifMatch(product.version) },
        }),
      ),
    onError: (error) => {
      notifyFailure(error)
      void invalidate("/api/v1/products/{id}")
    },
  })
  const turn = (before: Product, undo: boolean) =>
    put.mutate(before, {
      onSuccess: (after) => {
        keep(after)
        renewed(after)
        const id = `product-${after.id}`
        notifications.hide(id)
        notifications.show({
          id,
          autoClose: 8_000,
          message: (
            <>
              {t(after.active ? "restored" : "archived", { name: after.name })}{" "}
              {undo ? (
                <Button size="compact-sm" variant="light" ml="xs" onClick={() => turn(after, false)}>
                  {t("undo")}
                </Button>
              ) : null}
            </>
          ),
        })
      },
    })
  return (
    <>
      <Group justify="space-between">
        <Group gap="xs">
          <Text size="sm" c="dimmed">
            {product.sku}
          </Text>
          <Badge variant="light" color={product.active ? "counter" : "gray"} tt="none" radius="sm" fw={600}>
            {t(product.active ? "active_state" : "archived_state")}
          </Badge>
        </Group>
        <ActionButton
          size="xs"
          variant="default"
          disabledReason={disabledReason}
          loading={put.isPending}
          leftSection={product.active ? <IconArchive size={14} /> : <IconArrowBackUp size={14} />}
          onClick={() => turn(product, true)}
        >
          {t(product.active ? "archive" : "restore")}
        </ActionButton>
      </Group>
      {product.active ? null : <Alert color="gray">{t("archived_hint")}</Alert>}
    </>
  )
}
