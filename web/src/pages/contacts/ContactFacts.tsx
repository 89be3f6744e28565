import { Anchor, Text } from "@mantine/core"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import type { Contact } from "@/api/generated/schema"
import classes from "./ContactFacts.module.css"
import { addressText } from "./contactForm"

/** The details of a contact: e-mails, phones, addresses, identifiers. What is not known is left out. */
export function ContactFacts({ contact }: { contact: Contact }) {
  const { t } = useTranslation("contacts")
  const common = useTranslation().t
  const ids = (["siren", "siret", "vat_number", "external_id"] as const).filter((name) => contact[name])
  return (
    <dl className={classes.facts}>
      {contact.emails.map(({ address, label }, at) => (
        <Fact key={address} name={at === 0 ? t("fields.emails") : ""} label={label}>
          <Anchor href={`mailto:${address}`} size="sm">
            {address}
          </Anchor>
        </Fact>
      ))}
      {contact.phones.map(({ number, label }, at) => (
        <Fact key={number} name={at === 0 ? t("fields.phones") : ""} label={label}>
          <Anchor href={`tel:${number.replace(/\s/g, "")}`} size="sm">
            {number}
          </Anchor>
        </Fact>
      ))}
      {contact.addresses.map((address, at) => (
        <Fact
          key={`${addressText(address)} ${address.label ?? ""}`}
          name={at === 0 ? t("fields.addresses") : ""}
          label={address.label}
        >
          {addressText(address)}
        </Fact>
      ))}
      {ids.map((name) => (
        <Fact key={name} name={t(`fields.${name}`)}>
          {contact[name]}
        </Fact>
      ))}
      <Fact name={t("fields.language")}>{common(`languages.${contact.language}`)}</Fact>
      <Fact name={t("fields.mail_opt_out")}>{t(contact.mail_opt_out ? "mail.none" : "mail.wanted")}</Fact>
    </dl>
  )
}

function Fact({
  name,
  label,
  children,
}: {
  name: string
  label?: string | null | undefined
  children: ReactNode
}) {
  return (
    <>
      <dt className={classes.name}>{name}</dt>
      <dd className={classes.value}>
        {children}
        {label ? (
          <Text span size="sm" c="dimmed">
            {" "}
            · {label}
          </Text>
        ) : null}
      </dd>
    </>
  )
}
