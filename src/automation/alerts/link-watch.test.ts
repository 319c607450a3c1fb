import {afterEach, expect, test} from 'vitest'
import type {ServerFigures} from '#fleet/server-entry.ts'
import type {FleetDelta} from '#fleet/writer.ts'
import type {JournalEntry} from '#journal/entry.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import type {ServerView} from '#model/services.ts'
import {asInfoHash, asServerId, keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import {MINUTE} from '#model/units.ts'
import type {TouchedFiles} from '#ownership/ownership.ts'
import {memoryHarness} from '#test/automation-state/memory.fixture.ts'
import {boardInto, watching} from './active-alerts.fixture.ts'
import {LinkWatch} from './link-watch.ts'

const A = asServerId('A')
const B = asServerId('B')
const key = (n: number, serverId = A): TorrentKey => ({
  serverId,
  hash: asInfoHash(n.toString(16).padStart(40, '0'))!,
})
/** Servers that are away. */
const away = new Set<ServerId>()
afterEach(() => away.clear())
const known = {
  serverOf: (id: ServerId) =>
    ({
      id,
      name: id,
      enabled: true,
      epoch: 1,
      torrents: 1,
      health: {status: away.has(id) ? 'unreachable' : 'online', since: 0},
    }) as unknown as ServerView,
  hasLeft: () => false,
  nameOf: ({hash}: TorrentKey) => `Film ${Number(`0x${hash}`)}`,
}
const free = {landedOn: [], occupied: [], doubts: []}
const others = {...free, landedOn: [{key: key(9, B), files: 'all' as const}]}

async function harness() {
  const base = await memoryHarness()
  const rows = new Map<string, TorrentRecord>()
  const found = new Map<string, Omit<TouchedFiles, 'taken'> | null>()
  const orders: string[] = []
  const entries: JournalEntry[] = []
  const looks: string[] = []
  const over = new Set<string>()
  const board = boardInto(entries, base.clock)
  const server = {isAway: false, isBroken: false, isSilent: false}
  /** Of the server of all of them: when it told its list last. */
  const figures = {online: true, syncedAt: 1 as number | null}
  let report: (delta: FleetDelta) => void = () => {}
  const open = async () => {
    const {deadlines} = await base.open()
    const watch = new LinkWatch(
      {...watching(base.clock), board},
      {
        get: (of) => rows.get(keyText(of)) ?? null,
        rowOf: (of) => (rows.has(keyText(of)) ? Number(`0x${of.hash}`) : null),
        serverFigures: () => figures as ServerFigures,
        onChange: (listener) => {
          report = listener
          return () => (report = () => {})
        },
      },
      {
        ...known,
        arrived: async (of, isUnwritten) => {
          looks.push(isUnwritten ? 'unwritten' : 'written')
          return found.get(keyText(of)) ?? null
        },
        liesAt: async (_, folder, name) => {
          looks.push(`${folder}/${name}`)
          return {landedOn: others.landedOn, occupied: ['/d/own']}
        },
      },
      {
        ofKind: (kind) => deadlines.ofKind(kind),
        isOver: (_, name) => over.has(name),
        set: (...records) => deadlines.set(...records),
        cancel: (kind, ...names) => deadlines.cancel(kind, ...names),
      },
      {
        run: async (_part, {keys, command}) => {
          if (server.isBroken) throw new Error('The journal is full.')
          orders.push(`${command.verb} ${Number(`0x${keys[0]!.hash}`)}`)
          const refused = {outcome: 'refused', code: 'server_not_online', message: 'It is away.'} as const
          const unanswered = {outcome: 'unconfirmed', code: 'unconfirmed', message: 'No answer.'} as const
          const failed = server.isAway ? refused : server.isSilent ? unanswered : null
          return [{key: keys[0]!, result: failed ?? {outcome: 'done'}}]
        },
      },
    )
    watch.start()
    return watch
  }
  const set = async (n: number, change: Partial<TorrentRecord>) => {
    const before = rows.get(keyText(key(n))) ?? {key: key(n), name: `Film ${n}`, stale: false, pending: []}
    rows.set(keyText(key(n)), {...before, ...change} as TorrentRecord)
    report({added: [], changed: [n], removed: [], servers: []} as unknown as FleetDelta)
    await base.clock.advance(0)
  }
  const leave = async (n: number) => {
    rows.delete(keyText(key(n)))
    report({added: [], changed: [], removed: [{row: 0, key: key(n)}], servers: []} as unknown as FleetDelta)
    await base.clock.advance(0)
  }
  /** Something of a server changed, and no torrent did. */
  const hear = async (id: ServerId) => {
    report({added: [], changed: [], removed: [], servers: [id]} as unknown as FleetDelta)
    await base.clock.advance(0)
  }
  const lines = () => entries.map(({phase, code, message}) => `${phase} ${code} ${message}`)
  return {...base, open, rows, set, leave, hear, figures, found, orders, lines, looks, over, board, server}
}

const fetching: Partial<TorrentRecord> = {state: 'metadata', hasMetadata: false}
const held: Partial<TorrentRecord> = {state: 'stopped', hasMetadata: true}
const running: Partial<TorrentRecord> = {state: 'downloading', hasMetadata: true}
const wish = {isHeld: true, start: 'start'} as const

test('what waited is started when its files harm no other torrent, as it was to be', async () => {
  const {open, set, found, orders, looks, lines} = await harness()
  const watch = await open()
  await set(1, fetching)
  await set(2, fetching)
  await watch.added(key(1), wish)
  await watch.added(key(2), {isHeld: true, start: 'forceStart'})
  found.set(keyText(key(1)), free)
  found.set(keyText(key(2)), free)
  expect([looks, watch.isHeld(key(1))]).toEqual([[], true])
  await set(1, {...held, state: 'checking'})
  expect(looks).toEqual([])
  await set(1, held)
  await set(2, held)
  await watch.stop()
  expect([orders, looks, lines()]).toEqual([['start 1', 'forceStart 2'], ['unwritten', 'unwritten'], []])
  expect(watch.isHeld(key(1))).toBe(false)
})

test('what harms others stays stopped, reported once and over restarts, until a person starts it', async () => {
  const {open, set, found, orders, lines, board} = await harness()
  const watch = await open()
  await watch.added(key(1), wish)
  found.set(keyText(key(1)), others)
  await set(1, held)
  await set(1, held)
  await watch.stop()
  expect([orders, watch.isHeld(key(1))]).toEqual([[], true])
  expect(lines()).toEqual([
    expect.stringMatching(/^blocked link_onto_files Film 1 .*Files of a torrent of another server are there/),
  ])
  const again = await open()
  expect([again.isHeld(key(1)), board.list().at(-1)?.code]).toEqual([true, 'link_onto_files'])
  const by = {name: 'Ada', origin: 'user', userId: null, address: null} as const
  again.manualActions([
    {...key(1), actor: by, phase: 'sending', verb: 'start', args: {}} as unknown as JournalEntry,
  ])
  expect(again.isHeld(key(1))).toBe(false)
  await set(1, running)
  await again.stop()
  expect(orders).toEqual([])
})

test('what could not wait is stopped where it harms others, and may be started in its client', async () => {
  const {open, set, found, orders, looks} = await harness()
  const watch = await open()
  for (const n of [1, 2]) await watch.added(key(n), {...wish, isHeld: false})
  expect(watch.isHeld(key(1))).toBe(false)
  found.set(keyText(key(1)), others)
  found.set(keyText(key(2)), free)
  await set(1, running)
  await set(2, running)
  expect([orders, looks]).toEqual([['stop 1'], ['written', 'written']])
  // It takes its server a moment to stop.
  await set(1, running)
  expect(watch.isHeld(key(1))).toBe(true)
  await set(1, {state: 'stopped'})
  await set(1, running)
  await watch.stop()
  expect([watch.isHeld(key(1)), orders]).toEqual([false, ['stop 1']])
})

test('what who added it said yes to does not hold it up, and a doubt does', async () => {
  const {open, set, found, orders} = await harness()
  const watch = await open()
  const doubt = {code: 'away', serverId: B, torrent: null, detail: ''} as const
  await watch.added(key(1), {...wish, acceptsOthers: true})
  await watch.added(key(2), {...wish, acceptsOthers: true})
  found.set(keyText(key(1)), others)
  found.set(keyText(key(2)), {...free, doubts: [doubt]})
  await set(1, held)
  await set(2, held)
  await watch.stop()
  expect([orders, watch.isHeld(key(2))]).toEqual([['start 1'], true])
})

test('only what changed is looked at, and files that could not be read are asked for again', async () => {
  const {open, set, found, orders, looks, clock} = await harness()
  const watch = await open()
  for (const n of [1, 2]) await watch.added(key(n), wish)
  await set(1, held)
  await clock.advance(29_999)
  await set(2, fetching)
  await set(3, {})
  expect(looks).toHaveLength(1)
  found.set(keyText(key(1)), free)
  await clock.advance(1)
  await watch.stop()
  expect([orders, looks.length]).toEqual([['start 1'], 2])
})

test('who could not be started or stopped is tried again, ever more seldom', async () => {
  const {open, set, found, orders, server, clock} = await harness()
  const watch = await open()
  server.isAway = true
  await watch.added(key(1), wish)
  await watch.added(key(2), {...wish, isHeld: false})
  found.set(keyText(key(1)), free)
  found.set(keyText(key(2)), others)
  await set(1, held)
  await set(2, running)
  expect([orders, watch.isHeld(key(1))]).toEqual([['start 1', 'stop 2'], true])
  await clock.advance(30_000)
  await set(2, running)
  await set(2, running)
  expect(orders.slice(2).toSorted()).toEqual(['start 1', 'stop 2'])
  await clock.advance(30_000)
  await set(2, running)
  expect(orders).toHaveLength(4)
  server.isAway = false
  await clock.advance(30_000)
  await set(2, running)
  await set(2, {state: 'stopped'})
  await watch.stop()
  expect([orders.slice(4).toSorted(), watch.isHeld(key(1)), watch.isHeld(key(2))]).toEqual([
    ['start 1', 'stop 2'],
    false,
    true,
  ])
})

const by = {name: 'Ada', origin: 'user', userId: null, address: null} as const
const ordered = (n: number, verb: 'stop' | 'start' | 'forceStart') =>
  [{...key(n), actor: by, phase: 'sending', verb, args: {}}] as unknown as JournalEntry[]

test('what a person stopped while it waited is not started, and what they then start is started their way', async () => {
  const {open, set, found, orders, clock} = await harness()
  const watch = await open()
  for (const n of [1, 2, 3]) {
    await watch.added(key(n), wish)
    found.set(keyText(key(n)), free)
  }
  watch.manualActions([
    ...ordered(1, 'stop'),
    ...ordered(2, 'stop'),
    ...ordered(2, 'forceStart'),
    ...ordered(3, 'stop'),
  ])
  await clock.advance(0)
  await watch.stop()
  const again = await open()
  found.set(keyText(key(3)), others)
  for (const n of [1, 2, 3]) await set(n, held)
  await again.stop()
  expect(orders).toEqual(['forceStart 2'])
  expect([1, 2, 3].map((n) => again.isHeld(key(n)))).toEqual([false, false, true])
})

test('what is stopped for others stays held while it is checked or has an error, and whatever time passes', async () => {
  const {open, set, found, orders, over, clock} = await harness()
  const watch = await open()
  await watch.added(key(1), wish)
  await watch.added(key(2), {...wish, isHeld: false})
  await watch.added(key(3), wish)
  found.set(keyText(key(1)), others)
  found.set(keyText(key(2)), others)
  await set(1, held)
  await set(1, {state: 'checking'})
  await set(1, held)
  await set(2, {...running})
  // It was not stopped by that, so that it runs on tells of nobody.
  await set(2, {state: 'error'})
  await clock.advance(30_000)
  await set(2, {state: 'downloading'})
  await set(2, {state: 'stopped'})
  expect([1, 2].map((n) => watch.isHeld(key(n)))).toEqual([true, true])
  expect(orders).toEqual(['stop 2', 'stop 2'])
  for (const n of [1, 2, 3]) over.add(keyText(key(n)))
  await clock.advance(10 * MINUTE * 1_000)
  await set(1, held)
  await watch.stop()
  // Of the last one nothing is known, and nobody waits for it any more.
  expect([1, 2, 3].map((n) => watch.isHeld(key(n)))).toEqual([true, true, false])
})

test('who could not be looked at is looked at again where nothing changes', async () => {
  const {open, set, found, orders, clock} = await harness()
  const watch = await open()
  await watch.added(key(1), wish)
  await set(1, held)
  found.set(keyText(key(1)), free)
  await clock.advance(30_000)
  await watch.stop()
  expect([orders, watch.isHeld(key(1))]).toEqual([['start 1'], false])
})

test('what was not started because of a fault is started later', async () => {
  const {open, set, found, orders, server, clock} = await harness()
  const watch = await open()
  server.isBroken = true
  await watch.added(key(1), wish)
  found.set(keyText(key(1)), free)
  await set(1, held)
  expect([orders, watch.isHeld(key(1))]).toEqual([[], true])
  server.isBroken = false
  await clock.advance(30_000)
  await watch.stop()
  expect([orders, watch.isHeld(key(1))]).toEqual([['start 1'], false])
})

test.each([
  ['it did not reach its server, is started again', held, ['start 1', 'start 1']],
  ['its server has not told that it runs, too', {...running, pending: ['state']}, ['start 1', 'start 1']],
  ['it reached it all the same, is not', running, ['start 1']],
] as readonly (readonly [string, Partial<TorrentRecord>, readonly string[]])[])(
  'a start without an answer, where %s',
  async (_, seen, sent) => {
    const {open, set, found, orders, server, clock} = await harness()
    const watch = await open()
    server.isSilent = true
    await watch.added(key(1), wish)
    found.set(keyText(key(1)), free)
    await set(1, held)
    expect([orders, watch.isHeld(key(1))]).toEqual([['start 1'], true])
    server.isSilent = false
    await set(1, seen)
    await clock.advance(30_000)
    await watch.stop()
    expect([orders, watch.isHeld(key(1))]).toEqual([sent, false])
  },
)

test('that a torrent runs is proven by its list alone: what is only expected of it is compared, and watched on', async () => {
  const {open, set, found, looks, clock} = await harness()
  const watch = await open()
  await watch.added(key(1), {...wish, isHeld: false})
  found.set(keyText(key(1)), free)
  await set(1, {...running, pending: ['state'], downloaded: 0})
  expect([...(await watch.touchedBy([key(1)])).keys()]).toEqual([keyText(key(1))])
  // The start was lost, and what lies there is not its own.
  await set(1, {...held, pending: [], downloaded: 0})
  await clock.advance(60_000)
  expect([...(await watch.touchedBy([key(1)])).keys()]).toEqual([keyText(key(1))])
  expect(looks.at(-1)).toBe('unwritten')
  await set(1, running)
  await clock.advance(60_000)
  expect((await watch.touchedBy([key(1)])).size).toBe(0)
  await watch.stop()
})

const unread = {code: 'unread', serverId: B, torrent: key(9, B), detail: ''} as const

test('a doubt says what it waits for, and is over when its server is back: what waited or ran goes on', async () => {
  const {open, set, hear, found, orders, lines, looks, board, clock} = await harness()
  const watch = await open()
  await watch.added(key(1), wish)
  await watch.added(key(2), {...wish, isHeld: false, start: 'forceStart'})
  away.add(B)
  for (const n of [1, 2]) found.set(keyText(key(n)), {...free, doubts: [unread]})
  await set(1, held)
  await set(2, running)
  expect(orders).toEqual(['stop 2'])
  await set(2, {state: 'stopped'})
  expect([1, 2].map((n) => watch.isHeld(key(n)))).toEqual([true, true])
  expect(board.list().map(({code}) => code)).toEqual(['link_waits', 'link_waits'])
  expect(lines()[0]).toMatch(
    /^blocked link_waits Film 1 .*could not be read.* looks again, and starts it when/,
  )
  // It is away still, and then it is back before their rest is over.
  await hear(B)
  expect(looks).toHaveLength(2)
  away.clear()
  for (const n of [1, 2]) found.set(keyText(key(n)), free)
  await hear(B)
  expect(looks).toHaveLength(2)
  await clock.advance(30_000)
  await watch.stop()
  expect(looks).toHaveLength(4)
  expect(orders.slice(1).toSorted()).toEqual(['forceStart 2', 'start 1'])
  expect([board.list(), watch.isHeld(key(1)), watch.isHeld(key(2))]).toEqual([[], false, false])
})

test('a doubt without an end is looked at ever more seldom, also over a restart, and may become a reason', async () => {
  const {open, set, hear, found, looks, board, lines, clock} = await harness()
  const watch = await open()
  await watch.added(key(1), wish)
  found.set(keyText(key(1)), {...free, doubts: [{...unread, code: 'unmapped'}]})
  await set(1, held)
  for (let minute = 0; minute < 24 * 60; minute++) {
    await clock.advance(MINUTE * 1_000)
    await hear(B)
  }
  expect(looks.length).toBeLessThan(35)
  // The same words are said once.
  expect(lines()).toHaveLength(1)
  await watch.stop()
  found.set(keyText(key(1)), others)
  const again = await open()
  await clock.advance(0)
  await again.stop()
  expect(again.isHeld(key(1))).toBe(true)
  expect(board.list().at(-1)?.code).toBe('link_onto_files')
})

test('what a person started in its client although it waited, or stopped meanwhile, is left as it is', async () => {
  const {open, set, found, orders, clock} = await harness()
  const watch = await open()
  for (const n of [1, 2]) {
    await watch.added(key(n), wish)
    found.set(keyText(key(n)), {...free, doubts: [unread]})
    await set(n, held)
  }
  await set(1, running)
  watch.manualActions(ordered(2, 'stop'))
  for (const n of [1, 2]) found.set(keyText(key(n)), free)
  await clock.advance(60_000)
  await set(1, {state: 'stopped'})
  await watch.stop()
  expect([orders, watch.isHeld(key(1)), watch.isHeld(key(2))]).toEqual([[], false, false])
})

test('what harms no other torrent and is stopped is looked at once more when it runs', async () => {
  const {open, set, found, orders, looks, clock} = await harness()
  const watch = await open()
  await watch.added(key(1), {...wish, isHeld: false})
  found.set(keyText(key(1)), free)
  // It has written nothing yet, so what lies there is not its own.
  await set(1, {...held, downloaded: 0})
  await clock.advance(60 * MINUTE * 1_000)
  expect([looks, watch.isHeld(key(1))]).toEqual([['unwritten'], false])
  found.set(keyText(key(1)), others)
  await set(1, running)
  await watch.stop()
  expect([orders, looks]).toEqual([['stop 1'], ['unwritten', 'written']])
})

test('a gap in the list of its server forgets nothing: what comes back is still held and reported', async () => {
  const {open, set, leave, found, board, orders, clock} = await harness()
  const watch = await open()
  await watch.added(key(1), wish)
  await watch.added(key(2), wish)
  found.set(keyText(key(1)), others)
  await set(1, {...held, addedAt: 5})
  await set(2, {...fetching, addedAt: 5})
  await leave(1)
  await leave(2)
  expect([board.list(), watch.isHeld(key(1))]).toEqual([[], true])
  await clock.advance(25 * MINUTE * 1_000)
  await set(1, {...held, addedAt: 5})
  expect(board.list()).toHaveLength(1)
  found.set(keyText(key(2)), free)
  // A client that has the metadata of a link may take it for a torrent of its own.
  await set(2, {...held, addedAt: 7})
  // Nor is one another that was only started.
  await set(1, {state: 'checking', addedAt: 6})
  await watch.stop()
  expect([orders, watch.isHeld(key(1))]).toEqual([['start 2'], true])
})

test('what really went is forgotten: by a command at once, by its list after half an hour, and added again it is another one', async () => {
  const {open, set, leave, hear, figures, found, orders, board, clock} = await harness()
  const watch = await open()
  for (const n of [1, 2, 3, 4]) {
    await watch.added(key(n), wish)
    found.set(keyText(key(n)), others)
    await set(n, {...held, addedAt: 5})
  }
  const isHeld = () => [1, 2, 3, 4].map((n) => watch.isHeld(key(n)))
  const removed = (n: number, phase: string) =>
    [{...key(n), actor: {origin: 'rule'}, phase, verb: 'removeWithData'}] as unknown as JournalEntry[]
  watch.manualActions(removed(1, 'sending'))
  // It was not removed, so that it is missing is a gap.
  watch.manualActions(removed(2, 'sending'))
  watch.manualActions(removed(2, 'failed'))
  for (const n of [1, 2, 3]) await leave(n)
  expect([isHeld(), board.list().length]).toEqual([[false, true, true, true], 1])
  await set(3, {...held, addedAt: 6})
  expect(isHeld()).toEqual([false, true, false, true])
  // Nothing is concluded from a server that does not tell its list.
  figures.online = false
  await clock.advance(40 * MINUTE * 1_000)
  await hear(A)
  expect(isHeld()).toEqual([false, true, false, true])
  figures.online = true
  await clock.advance(10 * MINUTE * 1_000)
  await hear(A)
  expect(isHeld()).toEqual([false, false, false, true])
  watch.forget([key(4)])
  await watch.stop()
  expect([isHeld().includes(true), orders, board.list()]).toEqual([false, [], []])
})

test('what is not there after a start of the program is forgotten, too', async () => {
  const {open, hear, clock} = await harness()
  const watch = await open()
  await watch.added(key(1), wish)
  await watch.stop()
  const again = await open()
  for (let n = 0; n < 5; n++) {
    await clock.advance(10 * MINUTE * 1_000)
    await hear(A)
  }
  await again.stop()
  expect(again.isHeld(key(1))).toBe(false)
})

test('what is started is compared with what exists, whatever started it: its files, or its name where they are not known', async () => {
  const {open, set, found, orders, looks} = await harness()
  const watch = await open()
  for (const n of [1, 2, 3, 4, 5, 6]) await watch.added(key(n), {...wish, isHeld: false})
  found.set(keyText(key(1)), free)
  await set(1, {...held, downloaded: 0})
  await set(2, {state: 'stopped', hasMetadata: false, savePath: '/d'})
  await set(3, {state: 'stopped', hasMetadata: false, savePath: '/d', name: key(3).hash})
  await set(4, fetching)
  await set(5, {...held, downloaded: 0})
  looks.length = 0
  // Others came to lie there meanwhile.
  found.set(keyText(key(1)), others)
  const touched = await watch.touchedBy([1, 2, 3, 4, 5, 6, 7].map((n) => key(n)))
  expect([...touched]).toEqual([
    [keyText(key(1)), {...others, taken: []}],
    [keyText(key(2)), {...free, taken: [], byName: {landedOn: others.landedOn, occupied: ['/d/own']}}],
    [keyText(key(5)), {...free, taken: [], doubts: [expect.objectContaining({code: 'unread'})]}],
  ])
  expect(looks).toEqual(['unwritten', '/d/Film 2', 'unwritten'])
  await watch.stop()
  expect(orders).toEqual([])
})

test('what a person confirmed when they started it is not stopped once its files are known', async () => {
  const {open, set, found, orders} = await harness()
  const watch = await open()
  for (const n of [1, 2]) {
    await watch.added(key(n), {...wish, isHeld: false})
    await set(n, {state: 'stopped', hasMetadata: false})
    found.set(keyText(key(n)), others)
  }
  const [start] = ordered(1, 'start')
  watch.manualActions([{...start!, args: {acceptsOthers: true}}, ...ordered(2, 'start')])
  for (const n of [1, 2]) await set(n, running)
  await watch.stop()
  expect(orders).toEqual(['stop 2'])
})

test('what could not be looked at while its own server was away is looked at when that is back, though nothing of it changed', async () => {
  const {open, rows, set, hear, found, orders, looks, clock} = await harness()
  const watch = await open()
  await watch.added(key(1), wish)
  await set(1, {...held, stale: true})
  found.set(keyText(key(1)), free)
  await clock.advance(60 * MINUTE * 1_000)
  await hear(A)
  expect(looks).toEqual([])
  rows.set(keyText(key(1)), {...rows.get(keyText(key(1)))!, stale: false})
  await hear(B)
  expect(looks).toEqual([])
  await hear(A)
  await watch.stop()
  expect(orders).toEqual(['start 1'])
})

test('a torrent that waits for files that its server does not list says so when that takes long, and what runs is not stopped for it', async () => {
  const {open, set, found, orders, lines, board, clock} = await harness()
  const watch = await open()
  await watch.added(key(1), wish)
  await watch.added(key(2), {...wish, isHeld: false})
  await set(1, held)
  await set(2, running)
  expect(lines()).toEqual([])
  await clock.advance(30_000)
  expect(lines()).toEqual([
    expect.stringMatching(/^blocked link_waits Film 1 .*"Film 1" on A has could not be read/),
  ])
  found.set(keyText(key(1)), free)
  await clock.advance(60_000)
  await watch.stop()
  expect([orders, board.list()]).toEqual([['start 1'], []])
})

test('what comes back by its link finds its own files, and is stopped for those of another torrent', async () => {
  const {open, set, found, orders, looks} = await harness()
  const watch = await open()
  const back = {...wish, hasItsFiles: true}
  for (const n of [1, 2]) await watch.added(key(n), back)
  found.set(keyText(key(1)), free)
  found.set(keyText(key(2)), others)
  await set(1, held)
  await set(2, running)
  await watch.stop()
  expect(looks).toEqual(['written', 'written'])
  expect(orders).toEqual(['start 1', 'stop 2'])
})

test('before it is started its name is looked for among files of others, not among its own', async () => {
  const {open, set} = await harness()
  const watch = await open()
  await watch.added(key(1), {...wish, hasItsFiles: true})
  await watch.added(key(2), wish)
  for (const n of [1, 2]) await set(n, {state: 'stopped', hasMetadata: false, savePath: '/d'})
  const touched = await watch.touchedBy([key(1), key(2)])
  expect(touched.get(keyText(key(1)))?.byName).toEqual({landedOn: others.landedOn, occupied: []})
  expect(touched.get(keyText(key(2)))?.byName).toEqual({landedOn: others.landedOn, occupied: ['/d/own']})
})
