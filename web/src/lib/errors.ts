import { notifications } from "@mantine/notifications"
import type { TFunction } from "i18next"
import { useTranslation } from "react-i18next"
import { isTemporary, Refused, Unreachable } from "@/api/problem"
import { refusalText } from "./language"

/** An error as a sentence in the language on screen; in the server's English words where its code is not known. */
export function errorText(error: unknown, t: TFunction): string {
  if (error instanceof Unreachable) return t("failed.unreachable")
  if (!(error instanceof Refused)) return t("failed.crashed")
  if (error.code === "forbidden") return t("failed.forbidden")
  if (error.code === "not_found") return t("failed.not_found")
  if (error.status === 429) return t("failed.wait")
  if (error.status >= 500) return t("failed.internal", { id: error.problem.request_id ?? "–" })
  // "A field cannot be accepted" says less than what is wrong with the first of them.
  const code = error.code === "invalid" ? (error.fields[0]?.code ?? error.code) : error.code
  return refusalText(code, error.problem.detail)
}

/** The properties of `Failed` for an error: `<Failed {...useErrorText(error)} retry={…} />`. */
export function useErrorText(error: unknown): { reason: string; temporary: boolean } {
  const { t } = useTranslation()
  return { reason: errorText(error, t), temporary: isTemporary(error) }
}

/** Shows a notification about an action that failed. */
export function useNotifyFailure(): (error: unknown) => void {
  const { t } = useTranslation()
  return (error) =>
    notifications.show({
      color: "red",
      title: t("failed.action"),
      message: errorText(error, t),
      autoClose: 8_000,
    })
}

/** The server's errors by field, for `form.setErrors`: `lines[0].quantity` and `/lines/0/quantity` become `lines.0.quantity`. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof Refused)) return {}
  return Object.fromEntries(
    error.fields.map(({ field, code, message }) => [
      field
        .replace(/\[(\d+)\]/g, ".$1")
        .replace(/^\//, "")
        .replaceAll("/", "."),
      refusalText(code, message),
    ]),
  )
}
