import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { answers, freePort, stopped, told } from "./processes"
import type { Site } from "./site"

const NGINX = resolve(import.meta.dirname, "../../deploy/docker/nginx")
const DIST = resolve(import.meta.dirname, "../dist")

/**
 * The brief's parts on one machine: nginx with the cloud's configuration and the build, a backend, a worker, MariaDB and SQS.
 * scripts/test-servers starts the last two and tells where they are.
 */
export async function startCloud(
  site: Omit<Site, "url" | "email" | "password">,
  running: ChildProcess[],
): Promise<Site> {
  const server = process.env.COMPTOIR_TEST_MYSQL_URL
  const sqs = process.env.COMPTOIR_TEST_SQS_ENDPOINT
  if (!server || !sqs) throw new Error("run this through scripts/test-servers")
  const name = `web_${process.pid}_${Date.now()}`
  const env = {
    ...site.env,
    DATABASE_URL: createDatabase(server, name),
    SQS_QUEUE_URL: await createQueue(sqs, name),
    JWT_SECRET: "a secret that all backends share, 32 bytes",
  }
  // The sample and its effects, by all parts in one process; then each on its own.
  const first = spawn(site.program, ["up", "--sample"], { env, stdio: ["ignore", "pipe", "inherit"] })
  running.push(first)
  const said = await told(first, /sign in as (\S+) with (\S+)[\s\S]*sample: \d+/)
  await stopped(first)

  const [http, port, health] = [await freePort(), await freePort(), await freePort()]
  running.push(
    spawn(site.program, ["serve"], {
      env: { ...env, COMPTOIR_HTTP_LISTEN: `127.0.0.1:${http}`, COMPTOIR_HTTP_TRUSTED_PROXIES: "1" },
      stdio: ["ignore", "ignore", "inherit"],
    }),
    spawn(site.program, ["work"], {
      env: { ...env, COMPTOIR_HTTP_HEALTH_LISTEN: `127.0.0.1:${health}` },
      stdio: ["ignore", "ignore", "inherit"],
    }),
    startNginx(join(site.folder, "nginx"), port, `127.0.0.1:${http}`),
  )
  const url = `http://127.0.0.1:${port}`
  await answers(`http://127.0.0.1:${http}/api/v1/setup`)
  await answers(url)
  return { ...site, env, url, email: said[1] ?? "", password: said[2] ?? "" }
}

function createDatabase(server: string, name: string): string {
  const { hostname, port, username, password } = new URL(server)
  const secret = password ? [`--password=${password}`] : []
  const who = ["--no-defaults", `--host=${hostname}`, `--port=${port}`, `--user=${username}`, ...secret]
  execFileSync("mariadb", [...who, "--execute", `CREATE DATABASE ${name}`])
  return new URL(name, server).href
}

async function createQueue(sqs: string, name: string): Promise<string> {
  const call = async (action: string, body: object) => {
    const authorization = "AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-3/sqs/aws4_request"
    const type = "application/x-amz-json-1.0"
    const headers = { "x-amz-target": `AmazonSQS.${action}`, authorization, "content-type": type }
    const response = await fetch(sqs, { method: "POST", headers, body: JSON.stringify(body) })
    if (!response.ok) throw new Error(`${action}: ${response.status} ${await response.text()}`)
    return (await response.json()) as { QueueUrl: string; Attributes: { QueueArn: string } }
  }
  const dead = await call("CreateQueue", { QueueName: `${name}_dead` })
  const { Attributes } = await call("GetQueueAttributes", {
    QueueUrl: dead.QueueUrl,
    AttributeNames: ["QueueArn"],
  })
  const policy = { deadLetterTargetArn: Attributes.QueueArn, maxReceiveCount: "5" }
  const queue = { QueueName: name, Attributes: { RedrivePolicy: JSON.stringify(policy) } }
  return (await call("CreateQueue", queue)).QueueUrl
}

/** As nginx's image starts it, with a folder and a port of its own, and as whoever runs the tests. */
function startNginx(folder: string, port: number, backend: string): ChildProcess {
  mkdirSync(join(folder, "conf.d"), { recursive: true })
  const site = readFileSync(join(NGINX, "templates/default.conf.template"), "utf8")
    .replace(/\$\{BACKEND\}/g, backend)
    .replace(/\$\{ROOT\}/g, DIST)
    .replace(/\$\{LISTEN\}/g, `127.0.0.1:${port}`)
  const main = readFileSync(join(NGINX, "nginx.conf"), "utf8")
    .replaceAll("/tmp/", `${folder}/`)
    .replace("/dev/stdout", join(folder, "access.log"))
  writeFileSync(join(folder, "conf.d/default.conf"), site)
  writeFileSync(join(folder, "nginx.conf"), main)
  const program = ["/usr/sbin/nginx", "/usr/local/sbin/nginx"].find((path) => existsSync(path)) ?? "nginx"
  // Root's workers would be somebody else, who may not read what lies in root's folders.
  const user = process.getuid?.() === 0 ? "user root; " : ""
  const args = ["-e", "stderr", "-c", join(folder, "nginx.conf"), "-g", `${user}daemon off;`]
  return spawn(program, args, { stdio: ["ignore", "ignore", "inherit"] })
}
