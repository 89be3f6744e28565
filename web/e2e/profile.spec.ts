import { createHmac } from "node:crypto"
import { expect, test } from "./site"

test("the second factor is set up, asked for, and switched off", async ({ signedIn: page, site }) => {
  await page.goto("/profile")
  await expect(page.getByRole("heading", { name: "Your profile" })).toBeVisible()
  await expect(page.getByRole("table", { name: "Sessions" }).getByText("this one")).toBeVisible()
  await page.getByRole("button", { name: "Set it up" }).click()
  await expect(page.getByRole("img", { name: /QR code/ })).toBeVisible()
  const secret = (await page.getByLabel("Secret", { exact: true }).textContent()) ?? ""
  await page.getByRole("textbox", { name: "Code" }).fill(totp(secret))
  await page.getByRole("button", { name: "Switch it on" }).click()
  const codes = ((await page.getByLabel("Recovery codes", { exact: true }).textContent()) ?? "").split("\n")
  expect(codes.length).toBeGreaterThan(4)
  await expect(page.getByText("Signing in takes a code beside your password.")).toBeVisible()

  await page.getByRole("banner").getByRole("button").last().click()
  await page.getByRole("menuitem", { name: "Sign out" }).click()
  await page.getByLabel("E-mail").fill(site.email)
  await page.getByRole("textbox", { name: "Password" }).fill(site.password)
  await page.getByRole("button", { name: "Sign in" }).click()
  // The next one: a code is good once.
  await page.getByLabel("Code from your authenticator").fill(totp(secret, 1))
  await page.getByRole("button", { name: "Continue" }).click()
  await expect(page.getByRole("navigation", { name: "Main menu" })).toBeVisible()

  await page.goto("/profile")
  await page.getByRole("button", { name: "Switch it off" }).click()
  const form = page.getByRole("region", { name: "Second factor" })
  await form.getByRole("textbox", { name: "Current password" }).fill(site.password)
  await form.getByLabel("Code of the app, or a recovery code").fill(codes[0] ?? "")
  await form.getByRole("button", { name: "Switch it off" }).click()
  await expect(page.getByText("Signing in takes your password alone.", { exact: false })).toBeVisible()
})

test("a name is changed, and a wrong password told at its field", async ({ signedIn: page }) => {
  await page.goto("/profile")
  await page.getByLabel("Name").fill("Camille Martin")
  await page.getByRole("button", { name: "Save" }).click()
  await expect(page.getByRole("banner").getByRole("button", { name: "Camille Martin" })).toBeVisible()
  await page.getByRole("textbox", { name: "Current password" }).fill("not the password")
  await page
    .getByRole("textbox", { name: "New password", exact: true })
    .fill("a sentence that is long enough")
  await page.getByRole("textbox", { name: "New password, again" }).fill("a sentence that is long enough")
  await page.getByRole("button", { name: "Change the password" }).click()
  await expect(page.getByRole("textbox", { name: "Current password" })).toHaveAttribute(
    "data-invalid",
    "true",
  )
})

/** RFC 6238 with SHA-1, 30 s and six digits. */
function totp(secret: string, ahead = 0): string {
  const bits = [...secret.replace(/[\s=]/g, "")]
    .map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"))
    .join("")
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + ahead))
  const mac = createHmac("sha1", key).update(counter).digest()
  const at = (mac.at(-1) ?? 0) & 15
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0")
}
