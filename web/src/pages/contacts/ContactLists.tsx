import { ActionIcon, Button, Fieldset, Group, SimpleGrid, Stack, Text, TextInput } from "@mantine/core"
import type { UseFormReturnType } from "@mantine/form"
import { IconPlus, IconTrash } from "@tabler/icons-react"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { ADDRESS_PARTS, blankAddress, blankEmail, blankPhone, type ContactValues } from "./contactForm"

type Props = { form: UseFormReturnType<ContactValues> }

/** The inputs for the e-mails, phones and addresses of a contact. The first of each is the one that is used. */
export function ContactLists({ form }: Props) {
  const { t } = useTranslation("contacts")
  const field = (path: string) => ({ ...form.getInputProps(path), "data-path": path, autoComplete: "off" })
  return (
    <>
      <Fieldset legend={t("form.reach")}>
        <SimpleGrid cols={{ base: 1, md: 2 }}>
          <Stack gap="xs">
            {form.values.emails.map((email, at) => (
              <Row
                key={email.key}
                remove={() => form.removeListItem("emails", at)}
                label={t("form.remove_email", { n: at + 1 })}
              >
                <TextInput
                  flex={1}
                  type="email"
                  aria-label={t("form.nth_email", { n: at + 1 })}
                  placeholder={t("form.email_placeholder")}
                  {...field(`emails.${at}.address`)}
                />
                <TextInput
                  w={110}
                  aria-label={t("form.nth_email_label", { n: at + 1 })}
                  placeholder={t("form.label")}
                  {...field(`emails.${at}.label`)}
                />
              </Row>
            ))}
            <Add onClick={() => form.insertListItem("emails", blankEmail())}>{t("form.add_email")}</Add>
          </Stack>
          <Stack gap="xs">
            {form.values.phones.map((phone, at) => (
              <Row
                key={phone.key}
                remove={() => form.removeListItem("phones", at)}
                label={t("form.remove_phone", { n: at + 1 })}
              >
                <TextInput
                  flex={1}
                  type="tel"
                  aria-label={t("form.nth_phone", { n: at + 1 })}
                  placeholder={t("form.phone_placeholder")}
                  {...field(`phones.${at}.number`)}
                />
                <TextInput
                  w={110}
                  aria-label={t("form.nth_phone_label", { n: at + 1 })}
                  placeholder={t("form.label")}
                  {...field(`phones.${at}.label`)}
                />
              </Row>
            ))}
            <Add onClick={() => form.insertListItem("phones", blankPhone())}>{t("form.add_phone")}</Add>
          </Stack>
        </SimpleGrid>
        <Text size="xs" c="dimmed" mt="xs">
          {t("form.first_hint")}
        </Text>
      </Fieldset>
      <Fieldset legend={t("fields.addresses")}>
        <Stack gap="lg">
          {form.values.addresses.map((address, at) => (
            <Row
              key={address.key}
              remove={() => form.removeListItem("addresses", at)}
              label={t("form.remove_address", { n: at + 1 })}
            >
              <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} flex={1} spacing="xs">
                {ADDRESS_PARTS.map((part) => (
                  <TextInput
                    key={part}
                    size="sm"
                    label={t(`address.${part}`)}
                    {...field(`addresses.${at}.${part}`)}
                  />
                ))}
              </SimpleGrid>
            </Row>
          ))}
          <Add onClick={() => form.insertListItem("addresses", blankAddress())}>{t("form.add_address")}</Add>
        </Stack>
      </Fieldset>
    </>
  )
}

function Row({ children, remove, label }: { children: ReactNode; remove: () => void; label: string }) {
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      {children}
      <ActionIcon variant="subtle" color="gray" size={36} aria-label={label} title={label} onClick={remove}>
        <IconTrash size={16} />
      </ActionIcon>
    </Group>
  )
}

function Add({ children, onClick }: { children: ReactNode; onClick: () => void }) {
  return (
    <Button
      variant="subtle"
      size="compact-sm"
      style={{ alignSelf: "flex-start" }}
      leftSection={<IconPlus size={14} />}
      onClick={onClick}
    >
      {children}
    </Button>
  )
}
