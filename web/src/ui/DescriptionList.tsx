import { Box, Paper, Text } from "@mantine/core"
import type { ReactNode } from "react"
import classes from "./DescriptionList.module.css"

/** A list of names and values, such as the facts about a mail. Those without a value are left out. */
export function DescriptionList({ facts }: { facts: [name: string, value: ReactNode][] }) {
  const known = facts.filter(([, value]) => value !== null && value !== undefined && value !== "")
  return (
    <Paper withBorder p="md">
      <dl className={classes.facts}>
        {known.map(([name, value]) => (
          <div key={name} className={classes.fact}>
            <Text component="dt" size="xs" c="dimmed">
              {name}
            </Text>
            <Box component="dd" m={0} fz="sm" className={classes.value}>
              {value}
            </Box>
          </div>
        ))}
      </dl>
    </Paper>
  )
}
