import AxeBuilder from "@axe-core/playwright"
import type { Page } from "@playwright/test"

/** What keeps somebody out, or hinders them much. */
const SERIOUS = ["critical", "serious"]

type Where = { within?: string; rules?: string[]; tags?: string[]; least?: string[] }

/**
 * What axe finds on a page that has come to rest, one line each. A message that is still fading in is too pale for a moment, and on
 * a busy machine a moment is long.
 */
export async function barriers(
  page: Page,
  { within, rules, tags, least = SERIOUS }: Where = {},
): Promise<string[]> {
  await atRest(page)
  // A mail as it was sent stands in a frame without scripts, where axe would wait for ever.
  let axe = new AxeBuilder({ page }).setLegacyMode(true).exclude("iframe")
  if (within) axe = axe.include(within)
  if (rules) axe = axe.withRules(rules)
  if (tags) axe = axe.withTags(tags)
  const { violations } = await axe.analyze()
  return violations
    .filter(({ impact }) => least.length === 0 || least.includes(impact ?? ""))
    .flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary?.split("\n")[1]?.trim()}`),
    )
}

/** No animation with an end is under way, no message is still pale, and no font is being loaded. */
export async function atRest(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const ends = (animation: Animation) =>
      Number.isFinite(animation.effect?.getComputedTiming().endTime ?? 0) && animation.playState === "running"
    const pale = (element: Element) => Number(getComputedStyle(element).opacity) < 1
    return (
      document.fonts.status === "loaded" &&
      !document.getAnimations().some(ends) &&
      ![...document.querySelectorAll("[role=alert], [role=dialog]")].some(pale)
    )
  })
}
