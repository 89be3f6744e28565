import { Alert, Button, Group, Loader, Paper, Progress, SimpleGrid, Stack, Text, Title } from "@mantine/core"
import { IconDownload } from "@tabler/icons-react"
import { useMutation, useQuery } from "@tanstack/react-query"
import { useTranslation } from "react-i18next"
import { api, data, download } from "@/api/client"
import type { Import } from "@/api/generated/schema"
import { invalidate, read } from "@/api/read"
import { useErrorText, useNotifyFailure } from "@/lib/errors"
import { count } from "@/lib/format"
import { ActionButton } from "@/ui/ActionButton"
import { Failed, LoadingRows } from "@/ui/States"

type Props = {
  id: string
  /** Imports the file of a trial for real; null where the file is not at hand any more. */
  proceed: (() => void) | null
  proceeding: boolean
  skipBad: boolean
}

export function isRunning({ state }: Import): boolean {
  return ["uploaded", "checking", "writing"].includes(state)
}

/** The progress and the result of an import. */
export function ImportProgress({ id, proceed, proceeding, skipBad }: Props) {
  const { t } = useTranslation("imports")
  const notifyFailure = useNotifyFailure()
  const query = useQuery({
    ...read("/api/v1/imports/{id}", { path: { id } }),
    refetchInterval: ({ state }) => (state.data && isRunning(state.data) ? 500 : false),
  })
  const cancel = useMutation({
    mutationFn: () => data(api.POST("/api/v1/imports/{id}/cancel", { params: { path: { id } } })),
    onError: notifyFailure,
    onSettled: () => void invalidate("imports"),
  })
  const failed = useErrorText(query.error)
  const shown = query.data
  if (!shown)
    return query.error ? (
      <Failed {...failed} retry={() => void query.refetch()} />
    ) : (
      <Paper withBorder>
        <LoadingRows rows={3} />
      </Paper>
    )
  const running = isRunning(shown)
  const share = shown.total ? (100 * shown.done) / shown.total : 0
  const rejects = (of: "file" | "lines") =>
    download(`/api/v1/imports/${id}/rejects.csv?of=${of}`).catch(notifyFailure)
  const blocked = shown.rejected > 0 && !skipBad ? t("blocked") : null
  return (
    <Paper withBorder p="md" component="section" aria-label={t("result")}>
      <Stack gap="sm">
        <Group justify="space-between">
          <Group gap="xs">
            {running ? <Loader size="xs" /> : null}
            <Title order={2}>{t(shown.dry_run ? "trial_of" : "import_of", { file: shown.file_name })}</Title>
          </Group>
          <Text size="sm" fw={600} role="status">
            {t(shown.dry_run && shown.state === "done" ? "states.checked" : `states.${shown.state}`)}
          </Text>
        </Group>
        {running ? (
          <Progress
            value={share}
            animated
            aria-label={t("progress")}
            striped={!shown.total}
            {...(shown.total ? {} : { value: 100 })}
          />
        ) : null}
        <SimpleGrid cols={{ base: 2, xs: 4 }}>
          {(["created", "updated", "unchanged", "rejected"] as const).map((what) => (
            <div key={what}>
              <Text size="xs" c="dimmed">
                {t(shown.dry_run ? `would.${what}` : `counts.${what}`)}
              </Text>
              <Text
                size="xl"
                fw={600}
                style={{ fontVariantNumeric: "tabular-nums" }}
                {...(what === "rejected" && shown.rejected > 0 ? { c: "var(--mantine-color-error)" } : {})}
              >
                {count(shown[what])}
              </Text>
            </div>
          ))}
        </SimpleGrid>
        {shown.error ? (
          <Alert color="orange" title={t("server_says")}>
            {/* The server's own words, which are English. */}
            <span lang="en">{shown.error}</span>
          </Alert>
        ) : null}
        <Group justify="flex-end">
          {shown.rejected > 0 ? (
            <>
              <Button
                variant="default"
                leftSection={<IconDownload size={16} />}
                onClick={() => void rejects("file")}
              >
                {t("rejects")}
              </Button>
              {shown.kind === "orders" ? (
                <Button variant="default" onClick={() => void rejects("lines")}>
                  {t("rejects_lines")}
                </Button>
              ) : null}
            </>
          ) : null}
          {running ? (
            <Button variant="default" color="red" loading={cancel.isPending} onClick={() => cancel.mutate()}>
              {t("cancel")}
            </Button>
          ) : null}
          {shown.dry_run && !running && proceed ? (
            <ActionButton disabledReason={blocked} loading={proceeding} onClick={proceed}>
              {t("proceed")}
            </ActionButton>
          ) : null}
        </Group>
      </Stack>
    </Paper>
  )
}
