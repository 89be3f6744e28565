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
  const loaded = language === "fr" ? await import("./words/fr") : await import("./words/en")
  return loaded.words
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
