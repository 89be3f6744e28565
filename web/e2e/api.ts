import createClient from "openapi-fetch"
import type { paths } from "../src/api/generated/schema"
import type { Site } from "./site"

/** The API as another program would use it, signed in as the site's administrator: to prepare, and to look behind the screen. */
export async function apiOf(site: Site) {
  const client = createClient<paths>({ baseUrl: site.url })
  const { data } = await client.POST("/api/v1/sessions", {
    body: { email: site.email, password: site.password },
  })
  if (!data) throw new Error("the administrator can sign in")
  client.use({
    onRequest: ({ request }) => {
      request.headers.set("authorization", `Bearer ${data.access_token}`)
      return request
    },
  })
  return client
}
