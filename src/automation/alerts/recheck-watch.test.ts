import {expect, test} from 'vitest'
import type {FleetDelta} from '#fleet/writer.ts'
import type {JournalEntry} from '#journal/entry.ts'
import type {DeadlineRecord} from '#model/automation-state.ts'
import type {CommandResult} from '#model/command.ts'
import type {TorrentFile} from '#model/details.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {asInfoHash, asServerId, type TorrentKey} from '#model/torrent-key.ts'
import {DAY, HOUR, MINUTE} from '#model/units.ts'
import {memoryHarness} from '#test/automation-state/memory.fixture.ts'
import {watching} from './active-alerts.fixture.ts'
import {RecheckWatch} from './recheck-watch.ts'

const A = asServerId('A')
const key = (n: number): TorrentKey => ({serverId: A, hash: asInfoHash(n.toString(16).padStart(40, '0'))!})
const whole: Partial<TorrentRecord> = {
  state: 'seeding',
  complete: true,
  completed: 1_000,
  size: 1_000,
  savePath: '/srv/films/new',
  addedAt: 5,
  stale: false,
  queuedCheck: false,
  pending: [],
}
const empty: Partial<TorrentRecord> = {state: 'stalledDown', complete: false, completed: 0}
const checking: Partial<TorrentRecord> = {state: 'checking', complete: false, completed: 200}

async function harness() {
  const base = await memoryHarness()
  /** `null` = what was there left. */
  const rows: (TorrentRecord | null)[] = []
  const orders: string[] = []
  const lines: string[] = []
  const said: string[] = []
  /** Of starts. */
  const reported: string[] = []
  const alerts: string[] = []
  /** Files that a server tells, and of which torrents it was asked. */
  const held = new Map<string, readonly TorrentFile[]>()
  const asked: number[] = []
  const answers = {when: Promise.resolve()}
  /** When what is ordered is sent. */
  const running = {when: Promise.resolve()}
  let report: (delta: FleetDelta) => void = () => {}
  const places = new Map<string, number>()
  const row = ({hash}: TorrentKey) => places.get(hash) ?? null
  /** How many were taken away by each cancel, and how often anything looked at what is kept of a torrent. */
  const counts = {saved: [] as number[], cancelled: [] as number[], looks: 0}
  let written: Promise<unknown> = Promise.resolve()
  const counted = (record: DeadlineRecord): DeadlineRecord => {
    const {detail, ...same} = record
    return Object.defineProperty(same, 'detail', {
      enumerable: true,
      get: () => {
        counts.looks++
        return detail
      },
    }) as DeadlineRecord
  }
  let refusal: CommandResult | null = null
  const write = async (entries: readonly JournalEntry[]) => {
    for (const {verb, message} of entries) if (verb === 'foundLess') said.push(message!)
    reported.push(...entries.flatMap(({verb, message}) => (verb === 'start' ? [message!] : [])))
    for (const {verb, phase, code, args, message} of entries.filter((it) => it.verb !== 'foundLess')) {
      lines.push(`${verb} ${phase} ${code} ${(args as {path: string}).path}`)
      if (phase === 'blocked') alerts.push(message!)
    }
  }
  const watchAgain = async () => {
    await written
    const {deadlines} = await base.open()
    const watch = new RecheckWatch(
      watching(base.clock, write),
      {
        get: (of) => rows[row(of) ?? -1] ?? null,
        rowOf: row,
        record: (at) => rows[at] ?? null,
        keyAt: (at) => rows[at]!.key,
        valueAt: (at, field) => rows[at]![field],
        serverIds: [A],
        rowsOf: () => rows.flatMap((it, at) => (it === null ? [] : [at])),
        onChange: (listener) => {
          report = listener
          return () => (report = () => {})
        },
      },
      {
        ofKind: (kind) => deadlines.ofKind(kind).map(counted),
        isOver: (kind, subject) => deadlines.isOver(kind, subject),
        set: (...records) => {
          counts.saved.push(records.length)
          const writing = deadlines.set(...records)
          written = Promise.all([written, writing])
          return writing
        },
        cancel: (kind, ...subjects) => {
          counts.cancelled.push(subjects.length)
          return deadlines.cancel(kind, ...subjects)
        },
      },
      {
        run: async (_part, {keys: all, command, terms}) => {
          await running.when
          const keys = all.filter((of) => terms?.(of).objection() === null)
          if (keys.length === 0) return []
          orders.push(`${command.verb} ${keys.map(({hash}) => Number(`0x${hash}`)).join()}`)
          return refusal === null ? [] : keys.map((of) => ({key: of, result: refusal!}))
        },
      },
      {
        files: async (of) => {
          asked.push(Number(`0x${of.hash}`))
          await answers.when
          return held.get(of.hash) ?? []
        },
      },
    )
    watch.start()
    return watch
  }
  /** All in one delta. */
  type Change = Partial<TorrentRecord>
  const setAll = async (some: readonly number[], change: Change | ((n: number) => Change)) => {
    const changed = some.map((n) => {
      const at = row(key(n)) ?? rows.length
      places.set(key(n).hash, at)
      const its = typeof change === 'function' ? change(n) : change
      rows[at] = {...(rows[at] ?? {key: key(n), name: `Film ${n}`, ...whole}), ...its} as TorrentRecord
      return at
    })
    report({added: [], changed, removed: []} as unknown as FleetDelta)
    await base.clock.advance(0)
  }
  const set = (n: number, change: Partial<TorrentRecord>) => setAll([n], change)
  const leave = (...some: readonly number[]) => {
    const removed = some.map((n) => {
      const at = row(key(n))!
      places.delete(key(n).hash)
      rows[at] = null
      return {row: at, key: key(n)}
    })
    report({added: [], changed: [], removed} as unknown as FleetDelta)
  }
  const refuse = (outcome: CommandResult) => void (refusal = outcome)
  const seen = {orders, lines, alerts, said, reported, held, asked, answers, running, counts}
  return {...base, ...seen, refuse, set, setAll, leave, watchAgain}
}

const manual = (verb: string, n: number): JournalEntry[] => [
  {
    id: 'x',
    at: 0,
    actor: {name: 'Ada', origin: 'user', userId: null, address: null},
    subject: 'torrent',
    ...key(n),
    name: null,
    verb,
    args: {},
    phase: 'sending',
  },
]

test('S55 what a check finds gone is stopped once it ended, reported once for a disk, and known after a restart', async () => {
  const {orders, lines, set, watchAgain} = await harness()
  const watch = await watchAgain()
  for (const n of [1, 2, 3]) await set(n, {})
  await set(4, {savePath: '/srv/series/new'})
  await watch.begin([1, 2, 4].map(key))
  for (const n of [1, 2, 4]) await set(n, checking)
  expect(orders).toEqual([])
  for (const n of [1, 2, 4]) await set(n, empty)
  expect(orders).toEqual(['stop 1', 'stop 2', 'stop 4'])
  expect(lines).toEqual(['/srv/films', '/srv/series'].map((path) => `freeze blocked lost_in_check ${path}`))
  const own = {isOwn: true, before: 1_000, found: 0, place: '/srv/films'}
  for (const again of [watch, await watchAgain()]) {
    expect([again.isLost(key(1)), again.isLost(key(3))]).toEqual([true, false])
    expect(again.of(key(1))).toEqual(own)
    expect(again.of(key(3))).toEqual({...own, isOwn: false})
    expect(again.of(null)).toBeNull()
  }
})

test('S55 what is all there after the check, or nearly, is watched no longer; nothing is concluded while it is not known', async () => {
  const {orders, set, watchAgain} = await harness()
  const watch = await watchAgain()
  for (const n of [1, 2, 3, 4, 5]) await set(n, {})
  // Of what was begun only, much is not there before it is checked.
  await set(6, {...empty, state: 'downloading', completed: 600})
  await watch.begin([1, 2, 3, 4, 5, 6].map(key))
  for (const n of [1, 2, 3, 6]) await set(n, checking)
  await set(1, whole)
  await set(2, {...empty, completed: 900})
  await set(3, {...empty, stale: true})
  await set(4, {...empty, pending: ['state']})
  await set(5, {...empty, queuedCheck: true})
  await set(6, {...empty, completed: 300})
  expect(orders).toEqual([])
  // What happens to those later has nothing to do with the check.
  for (const n of [1, 2, 6]) await set(n, empty)
  expect(orders).toEqual([])
  for (const n of [3, 4, 5]) await set(n, {...empty, stale: false, pending: [], queuedCheck: false})
  expect(orders).toEqual(['stop 3', 'stop 4', 'stop 5'])
})

test('S55 fewer wanted files are no loss, and a check without a visible end is over after an hour', async () => {
  const {clock, orders, set, watchAgain} = await harness()
  const watch = await watchAgain()
  for (const n of [1, 2]) await set(n, {})
  await watch.begin([key(1), key(2)])
  await set(1, {completed: 100, size: 100})
  await clock.advance((HOUR + 1) * 1_000)
  await set(2, {})
  await set(2, empty)
  expect(orders).toEqual([])
})

test('S55 what is found by another check goes on as it ran, once it was seen stopped; what did not run stays stopped', async () => {
  const {orders, lines, set, watchAgain} = await harness()
  const watch = await watchAgain()
  await set(1, {state: 'error'})
  await set(2, {state: 'stopped'})
  await watch.begin([key(1), key(2)])
  await set(1, empty)
  await set(2, {...empty, state: 'stopped'})
  expect(orders).toEqual(['stop 1'])
  await set(1, {state: 'stopped'})
  await watch.begin([key(1), key(2)])
  for (const n of [1, 2]) await set(n, checking)
  expect(watch.isLost(key(1))).toBe(true)
  for (const n of [1, 2]) await set(n, {...whole, state: 'stopped'})
  expect(orders).toEqual(['stop 1', 'start 1'])
  expect([watch.isLost(key(1)), watch.isLost(key(2))]).toEqual([false, false])
  expect(lines.map((line) => line.split(' ')[1])).toEqual(['blocked', 'undone'])
})

test('S55 a person who starts it, here or in its client, decided; so did one who removed it, or added it again', async () => {
  const {orders, set, leave, watchAgain, lines} = await harness()
  const watch = await watchAgain()
  for (const n of [1, 2, 3, 4]) await set(n, {})
  await watch.begin([1, 2, 3, 4].map(key))
  for (const n of [1, 2, 3, 4]) await set(n, empty)
  for (const n of [1, 2, 3, 4]) await set(n, {state: 'stopped'})
  watch.manualActions(manual('stop', 1))
  expect(watch.isLost(key(1))).toBe(true)
  watch.manualActions(manual('start', 1))
  await set(2, {state: 'downloading'})
  leave(3)
  await set(4, {addedAt: 6})
  expect([1, 2, 3, 4].filter((n) => watch.isLost(key(n)))).toEqual([])
  expect(orders).toEqual(['stop 1', 'stop 2', 'stop 3', 'stop 4'])
  expect(lines.at(-1)).toBe('freeze undone lost_in_check /srv/films')
})

test('S55 what a person decides before a stop or a start of ours is sent stands', async () => {
  const {orders, running, set, watchAgain} = await harness()
  const watch = await watchAgain()
  await set(1, {})
  await set(2, {state: 'missingFiles'})
  await set(3, {})
  await watch.begin([1, 2, 3].map(key))
  for (const n of [1, 2, 3]) await set(n, checking)
  const gate = Promise.withResolvers<void>()
  running.when = gate.promise
  await set(1, empty)
  await set(2, {...whole, state: 'missingFiles'})
  await set(3, empty)
  watch.manualActions(manual('start', 1))
  watch.manualActions(manual('stop', 2))
  gate.resolve()
  await watch.stop()
  expect(orders).toEqual(['stop 3'])
})

test('S55 a server that goes on anyway gets the command again, five times in all, a minute apart', async () => {
  const {clock, orders, set, watchAgain} = await harness()
  const watch = await watchAgain()
  await set(1, {})
  await watch.begin([key(1)])
  for (let second = 0; second < 20 * MINUTE; second += 20) {
    await set(1, {...empty, state: 'downloading', completed: second % 100})
    await clock.advance(20_000)
  }
  expect(orders).toEqual(Array(5).fill('stop 1'))
  expect(watch.isLost(key(1))).toBe(true)
})

test('S55 what came back from the trash without its data is left alone as well, and not started by us', async () => {
  const {orders, set, watchAgain} = await harness()
  const watch = await watchAgain()
  await set(1, {...empty, state: 'stopped'})
  await watch.foundLess(key(1), 1_000)
  await watch.foundLess(key(2), 1_000)
  const again = await watchAgain()
  expect([again.of(key(1)), again.isLost(key(2))]).toMatchObject([{isOwn: true, found: 0}, false])
  await again.begin([key(1)])
  await set(1, checking)
  await set(1, {...whole, state: 'stopped'})
  await again.stop()
  expect([again.isLost(key(1)), orders]).toEqual([false, []])
})

test('S55 what has unknown figures, or had nothing, is not watched', async () => {
  const {orders, set, watchAgain} = await harness()
  const watch = await watchAgain()
  await set(1, {completed: undefined})
  await set(2, {completed: 0, complete: false})
  await watch.begin([1, 2, 3].map(key))
  for (const n of [1, 2]) await set(n, empty)
  expect([watch.isLost(key(1)), watch.isLost(key(2)), orders]).toEqual([false, false, []])
})

const missing: Partial<TorrentRecord> = {state: 'missingFiles'}

test('S32 what an error had stopped runs again once a check found all of it, seen or too quick to be seen', async () => {
  const {orders, clock, set, watchAgain} = await harness()
  const watch = await watchAgain()
  // A Transmission says that it has all of it, an rTorrent that it has nothing, and both keep their error.
  await set(1, missing)
  await set(2, {...empty, state: 'error'})
  await set(3, missing)
  await watch.begin([1, 2, 3].map(key))
  for (const n of [1, 2]) await set(n, checking)
  await set(1, {...whole, ...missing})
  await set(2, {...whole, state: 'error'})
  await set(3, {...missing, pending: ['state']})
  expect(orders).toEqual(['start 1', 'start 2'])
  await clock.advance(25_000)
  await set(3, {...missing, pending: []})
  expect(orders).toEqual(['start 1', 'start 2', 'start 3'])
  // Once for each check.
  for (const n of [1, 2, 3]) await set(n, missing)
  expect(orders).toHaveLength(3)
})

test('S32 what was forced is forced again: only that may spare it a limit at which its files are deleted', async () => {
  const {orders, clock, set, watchAgain} = await harness()
  const watch = await watchAgain()
  await set(1, {...missing, forceStart: true})
  await set(2, {...missing, forceStart: false})
  await watch.begin([1, 2].map(key))
  for (const n of [1, 2]) await set(n, checking)
  // Its client forgot it, or a stop ended it.
  for (const n of [1, 2]) await set(n, {...whole, ...missing, forceStart: false})
  expect(orders).toEqual(['forceStart 1', 'start 2'])
  await watch.stop()
  await watchAgain()
  await clock.advance(61_000)
  await set(1, {...whole, state: 'stopped'})
  expect(orders).toEqual(['forceStart 1', 'start 2', 'forceStart 1'])
})

test('S55 what ran by force and is found again runs by force again', async () => {
  const {orders, set, watchAgain} = await harness()
  const watch = await watchAgain()
  await set(1, {forceStart: true})
  await watch.begin([key(1)])
  await set(1, checking)
  await set(1, empty)
  await set(1, {state: 'stopped', forceStart: false})
  await set(1, {...whole, state: 'stopped'})
  expect(orders).toEqual(['stop 1', 'forceStart 1'])
})

test('S55 what the executor does not start, as its server would delete it, stays stopped, and the journal says why', async () => {
  const {orders, lines, reported, clock, set, refuse, watchAgain} = await harness()
  const watch = await watchAgain()
  await set(1, missing)
  await watch.begin([key(1)])
  await set(1, checking)
  refuse({outcome: 'refused', code: 'not_supported', message: 'Its server would delete it.'})
  await set(1, {...whole, ...missing})
  await clock.advance(HOUR * 1_000)
  expect(orders).toEqual(Array(3).fill('start 1'))
  expect(lines).toEqual(['start refused undefined undefined'])
  expect(reported).toEqual(['A check found all of it, and it is not started. Its server would delete it.'])
})

test('S32 what is not shown to run after its start is started again, three times in all, and then that is said', async () => {
  const {orders, lines, clock, set, watchAgain} = await harness()
  const watch = await watchAgain()
  await set(1, missing)
  await watch.begin([key(1)])
  await set(1, checking)
  await set(1, {...whole, ...missing})
  // Its server took it, shows nothing, and its list changes no more.
  await set(1, {...whole, state: 'stopped'})
  await clock.advance(59_000)
  expect(orders).toEqual(['start 1'])
  await clock.advance(2_000)
  expect(orders).toEqual(['start 1', 'start 1'])
  await clock.advance(HOUR * 1_000)
  expect(orders).toEqual(Array(3).fill('start 1'))
  expect(lines).toEqual(['start unconfirmed undefined undefined'])
  await set(1, {...whole, state: 'stopped'})
  expect(orders).toHaveLength(3)
})

test.each([
  ['its list shows running, and a user stopped in its client then', true],
  ['a person stopped here before it was shown', false],
])('S32 what %s is not started again', async (_, isShown) => {
  const {orders, lines, clock, set, watchAgain} = await harness()
  const watch = await watchAgain()
  await set(1, missing)
  await watch.begin([key(1)])
  await set(1, checking)
  await set(1, {...whole, ...missing})
  expect(orders).toEqual(['start 1'])
  // What is only expected of it its server has not told.
  await set(1, {...whole, state: 'stalledUp', pending: ['state']})
  if (isShown) await set(1, {...whole, state: 'stalledUp'})
  else watch.manualActions(manual('stop', 1))
  await set(1, {...whole, state: 'stopped'})
  await clock.advance(HOUR * 1_000)
  expect(orders).toEqual(['start 1'])
  expect(lines).toEqual([])
})

test('S32 a start that is not shown is sent again after a restart of the program, too', async () => {
  const {orders, clock, set, watchAgain} = await harness()
  const watch = await watchAgain()
  await set(1, missing)
  await watch.begin([key(1)])
  await set(1, checking)
  await set(1, {...whole, ...missing})
  await watch.stop()
  await clock.advance(HOUR * 1_000)
  expect(orders).toEqual(['start 1'])
  await watchAgain()
  await set(1, {...whole, state: 'stopped'})
  expect(orders).toEqual(['start 1', 'start 1'])
})

test('S55 what is found again and not shown to run is started again, and lost no longer', async () => {
  const {orders, lines, clock, set, watchAgain} = await harness()
  const watch = await watchAgain()
  await set(1, {})
  await watch.begin([key(1)])
  await set(1, empty)
  await set(1, {state: 'stopped'})
  await set(1, checking)
  await set(1, {...whole, state: 'stopped'})
  expect(watch.isLost(key(1))).toBe(false)
  expect(orders).toEqual(['stop 1', 'start 1'])
  await clock.advance(61_000)
  expect(orders).toEqual(['stop 1', 'start 1', 'start 1'])
  await set(1, whole)
  await set(1, {...whole, state: 'stopped'})
  await clock.advance(HOUR * 1_000)
  expect(orders).toHaveLength(3)
  expect(lines.map((line) => line.split(' ')[1])).toEqual(['blocked', 'undone'])
})

test('S32 what no server took to check is not started', async () => {
  const {orders, clock, set, watchAgain} = await harness()
  const watch = await watchAgain()
  for (const n of [1, 2]) await set(n, missing)
  await watch.begin([key(1), key(2)])
  watch.notTaken([key(2)])
  await clock.advance(25_000)
  for (const n of [1, 2]) await set(n, missing)
  expect(orders).toEqual(['start 1'])
})

test.each([
  ['of which nothing is found, and nothing was known', {...empty, state: 'error'}, empty],
  [
    'of which less is found',
    {...missing, complete: false, completed: 700},
    {...empty, completed: 690, state: 'error'},
  ],
  ['that runs by itself', missing, {...whole, state: 'stalledUp'}],
  ['that was stopped without an error', {state: 'stopped'}, {...whole, state: 'stopped'}],
] as const)('S32 nothing is ordered to run %s', async (_, before, after) => {
  const {orders, set, watchAgain} = await harness()
  const watch = await watchAgain()
  await set(1, before)
  await watch.begin([key(1)])
  await set(1, checking)
  await set(1, after)
  expect(orders.filter((it) => it.startsWith('start'))).toEqual([])
})

test('S32 nothing is ordered to run that a user stopped meanwhile', async () => {
  const {orders, set, watchAgain} = await harness()
  const watch = await watchAgain()
  await set(1, missing)
  await watch.begin([key(1)])
  await set(1, checking)
  watch.manualActions(manual('stop', 1))
  await set(1, {...whole, state: 'stopped'})
  expect(orders).toEqual([])
})

test('S55 what was whole and lost much without an order of ours is left alone, and neither stopped nor started', async () => {
  const {orders, lines, alerts, set, watchAgain} = await harness()
  const watch = await watchAgain()
  for (const n of [1, 2, 3]) await set(n, {})
  await set(1, checking)
  expect(watch.isLost(key(1))).toBe(false)
  await set(1, empty)
  expect([watch.isLost(key(1)), watch.isLost(key(2))]).toEqual([true, false])
  expect(lines).toEqual(['freeze blocked lost_in_check /srv/films'])
  expect(alerts[0]).toMatch(
    / had 1000 bytes, and its server has 0 bytes of it left, .* so much on \/srv\/films\. /,
  )
  const again = await watchAgain()
  expect(again.of(key(1))).toEqual({isOwn: true, before: 1_000, found: 0, place: '/srv/films'})
  await set(1, {...empty, completed: 700})
  expect(again.isLost(key(1))).toBe(true)
  await set(1, {...whole, state: 'stopped'})
  expect([again.isLost(key(1)), orders]).toEqual([false, []])
  // The second one after the restart.
  const alert = 'freeze blocked lost_in_check /srv/films'
  expect(lines).toEqual([alert, alert, 'freeze undone lost_in_check /srv/films'])
})

test('S55 what was whole in the last run, and is not when its server lists it again, was checked meanwhile', async () => {
  const {set, watchAgain} = await harness()
  await set(1, {stale: true})
  const watch = await watchAgain()
  expect(watch.isLost(key(1))).toBe(false)
  await set(1, {...empty, stale: false})
  expect(watch.isLost(key(1))).toBe(true)
})

test('S55 a person who starts here what was lost without us wants it again, also at the next looks', async () => {
  const {set, watchAgain} = await harness()
  const watch = await watchAgain()
  await set(1, {})
  await set(1, empty)
  watch.manualActions(manual('start', 1))
  await set(1, {...empty, state: 'downloading', completed: 10})
  await set(1, {...empty, completed: 20})
  expect(watch.isLost(key(1))).toBe(false)
})

test.each<[string, Partial<TorrentRecord>]>([
  ['other files are wanted', {...empty, completed: 500, size: 3_000}],
  ['it was added again', {...empty, addedAt: 6}],
  ['nearly all is there', {...empty, completed: 950}],
  ['its client misses files', {...empty, state: 'missingFiles'}],
  ['it is moved', {...empty, state: 'moving'}],
  ['its server is not heard', {...empty, stale: true}],
  ['something was ordered', {...empty, pending: ['savePath']}],
])('S55 no loss without an order of ours: %s', async (_what, now) => {
  const {set, watchAgain} = await harness()
  const watch = await watchAgain()
  await set(1, {})
  await set(1, now)
  expect(watch.isLost(key(1))).toBe(false)
})

const errors = ['error', 'missingFiles'] as const

test.each(errors)(
  'S55 what others had checked, and its client resumes after %s, was started by no user: it stays lost',
  async (state) => {
    const {orders, lines, set, watchAgain} = await harness()
    const watch = await watchAgain()
    await set(1, {})
    await set(1, empty)
    await set(1, {...empty, state})
    await set(1, {...empty, state: 'downloading', completed: 10})
    expect(watch.isLost(key(1))).toBe(true)
    expect([orders, lines.filter((line) => line.includes('undone'))]).toEqual([[], []])
    // Stopped by somebody and started again, it is his.
    await set(1, {...empty, state: 'stopped'})
    await set(1, {...empty, state: 'downloading'})
    expect(watch.isLost(key(1))).toBe(false)
  },
)

test.each(errors)(
  'S55 what a check of ours found gone with %s is stopped when its client resumes it, and runs again when it is whole',
  async (state) => {
    const {orders, set, watchAgain} = await harness()
    const watch = await watchAgain()
    for (const n of [1, 2]) await set(n, {})
    await watch.begin([key(1), key(2)])
    for (const n of [1, 2]) await set(n, checking)
    for (const n of [1, 2]) await set(n, {...empty, state})
    expect([watch.isLost(key(1)), orders]).toEqual([true, []])
    await set(1, empty)
    expect([watch.isLost(key(1)), orders]).toEqual([true, ['stop 1']])
    // A Transmission keeps its error when it is whole again.
    await set(2, {...whole, state})
    expect([watch.isLost(key(2)), orders]).toEqual([false, ['stop 1', 'start 2']])
  },
)

test('S55 what came back from the trash with an error, and its client resumes, was started by no user', async () => {
  const {orders, set, watchAgain} = await harness()
  const watch = await watchAgain()
  await set(1, {...empty, state: 'missingFiles'})
  await watch.foundLess(key(1), 1_000)
  await set(1, empty)
  expect([watch.isLost(key(1)), orders]).toEqual([true, ['stop 1']])
})

test('S55 what others had checked holds back no checks of others on its disk, what we had checked does', async () => {
  const {lines, set, watchAgain} = await harness()
  const watch = await watchAgain()
  for (const n of [1, 2, 3]) await set(n, {})
  await set(1, empty)
  expect([watch.of(key(1))?.isOwn, watch.of(key(3))]).toEqual([true, null])
  await watch.begin([key(2)])
  await set(2, checking)
  await set(2, empty)
  const figures = {before: 1_000, found: 0, place: '/srv/films'}
  expect(watch.of(key(3))).toEqual({isOwn: false, ...figures})
  await set(2, whole)
  expect([watch.of(key(3)), watch.of(key(1))]).toEqual([null, {isOwn: true, ...figures}])
  expect(lines.map((line) => line.split(' ')[1])).toEqual(['blocked', 'blocked', 'undone'])
})

test('S55 what was lost is forgotten after a year, also when it was lost before a restart, and not found again', async () => {
  const {clock, lines, set, watchAgain} = await harness()
  const first = await watchAgain()
  for (const n of [1, 2, 3]) await set(n, {})
  await first.begin([key(2)])
  await set(1, empty)
  await set(2, empty)
  await set(2, {state: 'stopped'})
  await first.stop()
  const watch = await watchAgain()
  await clock.advance(364 * DAY * 1_000)
  await set(3, {})
  expect([1, 2].map((n) => watch.isLost(key(n)))).toEqual([true, true])
  await clock.advance(2 * DAY * 1_000)
  await set(3, {})
  for (const n of [1, 2]) await set(n, {completed: 1})
  expect([1, 2].map((n) => watch.isLost(key(n)))).toEqual([false, false])
  expect(watch.of(key(3))).toBeNull()
  expect(lines.filter((line) => line.includes('undone'))).toHaveLength(2)
  expect((await watchAgain()).isLost(key(1))).toBe(false)
})

const MANY = 5_000
const many = Array.from({length: MANY}, (_, at) => at + 1)
const endings: Record<string, (of: Awaited<ReturnType<typeof harness>>, watch: RecheckWatch) => unknown> = {
  'left their server': ({leave}) => leave(...many),
  'are whole again': ({setAll}) => setAll(many, whole),
  'were added again': ({setAll}) => setAll(many, {addedAt: 6}),
  'were started by a person': (_, watch) => watch.manualActions(many.flatMap((n) => manual('start', n))),
}

test.each(Object.entries(endings))(
  'S55 five thousand that %s are written and forgotten at once, and looked at a few times each',
  async (_, end) => {
    const it = await harness()
    const before = await it.watchAgain()
    await it.setAll([...many, MANY + 1], {})
    await before.begin(many.map(key))
    await it.setAll(many, checking)
    await it.setAll(many, {...empty, state: 'stopped'})
    // At the begin of their check, and when it found nothing.
    expect(it.counts.saved).toEqual([MANY, MANY])
    const watch = await it.watchAgain()
    it.counts.looks = 0
    expect(watch.of(key(MANY + 1))?.isOwn).toBe(false)
    expect(it.counts.looks).toBe(0)
    await end(it, watch)
    expect(it.counts.cancelled).toEqual([MANY])
    expect(it.counts.looks).toBeLessThan(10 * MANY)
    expect(many.some((n) => watch.isLost(key(n)))).toBe(false)
    expect([watch.of(key(MANY + 1)), it.lines.at(-1)]).toEqual([
      null,
      'freeze undone lost_in_check /srv/films',
    ])
  },
)

test('a torrent that wants other files of the same size lost nothing of those of before, and one that does not list them did', async () => {
  const {watchAgain, set, setAll, held, asked, answers, lines, clock} = await harness()
  const watch = await watchAgain()
  const file = {index: 0, path: 'f', size: 1_000, priority: 'skip', progress: 1} as const
  for (const n of [1, 2]) await set(n, whole)
  held.set(key(1).hash, [file, {...file, index: 1, priority: 'normal', progress: 0}])
  held.set(key(2).hash, [{...file, progress: 0.1}])
  const answer = Promise.withResolvers<void>()
  answers.when = answer.promise
  await setAll([1, 2], empty)
  // Until it is known no rule touches either.
  expect([watch.isLost(key(1)), watch.isLost(key(2)), lines]).toEqual([true, true, []])
  answer.resolve()
  await clock.advance(0)
  await clock.advance(0)
  expect([asked, watch.isLost(key(1)), watch.isLost(key(2))]).toEqual([[1, 2], false, true])
  expect(lines).toEqual(['freeze blocked lost_in_check /srv/films'])
  // Of so many nobody wants other files in one moment.
  const many = Array.from({length: 21}, (_, n) => n + 10)
  await setAll(many, whole)
  await setAll(many, empty)
  expect([asked.length, watch.isLost(key(30))]).toEqual([2, true])
})

test('a little that is lost is said once for each disk, and one piece is not', async () => {
  const {watchAgain, set, setAll, said, orders, lines, clock} = await harness()
  await watchAgain()
  const large = {...whole, size: 10_000, completed: 10_000, pieceSize: 100}
  const part = {...large, state: 'downloading', complete: false, completed: 4_000} as const
  await setAll([1, 2], large)
  await setAll([3, 4], part)
  await setAll([1, 3], {state: 'checking', completed: 50})
  await set(1, {state: 'stalledDown', complete: false, completed: 9_900})
  await set(3, {state: 'downloading', completed: 3_900})
  expect(said).toEqual([])
  await set(2, {state: 'stalledDown', complete: false, completed: 9_500})
  await clock.advance(0)
  expect(said).toEqual([
    expect.stringMatching(/ 500 bytes less than before\. The missing bytes are downloaded again\.$/),
  ])
  await set(4, {completed: 1_000})
  await clock.advance(0)
  expect(said).toHaveLength(1)
  await clock.advance(10 * MINUTE * 1_000)
  await setAll([3, 4], {state: 'downloading', completed: 800})
  await clock.advance(0)
  expect(said.slice(1)).toEqual([
    expect.stringMatching(/ 3\.02 KiB less .* 1 more there, 3\.22 KiB together/),
  ])
  expect([orders, lines]).toEqual([[], []])
})

test.each([
  [
    'stopped alone',
    {1: 'stopped'},
    /before\. It is stopped: the missing bytes are downloaded again once it is started\.$/,
  ],
  [
    'all stopped',
    {1: 'stopped', 2: 'stopped', 3: 'stopped'},
    / So did 2 more there.* All of them are stopped: .* once they are started\.$/,
  ],
  [
    'one of several',
    {1: 'stalledDown', 2: 'stopped', 3: 'queuedDown'},
    /again; 1 is stopped and does so once started\.$/,
  ],
  [
    'two of several',
    {1: 'stopped', 2: 'stopped', 3: 'queuedDown'},
    /downloaded again; 2 are stopped and do so once started\.$/,
  ],
] as const)(
  'of a torrent that is stopped nothing is said to be downloaded again: %s',
  async (_, states, words) => {
    const {watchAgain, setAll, said, clock} = await harness()
    await watchAgain()
    const all = Object.keys(states).map(Number)
    await setAll(all, {...whole, size: 10_000, completed: 10_000, pieceSize: 100})
    await setAll(all, {state: 'checking', completed: 50})
    const stateOf = new Map<number, TorrentRecord['state']>(
      all.map((n, at) => [n, Object.values(states)[at]!]),
    )
    await setAll(all, (n) => ({state: stateOf.get(n)!, complete: false, completed: 9_500}))
    await clock.advance(0)
    expect(said).toEqual([expect.stringMatching(words)])
  },
)

test('what a check of ours finds gone is not said to be of a check that no one ordered', async () => {
  const {watchAgain, set, said, clock} = await harness()
  const watch = await watchAgain()
  await set(1, {...whole, pieceSize: 10})
  await watch.begin([key(1)])
  await set(1, checking)
  await set(1, {state: 'stalledDown', complete: false, completed: 950})
  await set(1, {upSpeed: 1})
  await clock.advance(0)
  expect(said).toEqual([])
  // Nor does it hide what is lost later.
  await set(1, {...empty, upSpeed: 2})
  expect(watch.isLost(key(1))).toBe(true)
})
