import { useTranslation } from "react-i18next"
import type { Role } from "@/api/generated/schema"
import { useHasRole } from "./may"

/** For `ActionButton`: why somebody of a lesser role may not do it, or null. */
export function useNeeds(role: Role): string | null {
  const { t } = useTranslation()
  const may = useHasRole(role)
  return may ? null : t("need_role", { role: t(`roles.${role}`) })
}
