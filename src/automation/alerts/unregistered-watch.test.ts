import {expect, test} from 'vitest'
import type {JournalEntry} from '#journal/entry.ts'
import {asInfoHash, asServerId, keyText, type TorrentKey} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {boardInto} from './active-alerts.fixture.ts'
import {CrowdAlerts, UnregisteredWatch} from './unregistered-watch.ts'

const MINUTE = 60_000
const key = (n: number): TorrentKey => ({
  serverId: asServerId('qBit'),
  hash: asInfoHash(n.toString(16).padStart(40, '0'))!,
})

function harness(open: readonly TorrentKey[], isSuspended = false) {
  const clock = new VirtualClock()
  const asked: string[] = []
  const entries: JournalEntry[] = []
  const crowds = new Map<string, {asking: number; unregistered: number; unclear: number}>()
  const gone = new Set<string>()
  const watch = new UnregisteredWatch(
    clock,
    {rowOf: (of) => (gone.has(keyText(of)) ? null : 1)},
    {open: () => open},
    {
      ask: async (_by, of, facts) => {
        asked.push(`${keyText(of)} ${facts.join()}`)
        return []
      },
    },
    new CrowdAlerts(boardInto(entries, clock), {forgetful: async () => crowds}, () => isSuspended),
  )
  watch.start()
  const lines = () => entries.map(({name, verb, phase, code}) => `${name} ${verb} ${phase} ${code}`)
  return {clock, asked, lines, crowds, gone, watch}
}

test('what was called unregistered is looked at four times an hour, until its torrent is gone', async () => {
  const {clock, asked, gone, watch} = harness([key(1), key(2)])
  await clock.advance(15 * MINUTE)
  expect(asked).toEqual([1, 2].map((n) => `${keyText(key(n))} tracker.unregisteredFor`))
  gone.add(keyText(key(1)))
  await clock.advance(45 * MINUTE)
  expect(asked).toHaveLength(5)
  await watch.stop()
  await clock.advance(60 * MINUTE)
  expect(asked).toHaveLength(5)
})

test('S37 one line for each tracker that forgets a crowd, with its end', async () => {
  const {clock, lines, crowds} = harness([1, 2, 3, 4].map(key))
  crowds.set('one.test', {asking: 400, unregistered: 400, unclear: 0})
  await clock.advance(MINUTE)
  expect(lines()).toEqual(['one.test freeze blocked tracker_forgets_many'])
  await clock.advance(60 * MINUTE)
  crowds.clear()
  await clock.advance(60 * MINUTE)
  expect(lines()).toEqual([
    'one.test freeze blocked tracker_forgets_many',
    'one.test freeze undone tracker_forgets_many',
  ])
})

test('S13 nothing is reported twice: a rule that was suspended for it has reported it, and three are no event', async () => {
  for (const {clock, lines, crowds} of [harness([1, 2, 3, 4].map(key), true), harness([1, 2, 3].map(key))]) {
    crowds.set('one.test', {asking: 400, unregistered: 400, unclear: 0})
    await clock.advance(60 * MINUTE)
    expect(lines()).toEqual([])
  }
})
