import {execFileSync} from 'node:child_process'
import {chmodSync, mkdtempSync, rmSync} from 'node:fs'
import {createConnection, createServer, type AddressInfo, type Socket} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {sql} from 'kysely'
import pg from 'pg'
import {afterAll, afterEach, beforeAll, beforeEach, expect, test} from 'vitest'
import {startPostgres, type LabPostgres} from '#lab/daemons/postgres.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {isFull} from '#test/proof.ts'
import {asTakenOver, earlierVersions, takenOver} from '#test/store/earlier-versions.fixture.ts'
import {EMPTY, runSql} from '#test/store/postgres-test-databases.ts'
import type {StoreState} from './health.ts'
import {migrations} from './migrations/migrations.ts'
import {putSetting, readSettings} from './repositories/settings.ts'
import {Store, type StoreOptions} from './store.ts'

/** A server of its own: it is stopped, frozen and filled up. */
let server: LabPostgres
let url: string
let heard: StoreState[]
const tidy: (() => unknown)[] = []
/** First half of the key of the lock. */
const FAMILY = 0x636f6d6d

const impatient = {connectMs: 1_000, lockMs: 300, statementMs: 1_500, answerMs: 2_000, doubtMs: 15_000}

beforeAll(async () => {
  server = await startPostgres()
  server.run('create database shared')
  await (await Store.postgres(server.url('shared'))).close()
})
afterAll(() => server.dispose())

/** Most use one database after the other: it has its tables, nothing is in them, and nobody is connected. */
beforeEach(async () => {
  url = server.url('shared')
  await runSql(server.url('postgres'), LEAVE)
  await runSql(url, EMPTY)
  heard = []
})
const LEAVE = `select pg_terminate_backend(pid, 60000) from pg_stat_activity where datname = 'shared'`

/** For tests that change more than rows, or need one without tables. */
function ofItsOwn(): void {
  const name = `own${++count}`
  server.run(`create database ${name}`)
  url = server.url(name)
}
let count = 0

afterEach(async () => {
  for (const end of tidy.splice(0).toReversed()) await end()
})

async function opened(options: StoreOptions = {}, at = url): Promise<Store> {
  const onState = (state: StoreState) => heard.push(state)
  const store = await Store.postgres(at, {patience: impatient, onState, random: () => 0, ...options})
  tidy.push(() => store.close())
  return store
}

/** Somebody else on the same database. */
async function stranger(): Promise<pg.Client> {
  const client = new pg.Client({connectionString: url})
  client.on('error', () => {})
  await client.connect()
  tidy.push(() => client.end())
  return client
}

const put = (store: Store, name: string) => store.write((db) => putSetting(db, name, 1, 1))
const names = async (store: Store) => [...(await store.read(readSettings)).keys()].sort()
const isWell = (store: Store) => expect.poll(() => store.state.ok, {timeout: 60_000}).toBe(true)

/* ───────────────────────────── the server goes and comes ───────────────────────────── */

test('a server that stops and starts again: clear faults, and it is found again without any question', async () => {
  const store = await opened()
  await put(store, 'before')
  expect(await names(store)).toEqual(['before'])
  await server.stop()
  await expect(put(store, 'meanwhile')).rejects.toMatchObject({code: 'storage_unavailable', passing: true})
  await expect(store.read(readSettings)).rejects.toMatchObject({code: 'storage_unavailable'})
  expect(store.state).toMatchObject({ok: false, code: 'storage_unavailable'})
  expect(store.state.message).toMatch(/^PostgreSQL does not answer: .+\.$/)
  await server.start()
  await isWell(store)
  await put(store, 'after')
  expect(await names(store)).toEqual(['after', 'before'])
  expect(heard.map(({code}) => code)).toEqual(['storage_unavailable', null])
})

test('a server that stops while no one uses it is noticed by that alone', async () => {
  const store = await opened()
  await put(store, 'before')
  await server.stop()
  await expect.poll(() => store.state.ok).toBe(false)
  await server.start()
  await isWell(store)
})

test('writes that wait while the server is gone fail together, not one time-out after the other', async () => {
  const cable = await cabled()
  const store = await opened({}, cable.url)
  await put(store, 'before')
  server.freeze()
  tidy.push(() => server.thaw())
  const before = cable.sockets.length
  const writes = await Promise.allSettled(Array.from({length: 50}, (_, n) => put(store, `n${n}`)))
  expect(writes.map(({status}) => status)).toEqual(Array.from({length: 50}, () => 'rejected'))
  // Whoever waits for an answer in vain gives its connection up. One did; 50 of them would have needed 50 more.
  expect((cable.sockets.length - before) / 2).toBeLessThan(5)
})

test.runIf(isFull)(
  'a frozen server: writes and reads end in faults, and when it thaws what failed was not written',
  async () => {
    const store = await opened()
    await put(store, 'before')
    await names(store)
    server.freeze()
    tidy.push(() => server.thaw())
    const [write, read] = await Promise.allSettled([put(store, 'frozen'), names(store)])
    expect(write).toMatchObject({status: 'rejected', reason: {code: 'storage_unavailable'}})
    expect(read).toMatchObject({status: 'rejected', reason: {code: 'storage_unavailable'}})
    await expect(put(store, 'again')).rejects.toMatchObject({code: 'storage_unavailable'})
    server.thaw()
    await isWell(store)
    await put(store, 'after')
    expect(await names(store)).toEqual(['after', 'before'])
  },
)

test.runIf(isFull)('closing does not wait for a frozen server', async () => {
  const store = await Store.postgres(url, {patience: impatient})
  await put(store, 'x')
  server.freeze()
  tidy.push(() => server.thaw())
  await store.close()
  await expect(put(store, 'y')).rejects.toThrow('closed')
})

test('a server that crashes in the middle of a transaction left nothing of it', async () => {
  const store = await opened()
  // Also where the server was told that an answered commit may be lost.
  server.run('alter system set synchronous_commit = off')
  await put(store, 'before')
  const work = store.write(async (db) => {
    await putSetting(db, 'half', 1, 1)
    await server.crash()
    await putSetting(db, 'other half', 1, 1)
  })
  await expect(work).rejects.toMatchObject({code: 'storage_unavailable'})
  await server.start()
  await isWell(store)
  expect(await names(store)).toEqual(['before'])
})

test('a connection that an administrator ends in the middle of a transaction: nothing half, and the next write works', async () => {
  const store = await opened()
  const other = await stranger()
  const work = store.write(async (db) => {
    await putSetting(db, 'half', 1, 1)
    const {rows} = await sql<{pid: number}>`select pg_backend_pid() as pid`.execute(db)
    await other.query('select pg_terminate_backend($1)', [rows[0]!.pid])
    await putSetting(db, 'other half', 1, 1)
  })
  await expect(work).rejects.toMatchObject({code: 'storage_unavailable', passing: true})
  await put(store, 'next')
  expect(await names(store)).toEqual(['next'])
})

/* ───────────────────────────── the answer to a commit is lost ───────────────────────────── */

/** Between us and the server; `onCommit` decides what becomes of the message and its answer. */
async function proxied(onCommit: 'lose the answer' | 'lose the message') {
  let armed = false
  const sockets = new Set<Socket>()
  const proxy = createServer((client) => {
    const upstream = createConnection({host: '127.0.0.1', port: server.port})
    let isLost = false
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => [client, upstream].forEach((one) => one.destroy()))
    }
    client.on('data', (chunk) => {
      if (armed && chunk.includes('commit')) {
        armed = false
        isLost = true
        if (onCommit === 'lose the message') return client.destroy()
      }
      upstream.write(chunk)
    })
    upstream.on('data', (chunk) => (isLost ? client.destroy() : client.write(chunk)))
  })
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done))
  tidy.push(() => {
    for (const socket of sockets) socket.destroy()
    proxy.close()
  })
  const place = new URL(url)
  place.port = String((proxy.address() as AddressInfo).port)
  return {url: place.href, arm: () => (armed = true)}
}

test('a commit whose answer was lost is asked for: it was written, so the write succeeded', async () => {
  const proxy = await proxied('lose the answer')
  const store = await opened({}, proxy.url)
  proxy.arm()
  const result = await store.write(async (db) => {
    await putSetting(db, 'x', 1, 1)
    return 'what the work said'
  })
  expect(result).toBe('what the work said')
  expect(await names(store)).toEqual(['x'])
  expect(store.state.ok).toBe(true)
})

test('a commit that never arrived is asked for: it was not written, so the write failed', async () => {
  const proxy = await proxied('lose the message')
  const store = await opened({}, proxy.url)
  proxy.arm()
  await expect(put(store, 'x')).rejects.toMatchObject({code: 'storage_unavailable'})
  await isWell(store)
  expect(await names(store)).toEqual([])
})

test('when it is unknown whether it was written, that is what is said', async () => {
  ofItsOwn()
  const store = await opened({patience: {...impatient, doubtMs: 500}})
  // Deferred to the commit, which then takes until the server is gone.
  const other = await stranger()
  await other.query(`create function slow() returns trigger language plpgsql as
    $$ begin perform pg_sleep(60); return null; end $$`)
  await other.query(`create constraint trigger slow after insert on settings deferrable initially deferred
    for each row execute function slow()`)
  const write = put(store, 'x')
  const stop = (async () => {
    // Another connection sees the commit wait in its trigger.
    await expect.poll(async () => (await other.query(COMMITTING)).rowCount).toBe(1)
    await server.crash()
  })()
  await expect(write).rejects.toMatchObject({
    code: 'unconfirmed',
    message: expect.stringContaining('it may have been written'),
  })
  await stop
  await server.start()
  await isWell(store)
})

const COMMITTING = `select 1 from pg_stat_activity where query = 'commit' and wait_event = 'PgSleep'
  and datname = current_database()`

/* ───────────────────────────── one program to a database ───────────────────────────── */

test('a second program is refused, and shown which one has the database', async () => {
  const first = await opened()
  await expect(opened()).rejects.toMatchObject({
    code: 'storage_busy',
    message: expect.stringMatching(
      /^Another Commodarr \(connected from 127\.0\.0\.1 since .+\) uses this database of PostgreSQL/,
    ),
  })
  await first.close()
  const second = await opened()
  await put(second, 'x')
})

test.runIf(isFull)(
  'who lost the database to another program writes nothing any more, until that one ends',
  async () => {
    const first = await opened()
    await put(first, 'mine')
    const other = await stranger()
    // The other waits for the lock, and has it in the moment in which the first loses its connection.
    const lock = other.query(`select pg_advisory_lock(${FAMILY}, hashtext(current_schema()))`)
    const killer = await stranger()
    const ours = `from pg_locks where locktype = 'advisory' and classid = ${FAMILY}
    and database = (select oid from pg_database where datname = current_database())`
    const waiting = async () => (await killer.query(`select 1 ${ours} and not granted`)).rowCount
    await expect.poll(waiting).toBe(1)
    await killer.query(`select pg_terminate_backend(pid) ${ours} and granted`)
    await lock
    await expect.poll(() => first.state.code, {timeout: 30_000}).toBe('storage_busy')
    await expect(put(first, 'not mine any more')).rejects.toMatchObject({code: 'storage_busy'})
    expect(await names(first)).toEqual(['mine'])
    await other.end()
    await isWell(first)
    await put(first, 'again')
  },
)

/** Between us and the server, on whose cables a test can work. `sockets` are pairs: to us, to the server. */
async function cabled() {
  const sockets: Socket[] = []
  const proxy = createServer((client) => {
    const upstream = createConnection({host: '127.0.0.1', port: server.port})
    sockets.push(client, upstream)
    for (const socket of [client, upstream]) socket.on('error', () => {})
    client.pipe(upstream, {end: false})
    upstream.pipe(client, {end: false})
  })
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done))
  tidy.push(() => {
    for (const socket of sockets) socket.destroy()
    proxy.close()
  })
  const place = new URL(url)
  place.port = String((proxy.address() as AddressInfo).port)
  return {url: place.href, sockets}
}

test('a connection that only the server still believes in does not lock us out of our own database', async () => {
  const cable = await cabled()
  const store = await opened({}, cable.url)
  await put(store, 'x')
  // Our side of every connection goes; the server's side stays open, as when a router forgets us.
  for (const socket of cable.sockets.filter((_, at) => at % 2 === 0)) socket.destroy()
  await expect.poll(() => store.state.ok).toBe(false)
  await isWell(store)
  await put(store, 'y')
  expect(await names(store)).toEqual(['x', 'y'])
})

test.runIf(isFull)(
  'a connection on which nothing arrives any more, without any notice, is given up for a new one',
  async () => {
    const cable = await cabled()
    const store = await opened({}, cable.url)
    await put(store, 'x')
    await names(store)
    for (const socket of cable.sockets) socket.unpipe().pause()
    await expect(put(store, 'lost')).rejects.toMatchObject({code: 'storage_unavailable'})
    await isWell(store)
    await put(store, 'y')
    await expect.poll(() => names(store).catch(() => null), {timeout: 30_000}).toEqual(['x', 'y'])
  },
)

/* ───────────────────────────── it answers, and says no ───────────────────────────── */

test('a table that another client locked: the write fails in time, the next one works', async () => {
  const store = await opened()
  const other = await stranger()
  await other.query('begin; lock table settings in exclusive mode')
  await expect(put(store, 'x')).rejects.toMatchObject({code: 'storage_busy', passing: true})
  expect(await names(store)).toEqual([])
  await other.query('rollback')
  await isWell(store)
  await put(store, 'y')
})

test.runIf(isFull)('a question that takes too long ends, and leaves the connection good', async () => {
  const store = await opened()
  const slow = store.read((db) => sql`select pg_sleep(30)`.execute(db))
  await expect(slow).rejects.toMatchObject({
    code: 'storage_unavailable',
    message: expect.stringContaining('takes too long'),
  })
  expect(await names(store)).toEqual([])
  expect(store.state.ok).toBe(true)
})

test.runIf(isFull)(
  'a server that became a replica: reads go on, writes are refused, and it heals when it takes them again',
  async () => {
    const clock = new VirtualClock()
    const store = await opened({clock})
    await put(store, 'x')
    await server.demote()
    const later = async () => {
      await clock.advance(1_000)
      return store.state.code
    }
    await expect.poll(later).toBe('storage_read_only')
    const before = heard.length
    for (let n = 0; n < 3; n++) {
      // Long enough that each is tried on its own.
      await clock.advance(1_100)
      await expect(put(store, 'y')).rejects.toMatchObject({code: 'storage_read_only'})
    }
    expect(heard.slice(before)).toEqual([])
    expect(await names(store)).toEqual(['x'])
    await store.close()
    await expect(opened()).rejects.toMatchObject({code: 'storage_read_only'})
    server.promote()
    const again = await opened()
    await put(again, 'z')
    expect(await names(again)).toEqual(['x', 'z'])
  },
)

test.runIf(isFull)('more who read at the same time than there are connections', async () => {
  const store = await opened()
  const slow = () => store.read((db) => sql`select pg_sleep(0.05)`.execute(db))
  const reads = await Promise.all(Array.from({length: 20}, slow))
  expect(reads).toHaveLength(20)
  const other = await stranger()
  const {rows} = await other.query(
    `select count(*)::int as n from pg_stat_activity where application_name like 'commodarr-%' and datname = current_database()`,
  )
  expect(rows[0].n).toBeLessThanOrEqual(4)
})

test('a server that takes no writes any more', async () => {
  ofItsOwn()
  const store = await opened()
  await put(store, 'x')
  const {pathname} = new URL(url)
  const name = pathname.slice(1)
  server.run(`alter database ${name} set default_transaction_read_only = on;
    select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`)
  await expect.poll(() => store.state.code, {timeout: 30_000}).toBe('storage_read_only')
  await expect(put(store, 'y')).rejects.toMatchObject({code: 'storage_read_only', passing: true})
  expect(await names(store)).toEqual(['x'])
  await store.close()
  await expect(opened()).rejects.toMatchObject({code: 'storage_read_only'})
  server.run(`alter database ${name} reset default_transaction_read_only`)
  await put(await opened(), 'z')
})

test.runIf(isFull && process.getuid?.() === 0)(
  'a full disk: the write fails, reads go on, and it heals when there is room',
  async () => {
    const place = mkdtempSync(join(tmpdir(), 'commodarr-full-'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m,mode=0777', 'tmpfs', place])
    tidy.push(() => {
      execFileSync('umount', ['-l', place])
      rmSync(place, {recursive: true})
    })
    chmodSync(place, 0o777)
    execFileSync('install', ['-d', '-o', 'postgres', '-m', '0700', join(place, 'space')])
    server.run(`create tablespace small location '${join(place, 'space')}'`)
    server.run('create database small tablespace small')
    tidy.push(() => {
      server.run('drop database small with (force)')
      server.run('drop tablespace small')
    })
    const store = await opened({}, server.url('small'))
    await put(store, 'before')
    execFileSync('fallocate', ['-l', '10m', join(place, 'others')])
    const filled: string[] = []
    const big = (name: string) =>
      store.write((db) =>
        sql`insert into settings select ${name}, to_json(string_agg(md5(random()::text), '')), 0
        from generate_series(1, 30000)`.execute(db),
      )
    const fill = async () => {
      for (;;) {
        await big(`big${filled.length}`)
        filled.push(`big${filled.length}`)
      }
    }
    const failure: unknown = await fill().catch((error: unknown) => error)
    expect(failure).toMatchObject({code: 'storage_full', passing: true})
    expect(store.state).toMatchObject({ok: false, code: 'storage_full'})
    expect(await names(store)).toEqual([...filled, 'before'].sort())
    await expect(put(store, 'still full')).rejects.toMatchObject({code: 'storage_full'})
    rmSync(join(place, 'others'))
    await isWell(store)
    await put(store, 'after')
    expect(await names(store)).toEqual([...filled, 'after', 'before'].sort())
  },
)

/* ───────────────────────────── the start ───────────────────────────── */

test.each([
  ['mysql://localhost/x', /DATABASE_URL is no address of PostgreSQL/],
  ['postgres://', /./],
  ['', /DATABASE_URL/],
])('%j is refused at once', async (address, message) => {
  await expect(Store.postgres(address, {patience: impatient})).rejects.toMatchObject({
    code: 'storage_unavailable',
    message: expect.stringMatching(message),
  })
})

test('a database that is not there, and a user that may not: no use in waiting', async () => {
  ofItsOwn()
  await expect(opened({}, server.url('nowhere'))).rejects.toMatchObject({
    code: 'storage_unavailable',
    passing: false,
    message: expect.stringContaining('"nowhere" does not exist'),
  })
  server.run('create role poor login')
  tidy.push(() => server.run('drop role poor'))
  const place = new URL(url)
  place.username = 'poor'
  await expect(opened({}, place.href)).rejects.toMatchObject({
    passing: false,
    message: expect.stringContaining('permission denied for schema public'),
  })
})

test('TLS asked of a server without it', async () => {
  await expect(opened({}, `${url}?sslmode=require`)).rejects.toMatchObject({
    code: 'storage_unavailable',
    passing: false,
    message: expect.stringContaining('TLS'),
  })
})

test('a change of the tables that fails in the middle leaves the old ones', async () => {
  ofItsOwn()
  const before = await opened()
  await put(before, 'x')
  await before.close()
  const breaks = {
    ...migrations,
    '900-good': {up: async (db) => void (await sql`alter table settings add column later text`.execute(db))},
    '901-bad': {
      up: async (db) => {
        await sql`alter table settings drop column value`.execute(db)
        await sql`insert into nowhere values (1)`.execute(db)
      },
    },
  } satisfies StoreOptions['migrations']
  await expect(opened({migrations: breaks})).rejects.toMatchObject({
    code: 'storage_damaged',
    message: expect.stringMatching(
      /could not take the change 901-bad and is as it was before: relation "nowhere"/,
    ),
  })
  const store = await opened()
  expect(await names(store)).toEqual(['x'])
  await store.close()
  const after = await opened({migrations: {...migrations, '900-good': breaks['900-good']}})
  await after.close()
  await expect(opened()).rejects.toMatchObject({
    code: 'storage_newer',
    message: expect.stringContaining('900-good'),
  })
})

test.each(earlierVersions)(
  'what a version wrote whose last change was %s is read by this one',
  async (last, known) => {
    ofItsOwn()
    const read = await takenOver(known, (then = migrations) => opened({migrations: then}))
    expect(read).toMatchObject(asTakenOver(last))
  },
)

test('a database with tables of another program is left alone', async () => {
  ofItsOwn()
  const other = await stranger()
  await other.query('create table users (name text)')
  await expect(opened()).rejects.toThrow('relation "users" already exists')
  const {rows} = await other.query(`select count(*)::int as n from pg_tables where schemaname = 'public'`)
  expect(rows[0].n).toBeLessThanOrEqual(3)
})
