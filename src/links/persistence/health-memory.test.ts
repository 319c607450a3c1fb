import {createHash} from 'node:crypto'
import {existsSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {Sealer} from '#accounts/secrets.ts'
import {Secret} from '#model/secret.ts'
import type {ServerDefinition} from '#model/server.ts'
import {asServerId} from '#model/torrent-key.ts'
import {StorageFault} from '#store/faults.ts'
import {readServerHealth} from '#store/repositories/server-health.ts'
import {Store} from '#store/store.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {initialHealth, type HealthState} from '../health.ts'
import {HealthRepository} from './health-memory.ts'

const banned = {...initialHealth(5), status: 'banned', reason: 'banned', nextTryAt: 99} as const
const refused = {...initialHealth(5), status: 'auth_failed', reason: 'wrong_credentials'} as const
const online = {...initialHealth(5), status: 'online', nextTryAt: null, lastOkAt: 7} as const
const wrong = {...refused, refusedLogins: 2, nextTryAt: null} as const

function server(id: string, password = 'hunter2'): ServerDefinition {
  const login = {username: 'admin', password: new Secret(password), apiKey: null}
  return {id: asServerId(id), url: 'http://127.0.0.1:1', ...login} as unknown as ServerDefinition
}

const sealer = Sealer.ofThisRun()
let store: Store
let clock: VirtualClock
/** Transactions so far, also those that failed. */
let writes: number
let fault: StorageFault | null
/** Each transaction waits for it before it is done. */
let slow: Promise<void> | null
const reported: string[] = []

beforeEach(async () => {
  store = await Store.sqlite(':memory:')
  clock = new VirtualClock()
  writes = 0
  fault = null
  slow = null
  reported.length = 0
})
afterEach(() => store.close())

const watched: Pick<Store, 'read' | 'write'> = {
  read: (work) => store.read(work),
  async write(work) {
    writes++
    const waits = slow
    if (fault) throw fault
    const done = await store.write(work)
    await waits
    return done
  },
}

function load(): Promise<HealthRepository> {
  const log = {warn: (_about: object, text: string) => void reported.push(text)}
  return HealthRepository.load(watched, sealer, clock, log, () => 1)
}

/** Of what the database has now, as after a crash. */
async function afterCrash(definition: ServerDefinition): Promise<HealthState | null> {
  return (await load()).recall(definition)?.state ?? null
}

const rowsNow = () => store.read(readServerHealth)

test('a ban is on its way at once, and known after a crash', async () => {
  const repository = await load()
  repository.remember(server('a'), banned)
  await turns()
  expect(await afterCrash(server('a'))).toEqual(banned)
})

test('refused credentials are known again after a crash, others are not, and neither is readable in the database', async () => {
  const repository = await load()
  repository.remember(server('a'), wrong)
  await turns()
  const after = await load()
  expect(after.recall(server('a'))).toEqual({state: wrong, sameCredentials: true})
  expect(after.recall(server('a', 'other'))).toEqual({state: wrong, sameCredentials: false})
  expect(JSON.stringify(await rowsNow())).not.toContain('hunter2')
})

test('without the key that encrypts, no one can try passwords on a copy of the database', async () => {
  const repository = await load()
  repository.remember(server('a'), wrong)
  await turns()
  const log = {warn: () => {}}
  const elsewhere = await HealthRepository.load(watched, Sealer.ofThisRun(), clock, log, () => 1)
  expect(elsewhere.recall(server('a'))).toMatchObject({sameCredentials: false})
})

test('what can wait is written together: a thousand servers that come online cost a handful of transactions', async () => {
  const repository = await load()
  const all = Array.from({length: 1_000}, (_, n) => server(`s${n}`))
  for (const one of all)
    for (let poll = 0; poll < 5; poll++) repository.remember(one, {...online, lastOkAt: poll})
  await clock.advance(299)
  expect(writes).toBe(0)
  await clock.advance(10)
  expect([writes, (await rowsNow()).length]).toEqual([4, 1_000])
  for (const one of all) repository.remember(one, {...online, lastOkAt: 99})
  await clock.advance(60_000)
  expect(writes).toBe(4)
})

test('a server that is again as it was written costs no write', async () => {
  const repository = await load()
  repository.remember(server('a'), online)
  await clock.advance(300)
  repository.remember(server('a'), {...online, status: 'degraded'})
  repository.remember(server('a'), online)
  await clock.advance(1_000)
  expect(writes).toBe(1)
})

test('bans go first among many', async () => {
  const repository = await load()
  for (let n = 0; n < 600; n++) repository.remember(server(`s${n}`), online)
  repository.remember(server('b'), banned)
  // Whatever else waits comes along, in transactions of its own.
  const order: number[] = []
  for (let turn = 0; turn < 50; turn++) {
    await turns(1)
    const rows = await rowsNow()
    if (rows.some(({serverId}) => serverId === 'b')) order.push(rows.length)
  }
  expect(order[0]).toBeLessThan(600)
  expect(order.at(-1)).toBe(601)
})

test('while the database is away nothing is lost, and it is not hammered', async () => {
  const repository = await load()
  fault = new StorageFault('storage_unavailable', 'away', true)
  repository.remember(server('a'), banned)
  for (let n = 0; n < 300; n++) {
    repository.remember(server('b'), {...wrong, refusedLogins: n})
    await clock.advance(1_000)
  }
  expect(writes).toBeLessThan(30)
  expect(reported).toHaveLength(1)
  fault = null
  await clock.advance(15_000)
  expect([await afterCrash(server('a')), await afterCrash(server('b'))]).toEqual([
    banned,
    {...wrong, refusedLogins: 299},
  ])
})

test('a write whose end was never heard is done again with what is true then', async () => {
  const repository = await load()
  repository.remember(server('a'), online)
  await clock.advance(300)
  // It arrives, and its answer does not.
  const lost = new StorageFault('unconfirmed', 'nobody knows', true)
  slow = Promise.reject(lost)
  slow.catch(() => {})
  repository.remember(server('a'), banned)
  await turns()
  slow = null
  expect(await afterCrash(server('a'))).toEqual(banned)
  repository.remember(server('a'), online)
  await clock.advance(15_000)
  expect(await afterCrash(server('a'))).toEqual(online)
})

test('what happens during a write is written after it', async () => {
  const repository = await load()
  let release = () => {}
  slow = new Promise((done) => (release = done))
  repository.remember(server('a'), banned)
  await turns()
  slow = null
  repository.remember(server('a'), online)
  release()
  await clock.advance(300)
  expect([await afterCrash(server('a')), writes]).toEqual([online, 2])
})

test('a server that is taken out is forgotten, also while its first word is being written', async () => {
  const repository = await load()
  repository.remember(server('a'), banned)
  repository.forget(asServerId('a'))
  await clock.advance(300)
  expect([repository.recall(server('a')), await rowsNow()]).toEqual([null, []])
})

test('the end writes what waits, and when each server was last seen', async () => {
  const repository = await load()
  repository.remember(server('a'), online)
  await clock.advance(300)
  repository.remember(server('a'), {...online, lastOkAt: 1_000})
  repository.remember(server('b'), online)
  await repository.close()
  expect(await afterCrash(server('a'))).toMatchObject({lastOkAt: 1_000})
  expect(await afterCrash(server('b'))).toEqual(online)
})

test('an end without a database comes anyway', async () => {
  const repository = await load()
  fault = new StorageFault('storage_unavailable', 'away', true)
  repository.remember(server('a'), online)
  await repository.close()
  await clock.advance(60_000)
  expect([writes, reported.length]).toEqual([1, 1])
})

test('a row that cannot be read costs what it held, and is written over', async () => {
  const repository = await load()
  repository.remember(server('a'), banned)
  repository.remember(server('b'), banned)
  await turns()
  await store.write((db) =>
    db.updateTable('serverHealth').set({state: '{}'}).where('serverId', '=', 'a').execute(),
  )
  const after = await load()
  expect([after.recall(server('a')), after.recall(server('b'))?.state]).toEqual([null, banned])
  expect(reported).toHaveLength(1)
  after.remember(server('a'), online)
  await clock.advance(300)
  expect(await afterCrash(server('a'))).toEqual(online)
})

/* ───────────────────────────── health.json of earlier versions ───────────────────────────── */

const folder = () => mkdtempSync(join(tmpdir(), 'commodarr-health-'))

/** As an earlier version wrote it. */
function filed(definition: ServerDefinition, state: HealthState): object {
  const {url, username, password, apiKey} = definition
  const parts = JSON.stringify([url, username, password?.reveal() ?? null, apiKey?.reveal() ?? null])
  return {state, salt: 'salt', digest: createHash('sha256').update('salt').update(parts).digest('hex')}
}

test('health.json of an earlier version is taken over once, refused credentials included', async () => {
  const path = join(folder(), 'health.json')
  const entries = {
    a: filed(server('a'), wrong),
    b: filed(server('b', 'old'), wrong),
    c: filed(server('c'), banned),
  }
  writeFileSync(path, JSON.stringify({...entries, gone: filed(server('gone'), banned)}))
  await (await load()).adoptFile(path, [server('a'), server('b'), server('c'), server('new')])
  expect(existsSync(path)).toBe(false)
  const after = await load()
  expect(after.recall(server('a'))).toEqual({state: wrong, sameCredentials: true})
  expect(after.recall(server('b'))).toEqual({state: wrong, sameCredentials: false})
  expect(after.recall(server('c'))?.state).toEqual(banned)
  expect([after.recall(server('gone')), after.recall(server('new'))]).toEqual([null, null])
  await after.adoptFile(path, [server('a')])
  expect(reported).toEqual([])
  rmSync(join(path, '..'), {recursive: true})
})

test('a health.json that cannot be read stays, is reported, and costs only the memory', async () => {
  const path = join(folder(), 'health.json')
  writeFileSync(path, '{"a": 7')
  const repository = await load()
  await repository.adoptFile(path, [server('a')])
  expect([repository.recall(server('a')), existsSync(path), reported.length]).toEqual([null, true, 1])
  rmSync(join(path, '..'), {recursive: true})
})

test('a health.json that the database does not take stays for the next start', async () => {
  const path = join(folder(), 'health.json')
  writeFileSync(path, JSON.stringify({a: filed(server('a'), banned)}))
  const repository = await load()
  fault = new StorageFault('storage_unavailable', 'away', true)
  await expect(repository.adoptFile(path, [server('a')])).rejects.toThrow('away')
  expect(existsSync(path)).toBe(true)
  rmSync(join(path, '..'), {recursive: true})
})

async function turns(count = 20): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((done) => setImmediate(done))
}
