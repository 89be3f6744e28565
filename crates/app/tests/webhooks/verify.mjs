// Verifies a webhook with JavaScript's library of Standard Webhooks; reads {"secret", "headers", "body"} from standard input.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const { Webhook } = createRequire(`${process.env.COMPTOIR_TEST_WEBHOOKS}/`)("standardwebhooks");
const { secret, headers, body } = JSON.parse(readFileSync(0, "utf8"));
new Webhook(secret).verify(body, headers);
