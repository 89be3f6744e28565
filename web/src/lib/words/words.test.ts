import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { words as english } from "./en"
import { words as french, refusals } from "./fr"

/** `a.b.c` → text. */
function flat(tree: object, prefix = ""): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tree).flatMap(([key, value]) =>
      typeof value === "string" ? [[prefix + key, value]] : Object.entries(flat(value, `${prefix}${key}.`)),
    ),
  )
}

const PLURAL = /_(one|many|other)$/
const names = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort()
const ENGLISH = flat(english)
const FRENCH = flat(french)

describe("words", () => {
  test("French says whatever English says, and nothing else", () => {
    const keys = (texts: Record<string, string>) =>
      [...new Set(Object.keys(texts).map((key) => key.replace(PLURAL, "")))].sort()
    expect(keys(FRENCH)).toEqual(keys(ENGLISH))
  })

  test("a text that counts has every form of its language", () => {
    for (const [texts, forms] of [
      [ENGLISH, ["one", "other"]],
      [FRENCH, ["one", "many", "other"]],
    ] as const) {
      const stems = new Set(
        Object.keys(texts)
          .filter((key) => PLURAL.test(key))
          .map((key) => key.replace(PLURAL, "")),
      )
      for (const stem of stems)
        for (const form of forms) expect(texts, `${stem}_${form}`).toHaveProperty([`${stem}_${form}`])
    }
  })

  test("both name the same values", () => {
    for (const [key, text] of Object.entries(ENGLISH)) {
      const other = FRENCH[key]
      if (other !== undefined && !PLURAL.test(key)) expect(names(other), key).toEqual(names(text))
    }
  })

  test("whatever the server refuses has French words", () => {
    // A test of the server holds this table to its code.
    const table = readFileSync(new URL("../../../../docs/api-design.md", import.meta.url), "utf8")
    const rows = table.split("\n").filter((line) => /^\| `\w+`.*\| (\d{3}|field)/.test(line))
    const codes = rows.flatMap((row) =>
      [...(row.split("|")[1] ?? "").matchAll(/`(\w+)`/g)].map(([, code]) => code),
    )
    expect(codes.length).toBeGreaterThan(100)
    expect(Object.keys(refusals).sort()).toEqual(codes.sort())
  })

  test("no text is empty, and French spacing is French", () => {
    for (const [key, text] of [...Object.entries(ENGLISH), ...Object.entries(FRENCH)])
      expect(text.trim(), key).not.toBe("")
    for (const [key, text] of Object.entries({ ...FRENCH, ...refusals }))
      expect(text, key).not.toMatch(/\w[?!;]( |$)|\w'\w/)
  })
})
