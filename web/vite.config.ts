import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { brotliCompressSync, constants, gzipSync } from "node:zlib"
import react from "@vitejs/plugin-react"
import { defineConfig, type Plugin } from "vite"

// In development, `npm run dev` serves the pages and hands `/api` to a running `comptoir up`.
export default defineConfig({
  plugins: [react(), compressed()],
  resolve: { alias: { "@": new URL("src", import.meta.url).pathname } },
  server: { proxy: { "/api": process.env.COMPTOIR_URL ?? "http://127.0.0.1:8080" } },
  build: {
    target: "es2023",
    // Our policy forbids scripts in the page, so modules are preloaded by links only.
    modulePreload: { polyfill: false },
    // Never as data: the policy would have to allow it.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // What every screen needs. Left to itself, a line of it lands beside the library that places pop-ups, and every
            // first visit waits for that one too.
            { name: "mantine", test: /@mantine\/core\/esm\/core\// },
          ],
        },
      },
    },
  },
})

/** Beside each text file its compressed forms, so that no server compresses while somebody waits. */
function compressed(): Plugin {
  return {
    name: "compressed",
    apply: "build",
    writeBundle({ dir = "dist" }) {
      const files = readdirSync(dir, { recursive: true, encoding: "utf8" })
      for (const file of files.filter((name) => /\.(html|js|css|svg|json)$/.test(name))) {
        const path = join(dir, file)
        const text = readFileSync(path)
        writeFileSync(`${path}.gz`, gzipSync(text, { level: 9 }))
        writeFileSync(
          `${path}.br`,
          brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: text.length } }),
        )
      }
    },
  }
}
