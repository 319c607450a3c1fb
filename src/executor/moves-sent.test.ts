import {expect, test} from 'vitest'
import {A, B, keyOf} from '#lookups/look-ups.fixture.ts'
import {asServerId} from '#model/torrent-key.ts'
import {movesSentBefore} from './moves-sent.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const now = Date.UTC(2026, 0, 30)

/** @param listed ms before now at which each server told its list last @param sent the same, of what went out for each */
async function found(
  listed: Readonly<Record<string, number | null>>,
  sent: readonly (readonly [string, number])[],
) {
  const asked: number[] = []
  const keys = await movesSentBefore({
    now,
    servers: Object.keys(listed).map(asServerId),
    lastListedAt: (id) => (listed[id] === null ? null : now - listed[id]!),
    journal: {
      async sentSince(since) {
        asked.push(now - since)
        return sent.map(([id, before], n) => ({key: keyOf(asServerId(id), n), at: now - before}))
      },
    },
  })
  return {keys, asked}
}

test.each([
  ['after the last list', 10 * MINUTE_MS, 9 * MINUTE_MS, true],
  ['shortly before it, which may show it as it was', 10 * MINUTE_MS, 15 * MINUTE_MS, true],
  ['long before it', 10 * MINUTE_MS, 16 * MINUTE_MS, false],
  ['to a server of whose lists nothing is written down', null, 6 * DAY_MS, true],
  ['to such a server, longer ago than a week', null, 8 * DAY_MS, false],
  ['to a server that has not told its list for days', 3 * DAY_MS, 2 * DAY_MS, true],
])('a move that went out %s', async (_, listed, sent, isFound) => {
  const {keys} = await found({[A]: listed, [B]: 0}, [[A, sent]])
  expect(keys).toEqual(isFound ? [keyOf(A, 0)] : [])
})

test('what went out to a server that is not known any more is left out, and without servers nobody is asked', async () => {
  expect((await found({[A]: 0}, [[B, 0]])).keys).toEqual([])
  expect(await found({}, [[A, 0]])).toEqual({keys: [], asked: []})
  // As far back as the one that told its list longest ago.
  expect((await found({[A]: 0, [B]: MINUTE_MS}, [])).asked).toEqual([6 * MINUTE_MS])
})
