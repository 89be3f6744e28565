import type { words } from "./words/en"

// Keys are checked by the compiler; a test holds French to English.
declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "common"
    resources: typeof words
    returnNull: false
  }
}
