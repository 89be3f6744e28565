import { language } from "@/lib/language"
import type { Options } from "./importMap"

/** The options to begin with. A file with semicolons was most likely written by a French spreadsheet, with decimal commas. */
export function initialOptions(delimiter: string): Omit<Options, "join"> {
  return {
    kind: "organisation",
    language: language(),
    decimal: delimiter === ";" ? "," : ".",
    date_format: "",
    currency: "EUR",
    vat_rate: "20",
    place_as: "fulfilled",
    discount_as: "marked",
  }
}
