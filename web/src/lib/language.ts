import { createInstance, type Resource } from "i18next"
import { initReactI18next } from "react-i18next"

export const LANGUAGES = ["en", "fr"] as const
export type Language = (typeof LANGUAGES)[number]

const CHOSEN = "comptoir.language"
const instance = createInstance()

/** The language that was chosen, or the first of the browser’s languages that we have. */
function preferredLanguage(): Language {
  const chosen = localStorage.getItem(CHOSEN)
  const spoken = [chosen ?? "", ...navigator.languages].map((tag) => tag.slice(0, 2))
  return LANGUAGES.find((language) => language === spoken.find((tag) => isLanguage(tag))) ?? "en"
}

function isLanguage(tag: string): tag is Language {
  return (LANGUAGES as readonly string[]).includes(tag)
}

/** Loads the texts of one language; the others stay on the server. */
async function words(language: Language): Promise<Resource[string]> {
  if (language === "fr") {
    const french = await import("./words/fr")
    refusals = french.refusals
    return french.words
  }
  refusals = {}
  return (await import("./words/en")).words
}

let refusals: Record<string, string> = {}

/** The sentence for a code of the API in the language on screen. The server’s own message is English, and used as it is. */
export function refusalText(code: string, message: string): string {
  const limit = /\d+/.exec(message)?.[0] ?? "…"
  return refusals[code]?.replace("{{limit}}", limit).replace("{{message}}", () => message) ?? message
}

export async function startLanguage(): Promise<void> {
  const language = preferredLanguage()
  await instance.use(initReactI18next).init({
    lng: language,
    resources: { [language]: await words(language) },
    defaultNS: "common",
    fallbackLng: false,
    interpolation: { escapeValue: false },
    returnEmptyString: false,
  })
  document.documentElement.lang = language
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(CHOSEN, language)
  for (const [namespace, texts] of Object.entries(await words(language)))
    instance.addResourceBundle(language, namespace, texts)
  await instance.changeLanguage(language)
  document.documentElement.lang = language
}

/** `en` or `fr`: what is on screen. */
export function language(): Language {
  return isLanguage(instance.language) ? instance.language : "en"
}

/** For `Intl`. British English writes days before months, as the rest of Europe does. */
export function locale(): string {
  return language() === "fr" ? "fr-FR" : "en-GB"
}
