import type { Product, ProductInput, Settings } from "@/api/generated/schema"
import { moneyText, parseMoney } from "@/lib/format"

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

export const PRODUCT_FIELDS = ["sku", "name", "unit", "price", "currency", "vat_rate", "external_id"] as const

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
export function productInput(values: ProductValues): ProductInput {
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
