import { Alert, FileInput, Group, Paper, SegmentedControl, Stack, Switch, Text, Title } from "@mantine/core"
import { IconFileTypeCsv } from "@tabler/icons-react"
import { useMutation } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { useSearchParams } from "react-router"
import { api, data } from "@/api/client"
import type { ImportKind } from "@/api/generated/schema"
import { invalidate, store } from "@/api/read"
import { errorText } from "@/lib/errors"
import { useNeeds } from "@/lib/useNeeds"
import { ActionButton } from "@/ui/ActionButton"
import { Page } from "@/ui/Page"
import { Empty } from "@/ui/States"
import { type CsvPreview, previewCsv } from "./csv"
import { ImportMapping } from "./ImportMapping"
import { ImportProgress } from "./ImportProgress"
import { ImportsList } from "./ImportsList"
import { CONTACT_COLUMNS, guessColumns, LINE_COLUMNS, type Mapping, ORDER_COLUMNS, toml } from "./importMap"
import { initialOptions } from "./initialOptions"
import { useMissingInput } from "./useMissingInput"

type Chosen = { file: File; head: CsvPreview }

/** The import screen: a file, the mapping of its columns, a trial that writes nothing, then the import. The running import stands in the address. */
export function Component() {
  const { t } = useTranslation("imports")
  const common = useTranslation().t
  const manager = useNeeds("manager")
  const [params, setParams] = useSearchParams()
  const running = params.get("import")
  const [kind, setKind] = useState<ImportKind>("contacts")
  const [main, setMain] = useState<Chosen | null>(null)
  const [lines, setLines] = useState<Chosen | null>(null)
  const [skipBad, setSkipBad] = useState(false)
  const [unreadable, setUnreadable] = useState(false)
  const [mapping, setMapping] = useState<Mapping | null>(null)
  const missing = useMissingInput(kind, mapping, main !== null, lines !== null)

  const proposeMapping = (kind: ImportKind, main: Chosen | null, lines: Chosen | null) => {
    if (!main) return setMapping(null)
    const { headers, delimiter } = main.head
    const columns = guessColumns(kind === "contacts" ? CONTACT_COLUMNS : ORDER_COLUMNS, headers)
    const own = lines?.head.headers ?? headers
    const join = own.find((name) => name === columns.external_id) ?? own[0] ?? null
    setMapping({
      delimiter,
      columns,
      lines: kind === "orders" ? guessColumns(LINE_COLUMNS, own) : {},
      options: { ...initialOptions(delimiter), join: lines ? join : null },
    })
  }
  const choose = async (file: File | null, which: "main" | "lines") => {
    setParams({}, { replace: true })
    setUnreadable(false)
    const head = file ? await previewCsv(file).catch(() => null) : null
    if (file && !head?.headers.length) return setUnreadable(true)
    const chosen = file && head ? { file, head } : null
    const next = which === "main" ? { main: chosen, lines } : { main, lines: chosen }
    setMain(next.main)
    setLines(next.lines)
    proposeMapping(kind, next.main, next.lines)
  }
  const send = useMutation({
    mutationFn: ({ dry }: { dry: boolean }) => {
      const form = new FormData()
      if (mapping) form.append("map", toml(kind, mapping))
      form.append("kind", kind)
      form.append("dry_run", String(dry))
      form.append("skip_bad", String(skipBad))
      if (main) form.append("file", main.file)
      if (lines && kind === "orders") form.append("lines", lines.file)
      // The types know no files: what is sent is the form.
      return data(
        api.POST("/api/v1/imports", {
          body: { kind, file: "", dry_run: dry, skip_bad: skipBad },
          bodySerializer: () => form,
        }),
      )
    },
    onSuccess: (sent) => {
      store("/api/v1/imports/{id}", { path: { id: sent.id } }, sent)
      void invalidate("/api/v1/imports")
      setParams({ import: sent.id }, { replace: true })
    },
  })
  if (manager)
    return (
      <Page title={t("title")}>
        <Empty title={common("failed.forbidden")} hint={manager} />
      </Page>
    )
  return (
    <Page title={t("title")} hint={t("hint")} width={1100}>
      <Paper withBorder p="md" component="section" aria-label={t("file_step")}>
        <Stack gap="sm">
          <Title order={2}>{t("file_step")}</Title>
          <SegmentedControl
            aria-label={t("kind")}
            style={{ alignSelf: "flex-start" }}
            value={kind}
            data={(["contacts", "orders"] as const).map((value) => ({ value, label: t(`kinds.${value}`) }))}
            onChange={(value) => {
              setKind(value as ImportKind)
              proposeMapping(value as ImportKind, main, value === "orders" ? lines : null)
              setParams({}, { replace: true })
            }}
          />
          <Group align="flex-start" grow preventGrowOverflow={false}>
            <FileInput
              label={t("file")}
              description={t(kind === "contacts" ? "file_contacts_hint" : "file_orders_hint")}
              placeholder={t("choose_file")}
              leftSection={<IconFileTypeCsv size={18} aria-hidden />}
              accept=".csv,.txt,text/csv"
              clearable
              miw={260}
              value={main?.file ?? null}
              onChange={(file) => void choose(file, "main")}
              error={unreadable ? t("unreadable") : null}
            />
            {kind === "orders" ? (
              <FileInput
                label={t("lines_file")}
                description={t("lines_file_hint")}
                placeholder={t("choose_file")}
                leftSection={<IconFileTypeCsv size={18} aria-hidden />}
                accept=".csv,.txt,text/csv"
                clearable
                miw={260}
                value={lines?.file ?? null}
                onChange={(file) => void choose(file, "lines")}
              />
            ) : null}
          </Group>
        </Stack>
      </Paper>
      {main && mapping ? (
        <Paper withBorder p="md" component="section" aria-label={t("mapping_step")}>
          <Stack gap="md">
            <div>
              <Title order={2}>{t("mapping_step")}</Title>
              <Text size="sm" c="dimmed">
                {t("mapping_hint")}
              </Text>
            </div>
            <ImportMapping
              kind={kind}
              head={main.head}
              lines={lines?.head ?? null}
              mapping={mapping}
              onChange={(changed) => {
                setMapping(changed)
                setParams({}, { replace: true })
              }}
            />
            <Switch
              label={t("skip_bad")}
              description={t("skip_bad_hint")}
              checked={skipBad}
              onChange={(event) => setSkipBad(event.currentTarget.checked)}
            />
            {send.error ? (
              <Alert color="red" role="alert">
                {errorText(send.error, common)}
              </Alert>
            ) : null}
            <Group justify="flex-end">
              <ActionButton
                disabledReason={missing}
                variant={running ? "default" : "filled"}
                loading={send.isPending}
                onClick={() => send.mutate({ dry: true })}
              >
                {t("dry_run")}
              </ActionButton>
            </Group>
          </Stack>
        </Paper>
      ) : null}
      {running ? (
        <ImportProgress
          id={running}
          proceed={main && mapping && !missing ? () => send.mutate({ dry: false }) : null}
          proceeding={send.isPending}
          skipBad={skipBad}
        />
      ) : null}
      <ImportsList open={(id) => setParams({ import: id })} />
    </Page>
  )
}
