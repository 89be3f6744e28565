import { createInstance, type Resource } from "i18next"
import { initReactI18next } from "react-i18next"

export const LANGUAGES = ["en", "fr"] as const
export type Language = (typeof LANGUAGES)[number]

const CHOSEN = "comptoir.language"
const instance = createInstance()

/** The one that was chosen, or else the browser's first that we speak. */
function wanted(): Language {
  const chosen = localStorage.getItem(CHOSEN)
  const spoken = [chosen ?? "", ...navigator.languages].map((tag) => tag.slice(0, 2))
  return LANGUAGES.find((language) => language === spoken.find((tag) => isLanguage(tag))) ?? "en"
}

function isLanguage(tag: string): tag is Language {
  return (LANGUAGES as readonly string[]).includes(tag)
}

/** Words of one language come as one file, and only that one. */
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

/** What the server says when it refuses, in the language on screen. The server's own words are English, and exact. */
export function refusal(code: string, message: string): string {
  const limit = /\d+/.exec(message)?.[0] ?? "…"
  return refusals[code]?.replace("{{limit}}", limit).replace("{{message}}", () => message) ?? message
}

export async function startLanguage(): Promise<void> {
  const language = wanted()
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
