import { queryOptions } from "@tanstack/react-query"
import { api, data } from "@/api/client"

/** Whether nobody has an account yet. */
export const setupState = queryOptions({
  queryKey: ["setup"],
  queryFn: () => data(api.GET("/api/v1/setup")),
})
