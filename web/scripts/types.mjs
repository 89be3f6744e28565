// Whether src/api/generated/schema.ts is what `make generate` would write. Fails otherwise, and leaves the file as it is.
import { spawnSync } from "node:child_process"
import { copyFileSync, readFileSync, rmSync } from "node:fs"

const [kept, before] = ["src/api/generated/schema.ts", "src/api/generated/schema.before.ts"]
copyFileSync(kept, before)
let same = false
try {
  const made = spawnSync("npm", ["run", "--silent", "generate"], { stdio: ["ignore", "ignore", "inherit"] })
  same = made.status === 0 && readFileSync(kept).equals(readFileSync(before))
} finally {
  copyFileSync(before, kept)
  rmSync(before)
}
if (!same) {
  process.stderr.write("web/src/api/generated/schema.ts is not what openapi.json says: run make generate\n")
  process.exit(1)
}
