import {
  chmodSync,
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {sql, type Kysely} from 'kysely'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {asTakenOver, earlierVersions, takenOver} from '#test/store/earlier-versions.fixture.ts'
import type {Migrations} from './engine.ts'
import type {StoreState} from './health.ts'
import {migrations} from './migrations/migrations.ts'
import {putSetting, readSettings} from './repositories/settings.ts'
import {checksOf} from './sqlite-file.ts'
import {Store} from './store.ts'

let folder: string
let path: string
const open: Store[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'commodarr-store-'))
  path = join(folder, 'commodarr.db')
})

afterEach(async () => {
  for (const store of open.splice(0)) await store.close()
  rmSync(folder, {recursive: true, force: true})
})

async function opened(
  ...options: Parameters<typeof Store.sqlite> extends [string, ...infer Rest] ? Rest : never
) {
  const store = await Store.sqlite(path, ...options)
  open.push(store)
  return store
}

async function filled(...names: readonly string[]) {
  const store = await opened()
  for (const name of names) await put(store, name)
  await store.close()
}

const put = (store: Store, name: string) => store.write((db) => putSetting(db, name, 1, 1))
const names = async (store: Store) => [...(await store.read(readSettings)).keys()]
const backups = () => (existsSync(join(folder, 'backups')) ? readdirSync(join(folder, 'backups')) : [])

/** Today's history of the tables, and what comes after it. */
function later(...more: readonly ((db: Kysely<unknown>) => Promise<void>)[]): Migrations {
  const added = more.map((up, at): [string, {up: typeof up}] => [`90${at}-later`, {up}])
  return {...migrations, ...Object.fromEntries(added)}
}

const addColumn = async (db: Kysely<unknown>) => {
  await sql`alter table settings add column later text`.execute(db)
}

test('it is set up to survive crashes, to watch over references and to wait for no other process', async () => {
  const store = await opened()
  const pragma = async (name: string) =>
    Object.values((await store.read((db) => sql<object>`pragma ${sql.raw(name)}`.execute(db))).rows[0]!)[0]
  expect(await pragma('journal_mode')).toBe('wal')
  expect(await pragma('synchronous')).toBe(1)
  expect(await pragma('foreign_keys')).toBe(1)
  expect(await pragma('busy_timeout')).toBe(10)
})

test('its files are read by no one else, also when they once were', async () => {
  await filled('x')
  chmodSync(path, 0o644)
  const store = await opened()
  await put(store, 'y')
  const files = readdirSync(folder)
  expect(files).toContain('commodarr.db-wal')
  for (const file of files) expect((statSync(join(folder, file)).mode & 0o777).toString(8)).toBe('600')
})

test('what was written is there after a restart', async () => {
  await filled('a', 'b')
  expect(await names(await opened())).toEqual(['a', 'b'])
})

/* ───────────────────────────── changes of the tables ───────────────────────────── */

test('a database of a newer Commodarr is refused and left as it is', async () => {
  const newer = await opened({migrations: later(addColumn)})
  await put(newer, 'x')
  await newer.close()
  await expect(Store.sqlite(path)).rejects.toMatchObject({
    code: 'storage_newer',
    message: expect.stringMatching(
      /commodarr\.db has changes that this version of Commodarr does not know \(900-later\).*npm start -- restore/,
    ),
  })
  expect(await names(await opened({migrations: later(addColumn)}))).toEqual(['x'])
})

test('a change of the tables that fails in the middle leaves the old ones, and the program of before can use them', async () => {
  await filled('x')
  const breaks = later(addColumn, async (db) => {
    await sql`alter table settings drop column later`.execute(db)
    await sql`insert into settings values ('half', '1', 1)`.execute(db)
    await sql`insert into nowhere values (1)`.execute(db)
  })
  await expect(Store.sqlite(path, {migrations: breaks})).rejects.toMatchObject({
    code: 'storage_damaged',
    message: expect.stringMatching(
      /could not take the change 901-later and is as it was before: no such table: nowhere/,
    ),
  })
  const store = await opened()
  expect(await names(store)).toEqual(['x'])
  const columns = await store.read((db) => sql<{name: string}>`pragma table_info(settings)`.execute(db))
  expect(columns.rows.map(({name}) => name)).toEqual(['name', 'value', 'updated_at'])
})

test.each(earlierVersions)(
  'what a version wrote whose last change was %s is read by this one',
  async (last, known) => {
    const read = await takenOver(known, (then = migrations) => opened({migrations: then}))
    expect(read).toMatchObject(asTakenOver(last))
  },
)

test('before a change of the tables there is a backup; a new database needs none', async () => {
  await filled('x')
  expect(backups()).toEqual([])
  const store = await opened({migrations: later(addColumn)})
  await put(store, 'y')
  await store.close()
  const [backup, ...others] = backups()
  expect(others).toEqual([])
  expect(backup).toMatch(/^before-900-later-\d{8}T\d{6}Z\.db$/)
  const place = join(folder, 'backups', backup!)
  expect(statSync(place).mode & 0o777).toBe(0o600)
  path = place
  expect(await names(await opened())).toEqual(['x'])
})

test('the newest five backups of that kind are kept, and all others', async () => {
  await filled('x')
  const own = join(folder, 'backups')
  let history: Migrations
  const clock = {now: () => Date.UTC(2026, 0, 1), monotonic: () => 0, after: () => () => {}}
  for (let n = 0; n < 8; n++) {
    history = later(...Array.from({length: n + 1}, () => async () => {}))
    const store = await Store.sqlite(path, {migrations: history, clock})
    await store.close()
    if (n === 0) writeFileSync(join(own, 'commodarr-mine.db'), '')
  }
  expect(backups().sort()).toEqual([
    ...[3, 4, 5, 6, 7].map((n) => `before-90${n}-later-20260101T000000Z.db`),
    'commodarr-mine.db',
  ])
})

test('a rebuilt table keeps the rows that refer to it', async () => {
  const store = await opened()
  await store.write(async (db) => {
    const server = {
      id: 's',
      origin: 'file',
      tags: '[]',
      position: 0,
      defaultForAdding: 0,
      createdAt: 1,
      updatedAt: 1,
    } as const
    await db
      .insertInto('servers')
      .values({...server, ownerId: null, definition: null, secrets: null, colour: null, icon: null})
      .execute()
    await db.insertInto('serverGrants').values({serverId: 's', grantee: 'everyone', level: 'view'}).execute()
  })
  await store.close()
  const rebuilt = await opened({
    migrations: later(async (db) => {
      await sql`create table servers_new as select * from servers`.execute(db)
      await sql`drop table servers`.execute(db)
      await sql`create table servers (id text primary key, origin text)`.execute(db)
      await sql`insert into servers select id, origin from servers_new`.execute(db)
      await sql`drop table servers_new`.execute(db)
    }),
  })
  expect(await rebuilt.read((db) => db.selectFrom('serverGrants').selectAll().execute())).toHaveLength(1)
  const orphan = {serverId: 'gone', grantee: 'everyone', level: 'view'}
  await expect(rebuilt.write((db) => db.insertInto('serverGrants').values(orphan).execute())).rejects.toThrow(
    'FOREIGN KEY',
  )
})

test('a change of the tables that leaves references to nothing is taken back', async () => {
  const store = await opened()
  await store.write(async (db) => {
    const server = {
      id: 's',
      origin: 'file',
      tags: '[]',
      position: 0,
      defaultForAdding: 0,
      createdAt: 1,
      updatedAt: 1,
    } as const
    await db
      .insertInto('servers')
      .values({...server, ownerId: null, definition: null, secrets: null, colour: null, icon: null})
      .execute()
    await db.insertInto('serverGrants').values({serverId: 's', grantee: 'everyone', level: 'view'}).execute()
  })
  await store.close()
  const careless = later(async (db) => {
    await sql`delete from servers`.execute(db)
  })
  await expect(Store.sqlite(path, {migrations: careless})).rejects.toThrow(
    'rows of server_grants refer to nothing',
  )
  expect(await (await opened()).read((db) => db.selectFrom('servers').select('id').execute())).toEqual([
    {id: 's'},
  ])
})

/* ───────────────────────────── damage ───────────────────────────── */

function overwrite(file: string, at: number, bytes: number) {
  const handle = openSync(file, 'r+')
  writeSync(handle, Buffer.alloc(bytes, 0x5a), 0, bytes, at)
  closeSync(handle)
}

test('a damaged database is refused: the file, the newest backups and the command stand in the message', async () => {
  await filled('x')
  const upgraded = await opened({migrations: later(addColumn)})
  await upgraded.write(async (db) => {
    for (let n = 0; n < 500; n++) await putSetting(db, `n${n}`, 'x'.repeat(100), 1)
  })
  await upgraded.close()
  overwrite(path, 4096 * 8, 4096 * 8)
  const [backup] = backups()
  await expect(Store.sqlite(path)).rejects.toMatchObject({
    code: 'storage_damaged',
    passing: false,
    message: expect.stringContaining(`npm start -- restore ${join(folder, 'backups', backup!)}`),
  })
  await expect(Store.sqlite(path)).rejects.toThrow(path)
})

test.each([
  ['is no database', () => writeFileSync(path, 'so much for that '.repeat(1_000))],
  ['was cut', () => truncateSync(path, 4096 * 3)],
  ['lost its first page', () => overwrite(path, 0, 4096)],
])('a file that %s is refused', async (_, spoil) => {
  await filled('x')
  spoil()
  await expect(Store.sqlite(path)).rejects.toMatchObject({
    code: 'storage_damaged',
    message: expect.stringMatching(
      /commodarr\.db: .*There is no backup in .*backups; with one: npm start -- restore FILE/,
    ),
  })
})

test('of a very large file only the tables that hold people and servers are checked at the start', async () => {
  const tables = ['users', 'journal', 'samples', 'traffic', 'servers', 'health_changes']
  expect(checksOf(2 ** 20, tables)).toEqual(['quick_check'])
  const checks = checksOf(2 ** 30, tables)
  expect(checks).toEqual(['quick_check("users")', 'quick_check("servers")'])
  const store = await opened()
  const check = (one: string) => store.read((db) => sql`pragma ${sql.raw(one)}`.execute(db))
  for (const one of checks) expect((await check(one)).rows).toEqual([{quickCheck: 'ok'}])
})

test('an empty file where there are backups is no new database', async () => {
  await filled('x')
  await (await opened({migrations: later(addColumn)})).close()
  truncateSync(path, 0)
  await expect(Store.sqlite(path)).rejects.toMatchObject({
    code: 'storage_damaged',
    message: expect.stringContaining('The file is empty.'),
  })
  rmSync(join(folder, 'backups'), {recursive: true})
  expect(await names(await opened())).toEqual([])
})

/* ───────────────────────────── other programs ───────────────────────────── */

function holdLock() {
  const other = new DatabaseSync(path)
  other.exec('begin immediate')
  return other
}

test('a write waits for another program’s, and reads go on meanwhile', async () => {
  const store = await opened()
  const other = holdLock()
  let isWritten = false
  const write = put(store, 'x').then(() => (isWritten = true))
  for (let n = 0; n < 20; n++) expect(await names(store)).toEqual([])
  expect(isWritten).toBe(false)
  other.exec('commit')
  await write
  expect(await names(store)).toEqual(['x'])
  expect(store.state.ok).toBe(true)
  other.close()
})

test('when another program holds the lock for too long a write fails, and the next one succeeds when it lets go', async () => {
  const heard: StoreState[] = []
  const store = await opened({patience: {busyMs: 50}, onState: (state) => heard.push(state)})
  const other = holdLock()
  await expect(put(store, 'x')).rejects.toMatchObject({code: 'storage_busy', passing: true})
  expect(store.state).toMatchObject({ok: false, code: 'storage_busy'})
  expect(await names(store)).toEqual([])
  other.exec('rollback')
  await expect.poll(() => store.state.ok, {timeout: 30_000}).toBe(true)
  await put(store, 'y')
  expect(await names(store)).toEqual(['y'])
  expect(heard.map(({code}) => code)).toEqual(['storage_busy', null])
  other.close()
})

test('a start waits for another program, and says so when that takes too long', async () => {
  await filled('x')
  const other = new DatabaseSync(path)
  other.exec('pragma locking_mode = exclusive; begin exclusive')
  await expect(Store.sqlite(path, {patience: {busyMs: 50}})).rejects.toMatchObject({
    code: 'storage_busy',
    message: expect.stringMatching(/commodarr\.db: Another program holds the database/),
  })
  const start = opened()
  other.close()
  expect(await names(await start)).toEqual(['x'])
})

test('a change of the tables waits for another program, too, and is backed up once', async () => {
  await filled('x')
  const other = holdLock()
  const start = opened({migrations: later(addColumn)})
  await expect.poll(() => backups().length).toBe(1)
  other.exec('rollback')
  other.close()
  expect(await names(await start)).toEqual(['x'])
  expect(backups()).toHaveLength(1)
})

test('nothing is written into a file that was replaced while the program runs', async () => {
  const store = await opened()
  await put(store, 'x')
  renameSync(path, `${path}.away`)
  await expect(put(store, 'y')).rejects.toMatchObject({
    code: 'storage_unavailable',
    message: expect.stringContaining('moved or replaced'),
  })
  writeFileSync(path, 'another')
  await expect(put(store, 'y')).rejects.toMatchObject({code: 'storage_unavailable'})
  renameSync(`${path}.away`, path)
  await expect.poll(() => store.state.ok, {timeout: 30_000}).toBe(true)
  await put(store, 'z')
  expect(await names(store)).toEqual(['x', 'z'])
})

test('a caller who goes on after the database gave up their transaction writes nothing', async () => {
  const store = await opened()
  const work = store.write(async (db) => {
    await putSetting(db, 'before', 1, 1)
    // What a full disk does: SQLite takes all of it back by itself.
    await sql`rollback`.execute(db)
    await putSetting(db, 'after', 1, 1)
  })
  await expect(work).rejects.toMatchObject({code: 'storage_unavailable'})
  expect(await names(store)).toEqual([])
})
