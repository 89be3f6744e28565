import { useTranslation } from "react-i18next"
import type { Role } from "@/api/generated/schema"
import { useHasRole } from "./may"

/** The reason why the signed-in person lacks a role, as a sentence for `ActionButton`; null if they have it. */
export function useNeeds(role: Role): string | null {
  const { t } = useTranslation()
  const may = useHasRole(role)
  return may ? null : t("need_role", { role: t(`roles.${role}`) })
}
