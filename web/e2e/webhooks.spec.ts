import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { expect, test } from "./site"

test("an endpoint is added, tested, replayed to, and switched off by 410", async ({ signedIn: page }) => {
  let answer = 204
  let received = 0
  const receiver = createServer((request, response) => {
    received += 1
    request.resume()
    response.writeHead(answer).end()
  })
  await new Promise<void>((listening) => receiver.listen(0, "127.0.0.1", listening))
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`

  await page.goto("/webhooks")
  await page.getByRole("button", { name: "New endpoint" }).first().click()
  const form = page.getByRole("dialog")
  await form.getByRole("textbox", { name: "Address" }).fill("https://10.0.0.1/hook")
  await form.getByRole("button", { name: "Save" }).click()
  await expect(form.getByRole("textbox", { name: "Address" })).toHaveAttribute("aria-invalid", "true")
  await form.getByRole("textbox", { name: "Address" }).fill(url)
  await form.getByRole("button", { name: "Save" }).click()
  await expect(page.getByLabel("Secret", { exact: true })).toContainText("whsec_")

  await page.getByRole("table", { name: "Webhooks" }).getByRole("link", { name: url }).click()
  await page.getByRole("button", { name: "Send a test" }).click()
  const deliveries = page.getByRole("table", { name: "Deliveries" })
  await expect(deliveries.getByText("Sent", { exact: true }).first()).toBeVisible()
  await deliveries.getByRole("row").nth(1).getByRole("button").click()
  const delivery = page.getByRole("dialog", { name: "Delivery" })
  await expect(delivery.getByRole("table", { name: "Attempts" }).getByText("204")).toBeVisible()
  await delivery.getByRole("button", { name: "Send again" }).click()
  await expect(page.getByText("It is sent again")).toBeVisible()
  // Or it would come when the receiver has gone, and switch it off too early.
  await expect.poll(() => received).toBe(2)
  await page.keyboard.press("Escape")

  await page.getByRole("button", { name: "Change the secret" }).click()
  await page.getByRole("dialog").getByRole("button", { name: "Change the secret" }).click()
  await expect(page.getByLabel("Secret", { exact: true })).toContainText("whsec_")
  await expect(page.getByText("The former secret signs too until", { exact: false })).toBeVisible()

  answer = 410
  await page.getByRole("button", { name: "Send a test" }).click()
  await expect(page.getByText("Switched off by its receiver")).toBeVisible()
  answer = 204
  await page.getByRole("button", { name: "Switch it on" }).click()
  await page.getByRole("button", { name: "Replay" }).click()
  await page.getByRole("dialog").getByRole("button", { name: "Replay" }).click()
  await expect(page.getByText("The replay is on its way", { exact: false })).toBeVisible()

  await page.getByRole("button", { name: "Delete" }).click()
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click()
  await expect(page.getByText("No endpoints yet")).toBeVisible()
  receiver.close()
})
