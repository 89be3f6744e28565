import {
  Alert,
  Button,
  Checkbox,
  Fieldset,
  Group,
  SegmentedControl,
  Select,
  SimpleGrid,
  Stack,
  TagsInput,
  Textarea,
  TextInput,
} from "@mantine/core"
import { useForm } from "@mantine/form"
import { type ReactNode, useState } from "react"
import { useTranslation } from "react-i18next"
import { Refused } from "@/api/problem"
import { errorText, fieldErrors } from "@/lib/errors"
import { LANGUAGES } from "@/lib/language"
import { useLeaveGuard } from "@/lib/useLeaveGuard"
import { ContactLists } from "./ContactLists"
import { type ContactValues, formErrors } from "./contactForm"

type Props = {
  initial: ContactValues
  /** Rejects with what the server refused. */
  save: (values: ContactValues, anyway: boolean) => Promise<unknown>
  onCancel: () => void
  submitLabel: string
  /** A question of the server, such as possible duplicates; shown above the buttons. */
  question?: ((anyway: () => void, busy: boolean) => ReactNode) | null
  focusName?: boolean
}

/** The form of a new or existing contact. */
export function ContactForm({ initial, save, onCancel, submitLabel, question, focusName }: Props) {
  const { t } = useTranslation("contacts")
  const common = useTranslation().t
  const form = useForm<ContactValues>({
    initialValues: initial,
    validate: {
      name: (name) => (name.trim() ? null : common("errors.required")),
      emails: {
        address: (address) =>
          address.trim() && !/^\S+@\S+\.\S+$/.test(address.trim()) ? common("errors.email") : null,
      },
    },
  })
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const release = useLeaveGuard(form.isDirty())
  const submit = async (values: ContactValues, anyway = false) => {
    setBusy(true)
    setError(null)
    try {
      release(true)
      await save(values, anyway)
    } catch (refused) {
      release(false)
      const errors = formErrors(values, fieldErrors(refused))
      form.setErrors(errors)
      const shown = Object.keys(errors).length > 0
      const asked = refused instanceof Refused && ["possible_duplicate", "stale"].includes(refused.code)
      if (!shown && !asked) setError(refused)
      if (shown) focusFirst(errors)
    } finally {
      setBusy(false)
    }
  }
  const organisation = form.values.kind === "organisation"
  return (
    <form onSubmit={form.onSubmit((values) => void submit(values), focusFirst)} noValidate>
      <Stack>
        <Fieldset legend={t("form.who")}>
          <Stack gap="sm">
            <SegmentedControl
              aria-label={t("kind")}
              style={{ alignSelf: "flex-start" }}
              data={(["organisation", "person"] as const).map((kind) => ({
                value: kind,
                label: t(`kinds.${kind}`),
              }))}
              {...form.getInputProps("kind")}
            />
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <TextInput
                label={t("fields.name")}
                required
                autoFocus={Boolean(focusName)}
                autoComplete="off"
                maxLength={200}
                {...form.getInputProps("name")}
                data-path="name"
              />
              {organisation ? (
                <TextInput
                  label={t("fields.contact_name")}
                  autoComplete="off"
                  maxLength={200}
                  {...form.getInputProps("contact_name")}
                  data-path="contact_name"
                />
              ) : null}
            </SimpleGrid>
            <TagsInput
              label={t("fields.tags")}
              description={t("form.tags_hint")}
              clearable
              maxTags={50}
              {...form.getInputProps("tags")}
              data-path="tags"
            />
          </Stack>
        </Fieldset>
        <ContactLists form={form} />
        <Fieldset legend={t("form.ids")}>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            {(["siren", "siret", "vat_number", "external_id"] as const).map((name) => (
              <TextInput
                key={name}
                label={t(`fields.${name}`)}
                description={t(`form.${name}_hint`)}
                autoComplete="off"
                {...form.getInputProps(name)}
                data-path={name}
              />
            ))}
          </SimpleGrid>
        </Fieldset>
        <Fieldset legend={t("form.mails")}>
          <Stack gap="sm">
            <Select
              label={t("fields.language")}
              description={t("form.language_hint")}
              allowDeselect={false}
              maw={280}
              data={LANGUAGES.map((language) => ({
                value: language,
                label: common(`languages.${language}`),
              }))}
              {...form.getInputProps("language")}
            />
            <Checkbox
              label={t("form.opt_out")}
              description={t("form.opt_out_hint")}
              {...form.getInputProps("mail_opt_out", { type: "checkbox" })}
            />
          </Stack>
        </Fieldset>
        <Textarea
          label={t("fields.notes")}
          autosize
          minRows={3}
          maxRows={12}
          maxLength={4000}
          {...form.getInputProps("notes")}
          data-path="notes"
        />
        {error ? (
          <Alert color="red" role="alert">
            {errorText(error, common)}
          </Alert>
        ) : null}
        {question?.(() => form.onSubmit((values) => void submit(values, true), focusFirst)(), busy)}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {common("cancel")}
          </Button>
          <Button type="submit" loading={busy}>
            {submitLabel}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function focusFirst(errors: Record<string, unknown>): void {
  const first = Object.keys(errors)[0]
  if (first) document.querySelector<HTMLElement>(`[data-path="${CSS.escape(first)}"]`)?.focus()
}
