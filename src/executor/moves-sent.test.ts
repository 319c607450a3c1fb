import {expect, test} from 'vitest'
import {A, B, keyOf} from '#lookups/look-ups.fixture.ts'
import type {JournalEntry} from '#journal/entry.ts'
import {asServerId, type ServerId} from '#model/torrent-key.ts'
import {movesSentBefore} from './moves-sent.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const now = Date.UTC(2026, 0, 30)

/** Of the torrents of A, by their number. */
const categoryOf = new Map([
  [10, 'films'],
  [11, 'series'],
  [12, ''],
])

/** @param listed ms before now at which each server told its list last @param sent the same, of what went out for each */
async function found(
  listed: Readonly<Record<string, number | null>>,
  sent: readonly (readonly [string, number])[],
  toServers: readonly (readonly [unknown, number])[] = [],
) {
  const asked: number[] = []
  const listedAt = new Map(
    Object.entries(listed).map(([id, before]) => [asServerId(id), before === null ? null : now - before]),
  )
  const journal = {
    async sentSince(since: number) {
      asked.push(now - since)
      return sent.map(([id, before], n) => ({key: keyOf(asServerId(id), n), at: now - before}))
    },
    sentToServersSince: async () =>
      toServers.map(([args, before]) => ({serverId: A, args, at: now - before}) as JournalEntry),
  }
  const torrents = (id: ServerId, categories: readonly string[] | null) =>
    [...categoryOf].flatMap(([n, category]) =>
      categories === null || categories.includes(category) ? [keyOf(id, n)] : [],
    )
  const movesBySettings = (_: ServerId, values: object) => 'save_path' in values
  return {keys: await movesSentBefore(journal, listedAt, torrents, movesBySettings, now), asked}
}

test.each([
  ['after the last list', 10 * MINUTE_MS, 9 * MINUTE_MS, true],
  ['shortly before it, which may show it as it was', 10 * MINUTE_MS, 15 * MINUTE_MS, true],
  ['long before it', 10 * MINUTE_MS, 16 * MINUTE_MS, false],
  ['to a server of whose lists nothing is written down', null, 6 * DAY_MS, true],
  ['to such a server, longer ago than a week', null, 8 * DAY_MS, false],
  ['to a server that has not sent its list for days', 3 * DAY_MS, 2 * DAY_MS, true],
])('a move that went out %s', async (_, listed, sent, isFound) => {
  const {keys} = await found({[A]: listed, [B]: 0}, [[A, sent]])
  expect(keys).toEqual(isFound ? [keyOf(A, 0)] : [])
})

test('what went out to a server that is not known any more is left out, and without servers nothing is asked', async () => {
  expect((await found({[A]: 0}, [[B, 0]])).keys).toEqual([])
  expect(await found({}, [[A, 0]])).toEqual({keys: [], asked: []})
  // As far back as the one that told its list longest ago.
  expect((await found({[A]: 0, [B]: MINUTE_MS}, [])).asked).toEqual([6 * MINUTE_MS])
})

test.each([
  ['the folder of a category', {name: 'films', savePath: '/big'}, [10]],
  ['categories that were removed', {names: ['films', 'series']}, [10, 11]],
  ['a setting that moves', {values: {save_path: '/big'}}, [10, 11, 12]],
  ['a setting that moves nothing', {values: {dl_limit: 5}}, []],
  ['a command that cannot be read any more', {cut: '{"val'}, [10, 11, 12]],
])('of %s all torrents that it may be about count', async (_, args, numbers) => {
  const late = await found({[A]: MINUTE_MS, [B]: 0}, [], [[args, 2 * MINUTE_MS]])
  expect(late.keys).toEqual(numbers.map((n) => keyOf(A, n)))
  expect((await found({[A]: MINUTE_MS}, [], [[args, 7 * MINUTE_MS]])).keys).toEqual([])
})
