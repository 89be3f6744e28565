import { Box } from "@mantine/core"

/** A frame for HTML that is not ours, such as a mail: without scripts, without our origin, on white. */
export function MailFrame({ html, title, height = 460 }: { html: string; title: string; height?: number }) {
  return (
    <Box
      component="iframe"
      title={title}
      sandbox=""
      srcDoc={html}
      w="100%"
      h={height}
      bg="white"
      bd="1px solid var(--mantine-color-default-border)"
      style={{ borderRadius: "var(--mantine-radius-sm)", colorScheme: "light" }}
    />
  )
}
