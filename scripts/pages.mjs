/**
 * Builds the pages when what they are made of changed since the last time. They are put in place whole: a program that
 * is running keeps those it read, one that starts finds the old or the new ones.
 */
import {spawnSync} from 'node:child_process'
import {createHash} from 'node:crypto'
import {existsSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'

/** What the pages are made of; of the program's rooms those that run in the browser, too. */
const sources = ['web', 'src/model', 'src/language', 'vite.config.ts', 'package-lock.json']

/** @param root of the project @param node a Node that can build @throws {Error} when they can not be built */
export function buildPages(root, node) {
  const stamp = stampOf(root)
  const place = join(root, 'dist', 'web')
  if (isBuilt(place, stamp)) return
  console.error('Building the pages (once; it takes a moment) …')
  const fresh = `${place}.${process.pid}`
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  const args = ['build', '--outDir', fresh, '--logLevel', 'warn']
  const {status} = spawnSync(node, [vite, ...args], {cwd: root, stdio: ['ignore', 2, 2]})
  if (status !== 0) {
    rmSync(fresh, {recursive: true, force: true})
    throw new Error('The pages could not be built; the lines above say why.')
  }
  writeFileSync(join(fresh, 'stamp'), stamp)
  rmSync(place, {recursive: true, force: true})
  renameSync(fresh, place)
}

function isBuilt(place, stamp) {
  const file = join(place, 'stamp')
  return existsSync(file) && readFileSync(file, 'utf8') === stamp
}

function stampOf(root) {
  const hash = createHash('sha256')
  for (const path of sources.flatMap((it) => filesBelow(root, it)).sort(byText)) {
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

function filesBelow(root, path) {
  if (!statSync(join(root, path)).isDirectory()) return [path]
  return readdirSync(join(root, path)).flatMap((name) => filesBelow(root, `${path}/${name}`))
}
