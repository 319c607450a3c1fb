/** What a disk and a machine do to a SQLite file, done for real. */
import {execFileSync} from 'node:child_process'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {NOBODY} from '#test/other-user.ts'
import {StoreChild} from '#test/store/child.fixture.ts'
import {backupFolder, backupPath} from './backups.ts'
import {FolderLock} from './folder-lock.ts'
import type {StoreState} from './health.ts'
import {putSetting, readSettings} from './repositories/settings.ts'
import {Store} from './store.ts'
import {backUp} from './transfer/transfer.ts'

const isRoot = process.getuid?.() === 0

let folder: string
const tidy: (() => unknown)[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'commodarr-faults-'))
  chmodSync(folder, 0o755)
  tidy.push(() => rmSync(folder, {recursive: true, force: true}))
})
afterEach(async () => {
  for (const end of tidy.splice(0).toReversed()) await end()
})

const put = (store: Store, name: string, bytes = 1) =>
  store.write((db) => putSetting(db, name, 'x'.repeat(bytes), 1))
const names = async (store: Store) => [...(await store.read(readSettings)).keys()].sort()

function isWhole(path: string): boolean {
  const database = new DatabaseSync(path)
  try {
    return database.prepare('pragma integrity_check').all().length === 1
  } finally {
    database.close()
  }
}

test.skipIf(!isRoot)(
  'a full disk: the write fails whole, reads go on, and it recovers on its own when there is room',
  async () => {
    const disk = join(folder, 'disk')
    mkdirSync(disk)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk])
    tidy.push(() => execFileSync('umount', ['-l', disk]))
    const heard: StoreState[] = []
    const path = join(disk, 'commodarr.db')
    const store = await Store.sqlite(path, {onState: (state) => heard.push(state)})
    tidy.push(() => store.close())
    await put(store, 'before')
    writeFileSync(join(disk, 'others'), Buffer.alloc(1_000_000))
    const halves = store.write(async (db) => {
      await putSetting(db, 'small', 1, 1)
      for (let n = 0; n < 40; n++) await putSetting(db, `big${n}`, 'x'.repeat(50_000), 1)
    })
    await expect(halves).rejects.toMatchObject({code: 'storage_full', passing: true})
    expect(store.state).toMatchObject({
      ok: false,
      code: 'storage_full',
      message: 'The disk of the database is full.',
    })
    expect(await names(store)).toEqual(['before'])
    await expect(put(store, 'too big', 1_500_000)).rejects.toMatchObject({code: 'storage_full'})
    rmSync(join(disk, 'others'))
    await expect.poll(() => store.state.ok, {timeout: 60_000}).toBe(true)
    await put(store, 'after', 100_000)
    expect(await names(store)).toEqual(['after', 'before'])
    expect(heard[0]).toMatchObject({ok: false, code: 'storage_full'})
    expect(heard.at(-1)).toMatchObject({ok: true, code: null})
    await store.close()
    expect(isWhole(path)).toBe(true)
  },
)

test.skipIf(!isRoot)(
  'a disk that is full at the start: it can be read, says why it takes nothing, and recovers on its own when there is room',
  async () => {
    const disk = join(folder, 'disk')
    mkdirSync(disk)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk])
    tidy.push(() => execFileSync('umount', ['-l', disk]))
    const path = join(disk, 'commodarr.db')
    const before = await Store.sqlite(path)
    await put(before, 'before')
    await before.close()
    const fill = join(disk, 'others')
    expect(() => writeFileSync(fill, Buffer.alloc(4_000_000))).toThrow(/ENOSPC/)
    const heard: StoreState[] = []
    const store = await Store.sqlite(path, {onState: (state) => heard.push(state)})
    tidy.push(() => store.close())
    expect(store.state).toMatchObject({ok: false, code: 'storage_full'})
    expect(await names(store)).toEqual(['before'])
    await expect(put(store, 'small')).rejects.toMatchObject({code: 'storage_full'})
    rmSync(fill)
    await expect.poll(() => store.state.ok, {timeout: 60_000}).toBe(true)
    await put(store, 'after', 100_000)
    expect(heard.map(({ok}) => ok)).toEqual([false, true])
    // Others may read again, as a backup does.
    const other = new DatabaseSync(path, {readOnly: true})
    expect(other.prepare('select count(*) as count from settings').get()).toEqual({count: 2})
    other.close()
    await store.close()
    expect(isWhole(path)).toBe(true)
  },
)

test('a file that may not grow: each write fails whole, and the program stays', async () => {
  const path = join(folder, 'commodarr.db')
  // 512-byte blocks in sh: 1 MiB for any file.
  const child = new StoreChild([path, 'serve'], {before: ['sh', '-c', 'ulimit -f 2048; exec "$0" "$@"']})
  tidy.push(() => child.kill())
  expect(await child.next()).toEqual({ready: true})
  expect(await child.ask('put before 10')).toEqual({ok: true, state: null})
  expect(await child.ask('put big 3000000')).toMatchObject({code: 'storage_unavailable'})
  expect(await child.ask('get')).toEqual({names: ['before']})
  await expect.poll(() => child.ask('state'), {timeout: 60_000}).toEqual({ok: true, state: null})
  expect(await child.ask('put after 10')).toEqual({ok: true, state: null})
  expect(await child.ask('get')).toEqual({names: ['after', 'before']})
  await child.kill()
  expect(isWhole(path)).toBe(true)
})

/* ───────────────────────────── rights ───────────────────────────── */

/** As a user to whom modes mean something. */
function asStranger(args: readonly string[]): StoreChild {
  const child = new StoreChild(args, isRoot ? {user: NOBODY} : {})
  tidy.push(() => child.kill())
  return child
}

async function givenAway(): Promise<string> {
  const path = join(folder, 'commodarr.db')
  const store = await Store.sqlite(path)
  await put(store, 'before')
  await store.close()
  if (isRoot) for (const file of [folder, path]) chownSync(file, NOBODY, NOBODY)
  return path
}

test('a file that may only be read: the start says which and why, and once it may be written all is well', async () => {
  const path = await givenAway()
  chmodSync(path, 0o400)
  // Its owner could make it his again, so it belongs to somebody else.
  if (isRoot) chownSync(path, 0, NOBODY)
  if (isRoot) chmodSync(path, 0o440)
  const child = asStranger([path, 'serve'])
  expect(await child.next()).toMatchObject({
    code: 'storage_read_only',
    message: expect.stringContaining(`${path}: The database cannot be written`),
  })
  await child.ended
  if (isRoot) chownSync(path, NOBODY, NOBODY)
  chmodSync(path, 0o600)
  const again = asStranger([path, 'serve'])
  expect(await again.next()).toEqual({ready: true})
  expect(await again.ask('put after 1')).toMatchObject({ok: true})
  expect(await again.ask('get')).toEqual({names: ['after', 'before']})
})

test('a folder that may only be read: the start says so, and nothing is left in it', async () => {
  const path = await givenAway()
  if (isRoot) chownSync(folder, 0, 0)
  chmodSync(folder, 0o555)
  const files = readdirSync(folder)
  const child = asStranger([path, 'serve'])
  expect(await child.next()).toMatchObject({
    code: 'storage_read_only',
    message: expect.stringContaining(path),
  })
  await child.ended
  chmodSync(folder, 0o755)
  expect(readdirSync(folder)).toEqual(files)
})

test('a file that may not even be read', async () => {
  const path = await givenAway()
  if (isRoot) chownSync(path, 0, 0)
  chmodSync(path, 0o000)
  const child = asStranger([path, 'serve'])
  expect(await child.next()).toMatchObject({
    code: 'storage_read_only',
    message: expect.stringContaining(path),
  })
})

test('a folder that is not there', async () => {
  const path = join(folder, 'nowhere', 'commodarr.db')
  await expect(Store.sqlite(path)).rejects.toMatchObject({
    code: 'storage_read_only',
    message: expect.stringContaining(path),
  })
})

test.skipIf(!isRoot)('what root makes in the folder of another user belongs to that user', async () => {
  chownSync(folder, NOBODY, NOBODY)
  const data = join(folder, 'data')
  const lock = await FolderLock.take(data)
  const path = join(data, 'commodarr.db')
  const store = await Store.sqlite(path)
  await put(store, 'x')
  await store.close()
  await backUp({path}, backupPath(backupFolder(path), 'commodarr', 0))
  lock.release()
  const made = readdirSync(folder, {recursive: true}) as string[]
  expect(made.length).toBeGreaterThanOrEqual(5)
  expect(made.filter((name) => statSync(join(folder, name)).uid !== NOBODY)).toEqual([])
  const child = asStranger([path, 'serve'])
  expect(await child.next()).toEqual({ready: true})
  expect(await child.ask('put y 1')).toMatchObject({ok: true})
})

/* ───────────────────────────── other programs ───────────────────────────── */

test('the lock of a folder goes with the program that was killed', async () => {
  const child = new StoreChild([folder, 'lock'])
  expect(await child.next()).toEqual({ready: true})
  await expect(FolderLock.take(folder)).rejects.toMatchObject({
    code: 'storage_busy',
    message: expect.stringContaining(folder),
  })
  await child.kill()
  const lock = await FolderLock.take(folder)
  lock.release()
})

test('a damaged page that turns up while it runs: the write that met it fails, and no other follows', async () => {
  const path = join(folder, 'commodarr.db')
  const store = await Store.sqlite(path)
  tidy.push(() => store.close())
  // More than SQLite keeps in memory, in one transaction.
  await store.write(async (db) => {
    for (let n = 0; n < 400; n++) await putSetting(db, `n${n}`, 'x'.repeat(20_000), 1)
  })
  await store.close()
  const again = await Store.sqlite(path)
  tidy.push(() => again.close())
  truncateSync(path, Math.floor(statSync(path).size / 4096 / 2) * 4096)
  await expect(again.write((db) => db.deleteFrom('settings').execute())).rejects.toMatchObject({
    code: 'storage_damaged',
  })
  expect(again.state).toMatchObject({ok: false, code: 'storage_damaged'})
  await expect(put(again, 'x')).rejects.toMatchObject({code: 'storage_damaged', passing: false})
})
