import type { Role } from "@/api/generated/schema"
import { session } from "@/api/session"
import { useStore } from "./store"

const ROLES: Role[] = ["viewer", "clerk", "manager", "admin"]

/** Whether the signed-in person has this role or a higher one. The server decides; this only spares people a refusal. */
export function useHasRole(role: Role): boolean {
  const user = useUser()
  return user ? ROLES.indexOf(user.role) >= ROLES.indexOf(role) : false
}

export function useUser() {
  const current = useStore(session)
  return typeof current === "object" ? current.user : null
}
