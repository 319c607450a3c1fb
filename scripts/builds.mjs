/**
 * Builds the pages and the program when what they are made of changed since the last time. Each is put in place whole, and
 * older builds are kept for whoever still runs them: of the program in folders of their own, of the pages beside the new
 * ones, as a running program has the page itself in memory, and sends its parts from there when they are asked for.
 */
import {createHash} from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import {join} from 'node:path'
import {run} from './children.mjs'
import {StartFault} from './lock.mjs'

/** Sources: files and folders, of which some files count. A kept one has a folder for each state of its sources. */
export const pages = {
  name: 'web',
  what: 'pages',
  config: 'vite.config.ts',
  isKept: false,
  // Of the program those rooms and files that run in the browser, too.
  sources: ['web', 'src/model', 'src/search-query', 'src/clients', 'vite.config.ts', 'package-lock.json'],
  isSource: (path) => !path.startsWith('src/clients/') || /\/kinds?\.ts$/.test(path),
}
export const program = {
  name: 'program',
  what: 'program',
  config: 'program.config.ts',
  isKept: true,
  sources: ['src', 'program.config.ts', 'package.json', 'package-lock.json'],
  isSource: () => true,
}

/** So many older builds stay where they are. */
const KEPT = 2

/** @param root of the project */
export function isUpToDate(root, wanted) {
  const stamp = stampOf(root, wanted)
  return isBuilt(placeOf(root, wanted, stamp), stamp)
}

/** @param root of the project @param node a Node that can build @throws {StartFault} when it cannot be built */
export async function build(root, node, wanted) {
  const stamp = stampOf(root, wanted)
  const place = placeOf(root, wanted, stamp)
  if (isBuilt(place, stamp)) return
  console.error(`Building the ${wanted.what} (once; it takes a moment) …`)
  const fresh = join(root, 'dist', `fresh-${wanted.name}.${process.pid}`)
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  const args = ['build', '--config', wanted.config, '--outDir', fresh, '--logLevel', 'warn']
  // Whoever starts it: in an environment of tests or development the pages would carry a third more, for developers.
  const env = {...process.env, NODE_ENV: 'production'}
  if ((await run(node, [vite, ...args], {cwd: root, env, stdio: ['ignore', 2, 2]})) !== 0) {
    rmSync(fresh, {recursive: true, force: true})
    throw new StartFault(`The ${wanted.what} could not be built; the lines above say why.`)
  }
  writeFileSync(join(fresh, 'stamp'), stamp)
  if (!wanted.isKept) keepParts(place, fresh)
  rmSync(place, {recursive: true, force: true})
  renameSync(fresh, place)
  if (wanted.isKept) forgetOld(root, wanted)
}

/**
 * Each part has a name of its own. What two builds have in common is no older part.
 * @param place of the build before @param fresh which takes its place
 */
export function keepParts(place, fresh) {
  const [from, to, list] = [join(place, 'assets'), join(fresh, 'assets'), 'older-parts.json']
  if (!existsSync(from)) return
  const before = partsListed(join(place, list))
  const older = new Set(before.flat())
  const own = readdirSync(from).filter((it) => !older.has(it))
  const kept = [own, ...before].slice(0, KEPT).map((names) => names.filter((it) => !existsSync(join(to, it))))
  for (const name of kept.flat()) copyFileSync(join(from, name), join(to, name))
  writeFileSync(join(fresh, list), JSON.stringify(kept))
}

/** What cannot be read, as the machine lost power, keeps no build from being made. */
function partsListed(path) {
  try {
    const listed = JSON.parse(readFileSync(path, 'utf8'))
    return Array.isArray(listed) && listed.every((it) => Array.isArray(it)) ? listed : []
  } catch {
    return []
  }
}

/** Where it is, when it was built. */
export function folderOf(root, wanted) {
  return placeOf(root, wanted, stampOf(root, wanted))
}

function placeOf(root, {name, isKept}, stamp) {
  return join(root, 'dist', isKept ? `${name}-${stamp.slice(0, 12)}` : name)
}

function forgetOld(root, {name}) {
  const dist = join(root, 'dist')
  const all = readdirSync(dist).filter((it) => it.startsWith(`${name}-`))
  const age = (it) => Date.now() - statSync(join(dist, it)).mtimeMs
  for (const old of all.sort((a, b) => age(a) - age(b)).slice(1 + KEPT)) {
    rmSync(join(dist, old), {recursive: true, force: true})
  }
}

function isBuilt(place, stamp) {
  const file = join(place, 'stamp')
  return existsSync(file) && readFileSync(file, 'utf8') === stamp
}

function stampOf(root, {sources, isSource}) {
  const hash = createHash('sha256')
  const files = sources.flatMap((it) => filesBelow(root, it)).filter((path) => isSource(path))
  for (const path of files.sort(byText)) {
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(root, path)))
  }
  return hash.digest('hex')
}

/** The same order on every machine. */
function byText(a, b) {
  return a < b ? -1 : 1
}

/** Tests are in no build. */
function filesBelow(root, path) {
  if (/\.(test|fixture)\.tsx?$|\.md$/.test(path)) return []
  if (!statSync(join(root, path)).isDirectory()) return [path]
  return readdirSync(join(root, path)).flatMap((name) => filesBelow(root, `${path}/${name}`))
}
