import {execFile, spawn} from 'node:child_process'
import {randomBytes} from 'node:crypto'
import {once} from 'node:events'
import {mkdtempSync, rmSync} from 'node:fs'
import {readFile, rename, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {gzip, zstdCompress, zstdDecompress} from 'node:zlib'
import {expect, test} from 'vitest'
import {untilIdle} from './idle.ts'

const READS = 200

test('who waits for quiet has it when all that is under way has ended', async () => {
  let ended = 0
  // More than there are threads for them.
  const reads = Array.from({length: READS}, async () => {
    await readFile(import.meta.filename)
    ended++
  })
  await untilIdle()
  expect(ended).toBe(READS)
  await Promise.all(reads)
})

test('any number of those who wait have it, and none before', async () => {
  const ended: string[] = []
  const read = readFile(import.meta.filename).then(() => ended.push('read'))
  await Promise.all([untilIdle(), untilIdle(), untilIdle().then(() => untilIdle())])
  expect(ended).toEqual(['read'])
  await read
})

test('what is written, renamed, or not there is waited for, too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'commodarr-quiet-'))
  const ended: string[] = []
  const end = (what: string) => () => void ended.push(what)
  void writeFile(join(folder, 'a'), 'a').then(end('written'))
  void readFile(join(folder, 'none')).catch(end('not there'))
  await untilIdle()
  expect(ended.toSorted()).toEqual(['not there', 'written'])
  void rename(join(folder, 'a'), join(folder, 'b')).then(end('renamed'))
  await untilIdle()
  expect(ended.at(-1)).toBe('renamed')
  rmSync(folder, {recursive: true})
})

test('what is packed and unpacked is waited for, too', async () => {
  const ended: string[] = []
  const large = randomBytes(4_000_000)
  const packed = promisify(zstdCompress)(large)
  void packed.then(() => ended.push('packed'))
  void promisify(gzip)(large).then(() => ended.push('gzip'))
  await untilIdle()
  expect(ended.toSorted()).toEqual(['gzip', 'packed'])
  void promisify(zstdDecompress)(await packed).then(() => ended.push('unpacked'))
  await untilIdle()
  expect(ended.at(-1)).toBe('unpacked')
})

test('who waits once more waits for what was begun since', async () => {
  await untilIdle()
  let turns = 0
  const turn = () => void (++turns < 5 && setImmediate(turn))
  setImmediate(turn)
  await untilIdle()
  expect(turns).toBe(5)
})

test('what a child said is waited for, even when it ended before', async () => {
  let [read, isClosed] = [0, false]
  const child = spawn('sh', ['-c', 'yes | head -c 300000'], {stdio: ['ignore', 'pipe', 'ignore']})
  child.stdout.on('data', (chunk: Buffer) => (read += chunk.length))
  child.once('close', () => (isClosed = true))
  await once(child, 'exit')
  await untilIdle()
  expect([read, isClosed]).toEqual([300_000, true])
})

test.each([
  ['nobody reads', 'echo something', false],
  ['a process that it left behind may still write', 'sleep 60 & echo $!', true],
])('not for an end that never comes, as %s', async (_, script, isRead) => {
  const said: string[] = []
  const child = spawn('sh', ['-c', script], {stdio: ['ignore', 'pipe', 'ignore']})
  if (isRead) child.stdout.setEncoding('utf8').on('data', (text: string) => void said.push(text))
  await untilIdle()
  expect(child.exitCode).toBe(0)
  const left = Number(said.join(''))
  if (left > 0) process.kill(left)
})

test('not for one that need not end before this process does', async () => {
  const child = spawn('sleep', ['60'], {stdio: 'ignore'})
  child.unref()
  await untilIdle()
  expect(child.exitCode).toBe(null)
  child.kill()
})

test('nothing is waited for that could not be started', async () => {
  let code: unknown
  execFile('/no/such/program', (error) => (code = error?.code))
  await untilIdle()
  expect(code).toBe('ENOENT')
})
