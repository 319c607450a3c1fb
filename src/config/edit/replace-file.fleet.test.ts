/** The file system as it is: plugs that are pulled, files of others, files that are mounted. */
import {spawn, spawnSync} from 'node:child_process'
import {
  chmodSync,
  chownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {chances} from '#test/doubles/chances.ts'
import {NOBODY} from '#test/other-user.ts'
import {isFull} from '#test/proof.ts'
import {replaceFile} from './replace-file.ts'

const isRoot = process.getuid?.() === 0

let folder = ''
let path = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'commodarr-replace-'))
  path = join(folder, 'config.toml')
})
afterEach(() => rmSync(folder, {recursive: true, force: true}))

const source = JSON.stringify(join(import.meta.dirname, 'replace-file.ts'))
const otherUser = JSON.stringify(fileURLToPath(import.meta.resolve('#test/other-user.ts')))
const once = `
  import {replaceFile} from ${source}
  import {becomeUser} from ${otherUser}
  if (process.argv[2]) becomeUser(Number(process.argv[2]))
  try {
    await replaceFile(process.argv[1], Date.now(), async () => Buffer.from('ours'))
    console.log('written')
  } catch (error) {
    console.log(error.code)
  }`
/** One generation after the other, each a file of one letter, so that a mixture shows. */
const forever = `
  import {replaceFile} from ${source}
  for (let n = 0; ; n++) {
    const letter = String.fromCharCode(97 + (n % 26))
    await replaceFile(process.argv[1], Date.now(), async () => Buffer.from(letter.repeat(200_000)))
    if (n === 0) console.log('writing')
  }`
const script = (code: string): string[] => ['--input-type=module', '-e', code, path]
/** @returns what `once` says as this user */
function onceAs(user: number): string {
  const {stdout} = spawnSync(process.execPath, [...script(once), String(user)], {encoding: 'utf8'})
  return stdout.trim()
}

test('a process that ends at any moment leaves the file whole, as it was or as it was to be', async () => {
  writeFileSync(path, 'z'.repeat(200_000))
  const random = chances()
  for (let n = 0; n < (isFull ? 15 : 4); n++) {
    const child = spawn(process.execPath, script(forever), {stdio: ['ignore', 'pipe', 'inherit']})
    await new Promise((done) => child.stdout.once('data', done))
    await new Promise((done) => setTimeout(done, random.between(0, 60)))
    child.kill('SIGKILL')
    await new Promise((done) => child.once('exit', done))
    const text = readFileSync(path, 'utf8')
    expect(text).toHaveLength(200_000)
    expect(new Set(text).size).toBe(1)
  }
})

test.runIf(isRoot)('a file of another user stays theirs', async () => {
  writeFileSync(path, 'theirs')
  chownSync(path, NOBODY, NOBODY)
  chmodSync(path, 0o600)
  await replaceFile(path, 0, async () => Buffer.from('ours'))
  expect(statSync(path)).toMatchObject({uid: NOBODY, gid: NOBODY})
  const backup = readdirSync(folder).find((name) => name.includes('.bak-'))!
  expect(statSync(join(folder, backup))).toMatchObject({uid: NOBODY, gid: NOBODY})
})

test.runIf(isRoot)('who could not leave it to its owner does not write it, and leaves nothing behind', () => {
  writeFileSync(path, 'theirs')
  chmodSync(folder, 0o777)
  expect(onceAs(NOBODY)).toBe('storage_read_only')
  expect(readFileSync(path, 'utf8')).toBe('theirs')
  expect(readdirSync(folder)).toEqual(['config.toml'])
})

test.runIf(isRoot)('in a folder that is not ours nothing is written', () => {
  writeFileSync(path, 'theirs')
  chmodSync(path, 0o666)
  chmodSync(folder, 0o755)
  expect(onceAs(NOBODY)).toBe('storage_read_only')
  expect(readdirSync(folder)).toEqual(['config.toml'])
})

const mayMount = isRoot && spawnSync('unshare', ['-m', 'true']).status === 0

test.runIf(mayMount)('a file that is mounted alone is reported as such', () => {
  writeFileSync(path, 'theirs')
  const mounted = `mount --bind "$0" "$0" && shift && exec "$@"`
  const {stdout} = spawnSync(
    'unshare',
    ['-m', 'sh', '-c', mounted, path, '-', process.execPath, ...script(once)],
    {encoding: 'utf8'},
  )
  expect(stdout.trim()).toBe('storage_read_only')
  expect(readFileSync(path, 'utf8')).toBe('theirs')
  expect(readdirSync(folder)).toEqual(['config.toml'])
})
