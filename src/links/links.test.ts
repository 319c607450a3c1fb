import {hostname, networkInterfaces} from 'node:os'
import {expect, test, vi} from 'vitest'
import type {CallBounds, PortState, SyncSink, SyncWant, TorrentClient} from '#clients/port.ts'
import {seededRandom} from '#lab/simulators/random.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import type {UserId} from '#model/access.ts'
import {ServerFault} from '#model/errors.ts'
import type {ServerDefinition, ServerStats} from '#model/server.ts'
import {asServerId, type InfoHash, type ServerId} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import type {HealthState} from './health.ts'
import {Links} from './links.ts'
import {Quotas} from './quotas.ts'
import {hash} from './scripted-server.fixture.ts'

/** Off, so that nothing but coming and going happens. */
function off(id: string, url = 'http://127.0.0.1:1'): ServerDefinition {
  const pace = {pollSeconds: null, timeoutSeconds: null}
  return {id: asServerId(id), name: id, kind: 'qbittorrent', url, pace, enabled: false} as ServerDefinition
}

function linksParts(clock: VirtualClock, there: Set<ServerId> = new Set()) {
  return {
    clock,
    rooms: {figures: (_id: ServerId, {freeSpace: _freeSpace, ...stats}: ServerStats) => stats},
    turns: new TimeSlice(),
    random: () => 0,
    log: {debug: () => {}, info: () => {}, warn: () => {}, error: () => {}},
    fleet: {
      addServer: (id: ServerId) => void there.add(id),
      removeServer: (id: ServerId) => void there.delete(id),
      markServer: () => {},
      apply: () => 'applied' as const,
      count: () => 0,
      holders: () => [],
      has: () => false,
      addedAt: () => null,
      absent: () => 0,
      departed: () => [],
      unseen: () => 0,
      figures: () => ({stats: null, categories: [], tags: [], epoch: -1}),
    },
  }
}

/** Tried at once, without success. */
function on(id: string): ServerDefinition {
  return {...off(id), enabled: true, obstacle: null}
}

interface Wishes {
  readonly clock?: VirtualClock
  readonly knock?: (id: ServerId) => PortState
  readonly random?: () => number
  readonly connect?: () => Promise<unknown>
  readonly onMade?: (id: ServerId) => void
  readonly onConnect?: (id: ServerId) => void
}

function linksOf(close?: () => Promise<void>, wishes: Wishes = {}) {
  const there = new Set<ServerId>()
  const closes: (() => void)[] = []
  const reported = {remembered: [] as HealthState[], forgotten: [] as ServerId[]}
  const {knock, random} = wishes
  const links = new Links({
    ...linksParts(wishes.clock ?? new VirtualClock(), there),
    ...(random && {random}),
    ...(knock && {knock: async ({id}: ServerDefinition) => knock(id)}),
    memory: {
      recall: () => null,
      remember: (_, state) => void reported.remembered.push(state),
      forget: (id) => void reported.forgotten.push(id),
    },
    createClient: ({definition}) => {
      wishes.onMade?.(definition.id)
      return {
        connect: ({signal}: CallBounds) => {
          wishes.onConnect?.(definition.id)
          // Without a wish it is silent until its link ends.
          const stopped = () =>
            new Promise((_, reject) =>
              signal!.addEventListener('abort', () => reject(signal!.reason as Error)),
            )
          return wishes.connect?.() ?? stopped()
        },
        // It takes its time to say goodbye, until the test lets it.
        close: close ?? (() => new Promise<void>((done) => closes.push(done))),
      } as unknown as TorrentClient
    },
  })
  return {links, there, closes, reported}
}

const idsOf = (links: Links) => links.list().map(({id}) => id)

const turn = () => new Promise((done) => setImmediate(done))

async function letThemClose(closes: (() => void)[]): Promise<void> {
  for (let left = 20; left > 0; left--) {
    await turn()
    for (const close of closes.splice(0)) close()
  }
}

test('servers come, change and go in the order of the configuration', async () => {
  const {links, there, closes} = linksOf()
  await links.configure([off('a'), off('b')])
  const changed = links.configure([off('c'), off('b', 'http://127.0.0.1:2')])
  await letThemClose(closes)
  await changed
  expect([idsOf(links), [...there].toSorted()]).toEqual([
    ['c', 'b'],
    ['b', 'c'],
  ])
})

test('of two edits in quick succession the last one holds, although links take their time to end', async () => {
  const {links, there, closes} = linksOf()
  await links.configure([off('a'), off('b')])
  const first = links.configure([off('b'), off('ghost')])
  const second = links.configure([off('b'), off('c')])
  await letThemClose(closes)
  await Promise.all([first, second])
  expect([idsOf(links), [...there].toSorted()]).toEqual([
    ['b', 'c'],
    ['b', 'c'],
  ])
})

test('a server that takes its time to say goodbye holds up no other', async () => {
  const {links, closes} = linksOf()
  await links.configure([off('slow'), off('b')])
  void links.configure([off('b')])
  await links.configure([off('b'), off('c')])
  expect([idsOf(links), closes.length]).toEqual([['b', 'c'], 1])
  await letThemClose(closes)
})

test('a server that comes back while it says goodbye gets one link, as it was asked for last', async () => {
  const {links, there, closes, reported} = linksOf()
  await links.configure([off('a'), off('b')])
  const changes = [[off('b')], [off('a', 'http://127.0.0.1:2'), off('b')], [off('a', 'http://127.0.0.1:3')]]
  const done = changes.map((definitions) => links.configure(definitions))
  await letThemClose(closes)
  await Promise.all(done)
  expect(links.list().map(({id, url}) => [id, url])).toEqual([['a', 'http://127.0.0.1:3']])
  expect([[...there], reported.forgotten]).toEqual([['a'], ['b']])
})

test('a server that is changed is there all the time, as it shall be, also while its link says goodbye', async () => {
  const {links, closes} = linksOf()
  await links.configure([off('a')])
  const changes = [links.configure([{...on('a'), name: 'The attic'}])]
  const seen = () => [links.get(asServerId('a')), ...links.list()].map((a) => [a?.name, a?.health.status])
  expect(seen()).toEqual(Array(2).fill(['The attic', 'connecting']))
  expect(links.objection(asServerId('a'))?.code).toBe('server_not_online')
  changes.push(links.configure([off('a')]))
  expect(seen()).toEqual(Array(2).fill(['a', 'paused']))
  changes.push(links.configure([]))
  expect([links.get(asServerId('a')), idsOf(links)]).toEqual([null, []])
  await letThemClose(closes)
  await Promise.all(changes)
})

test('who is taken out is forgotten, who only ends with the program is not', async () => {
  const {links, closes, reported} = linksOf()
  await links.configure([off('a'), off('b')])
  const taken = links.configure([off('b')])
  await letThemClose(closes)
  await taken
  expect(reported.forgotten).toEqual(['a'])
  const stopped = links.stop()
  await letThemClose(closes)
  await stopped
  expect([reported.forgotten, idsOf(links)]).toEqual([['a'], []])
})

test('what a link hears on its way out counts for none', async () => {
  let answer = () => {}
  const connected = new Promise<void>((resolve) => (answer = resolve))
  const {links, reported} = linksOf(() => Promise.resolve(), {
    connect: () => connected.then(() => ({version: '1'})),
  })
  await links.configure([on('a')])
  await turn()
  const before = reported.remembered.length
  const gone = links.configure([])
  answer()
  await gone
  expect([reported.remembered.length - before, reported.forgotten]).toEqual([0, ['a']])
})

test('of hundreds of servers a few are called at once, the others one after the other, and a click is at once', async () => {
  const clock = new VirtualClock()
  const called: string[] = []
  const {links} = linksOf(() => Promise.resolve(), {clock, onConnect: (id) => called.push(id)})
  const at = (n: number) => ({...on(`s${n}`), url: `http://127.0.0.1:${n + 1}`})
  await links.configure(Array.from({length: 300}, (_, n) => at(n)))
  await turn()
  expect(called.length).toBe(32)
  await clock.advance(100)
  expect(called.length).toBe(82)
  expect(called).not.toContain('s299')
  void links.test(asServerId('s299'))
  await turn()
  expect(called.at(-1)).toBe('s299')
  await clock.advance(1_000)
  expect(new Set(called).size).toBe(300)
  await links.stop()
})

test('a hundred servers that are away are looked at or called some three times a minute, spread out, and found a minute after they are back', async () => {
  const clock = new VirtualClock()
  const refused = new ServerFault('server_unreachable', 'refused', 'Nobody there.')
  const chance = seededRandom(7)
  const found = new Set<ServerId>()
  let isBack = false
  const [looks, calls] = [new Map<number, number>(), new Map<number, number>()]
  const count = (counts: Map<number, number>) => {
    const second = Math.floor(clock.monotonic() / 1_000)
    counts.set(second, (counts.get(second) ?? 0) + 1)
  }
  const {links} = linksOf(() => Promise.resolve(), {
    clock,
    random: () => chance.next(),
    connect: () => Promise.reject(refused),
    onConnect(id) {
      count(calls)
      if (isBack) found.add(id)
    },
    knock: () => {
      count(looks)
      return isBack ? 'open' : 'shut'
    },
  })
  await links.configure(
    Array.from({length: 100}, (_, n) => ({...on(`s${n}`), url: `http://127.0.0.1:${n + 1}`})),
  )
  // The first tries, one soon after the other.
  await clock.advance(600_000)
  looks.clear()
  calls.clear()
  await clock.advance(3_600_000)
  const sum = (counts: Map<number, number>) => [...counts.values()].reduce((all, some) => all + some, 0)
  // Of each: looks at its port and tries in turn, some 30 s apart, neither together with those of all others.
  expect([sum(looks) / 100 <= 120, sum(calls) / 100 <= 130]).toEqual([true, true])
  expect([Math.max(...looks.values()) <= 15, Math.max(...calls.values()) <= 15]).toEqual([true, true])
  // And none is forgotten: each is found a minute after it is back.
  isBack = true
  await clock.advance(61_000)
  expect(found.size).toBe(100)
  await links.stop()
})

test('hundreds of links are opened in portions, and what is not wanted any more meanwhile is not opened', async () => {
  const made: ServerId[] = []
  const {links} = linksOf(() => Promise.resolve(), {onMade: (id) => made.push(id)})
  const all = Array.from({length: 250}, (_, n) => off(`s${n}`))
  const opening = links.configure(all)
  expect(made.length).toBe(100)
  await links.configure(all.slice(0, 120))
  await opening
  expect([made.length, new Set(made).size, idsOf(links).length]).toEqual([120, 120, 120])
})

test('a client that fails at its end keeps none from coming, and none from ending', async () => {
  const {links, there} = linksOf(() => Promise.reject(new Error('scripted')))
  await links.configure([off('a'), off('b')])
  await links.configure([off('c')])
  expect([idsOf(links), [...there]]).toEqual([['c'], ['c']])
  await expect(links.stop()).resolves.toBeUndefined()
})

test('servers of one machine are neighbours, by whatever name it is called', async () => {
  const {links} = linksOf(() => Promise.resolve())
  await links.configure([
    off('a', 'http://127.0.0.1:1'),
    off('b', 'http://localhost:2/qb'),
    off('c', 'scgi+unix:///run/rtorrent.sock'),
    off('d', 'http://NAS.lan:1'),
    off('e', 'https://nas.lan:2'),
    off('f', 'http://other.lan'),
  ])
  const of = (id: string) => links.neighbours(asServerId(id))
  expect([of('a'), of('d'), of('f'), of('nobody')]).toEqual([['b', 'c'], ['e'], [], []])
})

test('names and addresses of this machine, and names that containers have for each other, are one machine', async () => {
  const {links} = linksOf(() => Promise.resolve())
  const own = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({family}) => family === 'IPv4')!.address
  const near = ['http://qbittorrent:8080', 'http://transmission:9091/', `http://${own}:1`, 'http://[::1]:2']
  near.push('http://host.docker.internal:3', `http://${hostname()}:4`)
  await links.configure([
    ...near.map((url, n) => off(`near-${n}`, url)),
    off('far', 'http://seedbox.example.org'),
    off('farther', 'http://192.0.2.7:8080'),
    off('far-six', 'http://[2001:db8::7]:8080'),
  ])
  const of = (id: string) => links.neighbours(asServerId(id))
  expect(of('near-0')).toEqual(near.slice(1).map((_, n) => `near-${n + 1}`))
  expect(['far', 'farther', 'far-six'].flatMap(of)).toEqual([])
})

test('that the status of a server is another is reported once, in the moment when it is', async () => {
  const clock = new VirtualClock()
  const refused = new ServerFault('server_unreachable', 'refused', 'Nobody there.')
  const {links, closes} = linksOf(undefined, {clock, connect: () => Promise.reject(refused)})
  const reported: string[] = []
  const stop = links.onStatus((id) => reported.push(`${id} ${links.get(id)!.health.status}`))
  await links.configure([on('a'), off('b')])
  await clock.advance(600_000)
  expect(reported).toEqual(['a unknown', 'a connecting', 'b paused', 'a unreachable'])
  stop()
  const changed = links.configure([{...on('a'), enabled: false}, off('b')])
  await letThemClose(closes)
  await changed
  expect([links.get(asServerId('a'))!.health.status, reported.length]).toEqual(['paused', 4])
})

test('they are on the way until each has answered or failed once, and that asks for nothing else of them', async () => {
  const clock = new VirtualClock()
  const refused = new ServerFault('server_unreachable', 'refused', 'Nobody there.')
  const {links} = linksOf(undefined, {clock, connect: () => Promise.reject(refused)})
  expect(links.areOnTheWay()).toBe(false)
  await links.configure([off('a'), on('b')])
  const get = vi.spyOn(links, 'get')
  expect(links.areOnTheWay()).toBe(true)
  await clock.advance(600_000)
  expect(links.areOnTheWay()).toBe(false)
  expect(get).not.toHaveBeenCalled()
})

test('after a standstill the lists of all servers are old until they were sent again, and so is said', async () => {
  const inner = new VirtualClock()
  let missedMs = 0
  const clock = {
    now: () => inner.now() + missedMs,
    monotonic: () => inner.monotonic() + missedMs,
    after: (ms: number, task: () => void) => inner.after(ms, task),
  }
  const online = new Map<ServerId, boolean>()
  const parts = linksParts(inner)
  let answers = true
  const links = new Links({
    ...parts,
    clock,
    fleet: {...parts.fleet, markServer: (id, isOnline) => void online.set(id, isOnline)},
    memory: {recall: () => null, remember: () => {}, forget: () => {}},
    createClient: () => listing(() => answers),
  })
  const [a, b] = [asServerId('a'), asServerId('b')]
  await links.configure([on('a'), on('b')])
  await inner.advance(30_000)
  expect([links.freshSince(a) !== null, links.freshSince(b) !== null]).toEqual([true, true])
  expect(links.standstills()).toEqual({count: 0, seconds: 0})
  await links.caughtUp('all')
  answers = false
  missedMs += 60_000
  // Whoever asks first notices it, before any timer of ours.
  let isOver = false
  const caughtUp = links.caughtUp([a]).then(() => (isOver = true))
  expect([links.freshSince(a), links.freshSince(b), online.get(a)]).toEqual([null, null, false])
  expect(links.standstills()).toMatchObject({count: 1})
  await inner.advance(100)
  expect([links.freshSince(a), isOver]).toEqual([null, false])
  answers = true
  await inner.advance(20_000)
  await caughtUp
  expect([links.freshSince(a) !== null, online.get(a)]).toEqual([true, true])
  await links.stop()
})

/** A server without torrents. */
function listing(answers: () => boolean): TorrentClient {
  let isFresh = true
  return {
    connect: async () => ({
      kind: 'qbittorrent',
      version: '5.1.0',
      apiVersion: '2',
      features: {},
      limitation: null,
    }),
    probe: async () => {},
    sync: {
      step: async (_: unknown, sink: SyncSink) => {
        if (!answers()) throw new ServerFault('server_unreachable', 'timed_out', 'late')
        sink.begin(isFresh)
        isFresh = false
        sink.end()
        const figures = {bytes: 0, requests: 1, rows: 0, joined: 0, left: 0, known: 0, answerMs: 1}
        return {...figures, membership: 'whole', leastIntervalMs: null}
      },
    },
    close: async () => {},
  } as unknown as TorrentClient
}

test('who is not in doubt is not asked about', async () => {
  const {links} = linksOf()
  await links.configure([off('A')])
  expect(() => links.identify(asServerId('A'), 'same')).toThrow('A is the server that it was.')
  expect(() => links.identify(asServerId('B'), 'another')).toThrow(
    expect.objectContaining({code: 'server_unknown'}),
  )
})

test('who refuses our password is not logged in to for each removal', async () => {
  const clock = new VirtualClock()
  let logins = 0
  const no = new ServerFault('login_refused', 'wrong_credentials', 'No.')
  const {links, closes} = linksOf(undefined, {
    clock,
    connect: () => Promise.reject(no),
    onConnect: () => void logins++,
  })
  await links.configure([on('a')])
  await clock.advance(5_000)
  const before = logins
  for (let removal = 0; removal < 5; removal++) await links.readNow(asServerId('a'))
  expect([logins, logins > 0]).toEqual([before, true])
  const stopped = links.stop()
  await letThemClose(closes)
  await stopped
})

/* ───────────────────────────── a member's server that is one of the house ───────────────────────────── */

/** Links of a server of the house and of members, whose lists are kept; `m` is of a member, and so are all but `house`. */
function ofMembers(
  lists: Readonly<Record<string, readonly InfoHash[]>>,
  {limitation = null as string | null} = {},
) {
  const clock = new VirtualClock()
  const shown = new Map<ServerId, Set<InfoHash>>()
  const reported = {turnovers: [] as ServerId[]}
  const parts = linksParts(clock)
  const count = (id: ServerId) => shown.get(id)?.size ?? 0
  const quotas = new Quotas(
    (id) => (id.startsWith('house') ? null : id.slice(0, 1)),
    {get: () => null, count},
    {rows: 40, text: 10_000, words: 1_000, listBytes: 1_000, answerBytes: 1_000, shortAnswerBytes: 1_000},
  )
  const links = new Links({
    ...parts,
    quotas,
    fleet: {
      ...parts.fleet,
      addServer: (id) => void shown.set(id, shown.get(id) ?? new Set()),
      removeServer: (id) => void shown.delete(id),
      apply(frame) {
        if (frame.type === 'rows') for (const {hash: one} of frame.rows) shown.get(frame.serverId)!.add(one)
        return 'applied'
      },
      count,
      holders: (one) => [...shown].flatMap(([id, its]) => (its.has(one) ? [id] : [])),
      has: ({serverId, hash: one}) => shown.get(serverId)?.has(one) === true,
    },
    memory: {recall: () => null, remember: () => {}, forget: () => {}},
    owners: {
      ownerOf: (id) => (id.startsWith('house') ? null : (`owner of ${id}` as UserId)),
      isOfInstance: (id) => id.startsWith('house'),
      comesBefore: (other) => other.startsWith('house'),
    },
    createClient: ({definition: {id, url}}) => reporting(lists[url] ?? lists[id] ?? [], limitation),
  })
  links.onTurnover((id) => reported.turnovers.push(id))
  const health = (id: string) => {
    const {status, reason} = links.get(asServerId(id))!.health
    return `${status}:${reason}`
  }
  return {links, clock, shown, reported, quotas, health}
}

const reach: ServerDefinition['reach'] = {range: 'guarded', allowed: [], taken: []}

/** A server of the network of members, with these torrents. */
function at(id: string, url = 'http://127.0.0.1:1'): ServerDefinition {
  return {...on(id), url, reach}
}

/** It tells its list once, then what changed, which is nothing, and its list again when asked. */
function reporting(list: readonly InfoHash[], limitation: string | null): TorrentClient {
  let isFresh = true
  const version = {kind: 'qbittorrent', version: '5.1.0', apiVersion: '2', features: {}, limitation}
  return {
    connect: async () => version,
    probe: async () => {},
    sync: {
      step: async (want: SyncWant, sink: SyncSink) => {
        if (isFresh || want.list !== 'delta') {
          sink.begin(isFresh)
          isFresh = false
          for (const one of list) sink.row({hash: one, name: 'x'})
          sink.end()
        }
        const figures = {bytes: 0, requests: 1, rows: 0, joined: 0, left: 0, known: list.length, answerMs: 1}
        return {...figures, membership: 'whole', leastIntervalMs: null}
      },
    },
    close: async () => {},
  } as unknown as TorrentClient
}

const films = Array.from({length: 30}, (_, n) => hash(n + 1))
const series = Array.from({length: 30}, (_, n) => hash(n + 101))

test.each([
  ['is online', null, 'online:none'],
  ['works with less', 'It is old.', 'degraded:old_version'],
])(
  'a member’s alias of a server of the instance is found when that %s',
  async (_, limitation, healthOfInstance) => {
    const {links, clock, health} = ofMembers({m: films, n: series, house: films}, {limitation})
    await links.configure([at('m'), at('n')])
    await clock.advance(60_000)
    expect(links.objection(asServerId('m'))).toBeNull()
    await links.configure([at('m'), at('n'), at('house')])
    await clock.advance(60_000)
    expect([health('house'), health('m')]).toEqual([healthOfInstance, 'paused:address_forbidden'])
    expect(links.objection(asServerId('n'))).toBeNull()
    await links.stop()
  },
)

test('of a member’s alias nothing is kept: what belongs to it is let go of, and its owner has room for others', async () => {
  const {links, clock, reported, quotas, shown} = ofMembers({m: films, house: films})
  await links.configure([at('m')])
  await clock.advance(60_000)
  const [m, other] = [asServerId('m'), quotas.meter(asServerId('m beside'))]
  const more = () => {
    other.begin()
    for (let n = 1; n <= 30; n++) other.row({hash: hash(n), name: 'x'})
    other.end()
  }
  expect(more).toThrow('more than 40 torrents')
  other.breakOff()
  await links.configure([at('m'), at('house')])
  await clock.advance(60_000)
  expect([reported.turnovers, shown.get(m)?.size]).toEqual([[m], 0])
  expect(more).not.toThrow()
  await links.stop()
})

test('a server of the instance that gives way to another daemon is compared with that, too', async () => {
  const {links, clock, health} = ofMembers({m: films, 'http://127.0.0.1:2': films, house: series})
  await links.configure([at('m'), at('house')])
  await clock.advance(60_000)
  expect(links.objection(asServerId('m'))).toBeNull()
  await links.configure([at('m'), at('house', 'http://127.0.0.1:2')])
  await clock.advance(60_000)
  expect([health('house'), health('m')]).toEqual(['online:none', 'paused:address_forbidden'])
  await links.stop()
})
