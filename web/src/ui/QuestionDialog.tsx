import { Button, Group, Modal, Stack, Text } from "@mantine/core"
import { openQuestion } from "@/lib/ask"
import { useStore } from "@/lib/store"

/** The dialog that shows the question of `ask()`. Loaded with the first question. */
export default function QuestionDialog() {
  const now = useStore(openQuestion)
  if (!now) return null
  const { question, answer } = now
  return (
    <Modal opened onClose={() => answer(false)} title={question.title}>
      <Stack>
        {question.text ? <Text size="sm">{question.text}</Text> : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={() => answer(false)}>
            {question.no}
          </Button>
          <Button
            {...(question.destructive ? { color: "red" } : {})}
            data-autofocus
            onClick={() => answer(true)}
          >
            {question.yes}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
