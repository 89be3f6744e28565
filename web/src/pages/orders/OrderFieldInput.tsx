import { TagsInput, Textarea, TextInput } from "@mantine/core"
import type { UseFormReturnType } from "@mantine/form"
import { useWord } from "@/lib/useWord"
import type { OrderField, OrderValues, PlainField } from "./orderFields"

type Props = {
  name: PlainField
  field: OrderField
  form: UseFormReturnType<OrderValues>
  hint: string | undefined
}

/** The control for a plain field of an order, by its kind. */
export function OrderFieldInput({ name, field, form, hint }: Props) {
  const word = useWord()
  const shared = { label: word(field.label), description: hint, ...form.getInputProps(name) }
  if (field.kind === "tags") return <TagsInput {...shared} />
  if (field.kind === "notes") return <Textarea autosize minRows={2} {...shared} />
  if (field.kind === "day")
    return (
      <TextInput type="date" inputWrapperOrder={["label", "input", "description", "error"]} {...shared} />
    )
  return (
    <TextInput
      placeholder={field.placeholder ? word(field.placeholder) : ""}
      maxLength={100}
      data-entry
      {...shared}
    />
  )
}
