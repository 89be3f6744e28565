import type { Product, ProductInput, Settings } from "@/api/generated/schema"
import { money, moneyText, parseMoney, percent } from "@/lib/format"

/** A product as a form holds it: the price as a person types it. */
export type ProductValues = {
  sku: string
  name: string
  unit: string
  price: string
  currency: string
  vat_rate: string
  external_id: string
}

/** Every field of a product that the API takes, and its value as a text. */
export const PRODUCT_TEXTS = {
  sku: (product) => product.sku,
  name: (product) => product.name,
  unit: (product) => product.unit ?? "",
  price: (product) => money(product.price, product.currency),
  currency: (product) => product.currency,
  vat_rate: (product) => percent(product.vat_rate),
  external_id: (product) => product.external_id ?? "",
} satisfies Record<keyof ProductInput, (product: ProductInput) => string>

export const PRODUCT_FIELDS = Object.keys(PRODUCT_TEXTS) as (keyof ProductInput)[]

export function blankProduct(settings: Settings): ProductValues {
  return {
    sku: "",
    name: "",
    unit: "",
    price: "",
    currency: settings.default_currency ?? "EUR",
    vat_rate: settings.default_vat_rate ?? settings.vat_rates?.[0]?.rate ?? "20",
    external_id: "",
  }
}

export function productValues(product: Product): ProductValues {
  return {
    sku: product.sku,
    name: product.name,
    unit: product.unit ?? "",
    price: moneyText(product.price, product.currency),
    currency: product.currency,
    vat_rate: product.vat_rate,
    external_id: product.external_id ?? "",
  }
}

/** A valid form as the API takes it. */
export function productInput(values: ProductValues): Required<ProductInput> {
  return {
    sku: values.sku.trim(),
    name: values.name.trim(),
    unit: values.unit.trim() || null,
    price: parseMoney(values.price, values.currency) ?? 0,
    currency: values.currency,
    vat_rate: values.vat_rate,
    external_id: values.external_id.trim() || null,
  }
}
