import { Button, FileButton, Group, Image, Paper, Text } from "@mantine/core"
import { notifications } from "@mantine/notifications"
import { useMutation, useQuery } from "@tanstack/react-query"
import { useTranslation } from "react-i18next"
import { api, data, ifMatch } from "@/api/client"
import type { Settings } from "@/api/generated/schema"
import { invalidate, store } from "@/api/read"
import { useNotifyFailure } from "@/lib/errors"
import { useNeeds } from "@/lib/useNeeds"
import { ActionButton } from "@/ui/ActionButton"
import { Section } from "@/ui/Section"

/** The field for the logo at the head of documents. It is saved when it is chosen. */
export function LogoField({ settings }: { settings: Settings }) {
  const { t } = useTranslation("admin")
  const admin = useNeeds("admin")
  const notifyFailure = useNotifyFailure()
  const sha = settings.logo?.sha256
  const picture = useQuery({
    queryKey: ["settings-logo", sha],
    enabled: Boolean(sha),
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => {
      const blob = await data(api.GET("/api/v1/settings/logo", { signal, parseAs: "blob" }))
      return asUrl(blob as unknown as Blob)
    },
  })
  const change = useMutation({
    mutationFn: (file: File | null) => {
      const header = ifMatch(settings.version)
      if (!file) return data(api.DELETE("/api/v1/settings/logo", { params: { header } }))
      return data(
        api.PUT("/api/v1/settings/logo", {
          params: { header: { ...header, "Content-Type": file.type } as typeof header },
          headers: { "Content-Type": file.type },
          body: file as unknown as string,
          bodySerializer: (body: unknown) => body as Blob,
        }),
      )
    },
    onSuccess: (saved) => {
      store("/api/v1/settings", {}, saved)
      notifications.show({ color: "green", message: t("settings.logo_saved") })
    },
    onError: (error) => {
      notifyFailure(error)
      void invalidate("settings")
    },
  })
  return (
    <Section title={t("settings.logo")}>
      <Group>
        {picture.data && sha ? (
          <Paper withBorder p="xs" bg="white">
            <Image src={picture.data} alt={t("settings.logo")} h={56} w="auto" fit="contain" />
          </Paper>
        ) : (
          <Text size="sm" c="dimmed">
            {t("settings.logo_none")}
          </Text>
        )}
        {admin ? (
          <ActionButton variant="default" disabledReason={admin}>
            {t("settings.logo_choose")}
          </ActionButton>
        ) : (
          <FileButton accept="image/png,image/jpeg" onChange={(file) => file && change.mutate(file)}>
            {(props) => (
              <Button variant="default" loading={change.isPending} {...props}>
                {t("settings.logo_choose")}
              </Button>
            )}
          </FileButton>
        )}
        {sha ? (
          <ActionButton
            variant="subtle"
            color="red"
            disabledReason={admin}
            onClick={() => change.mutate(null)}
          >
            {t("settings.logo_remove")}
          </ActionButton>
        ) : null}
        <Text size="xs" c="dimmed">
          {t("settings.logo_hint")}
        </Text>
      </Group>
    </Section>
  )
}

function asUrl(blob: Blob): Promise<string> {
  return new Promise((read, failed) => {
    const reader = new FileReader()
    reader.onload = () => read(String(reader.result))
    reader.onerror = () => failed(reader.error)
    reader.readAsDataURL(blob)
  })
}
