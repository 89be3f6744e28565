import { Box } from "@mantine/core"

/** Somebody else's HTML, such as a mail: in a frame without scripts, without our origin, on paper. */
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
