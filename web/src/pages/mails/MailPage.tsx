import { Alert, Anchor, Box, Tabs, Text } from "@mantine/core"
import { notifications } from "@mantine/notifications"
import { IconDownload } from "@tabler/icons-react"
import { useMutation, useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { Link, useNavigate, useParams } from "react-router"
import { api, data, download, newIdempotencyKey } from "@/api/client"
import type { MailDetail } from "@/api/generated/schema"
import { invalidate, read } from "@/api/read"
import { useNotifyFailure } from "@/lib/errors"
import { moment } from "@/lib/format"
import { Loaded } from "@/lib/Loaded"
import { useNeeds } from "@/lib/useNeeds"
import { paths } from "@/paths"
import { ActionButton } from "@/ui/ActionButton"
import { Attempts } from "@/ui/Attempts"
import { DescriptionList } from "@/ui/DescriptionList"
import { MailFrame } from "@/ui/MailFrame"
import { Page } from "@/ui/Page"
import { Section } from "@/ui/Section"
import { StateBadge } from "@/ui/StateBadge"

export function Component() {
  const { id = "" } = useParams()
  const mail = useQuery({
    ...read("/api/v1/mails/{id}", { path: { id } }),
    refetchInterval: ({ state }) => (state.data?.state === "pending" ? 1_500 : false),
  })
  return <Loaded query={mail}>{(mail) => <Shown key={mail.id} mail={mail} />}</Loaded>
}

function Shown({ mail }: { mail: MailDetail }) {
  const { t } = useTranslation("mails")
  const common = useTranslation().t
  return (
    <Page
      title={mail.subject ?? t(`kinds.${mail.kind}`)}
      aside={<StateBadge of="delivery" state={mail.state} />}
      hint={
        <Anchor component={Link} to={paths.mails} size="sm">
          {t("title")}
        </Anchor>
      }
      actions={<Actions mail={mail} />}
    >
      {mail.error ? <Alert color={mail.state === "skipped" ? "gray" : "red"}>{mail.error}</Alert> : null}
      <DescriptionList
        facts={[
          [t("to"), mail.to],
          [t("from"), mail.from],
          [t("kind"), t(`kinds.${mail.kind}`)],
          [common("fields.language"), mail.language ? t(`languages.${mail.language}`) : null],
          [
            t("order"),
            <Anchor key="order" component={Link} to={paths.order(mail.order_id)} size="sm">
              {t("open_order")}
            </Anchor>,
          ],
          [
            t("contact"),
            <Anchor key="contact" component={Link} to={paths.contact(mail.contact_id)} size="sm">
              {t("open_contact")}
            </Anchor>,
          ],
          [t("sent"), mail.sent_at ? moment(mail.sent_at) : null],
          [t("next"), mail.state === "pending" && mail.next_attempt_at ? moment(mail.next_attempt_at) : null],
          [
            t("resent_of"),
            mail.resent_of ? (
              <Anchor key="before" component={Link} to={paths.mail(mail.resent_of)} size="sm">
                {t("resent_of_link")}
              </Anchor>
            ) : null,
          ],
          [t("resent_by"), mail.resent_by],
          [t("message_id"), mail.message_id],
        ]}
      />
      <Message mail={mail} />
      <Section title={t("attempts")}>
        <Attempts attempts={mail.made} />
      </Section>
    </Page>
  )
}

function Message({ mail }: { mail: MailDetail }) {
  const { t } = useTranslation("mails")
  return (
    <Section title={t("message")}>
      {mail.html || mail.text ? (
        <Tabs defaultValue={mail.html ? "html" : "text"} keepMounted={false}>
          <Tabs.List mb="sm">
            {mail.html ? <Tabs.Tab value="html">{t("html")}</Tabs.Tab> : null}
            <Tabs.Tab value="text">{t("text")}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="html">
            <MailFrame html={mail.html ?? ""} title={t("frame")} />
          </Tabs.Panel>
          <Tabs.Panel value="text">
            <Box component="pre" fz="sm" m={0} style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
              {mail.text}
            </Box>
          </Tabs.Panel>
        </Tabs>
      ) : (
        <Text size="sm" c="dimmed">
          {t("no_message")}
        </Text>
      )}
    </Section>
  )
}

function Actions({ mail }: { mail: MailDetail }) {
  const { t } = useTranslation("mails")
  const navigate = useNavigate()
  const clerk = useNeeds("clerk")
  const notifyFailure = useNotifyFailure()
  const [key] = useState(newIdempotencyKey)
  const resend = useMutation({
    mutationFn: () =>
      data(
        api.POST("/api/v1/mails/{id}/resend", {
          params: { path: { id: mail.id }, header: { "Idempotency-Key": key } },
        }),
      ),
    onSuccess: (again) => {
      notifications.show({ color: "green", message: t("resent") })
      void invalidate("mails")
      navigate(paths.mail(again.id))
    },
    onError: notifyFailure,
  })
  const unsent = mail.state === "done" ? null : t(mail.state === "pending" ? "under_way" : "never_sent")
  return (
    <>
      <ActionButton
        variant="default"
        leftSection={<IconDownload size={16} />}
        disabledReason={unsent}
        onClick={() => download(`/api/v1/mails/${mail.id}/file`, `${mail.id}.eml`).catch(notifyFailure)}
      >
        {t("eml")}
      </ActionButton>
      <ActionButton
        disabledReason={clerk ?? unsent}
        loading={resend.isPending}
        onClick={() => resend.mutate()}
      >
        {t("resend")}
      </ActionButton>
    </>
  )
}
