import type { FieldError, Problem } from "./generated/schema"

/** An error answer of the API, a problem document of RFC 9457. Programs read `code`; `detail` is English and for people. */
export class Refused extends Error {
  constructor(
    readonly problem: Problem,
    readonly retryAfterSeconds: number | null,
  ) {
    super(problem.detail)
    this.name = "Refused"
  }

  get code(): string {
    return this.problem.code
  }

  get status(): number {
    return this.problem.status
  }

  get fields(): FieldError[] {
    return this.problem.errors ?? []
  }
}

/** No answer: the network or the server is gone. */
export class Unreachable extends Error {
  constructor() {
    super("the server does not answer")
    this.name = "Unreachable"
  }
}

/** Whether a retry may help: there was no answer, or the server said "not now". */
export function isTemporary(error: unknown): boolean {
  return error instanceof Unreachable || (error instanceof Refused && [408, 429, 503].includes(error.status))
}

/** The version that stands now, if a change was refused because somebody else has saved one meanwhile. */
export function staleCurrent<T>(error: unknown): T | null {
  if (!(error instanceof Refused && error.code === "stale" && error.problem.current)) return null
  return error.problem.current as T
}

/** What an edit ends with when its person closes the conflict without deciding: it can be saved again. */
export function undecided(detail = ""): Refused {
  return new Refused({ type: "", title: "", status: 412, code: "stale", detail }, null)
}

/** The error of an answer; one of our own making where it is no problem document, such as a proxy's page. */
export async function refusedBy(response: Response): Promise<Refused> {
  const wait = Number(response.headers.get("retry-after"))
  const body: unknown = await response.json().catch(() => null)
  const isProblem = typeof body === "object" && body !== null && "code" in body
  const problem: Problem = isProblem
    ? (body as Problem)
    : {
        type: "about:blank",
        title: response.statusText,
        status: response.status,
        code: response.status >= 500 ? "gateway" : "internal",
        detail: response.statusText || `HTTP ${response.status}`,
      }
  return new Refused(problem, Number.isFinite(wait) && wait > 0 ? wait : null)
}
