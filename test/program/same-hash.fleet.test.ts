/**
 * Several servers hold the same torrents: every verb reaches the named server alone. Random sequences of commands go
 * through the API, and after each of them all simulated servers are compared with what they were before.
 */
import fc from 'fast-check'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import type {Comparable} from '#lab/simulators/checksum.ts'
import {fastClock, fastPatience} from '#lab/simulators/fast-clock.ts'
import {startFleetProcess, type FleetProcess} from '#lab/simulators/fleet-process.ts'
import {isFull, seedOfRun} from '#test/proof.ts'
import {
  startTestApp,
  until,
  type Answer,
  type Api,
  type Key,
  type TestApp,
  type WireItem,
} from './program.fixture.ts'

const servers = [
  {name: 'qb-a', kind: 'qbittorrent', version: '5.3.0'},
  {name: 'qb-b', kind: 'qbittorrent', version: '4.5.2'},
  {name: 'tr', kind: 'transmission', version: '4.1.4'},
  {name: 'rt', kind: 'rtorrent', version: '0.9.8'},
] as const
const names: readonly string[] = servers.map(({name}) => name)
const OWN = 2
/** Torrents that all servers share, in each round of the property. */
const SHARED = 3

let fleet: FleetProcess
let program: TestApp
let api: Api
let shared: readonly string[] = []
let nextSeed = 1_000

beforeAll(async () => {
  fleet = await startFleetProcess({servers: servers.map((server, seed) => ({...server, seed, count: OWN}))})
  program = await startTestApp({servers: fleet.definitions, clock: fastClock(20), patience: fastPatience(20)})
  api = program.api
  await api.online()
})

afterAll(async () => {
  await program?.stop()
  await fleet?.stop()
})

/**
 * The same new torrents come to all servers. Those of the last round are removed by the program: a server that loses
 * most of its torrents without an order of ours is not believed, and is taken for another one in the end.
 */
async function shareAgain(seed = nextSeed++): Promise<void> {
  await until(removeShared, (left) => left === 0)
  for (const name of names) await fleet.send(name, {do: 'add', count: SHARED, seed})
  shared = (await fleet.send(names[0]!, {do: 'rows'})).slice(-SHARED).map(({hash}) => hash)
  await until(
    () => Promise.all(shared.map(holdersOf)),
    (all) => all.every((holders) => holders.length === names.length),
  )
}

/** What a command of the last round has just protected or removed is seen with the next look. @returns how many there were */
async function removeShared(): Promise<number> {
  const {torrents} = await api.list()
  const keys = torrents
    .filter(({info_hash: hash}) => shared.includes(hash))
    .map(({server_id, info_hash}) => ({server_id, info_hash}))
  if (keys.length > 0) await api.act('remove', keys)
  return keys.length
}

async function holdersOf(hash: string): Promise<readonly string[]> {
  const {status, body} = await api.send('GET', `/api/torrents/${hash}`)
  if (status === 404) return []
  return (body as {torrents: readonly Key[]}).torrents.map(({server_id: id}) => id)
}

/* ───────────────────────────── what can be asked ───────────────────────────── */

const peers = ['192.0.2.77:6881']
const tracker = 'https://added.example.org/announce'
const words = fc.constantFrom('one', 'two', 'three')
const onOff = fc.record({on: fc.boolean()})
const none = fc.constant(undefined)

/** Arguments of every verb on torrents that goes by /api/torrents/actions. */
const verbs = {
  start: none,
  reannounce: none,
  forceStart: none,
  stop: none,
  recheck: none,
  remove: none,
  removeWithData: none,
  setLocation: fc.record({path: fc.constantFrom('/srv/a', '/srv/b'), move_data: fc.boolean()}),
  setCategory: fc.record({category: fc.constantFrom('', 'films', 'series')}),
  addTags: fc.record({tags: fc.uniqueArray(words, {minLength: 1})}),
  removeTags: fc.record({tags: fc.uniqueArray(words, {minLength: 1})}),
  setTags: fc.record({tags: fc.uniqueArray(words)}),
  addTrackers: fc.constant({tiers: [[tracker]]}),
  editTracker: fc.constant({from: tracker, to: 'https://moved.example.org/announce'}),
  removeTrackers: fc.constant({urls: [tracker]}),
  addPeers: fc.constant({peers}),
  addWebSeeds: fc.constant({urls: ['https://seed.example.org/files/']}),
  removeWebSeeds: fc.constant({urls: ['https://seed.example.org/files/']}),
  setSpeedLimits: fc.record({down: fc.constantFrom(null, 102_400), up: fc.constantFrom(null, 51_200)}),
  setShareLimits: fc.record({ratio: fc.constantFrom(null, 'inherit', 2)}),
  moveInQueue: fc.record({to: fc.constantFrom('top', 'up', 'down', 'bottom')}),
  setPriority: fc.record({priority: fc.constantFrom('low', 'normal', 'high')}),
  setSuperSeeding: onOff,
  setSequential: onOff,
  setFirstLast: onOff,
  setAutoManaged: onOff,
  setComment: fc.record({comment: words}),
} as const

/** Those about the inside of one torrent. */
const single = {
  rename: fc.record({name: words}),
  renameFile: fc.constant({from: 'part-001.bin', to: 'part-one.bin'}),
  renameFiles: fc.constant({files: [{from: 'part-002.bin', to: 'part-two.bin'}]}),
  renameFolder: fc.constant({from: 'extras', to: 'more'}),
  setFilePriority: fc.constant({files: [0], priority: 'high'}),
} as const

const {remove: _, removeWithData: __, ...plain} = verbs
const withoutRemovals = {...plain, ...single}

/** Doors of their own, for the one torrent of one server; `{}` = no body. */
const transports = [
  ['POST', '/start', {}],
  ['POST', '/force-start', {}],
  ['POST', '/stop', {}],
  ['POST', '/recheck', {}],
  ['POST', '/reannounce', {}],
  ['DELETE', '', {}],
  ['PATCH', '', {category: 'books', tags: ['keep'], up_limit: 204_800}],
  ['PATCH', '/files', {files: [0], priority: 'normal'}],
  ['POST', '/trackers', {tiers: [[tracker]]}],
  ['DELETE', '/trackers', {urls: [tracker]}],
  ['POST', '/peers', {peers}],
  ['POST', '/web-seeds', {urls: ['https://seed.example.org/files/']}],
] as const

/** What is asked of a whole server. */
const serverTransports = [
  ['POST', '/categories', {name: 'made', save_path: '/srv/made'}],
  ['DELETE', '/categories?name=films', {}],
  ['POST', '/tags', {tags: ['made']}],
  ['DELETE', '/tags?tag=keep', {}],
  ['PATCH', '/limits', {down: 1_048_576, alt_speed: true}],
  ['POST', '/ban-peers', {peers}],
] as const

interface Command {
  /** By /api/torrents/actions; `null` through another door. */
  readonly verb: string | null
  /** Servers it names. */
  readonly named: ReadonlySet<string>
  /** Torrents it names, as `server hash`; `null` = the servers as a whole. */
  readonly keys: ReadonlySet<string> | null
  readonly text: string
  run(): Promise<readonly WireItem[] | Answer>
}

const serverArbitrary = fc.nat(names.length - 1).map((index) => names[index]!)
const torrentArbitrary = fc.nat(SHARED - 1)
const keyArbitrary = fc.record({server: serverArbitrary, torrent: torrentArbitrary})

/** Hashes differ from round to round: what is drawn is which of them. */
interface Drawn {
  readonly server: string
  readonly torrent: number
}

function asKey({server, torrent}: Drawn): Key {
  return {server_id: server, info_hash: shared[torrent]!}
}

function onKeys(verb: string, drawn: readonly Drawn[], args: object | undefined): Command {
  const keys = drawn.map(asKey)
  return {
    verb,
    named: new Set(keys.map(({server_id: id}) => id)),
    keys: new Set(keys.map(textOf)),
    text: `${verb} ${JSON.stringify(args ?? {})} on ${keys.map(textOf).join(', ')}`,
    run: () => api.act(verb, keys, args),
  }
}

function textOf({server_id: id, info_hash: hash}: Key): string {
  return `${id} ${hash}`
}

function throughTransport([method, path, body]: readonly [string, string, object], drawn: Drawn): Command {
  const key = asKey(drawn)
  const url = `/api/torrents/${key.info_hash}${path}?server_id=${key.server_id}`
  return {
    verb: null,
    named: new Set([key.server_id]),
    keys: new Set([textOf(key)]),
    text: `${method} ${url}`,
    run: () => api.send(method, url, Object.keys(body).length > 0 ? body : undefined),
  }
}

function onServer([method, path, body]: readonly [string, string, object], server: string): Command {
  const url = `/api/servers/${server}${path}`
  return {
    verb: null,
    named: new Set([server]),
    keys: null,
    text: `${method} ${url}`,
    run: () => api.send(method, url, Object.keys(body).length > 0 ? body : undefined),
  }
}

/** Made when it is its turn: a round has hashes of its own. */
type Maker = () => Command

const many = fc.uniqueArray(keyArbitrary, {
  minLength: 1,
  maxLength: 5,
  selector: ({server, torrent}) => `${server} ${torrent}`,
})

function verbArbitrary(
  verb: string,
  args: fc.Arbitrary<object | undefined>,
  keys: fc.Arbitrary<readonly Drawn[]>,
) {
  return fc.tuple(keys, args).map(
    ([drawn, values]): Maker =>
      () =>
        onKeys(verb, drawn, values),
  )
}

const commandArbitrary: fc.Arbitrary<Maker> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.oneof(...Object.entries(verbs).map(([verb, args]) => verbArbitrary(verb, args, many))),
  },
  {
    weight: 1,
    arbitrary: fc.oneof(
      ...Object.entries(single).map(([verb, args]) =>
        verbArbitrary(
          verb,
          args,
          keyArbitrary.map((key) => [key]),
        ),
      ),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom(...transports), keyArbitrary).map(
      ([transport, key]): Maker =>
        () =>
          throughTransport(transport, key),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(...serverTransports), serverArbitrary).map(
      ([transport, server]): Maker =>
        () =>
          onServer(transport, server),
    ),
  },
)

/* ───────────────────────────── what became of it ───────────────────────────── */

interface World {
  readonly rows: ReadonlyMap<string, Comparable>
  /** Commands that reached it, as they came. */
  readonly received: readonly {readonly verb: string; readonly hashes: readonly string[]}[]
}

async function worlds(): Promise<ReadonlyMap<string, World>> {
  const all = await Promise.all(
    names.map(async (name) => {
      const rows = await fleet.send(name, {do: 'rows'})
      const received = await fleet.send(name, {do: 'received'})
      return [name, {rows: new Map(rows.map((row) => [row.hash, row])), received}] as const
    }),
  )
  return new Map(all)
}

interface Step {
  readonly command: Command
  readonly outcome: readonly WireItem[] | Answer
  readonly before: ReadonlyMap<string, World>
  readonly after: ReadonlyMap<string, World>
}

async function take(command: Command): Promise<Step> {
  const before = await worlds()
  const outcome = await command.run()
  return {command, outcome, before, after: await worlds()}
}

/** Everything about a step that is not as it must be, in words. */
function wrongs(step: Step): string[] {
  const found = [...names.flatMap((name) => strays(step, name)), ...oddResults(step)]
  return found.map((one) => `${step.command.text}: ${one}`)
}

/** Nothing reaches a server that was not named, and on a named one nothing but what was named changes. */
function strays({command, before, after}: Step, name: string): string[] {
  const [was, is] = [before.get(name)!, after.get(name)!]
  const received = is.received.slice(was.received.length)
  const isNamed = (hash: string): boolean =>
    command.named.has(name) && (command.keys === null || command.keys.has(`${name} ${hash}`))
  const changed = [...new Set([...was.rows.keys(), ...is.rows.keys()])].filter(
    (hash) => JSON.stringify(was.rows.get(hash)) !== JSON.stringify(is.rows.get(hash)),
  )
  return [
    ...received
      .filter(({hashes}) => !command.named.has(name) || !hashes.every(isNamed))
      .map((one) => `${name} heard ${JSON.stringify(one)}`),
    ...changed.filter((hash) => !isNamed(hash)).map((hash) => `${hash} changed on ${name}`),
  ]
}

/** A healthy server answers: nothing stays open, removals remove and nothing else does, and what is done was heard. */
function oddResults(step: Step): string[] {
  const {outcome} = step
  if (!isItems(outcome)) return outcome.status < 500 ? [] : [`answered ${JSON.stringify(outcome)}`]
  return outcome.flatMap((item) => oddResult(step, item))
}

function isItems(outcome: readonly WireItem[] | Answer): outcome is readonly WireItem[] {
  return Array.isArray(outcome)
}

function oddResult({command, before, after}: Step, item: WireItem): string[] {
  const {server_id: name, info_hash: hash, outcome, message} = item
  if (outcome === 'unconfirmed') return [`${hash} on ${name} is unconfirmed: ${message}`]
  const had = before.get(name)!.rows.has(hash)
  const isGone = had && !after.get(name)!.rows.has(hash)
  const isRemoved = had && outcome === 'done' && /^remove(WithData)?$/.test(command.verb ?? '')
  return isGone === isRemoved ? [] : [`${hash} is ${isGone ? 'gone from' : 'still on'} ${name}`]
}

/** Servers that were told to do it and to which nothing went. */
function unheard({command, outcome, before, after}: Step): string[] {
  const done = isItems(outcome) ? outcome.filter((item) => item.outcome === 'done') : []
  return done
    .filter(({server_id: name, info_hash: hash}) => {
      const received = after.get(name)!.received.slice(before.get(name)!.received.length)
      return !received.some(({hashes}) => hashes.includes(hash))
    })
    .map(({server_id: name}) => `${command.verb} on ${name}`)
}

test('whatever is asked, and in whatever order, only the named servers hear of it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(commandArbitrary, {minLength: 4, maxLength: 10}), async (makers) => {
      await shareAgain()
      for (const make of makers) expect(wrongs(await take(make()))).toEqual([])
    }),
    {seed: seedOfRun(), numRuns: isFull ? 15 : 2, endOnFailure: true},
  )
})

test.runIf(isFull)('every verb, on one server after the other, reaches just that one', async () => {
  // The same torrents in each run of this test.
  await shareAgain(5)
  const found: string[] = []
  for (const [verb, args] of Object.entries(withoutRemovals)) {
    for (const server of names) {
      const [values] = fc.sample<object | undefined>(args, {numRuns: 1, seed: 1})
      const step = await take(onKeys(verb, [{server, torrent: 0}], values))
      found.push(...wrongs(step), ...unheard(step))
    }
  }
  // The tracker was moved just before: there is nothing to remove.
  expect(found).toEqual(['removeTrackers on rt'])
})

describe('by the hash alone', () => {
  beforeAll(() => shareAgain())

  test.each(transports)(
    '%s /api/torrents/{hash}%s: 409 names the holders, nothing is sent',
    async (...transport) => {
      const [method, path, body] = transport
      const before = await worlds()
      const {status, body: problem} = await api.send(
        method,
        `/api/torrents/${shared[0]}${path}`,
        Object.keys(body).length > 0 ? body : undefined,
      )
      expect({status, problem}).toMatchObject({status: 409, problem: {code: 'server_id_required'}})
      const named = (problem as {servers: readonly {server_id: string}[]}).servers.map((one) => one.server_id)
      expect(named.toSorted()).toEqual(names.toSorted())
      expect(await worlds()).toEqual(before)
    },
  )
})

test('the list shows the torrent on every server that holds it, and a removal takes one of them away', async () => {
  await shareAgain()
  const [hash] = shared
  expect((await holdersOf(hash!)).toSorted()).toEqual(names.toSorted())
  const {torrents} = await api.list()
  expect(torrents.filter((one) => one.info_hash === hash)).toHaveLength(names.length)
  expect((await api.send('DELETE', `/api/torrents/${hash}?server_id=tr`)).status).toBe(200)
  const left = await until(
    () => holdersOf(hash!),
    (holders) => holders.length < names.length,
  )
  expect(left.toSorted()).toEqual(names.filter((name) => name !== 'tr').toSorted())
})
