import { type BrowserContext, test as base, type Page } from "@playwright/test"

/**
 * `COMPTOIR_TEST_SLOWLY=6` finds what passes only on a quick machine: every page has a sixth of its processor, and every answer of
 * the API comes later by up to 6 × 50 ms, one more and another less, so that they overtake each other.
 */
const RATE = Number(process.env.COMPTOIR_TEST_SLOWLY ?? 1)

export const test = base.extend<object, { slowed: undefined }>({
  slowed: [
    async ({ browser }, use) => {
      if (RATE > 1) {
        const newContext = browser.newContext.bind(browser)
        browser.newContext = async (options) => slow(await newContext(options))
      }
      await use(undefined)
    },
    { scope: "worker", auto: true },
  ],
})

async function slow(context: BrowserContext): Promise<BrowserContext> {
  context.on("page", (page) => void throttle(page).catch(() => undefined))
  await context.route(/\/api\//, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * RATE * 50))
    // The page may have gone on meanwhile.
    await route.continue().catch(() => undefined)
  })
  return context
}

async function throttle(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: RATE })
}
