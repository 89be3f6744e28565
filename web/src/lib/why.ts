import { notifications } from "@mantine/notifications"
import type { TFunction } from "i18next"
import { useTranslation } from "react-i18next"
import { isPassing, Refused, Unreachable } from "@/api/problem"
import { refusal } from "./language"

/** An error as a sentence for people, in their language as far as the code is known, and otherwise in the server's words. */
export function why(error: unknown, t: TFunction): string {
  if (error instanceof Unreachable) return t("failed.unreachable")
  if (!(error instanceof Refused)) return t("failed.crashed")
  if (error.code === "forbidden") return t("failed.forbidden")
  if (error.code === "not_found") return t("failed.not_found")
  if (error.status === 429) return t("failed.wait")
  if (error.status >= 500) return t("failed.internal", { id: error.problem.request_id ?? "–" })
  // "A field cannot be accepted" says less than what is wrong with the first of them.
  const code = error.code === "invalid" ? (error.fields[0]?.code ?? error.code) : error.code
  return refusal(code, error.problem.detail)
}

/** For the state "failed" of a screen: `<Failed {...useWhy(error)} retry={…} />`. */
export function useWhy(error: unknown): { why: string; passing: boolean } {
  const { t } = useTranslation()
  return { why: why(error, t), passing: isPassing(error) }
}

/** Tells of a failed action in a corner. */
export function useTellFailure(): (error: unknown) => void {
  const { t } = useTranslation()
  return (error) =>
    notifications.show({ color: "red", title: t("failed.action"), message: why(error, t), autoClose: 8_000 })
}

/** What the server says of single fields, for `form.setErrors`: `lines[0].quantity` and `/lines/0/quantity` become `lines.0.quantity`. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof Refused)) return {}
  return Object.fromEntries(
    error.fields.map(({ field, code, message }) => [
      field
        .replace(/\[(\d+)\]/g, ".$1")
        .replace(/^\//, "")
        .replaceAll("/", "."),
      refusal(code, message),
    ]),
  )
}
