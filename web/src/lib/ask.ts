import { Store } from "./store"

export type Question = {
  title: string
  text?: string
  yes: string
  no: string
  /** What cannot be undone has a red button. */
  destructive?: boolean
}

/** The question on screen, if there is one; ui/QuestionDialog.tsx shows it. */
export const openQuestion = new Store<{ question: Question; answer: (yes: boolean) => void } | null>(null)

/** Asks the person, and waits for the answer. Closing the question is a no. */
export function ask(question: Question): Promise<boolean> {
  openQuestion.get()?.answer(false)
  return new Promise((resolve) => {
    openQuestion.set({
      question,
      answer: (yes) => {
        openQuestion.set(null)
        resolve(yes)
      },
    })
  })
}
