import { Store } from "@/lib/store"
import { connectionLost, connectionRestored } from "./connection"
import type { SignedIn, SignIn, User } from "./generated/schema"
import { Refused, refusedBy, Unreachable } from "./problem"

/**
 * Who is signed in. The access token (15 minutes) stays in memory; the refresh token is in a cookie that scripts cannot read.
 * A refresh token is good once, so tabs must not use it at the same time: one holds a lock, and sends the others the result.
 */
type State = { user: User; token: string; until: number } | "unknown" | "signed_out"

export const session = new Store<State>("unknown")

const SESSIONS = "/api/v1/sessions"
/** A token with less than this left is renewed, in milliseconds. */
const RENEWAL_MARGIN = 20_000

type TabMessage = { signedIn: SignedIn; at: number } | "signed_out"
const tabs = new BroadcastChannel("session")
tabs.onmessage = ({ data }: MessageEvent<TabMessage>) => {
  if (data === "signed_out") session.set("signed_out")
  else startSession(data.signedIn, data.at)
}

function startSession(signedIn: SignedIn, at: number): void {
  session.set({ user: signedIn.user, token: signedIn.access_token, until: at + signedIn.expires_in * 1000 })
}

/** Starts the session here and in the other tabs. */
function startEverywhere(signedIn: SignedIn): void {
  const at = Date.now()
  startSession(signedIn, at)
  tabs.postMessage({ signedIn, at } satisfies TabMessage)
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
  connectionRestored()
  if (!response.ok) throw await refusedBy(response)
  return response
}

export async function signIn(input: SignIn): Promise<void> {
  startEverywhere((await (await call(SESSIONS, "POST", input)).json()) as SignedIn)
}

export async function signOut(): Promise<void> {
  await call(`${SESSIONS}/current`, "DELETE").catch((error: unknown) => {
    // A session that has ended anyway is what was asked for.
    if (!(error instanceof Refused && error.status === 401)) throw error
  })
  endSession()
}

/** Ends the session here and in the other tabs. */
export function endSession(): void {
  session.set("signed_out")
  tabs.postMessage("signed_out" satisfies TabMessage)
}

/** Replaces the user of the session, after a change of one's own profile. */
export function updateSessionUser(user: User): void {
  const current = session.get()
  if (typeof current === "object") session.set({ ...current, user })
}

/** An access token that is valid for a while, renewed if need be; null if nobody is signed in. `stale` is one that was just refused. */
export async function token(stale?: string): Promise<string | null> {
  const valid = () => {
    const current = session.get()
    return typeof current === "object" &&
      current.token !== stale &&
      current.until - Date.now() > RENEWAL_MARGIN
      ? current.token
      : null
  }
  const now = valid()
  if (now || session.get() === "signed_out") return now
  return navigator.locks.request("refresh-session", async () => {
    // Another tab may have been faster.
    const meanwhile = valid()
    if (meanwhile || session.get() === "signed_out") return meanwhile
    try {
      startEverywhere((await (await call(`${SESSIONS}/refresh`, "POST")).json()) as SignedIn)
    } catch (error) {
      if (!(error instanceof Refused && error.status < 500 && error.status !== 429)) throw error
      endSession()
    }
    return valid()
  })
}
