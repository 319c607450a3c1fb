/**
 * Starts any program of this project: installs what the lockfile asks for when it changed, builds the pages and the
 * program when they changed, then gives way to the Node that the install brought along. It looks first: where nothing is
 * to be done nothing is written, so that it starts in a folder that somebody else owns, or that is read-only. Plain
 * JavaScript, because the machine's own Node may be as old as 20.
 *
 *   node scripts/run.mjs <script> [arguments…]
 */
import {spawn} from 'node:child_process'
import {constants} from 'node:os'
import {delimiter, dirname, join, resolve} from 'node:path'
import {fileURLToPath} from 'node:url'
import {build, isUpToDate, pages, program} from './builds.mjs'
import {installWhenNeeded, nodeOf} from './install.mjs'
import {alone, StartFault} from './lock.mjs'
import {parentVariable, programStart} from './program.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
/** Code without its types, as Node runs sources: kept, a start takes half the time. */
const compiled = join(root, 'node_modules', '.cache', 'commodarr-compiled')

/** What is built before who starts. */
const builtBefore = {
  'src/main.ts': [pages, program],
  'lab/main.ts': [pages],
  'tools/pictures.ts': [pages, program],
  'bench/main.ts': [pages, program],
  'tools/test.ts': [pages, program],
  'tools/test-full.ts': [pages, program],
}
/** Such tests start the program; a folder may have some of them. */
const startsProgram = /\.(web|fleet|lab|pg)\.test\.ts|^(web|fleet|lab|pg)$|^(src|test|web|lab)(\/[^.]*)?$/

try {
  await prepare(process.argv[2])
  start(nodeOf(root), process.argv.slice(2))
} catch (error) {
  if (!(error instanceof StartFault)) throw error
  console.error(error.message)
  process.exitCode = 1
}

async function prepare(script) {
  await installWhenNeeded(root)
  const isTesting =
    /vitest\.mjs$|test-one\.ts$/.test(script) && process.argv.some((it) => startsProgram.test(it))
  const wanted = isTesting ? [pages, program] : (builtBefore[script] ?? [])
  const old = wanted.filter((it) => !isUpToDate(root, it))
  if (old.length > 0) await alone(root, 'dist', 'has to be built', () => buildAll(old))
}

async function buildAll(wanted) {
  const builds = await Promise.allSettled(wanted.map((it) => build(root, nodeOf(root), it)))
  const failures = builds.filter(({status}) => status === 'rejected').map(({reason}) => reason)
  for (const error of failures) if (!(error instanceof StartFault)) throw error
  if (failures.length > 0) throw new StartFault(failures.map(({message}) => message).join('\n'))
}

/** One process is left where this Node can give way to another; an older one stays, and ends with it. */
function start(binary, [script, ...rest]) {
  const isProgram = script === 'src/main.ts'
  const {args, env: own} = isProgram
    ? programStart(root)
    : {args: [resolve(root, script)], env: {NODE_COMPILE_CACHE: compiled}}
  const {[parentVariable]: _parentOfOthers, ...inherited} = process.env
  const env = {...own, ...inherited, PATH: `${dirname(binary)}${delimiter}${process.env.PATH ?? ''}`}
  const all = [...args, ...rest]
  // Whoever ends npm may not say a word to us. A shell that started us may go, and we stay.
  const isOfNpm = isProgram && process.env.npm_lifecycle_event === 'start'
  if (isOfNpm && !process.stdin.isTTY) warnOfSwallowed(process.env.npm_config_user_agent)
  if (process.execve === undefined || process.platform === 'win32') {
    stayBeside(binary, all, isProgram ? {...env, [parentVariable]: String(process.pid)} : env, isOfNpm)
  } else {
    process.execve(binary, [binary, ...all], isOfNpm ? {...env, [parentVariable]: String(process.ppid)} : env)
  }
}

/** These npms wait for their child when they are told to end, and tell it nothing: nobody else can. */
function warnOfSwallowed(npm) {
  const [version, major, minor] = /^npm\/(\d+)\.(\d+)/.exec(npm ?? '') ?? []
  if (major !== '9' && !(major === '10' && Number(minor) < 3)) return
  console.error(
    `${version.replace('/', ' ')} does not pass SIGTERM on to what it started. Use npm 10.3 or newer, or start a ` +
      'service with: node scripts/run.mjs src/main.ts',
  )
}

function stayBeside(binary, args, env, endsWithParent) {
  const child = spawn(binary, args, {stdio: 'inherit', env})
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  const parent = process.ppid
  const look = () => process.ppid !== parent && child.kill('SIGTERM')
  if (endsWithParent) setInterval(look, 1_000).unref()
  child.on('error', (error) => {
    console.error(`Could not start ${binary}: ${error.message}`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (signal ? constants.signals[signal] : 1)))
}
