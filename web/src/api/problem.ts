import type { FieldError, Problem } from "./generated/schema"

/** The server's "no", as RFC 9457 has it. `problem.code` is for programs, `problem.detail` is English and for people. */
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

/** Nobody answered: the network or the server is gone. */
export class Unreachable extends Error {
  constructor() {
    super("nobody answers")
    this.name = "Unreachable"
  }
}

/** A retry may help: nobody answered, or the server said "not now". */
export function isPassing(error: unknown): boolean {
  return error instanceof Unreachable || (error instanceof Refused && [408, 429, 503].includes(error.status))
}

/** What an answer that is no problem document comes down to, such as a proxy's own page. */
export async function refusal(response: Response): Promise<Refused> {
  const wait = Number(response.headers.get("retry-after"))
  const body: unknown = await response.json().catch(() => null)
  const told = typeof body === "object" && body !== null && "code" in body
  const problem: Problem = told
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
