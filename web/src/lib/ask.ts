import { Store } from "./store"

export type Question = {
  title: string
  text?: string
  yes: string
  no: string
  /** What cannot be undone is said in red. */
  grave?: boolean
}

/** What is being asked right now; ui/Asked.tsx shows it. */
export const asked = new Store<{ question: Question; answer: (yes: boolean) => void } | null>(null)

/** Asks the person, and waits for the answer. Closing the question is a no. */
export function ask(question: Question): Promise<boolean> {
  asked.get()?.answer(false)
  return new Promise((resolve) => {
    asked.set({
      question,
      answer: (yes) => {
        asked.set(null)
        resolve(yes)
      },
    })
  })
}
