import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { fieldsOf, type Schema } from "./eventFields"

const read = (type: string) =>
  JSON.parse(readFileSync(new URL(`../../../../docs/events/${type}.json`, import.meta.url), "utf8")) as Schema

const fields = (message: unknown) => fieldsOf(read("ORDER_CREATED"), message)

test("a field is told by its path, through references and lists", () => {
  const quantity = fields({}).find(({ path }) => path === "data.order.lines[].quantity")
  expect(quantity).toMatchObject({ required: true })
  expect(quantity?.type).toContain("string")
  expect(fields({}).find(({ path }) => path === "data.order.state")?.type).toContain('"confirmed"')
})

test("what a message lacks is told where it would stand, and only there", () => {
  const missing = (message: unknown) =>
    fields(message).flatMap(({ path, missing }) => (missing ? [path] : []))
  expect(missing({})).toContain("data")
  // Of what is not there at all, not its fields too.
  expect(missing({})).not.toContain("data.order")
  expect(missing({ data: { order: { lines: [{ quantity: "1" }, {}] } } })).toContain(
    "data.order.lines[].quantity",
  )
  expect(missing({ data: { order: { lines: [{ quantity: "1" }] } } })).not.toContain(
    "data.order.lines[].quantity",
  )
})
