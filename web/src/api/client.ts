import createClient, { type Middleware } from "openapi-fetch"
import { connectionLost, connectionRestored } from "./connection"
import type { paths } from "./generated/schema"
import { refusedBy, Unreachable } from "./problem"
import { token } from "./session"

/**
 * The API client, typed by `openapi.json`. `data(api.GET(…))` gives the answer's body or throws `Refused` or `Unreachable`.
 */
export const api = createClient<paths>({
  baseUrl: location.origin,
  fetch: send,
  querySerializer: { array: { style: "form", explode: false } },
})

const authorise: Middleware = {
  async onRequest({ request }) {
    const bearer = await token()
    if (bearer) request.headers.set("authorization", `Bearer ${bearer}`)
    return request
  },
}
api.use(authorise)

/** Sends a request, and once more with a new token if the one it had has just expired. */
async function send(request: Request): Promise<Response> {
  const retry = request.clone()
  const response = await tracked(request)
  if (response.status !== 401) return response
  const used = request.headers.get("authorization")?.replace("Bearer ", "")
  const bearer = await token(used)
  if (!bearer) return response
  retry.headers.set("authorization", `Bearer ${bearer}`)
  return tracked(retry)
}

/** `fetch` that notes whether the server could be reached. */
async function tracked(request: Request): Promise<Response> {
  try {
    const response = await fetch(request)
    connectionRestored()
    return response
  } catch (error) {
    if (request.signal.aborted) throw error
    connectionLost()
    throw new Unreachable()
  }
}

type Answer<T> = { data?: T; error?: unknown; response: Response }

/** The body of an answer; throws what the server refused. */
export async function data<T>(pending: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await pending
  if (response.ok) return data as T
  throw await refusedBy(
    new Response(JSON.stringify(error), { status: response.status, headers: response.headers }),
  )
}

/** The header of an edit that names the version it changes. */
export function ifMatch(version: number): { "If-Match": string } {
  return { "If-Match": `"${version}"` }
}

/** A new idempotency key. A request that is repeated keeps its key, so that the server does it once. */
export function newIdempotencyKey(): string {
  return crypto.randomUUID()
}

/** Downloads a file that needs a token to be read, such as a PDF or CSV. */
export async function download(path: string, name?: string): Promise<void> {
  const bearer = await token()
  const response = await tracked(
    new Request(path, { headers: bearer ? { authorization: `Bearer ${bearer}` } : {} }),
  )
  if (!response.ok) throw await refusedBy(response)
  const disposition = /filename="?([^";]+)"?/.exec(response.headers.get("content-disposition") ?? "")
  const address = URL.createObjectURL(await response.blob())
  const link = Object.assign(document.createElement("a"), {
    href: address,
    download: name ?? disposition?.[1] ?? "",
  })
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
