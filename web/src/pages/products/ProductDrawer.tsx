import { Alert, Badge, Button, Divider, Drawer, Group, Stack, Text, Title } from "@mantine/core"
import { notifications } from "@mantine/notifications"
import { IconArchive, IconArrowBackUp } from "@tabler/icons-react"
import { useMutation, useQuery } from "@tanstack/react-query"
import { useRef, useState } from "react"
import { useTranslation } from "react-i18next"
import { api, data, ifMatch, newKey } from "@/api/client"
import type { Product, ProductInput } from "@/api/generated/schema"
import { Refused } from "@/api/problem"
import { queries } from "@/api/queries"
import { useSettings } from "@/api/useSettings"
import { ask } from "@/lib/ask"
import { money, percent } from "@/lib/format"
import { useMay } from "@/lib/may"
import { useTellFailure, useWhy } from "@/lib/why"
import { ContactTimeline } from "@/pages/contacts/ContactTimeline"
import { ActionButton } from "@/ui/ActionButton"
import { Conflict } from "@/ui/Conflict"
import { Failed, LoadingRows } from "@/ui/States"
import { ProductForm } from "./ProductForm"
import { blankProduct, PRODUCT_FIELDS, productInput, productValues } from "./productForm"

type Props = { id: string; onClose: () => void }
type Clash = { yours: ProductInput; current: Product; done: () => void; failed: (error: unknown) => void }

/** A product of the catalogue to be read, edited or, with the id `new`, made. */
export function ProductDrawer({ id, onClose }: Props) {
  const { t } = useTranslation("products")
  const common = useTranslation().t
  const manager = useMay("manager")
  const fresh = id === "new"
  const settings = useSettings()
  const query = useQuery({
    queryKey: ["products", id],
    enabled: !fresh,
    queryFn: ({ signal }) => data(api.GET("/api/v1/products/{id}", { params: { path: { id } }, signal })),
  })
  const product = query.data
  // What is edited stays as it was read until it is saved.
  const [begun, setBegun] = useState<Product | null>(null)
  const [key, setKey] = useState(newKey)
  const [clash, setClash] = useState<Clash | null>(null)
  if (product && !begun) setBegun(product)
  const failed = useWhy(settings.error ?? query.error)
  const keep = (saved: Product) => {
    queries.setQueryData(["products", saved.id], saved)
    void queries.invalidateQueries({ queryKey: ["products", "list"] })
  }
  const put = async (body: ProductInput, version: number): Promise<void> => {
    try {
      const params = { path: { id }, header: ifMatch(version) }
      const saved = await data(api.PUT("/api/v1/products/{id}", { params, body }))
      keep(saved)
      notifications.show({ message: common("saved") })
      onClose()
    } catch (error) {
      if (!(error instanceof Refused && error.code === "stale" && error.problem.current)) throw error
      const current = error.problem.current as unknown as Product
      await new Promise<void>((done, failed) => setClash({ yours: body, current, done, failed }))
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
      if (error instanceof Refused) setKey(newKey())
      throw error
    }
  }
  const theirs = clash ? productInput(productValues(clash.current)) : null
  const base = begun ? productInput(productValues(begun)) : null
  const decide = (chosen: Set<string>) => {
    if (!clash || !theirs) return
    setClash(null)
    const body: ProductInput = { ...clash.yours }
    for (const name of PRODUCT_FIELDS) if (chosen.has(name)) Object.assign(body, { [name]: theirs[name] })
    // The price is one of a currency.
    if (chosen.has("price")) body.currency = theirs.currency
    put(body, clash.current.version).then(clash.done, clash.failed)
  }
  const dirty = useRef(false)
  const leave = async () => {
    const question = { title: common("unsaved"), yes: common("leave"), no: common("stay"), grave: true }
    if (!dirty.current || (await ask(question))) onClose()
  }
  const need = manager ? null : common("need_role", { role: common("roles.manager") })
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
      ) : !settings.data || (!fresh && (!begun || !product)) ? (
        <LoadingRows />
      ) : (
        <Stack>
          {product ? <State product={product} need={need} keep={keep} renewed={setBegun} /> : null}
          <ProductForm
            key={begun?.version ?? 0}
            initial={begun ? productValues(begun) : blankProduct(settings.data)}
            rates={settings.data.vat_rates ?? []}
            why={need}
            save={(body) => (begun ? put(body, begun.version) : create(body))}
            onCancel={() => void leave()}
            onDirty={(now) => {
              dirty.current = now
            }}
          />
          {product ? (
            <>
              <Divider />
              <Title order={3}>{t("timeline")}</Title>
              <ContactTimeline of="products" id={product.id} updatedAt={product.updated_at} />
            </>
          ) : null}
        </Stack>
      )}
      {clash && theirs ? (
        <Conflict
          what={clash.current.name}
          fields={PRODUCT_FIELDS.filter((name) => name !== "currency").map((name) => ({
            name,
            label: t(`fields.${name}`),
            yours: shown(clash.yours, name),
            theirs: shown(theirs, name),
            untouched: base ? shown(base, name) === shown(clash.yours, name) : false,
          }))}
          onClose={() => {
            clash.failed(new Refused({ type: "", title: "", status: 412, code: "stale", detail: "" }, null))
            setClash(null)
          }}
          onDecide={decide}
        />
      ) : null}
    </Drawer>
  )
}

function shown(product: ProductInput, name: (typeof PRODUCT_FIELDS)[number]): string {
  if (name === "price") return money(product.price, product.currency)
  if (name === "vat_rate") return percent(product.vat_rate)
  return product[name] ?? ""
}

type StateProps = {
  product: Product
  need: string | null
  keep: (product: Product) => void
  renewed: (product: Product) => void
}

/** Whether it is sold, and the way out of the catalogue and back. */
function State({ product, need, keep, renewed }: StateProps) {
  const { t } = useTranslation("products")
  const tell = useTellFailure()
  const put = useMutation({
    mutationFn: (product: Product) =>
      data(
        api.POST(product.active ? "/api/v1/products/{id}/archive" : "/api/v1/products/{id}/restore", {
          params: { path: { id: product.id }, header: ifMatch(product.version) },
        }),
      ),
    onError: (error) => {
      tell(error)
      void queries.invalidateQueries({ queryKey: ["products", product.id] })
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
          why={need}
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
