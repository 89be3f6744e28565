import { Store } from "@/lib/store"
import { connectionFound, connectionLost } from "./connection"
import type { SignedIn, SignIn, User } from "./generated/schema"
import { Refused, refusal, Unreachable } from "./problem"

/**
 * Who is signed in. The access token (15 minutes) stays in memory; the refresh token is in a cookie that scripts cannot read.
 * A refresh token is good once, so tabs must not use it at the same time: one holds a lock, and tells the others.
 */
type State = { user: User; token: string; until: number } | "unknown" | "out"

export const session = new Store<State>("unknown")

const SESSIONS = "/api/v1/sessions"
/** Renewed when less is left, in milliseconds. */
const MARGIN = 20_000

type Told = { signedIn: SignedIn; at: number } | "out"
const tabs = new BroadcastChannel("session")
tabs.onmessage = ({ data }: MessageEvent<Told>) => {
  if (data === "out") session.set("out")
  else take(data.signedIn, data.at)
}

function take(signedIn: SignedIn, at: number): void {
  session.set({ user: signedIn.user, token: signedIn.access_token, until: at + signedIn.expires_in * 1000 })
}

function share(signedIn: SignedIn): void {
  const at = Date.now()
  take(signedIn, at)
  tabs.postMessage({ signedIn, at } satisfies Told)
}

async function call(path: string, method: "POST" | "DELETE", body?: object): Promise<Response> {
  const headers: Record<string, string> = body ? { "content-type": "application/json" } : {}
  const current = session.get()
  if (typeof current === "object") headers.authorization = `Bearer ${current.token}`
  const sent = fetch(path, {
    method,
    headers,
    body: body ? JSON.stringify(body) : null,
    credentials: "same-origin",
  })
  const response = await sent.catch(() => {
    connectionLost()
    throw new Unreachable()
  })
  connectionFound()
  if (!response.ok) throw await refusal(response)
  return response
}

export async function signIn(input: SignIn): Promise<void> {
  share((await (await call(SESSIONS, "POST", input)).json()) as SignedIn)
}

export async function signOut(): Promise<void> {
  await call(`${SESSIONS}/current`, "DELETE").catch((error: unknown) => {
    // A session that has ended anyway is what was asked for.
    if (!(error instanceof Refused && error.status === 401)) throw error
  })
  ended()
}

export function ended(): void {
  session.set("out")
  tabs.postMessage("out" satisfies Told)
}

/** After a change of one's own profile. */
export function userChanged(user: User): void {
  const current = session.get()
  if (typeof current === "object") session.set({ ...current, user })
}

/** A token that is good for a while. `stale` is one that the server has just refused. */
export async function token(stale?: string): Promise<string | null> {
  const good = () => {
    const current = session.get()
    return typeof current === "object" && current.token !== stale && current.until - Date.now() > MARGIN
      ? current.token
      : null
  }
  const now = good()
  if (now || session.get() === "out") return now
  return navigator.locks.request("refresh-session", async () => {
    // Another tab may have been faster.
    const meanwhile = good()
    if (meanwhile || session.get() === "out") return meanwhile
    try {
      share((await (await call(`${SESSIONS}/refresh`, "POST")).json()) as SignedIn)
    } catch (error) {
      if (!(error instanceof Refused && error.status < 500 && error.status !== 429)) throw error
      ended()
    }
    return good()
  })
}
