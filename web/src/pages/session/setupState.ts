import { read } from "@/api/read"

/** The query whether nobody has an account yet. */
export const setupState = read("/api/v1/setup", {})
