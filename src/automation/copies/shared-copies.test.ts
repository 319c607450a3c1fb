import {expect, onTestFinished, test} from 'vitest'
import {A, B, by, key} from '#executor/executor-harness.fixture.ts'
import type {JournalEntry} from '#journal/entry.ts'
import {CommodarrError} from '#model/errors.ts'
import {staysAtLimit, type LimitEnd} from '#model/limit-end.ts'
import type {Presence, TorrentOrder} from '#model/services.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {asServerId, keyText, type TorrentKey} from '#model/torrent-key.ts'
import {memoryHarness} from '#test/automation-state/memory.fixture.ts'
import {boardInto} from '../alerts/active-alerts.fixture.ts'
import {SharedCopies} from './shared-copies.ts'

const SILENT = asServerId('silent')
const takesFilesAlong: LimitEnd = {is: 'goes', mayTakeFiles: true, wayOut: 'turn it off'}
const source = key(A, 1)

async function harness() {
  const base = await memoryHarness()
  let {deadlines} = await base.open()
  const world = {
    end: staysAtLimit as LimitEnd | CommodarrError,
    asked: 0,
    answer: Promise.resolve(),
    torrent: {ratioLimit: 'inherit', seedTimeLimit: 'inherit', idleLimit: 'inherit', addedAt: 5} as
      | object
      | null,
    presence: new Map<string, Presence>(),
    orders: [] as TorrentOrder[],
    outcomes: [] as ('done' | 'failed')[],
    lines: [] as JournalEntry[],
  }
  const begin = () => {
    const shared = new SharedCopies({
      board: boardInto(world.lines, base.clock),
      clock: base.clock,
      deadlines,
      ourselves: by.access,
      fleet: {
        get: (of: TorrentKey) =>
          of.serverId !== A && world.torrent ? ({key: of, ...world.torrent} as TorrentRecord) : null,
      },
      presence: (of) => world.presence.get(keyText(of)) ?? 'there',
      limitEnds: {
        async of(id, hashes) {
          world.asked++
          if (id === SILENT) await world.answer
          const {end} = world
          if (end instanceof CommodarrError) throw end
          return new Map(hashes.map((hash) => [hash, end]))
        },
      },
      executor: {
        async run(order) {
          world.orders.push(order)
          const outcome = world.outcomes.shift() ?? 'done'
          if (outcome === 'done') Object.assign(world.torrent!, (order.command as {args: object}).args)
          const result = outcome === 'done' ? {outcome} : {outcome, code: 'server_failed', message: ''}
          return order.keys.map((one) => ({key: one, result}))
        },
      },
      log: {error: () => {}, warn: () => {}},
    })
    shared.start()
    onTestFinished(() => shared.stop())
    return shared
  }
  const first = begin()
  return {
    world,
    clock: base.clock,
    first,
    reopen: async () => {
      await first.stop()
      deadlines = (await base.open()).deadlines
      return begin()
    },
    alerts: () => world.lines.map(({phase, serverId, code}) => `${phase} ${serverId} ${code}`),
    args: () => world.orders.map(({command}) => command.args),
  }
}

const noneAtAll = {ratio: null, seedingTime: null, idleTime: null}
const began = `blocked ${B} shared_at_limit`

test('its server is asked for as long as both are there, over restarts, and no other one is', async () => {
  const {world, clock, first, reopen} = await harness()
  await clock.advance(60_000)
  expect(world.asked).toBe(0)
  await first.begin(source, B)
  await clock.advance(60_000)
  expect(world.asked).toBe(6)
  await reopen()
  await clock.advance(60_000)
  expect(world.asked).toBe(12)
  world.presence.set(keyText(source), 'left')
  await clock.advance(60_000)
  expect(world.asked).toBe(18)
  world.presence.set(keyText(source), 'gone')
  await clock.advance(60_000)
  expect(world.asked).toBe(18)
})

test('a server that takes its time is asked once, and keeps no other waiting; a stop waits for it', async () => {
  const {world, clock, first, alerts} = await harness()
  const late = Promise.withResolvers<void>()
  Object.assign(world, {end: takesFilesAlong, answer: late.promise})
  await first.begin(source, SILENT)
  await clock.advance(30_000)
  expect(world.asked).toBe(1)
  await first.begin(source, B)
  await clock.advance(10_000)
  expect(alerts()).toEqual([began])
  let isOver = false
  const stopped = first.stop().then(() => (isOver = true))
  await clock.advance(60_000)
  expect(isOver).toBe(false)
  late.resolve()
  await stopped
})

test('limits are removed once, and the alert stays until none is left', async () => {
  const {world, clock, first, alerts, args} = await harness()
  await first.begin(source, B)
  await clock.advance(20_000)
  expect(alerts()).toEqual([])
  world.end = takesFilesAlong
  await clock.advance(10_000)
  expect([alerts(), args()]).toEqual([[began], [noneAtAll]])
  expect(world.lines[0]!.message).toContain('turn it off')
  // As its list shows it then.
  Object.assign(world.torrent!, {ratioLimit: null, seedTimeLimit: null, idleLimit: null})
  await clock.advance(10_000)
  expect(alerts()).toEqual([began, `undone ${B} shared_at_limit`])
  // A person set one again.
  Object.assign(world.torrent!, {ratioLimit: 2})
  await clock.advance(60_000)
  expect([alerts().length, world.orders.length]).toEqual([3, 1])
  world.end = staysAtLimit
  await clock.advance(10_000)
  expect(alerts().length).toBe(4)
})

test('a copy that was added again is another one, and a client without an idle limit gets no command with one', async () => {
  const {world, clock, first, args} = await harness()
  await first.begin(source, B)
  world.end = takesFilesAlong
  await clock.advance(10_000)
  world.torrent = {ratioLimit: 2, seedTimeLimit: null, addedAt: 6}
  await clock.advance(20_000)
  expect(args()).toEqual([noneAtAll, {ratio: null, seedingTime: null}])
})

test('what does not reach its server is sent three times, and a server that does not answer changes nothing', async () => {
  const {world, clock, first, alerts} = await harness()
  await first.begin(source, B)
  world.end = new CommodarrError('server_unreachable', 'No.')
  await clock.advance(60_000)
  expect([alerts(), world.orders.length]).toEqual([[], 0])
  world.end = takesFilesAlong
  world.outcomes.push('failed', 'failed', 'failed')
  await clock.advance(60_000)
  expect([alerts(), world.orders.length]).toEqual([[began], 3])
  world.end = new CommodarrError('server_unreachable', 'No.')
  await clock.advance(60_000)
  expect(alerts()).toEqual([began])
})

test('removed without its files it takes nothing with it', async () => {
  const {world, clock, first, alerts} = await harness()
  await first.begin(source, B)
  world.end = {is: 'goes', mayTakeFiles: false, wayOut: 'turn it off'}
  await clock.advance(60_000)
  expect([alerts(), world.orders]).toEqual([[], []])
})
