import {
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  type MantineThemeComponents,
} from "@mantine/core"

/** The application's green, readable on white and on black: shade 6 has a contrast of 6 to 1 on white. */
const counter: MantineColorsTuple = [
  "#e9f6f2",
  "#d3ebe3",
  "#a6d7c7",
  "#75c2a9",
  "#4fb090",
  "#2f9677",
  "#1f6f5c",
  "#195c4c",
  "#124a3d",
  "#0a372d",
]

export const theme = createTheme({
  colors: { counter },
  primaryColor: "counter",
  primaryShade: 6,
  autoContrast: true,
  // White and black read equally well on a ground of this luminance.
  luminanceThreshold: 0.18,
  defaultRadius: "sm",
  cursorType: "pointer",
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif",
  headings: {
    sizes: { h1: { fontSize: "1.375rem" }, h2: { fontSize: "1.0625rem" }, h3: { fontSize: "0.9375rem" } },
  },
  respectReducedMotion: true,
})

/** The label of every close button, for people who cannot see the cross. */
export function closeButtons(word: string): MantineThemeComponents {
  const withWord = { defaultProps: { closeButtonProps: { "aria-label": word } } }
  return { Modal: withWord, Drawer: withWord, Notification: withWord }
}

const COLOURS = [
  "counter",
  "gray",
  "red",
  "pink",
  "grape",
  "violet",
  "indigo",
  "blue",
  "cyan",
  "teal",
  "green",
  "lime",
  "yellow",
  "orange",
]

/** Colours of dimmed text and light badges that reach WCAG's contrast of 4.5 to 1; Mantine's defaults do not. */
export const colourVariables: CSSVariablesResolver = () => {
  const shade = (at: number) =>
    Object.fromEntries(
      COLOURS.map((name) => [`--mantine-color-${name}-light-color`, `var(--mantine-color-${name}-${at})`]),
    )
  return {
    variables: {},
    light: {
      ...shade(9),
      "--mantine-color-green-light-color": "#1d662c",
      "--mantine-color-yellow-light-color": "#7a4b00",
      "--mantine-color-orange-light-color": "#8a3600",
      "--mantine-color-lime-light-color": "#3b6300",
      "--mantine-color-teal-light-color": "#06614a",
      "--mantine-color-dimmed": "var(--mantine-color-gray-7)",
      "--mantine-color-placeholder": "var(--mantine-color-gray-7)",
      "--mantine-color-error": "var(--mantine-color-red-9)",
      "--mantine-color-anchor": "var(--mantine-color-counter-7)",
    },
    dark: {
      ...shade(2),
      "--mantine-color-dimmed": "var(--mantine-color-dark-1)",
      "--mantine-color-placeholder": "var(--mantine-color-dark-1)",
      "--mantine-color-error": "var(--mantine-color-red-4)",
      "--mantine-color-anchor": "var(--mantine-color-counter-3)",
    },
  }
}
