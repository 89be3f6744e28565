import { expect, test } from "vitest"
import { matching } from "./searchMatches"

const FOUND = [
  { number: "O-1000", contact: "Épicerie du Port" },
  { number: "O-1001", contact: "Boulangerie" },
]
const texts = (order: (typeof FOUND)[number]) => [order.number, order.contact]

test("what was found for less is not chosen by Enter before the answer is there", () => {
  // Found for "O-100"; "O-1001" is typed by now.
  expect(matching(FOUND, "O-1001", false, texts)).toEqual([FOUND[1]])
  expect(matching(FOUND, " épicerie ", false, texts)).toEqual([FOUND[0]])
  expect(matching(FOUND, "nothing of it", false, texts)).toEqual([])
})

test("the server's answer stands as it is, for it looks into more than what is shown", () => {
  expect(matching(FOUND, "by the SKU of a line", true, texts)).toEqual(FOUND)
})
