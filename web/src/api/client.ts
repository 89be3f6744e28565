import createClient, { type Middleware } from "openapi-fetch"
import { connectionFound, connectionLost } from "./connection"
import type { paths } from "./generated/schema"
import { refusal, Unreachable } from "./problem"
import { token } from "./session"

/**
 * The API by the types of `openapi.json`. `data(api.GET(…))` gives the answer's body or throws `Refused` or `Unreachable`.
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

/** Sends it, and once more with a new token if the one it had has just run out. */
async function send(request: Request): Promise<Response> {
  const again = request.clone()
  const response = await reach(request)
  if (response.status !== 401) return response
  const used = request.headers.get("authorization")?.replace("Bearer ", "")
  const bearer = await token(used)
  if (!bearer) return response
  again.headers.set("authorization", `Bearer ${bearer}`)
  return reach(again)
}

async function reach(request: Request): Promise<Response> {
  try {
    const response = await fetch(request)
    connectionFound()
    return response
  } catch (error) {
    if (request.signal.aborted) throw error
    connectionLost()
    throw new Unreachable()
  }
}

type Answer<T> = { data?: T; error?: unknown; response: Response }

/** The body of an answer; throws what the server refused. */
export async function data<T>(asked: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await asked
  if (response.ok) return data as T
  throw await refusal(
    new Response(JSON.stringify(error), { status: response.status, headers: response.headers }),
  )
}

/** For an edit: the version that it changes. */
export function ifMatch(version: number): { "If-Match": string } {
  return { "If-Match": `"${version}"` }
}

/** A key for one thing to do; send the same one when repeating it. */
export function newKey(): string {
  return crypto.randomUUID()
}

/** A file that needs a token to be read, such as a PDF or CSV, as a download. */
export async function download(path: string, name?: string): Promise<void> {
  const bearer = await token()
  const response = await reach(
    new Request(path, { headers: bearer ? { authorization: `Bearer ${bearer}` } : {} }),
  )
  if (!response.ok) throw await refusal(response)
  const told = /filename="?([^";]+)"?/.exec(response.headers.get("content-disposition") ?? "")
  const address = URL.createObjectURL(await response.blob())
  const link = Object.assign(document.createElement("a"), {
    href: address,
    download: name ?? told?.[1] ?? "",
  })
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
