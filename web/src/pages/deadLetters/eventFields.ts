/** A JSON Schema as docs/events has them: `$ref` within the file, no other keyword that would hide a field. */
export type Schema = {
  type?: string | string[]
  description?: string
  example?: unknown
  examples?: unknown[]
  enum?: unknown[]
  const?: unknown
  format?: string
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  oneOf?: Schema[]
  $ref?: string
  $defs?: Record<string, Schema>
}

export type Field = {
  /** `data.order.lines[].quantity` */
  path: string
  /** `text`, `number`, `list`, or the values that it may have. */
  type: string
  required: boolean
  description: string
  example: string
  missing: boolean
}

const DEPTH = 6

/** Every field that a message may have, in the schema's order, and whether the message lacks it. */
export function fieldsOf(schema: Schema, message: unknown): Field[] {
  const resolved = (part: Schema): Schema => {
    const name = part.$ref?.split("/").at(-1)
    const target = name ? schema.$defs?.[name] : undefined
    if (target) return { ...resolved(target), ...(part.description ? { description: part.description } : {}) }
    // "This, or nothing": of interest is this.
    const some = part.oneOf?.filter((choice) => choice.type !== "null")
    return some?.length === 1 && some[0] ? resolved(some[0]) : part
  }
  const walk = (part: Schema, prefix: string, there: unknown[], depth: number): Field[] => {
    const { properties = {}, required = [] } = resolved(part)
    if (depth > DEPTH) return []
    return Object.entries(properties).flatMap(([name, property]) => {
      const path = prefix ? `${prefix}.${name}` : name
      const known = resolved(property)
      const needed = required.includes(name)
      const values = there.map((value) => (value as Record<string, unknown>)[name])
      const field: Field = {
        path,
        type: typeOf(known),
        required: needed,
        description: known.description ?? "",
        example: exampleOf(known),
        missing: needed && values.some((value) => value === undefined),
      }
      const item = known.type === "array" && known.items ? known.items : null
      const inside = item ? values.flatMap((value) => (Array.isArray(value) ? value : [])) : values
      const children = walk(item ?? known, item ? `${path}[]` : path, inside.filter(isObject), depth + 1)
      return [field, ...children]
    })
  }
  return walk(schema, "", [message].filter(isObject), 0)
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

function typeOf(schema: Schema): string {
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ")
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  const types = [schema.type ?? (schema.oneOf ? "object" : [])].flat().filter((type) => type !== "null")
  return [types.join(" | "), schema.format].filter(Boolean).join(", ")
}

function exampleOf(schema: Schema): string {
  const example = schema.example ?? schema.examples?.[0]
  return example === undefined ? "" : JSON.stringify(example)
}
