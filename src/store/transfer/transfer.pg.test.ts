import {execFileSync} from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {sql} from 'kysely'
import pg from 'pg'
import {afterAll, afterEach, beforeEach, expect, inject, test} from 'vitest'
import {isFull, some} from '#test/proof.ts'
import {fillEveryTable} from '#test/store/every-table.fixture.ts'
import {postgresTestDatabases, runSql, type TestDatabase} from '#test/store/postgres-test-databases.ts'
import type {Migrations} from '../engine.ts'
import {migrations} from '../migrations/migrations.ts'
import {putSetting, readSettings} from '../repositories/settings.ts'
import {insertAll} from '../rows.ts'
import {Store} from '../store.ts'
import {readingFrom, type Place} from './places.ts'
import type {TableCount} from './side.ts'
import {backUp, replaceDatabase} from './transfer.ts'

let folder: string
let databases: TestDatabase[]
const open: Store[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'commodarr-transfer-'))
  databases = []
})
afterEach(async () => {
  for (const store of open.splice(0)) await store.close()
  for (const database of databases) await database.drop()
  rmSync(folder, {recursive: true, force: true})
})

const now = Date.UTC(2026, 0, 2, 3, 4, 5)

async function newPostgres(like?: string): Promise<{url: string}> {
  const database = await postgresTestDatabases(inject('postgresUrl')).make('transfer', like)
  databases.push(database)
  return {url: database.url}
}

let files = 0
const newFile = (): {path: string} => ({path: join(folder, `${++files}.db`)})

/** Rows in every table, and so many in one that they go in several portions. */
async function filled(kind: 'SQLite' | 'PostgreSQL', extra = 1_234): Promise<Place> {
  const name = `${kind} ${extra}`
  const pattern = patterns.get(name) ?? (await fill(kind, extra))
  patterns.set(name, pattern)
  if (!('path' in pattern)) return newPostgres(pattern.name)
  const copy = newFile()
  copyFileSync(pattern.path, copy.path)
  return copy
}

/** What was filled once is copied after that. */
const patterns = new Map<string, {path: string} | TestDatabase>()
const patternFolder = mkdtempSync(join(tmpdir(), 'commodarr-patterns-'))
afterAll(async () => {
  for (const pattern of patterns.values()) if (!('path' in pattern)) await pattern.drop()
  rmSync(patternFolder, {recursive: true, force: true})
})

async function fill(kind: 'SQLite' | 'PostgreSQL', extra: number): Promise<{path: string} | TestDatabase> {
  const place =
    kind === 'SQLite'
      ? {path: join(patternFolder, `${extra}.db`)}
      : await postgresTestDatabases(inject('postgresUrl')).make('pattern')
  const store = await opened(place)
  await fillEveryTable(store)
  const changes = Array.from({length: extra}, (_, n) => ({
    serverId: `s${n}`,
    at: n,
    status: 'online',
    reason: 'ok',
    detail: `${n}`.repeat(20),
  }))
  await store.write((db) => insertAll(db, 'healthChanges', changes))
  // The highest number was given, and its row is gone: nobody gets it again.
  await store.write((db) =>
    db
      .deleteFrom('healthChanges')
      .where('serverId', '=', `s${extra - 1}`)
      .execute(),
  )
  await store.close()
  return place
}

async function opened(place: Place, known: Migrations = migrations): Promise<Store> {
  const store =
    'path' in place
      ? await Store.sqlite(place.path, {migrations: known})
      : await Store.postgres(place.url, {migrations: known})
  open.push(store)
  return store
}

/** Everything in it, table by table, row by row. */
function contentOf(place: Place, known: Migrations = migrations) {
  return readingFrom(place, known, async ({side, done}) => {
    const content: Record<string, unknown> = {done}
    for (const table of (await side.tables()).keys()) {
      const rows: string[] = []
      for await (const portion of side.rows(table)) {
        rows.push(
          ...portion.map((row) => JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)))),
        )
      }
      content[table] = {rows: rows.sort(), last: await side.lastNumber(table)}
    }
    return content
  })
}

const replace = (from: Place, to: Place, replaces = false) =>
  replaceDatabase({from, to, replaces, keepIn: join(folder, 'backups'), now})

const sum = (counts: readonly TableCount[]) => counts.reduce((all, {rows}) => all + rows, 0)

for (const from of ['SQLite', 'PostgreSQL'] as const) {
  for (const to of ['SQLite', 'PostgreSQL'] as const) {
    test.runIf(isFull || from !== to)(
      `${from} to ${to}: every row of every table arrives as it was, and so does the numbering`,
      async () => {
        const source = await filled(from)
        const target = to === 'SQLite' ? newFile() : await newPostgres()
        const before = await contentOf(source)
        const {counts, kept} = await replace(source, target)
        expect(kept).toBeNull()
        expect(await contentOf(target)).toEqual(before)
        const tables = Object.entries(before).filter(([name]) => name !== 'done')
        const expected = tables.map(([table, content]) => ({
          table,
          rows: (content as {rows: []}).rows.length,
        }))
        expect(counts.toSorted((a, b) => (a.table < b.table ? -1 : 1))).toEqual(
          expected.toSorted((a, b) => (a.table < b.table ? -1 : 1)),
        )
        expect(counts.every(({rows}) => rows > 0)).toBe(true)
        const store = await opened(target)
        const {seq} = await store.write((db) =>
          db
            .insertInto('healthChanges')
            .values({serverId: 'new', at: 1, status: 'x', reason: 'x', detail: ''})
            .returning('seq')
            .executeTakeFirstOrThrow(),
        )
        expect(seq).toBe(3 + 1_234 + 1)
      },
    )
  }

  test(`a backup of ${from} is a checked SQLite file for us alone, also while the program writes`, async () => {
    const source = await filled(from)
    const store = await opened(source)
    const file = join(folder, 'backup.db')
    const enough = new AbortController()
    const writing = (async () => {
      for (let n = 0; !enough.signal.aborted; n++) {
        await store.write(async (db) => {
          await putSetting(db, `${n}.a`, n, n)
          await putSetting(db, `${n}.b`, n, n)
        })
        await new Promise((done) => setImmediate(done))
      }
    })()
    const counts = await backUp(source, file)
    enough.abort()
    await writing
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder).filter((name) => name.startsWith('backup'))).toEqual(['backup.db'])
    const restored = await opened({path: file})
    const names = [...(await restored.read(readSettings)).keys()]
    const pairs = names.filter((name) => /\d\.[ab]$/.test(name))
    expect(
      pairs.filter((name) => !names.includes(name.replace(/.$/, name.endsWith('a') ? 'b' : 'a'))),
    ).toEqual([])
    expect(sum(counts)).toBeGreaterThan(1_234)
    expect(store.state.ok).toBe(true)
  })

  test.runIf(isFull || from === 'SQLite')(
    `of ${from} before today’s change of the tables: the copy is as old, and today’s program brings it up to date`,
    async () => {
      const later: Migrations = {
        ...migrations,
        '900-later': {
          up: async (db) => void (await sql`alter table settings add column later text`.execute(db)),
        },
      }
      const source = await filled(from)
      for (const target of [newFile(), await newPostgres()]) {
        await replaceDatabase({from: source, to: target, replaces: false, keepIn: folder, now, known: later})
        expect(await contentOf(target, later)).toEqual(await contentOf(source))
        const store = await opened(target, later)
        await store.write((db) => sql`update settings set later = 'x'`.execute(db))
        await store.close()
        await expect(backUp(target, join(folder, 'newer.db'))).rejects.toMatchObject({code: 'storage_newer'})
        expect(existsSync(join(folder, 'newer.db'))).toBe(false)
      }
    },
  )
}

for (const kind of ['SQLite', 'PostgreSQL'] as const) {
  test.runIf(isFull || kind === 'PostgreSQL')(
    `${kind} that holds something is not replaced unasked, and set aside when asked`,
    async () => {
      const source = await filled('SQLite', 5)
      const target = await filled(kind, 7)
      const [ours, theirs] = [await contentOf(source), await contentOf(target)]
      await expect(replace(source, target)).rejects.toThrow(/holds \d+ rows already\. With --force/)
      expect(await contentOf(target)).toEqual(theirs)
      const {kept} = await replace(source, target, true)
      expect(kept).toBe(join(folder, 'backups', 'before-restore-20260102T030405Z.db'))
      expect(await contentOf(target)).toEqual(ours)
      expect(await contentOf({path: kept!})).toEqual(theirs)
      expect(statSync(kept!).mode & 0o777).toBe(0o600)
      const again = await replace({path: kept!}, target, true)
      expect(again.kept).toBe(join(folder, 'backups', 'before-restore-20260102T030405Z-2.db'))
      expect(await contentOf(target)).toEqual(theirs)
    },
  )

  test.runIf(isFull || kind === 'PostgreSQL')(
    `${kind} that the program made and was not used yet counts as empty`,
    async () => {
      const source = await filled('PostgreSQL', 5)
      const target = kind === 'SQLite' ? newFile() : await newPostgres()
      await (await opened(target)).close()
      await replace(source, target)
      expect(await contentOf(target)).toEqual(await contentOf(source))
    },
  )
}

test('what fails in the middle of a copy leaves PostgreSQL as it was', async () => {
  const source = await filled('SQLite', 5)
  const target = await filled('PostgreSQL', 7)
  const theirs = await contentOf(target)
  // A row that PostgreSQL cannot take, in the last of the tables.
  const database = new DatabaseSync((source as {path: string}).path)
  database.exec(`update settings set updated_at = 9223372036854775807`)
  database.close()
  await expect(replace(source, target, true)).rejects.toThrow()
  expect(await contentOf(target)).toEqual(theirs)
  await put(await opened(target))
})

test.runIf(isFull)('what fails in the middle of a copy leaves the file as it was, and no other', async () => {
  const source = await filled('PostgreSQL', 5)
  const target = await filled('SQLite', 7)
  const theirs = await contentOf(target)
  await runSql((source as {url: string}).url, 'alter table settings add column foreign_to_us text')
  await expect(replace(source, target, true)).rejects.toThrow('foreign_to_us is not known')
  expect(await contentOf(target)).toEqual(theirs)
  expect(readdirSync(folder).filter((name) => /\.(new|part)/.test(name))).toEqual([])
})

test('PostgreSQL that a program uses is left alone', async () => {
  const source = await filled('SQLite', 5)
  const target = await newPostgres()
  await opened(target)
  await expect(replace(source, target)).rejects.toMatchObject({code: 'storage_busy'})
})

test('PostgreSQL with tables of another program is left alone', async () => {
  const source = await filled('SQLite', 5)
  const target = await newPostgres()
  await runSql(target.url, `create table users (name text); insert into users values ('theirs')`)
  await expect(replace(source, target, true)).rejects.toThrow('There are tables of another program (users)')
  const client = new pg.Client({connectionString: target.url})
  await client.connect()
  expect((await client.query('select * from users')).rows).toEqual([{name: 'theirs'}])
  await client.end()
})

test.runIf(isFull)('other tables in the same database stay when ours are replaced', async () => {
  const source = await filled('SQLite', 5)
  const target = (await filled('PostgreSQL', 7)) as {url: string}
  await runSql(target.url, `create table theirs (name text); insert into theirs values ('theirs')`)
  await replace(source, target, true)
  const client = new pg.Client({connectionString: target.url})
  await client.connect()
  expect((await client.query('select * from theirs')).rows).toEqual([{name: 'theirs'}])
  await client.end()
})

test.runIf(isFull)('a damaged file is replaced anyway, and kept with its log', async () => {
  const source = await filled('PostgreSQL', 5)
  const target = newFile()
  writeFileSync(target.path, 'no database '.repeat(1_000))
  writeFileSync(`${target.path}-wal`, 'its log')
  const {kept} = await replace(source, target, true)
  expect(await contentOf(target)).toEqual(await contentOf(source))
  expect(readFileSync(kept!, 'utf8')).toMatch(/^no database/)
  expect(readFileSync(`${kept!}-wal`, 'utf8')).toBe('its log')
})

test('the log of a database that is gone is not taken for a part of the new one', async () => {
  const source = await filled('SQLite', 5)
  const target = newFile()
  const gone = join(folder, 'gone.db')
  const database = new DatabaseSync(gone)
  database.exec(`pragma journal_mode = wal; create table settings (name, value, updated_at);
    insert into settings values ('from the log', '1', 1)`)
  copyFileSync(`${gone}-wal`, `${target.path}-wal`)
  database.close()
  await replace(source, target)
  expect(await contentOf(target)).toEqual(await contentOf(source))
})

test.skipIf(process.getuid?.() !== 0)('what was there is kept also on another disk', async () => {
  const source = await filled('SQLite', 5)
  const target = await filled('SQLite', 7)
  const theirs = await contentOf(target)
  const disk = join(folder, 'backups')
  mkdirSync(disk)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk])
  try {
    const {kept} = await replace(source, target, true)
    expect(await contentOf({path: kept!})).toEqual(theirs)
  } finally {
    execFileSync('umount', ['-l', disk])
  }
})

const wrongFiles: readonly (readonly [string, (path: string) => void, RegExp])[] = [
  ['is no database', (path: string) => writeFileSync(path, 'x'.repeat(5_000)), /damaged/],
  ['is not there', () => {}, /There is no file/],
  ['is a folder', (path: string) => mkdirSync(path), /is a folder; a file is needed/],
  [
    'is a database of another program',
    (path: string) => new DatabaseSync(path).exec('create table x (y)'),
    /is no database of Commodarr/,
  ],
]
test.each(some(1, wrongFiles))(
  'a file that %s cannot be restored, and nothing is changed by trying',
  async (_, make, message) => {
    const source = newFile()
    make(source.path)
    for (const target of [await filled('SQLite', 5), await filled('PostgreSQL', 5)]) {
      const before = await contentOf(target)
      await expect(replace(source, target, true)).rejects.toThrow(message)
      expect(await contentOf(target)).toEqual(before)
    }
  },
)

test.runIf(isFull)('a backup with a damaged page is found out before it replaces anything', async () => {
  const source = (await filled('SQLite', 2_000)) as {path: string}
  const bytes = readFileSync(source.path)
  bytes.fill(0x5a, bytes.length - 4096 * 12, bytes.length - 4096 * 4)
  writeFileSync(source.path, bytes)
  for (const target of [await filled('SQLite', 5), await filled('PostgreSQL', 5)]) {
    const before = await contentOf(target)
    await expect(replace(source, target, true)).rejects.toMatchObject({code: 'storage_damaged'})
    expect(await contentOf(target)).toEqual(before)
  }
  expect(readdirSync(folder).filter((name) => /\.(new|part)/.test(name))).toEqual([])
})

test('a backup is not written over a file that is there', async () => {
  const source = await filled('SQLite', 5)
  const file = join(folder, 'mine.db')
  writeFileSync(file, 'mine')
  await expect(backUp(source, file)).rejects.toThrow('is there already')
  expect(readFileSync(file, 'utf8')).toBe('mine')
  await expect(backUp(source, join(folder, 'no', 'folder.db'))).rejects.toMatchObject({
    code: 'storage_read_only',
  })
})

const put = (store: Store) => store.write((db) => putSetting(db, 'x', 1, 1))
