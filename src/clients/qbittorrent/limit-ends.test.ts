import {expect, test} from 'vitest'
import {staysAtLimit} from '#model/limit-end.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import {
  readLimitEndOfAdded,
  readLimitEndOfRemoved,
  readLimitEnds,
  readLimitEndsOfForced,
  readLimitEndsOfStarted,
  readOwnLimitEnds,
} from './limit-ends.ts'
import type {Wire} from './wire.ts'

const bounds = {timeoutMs: 1_000, maxBytes: 1_000}
const [one, two, three] = ['1', '2', '3'].map((digit) => digit.repeat(40) as InfoHash)

/** A server with these settings, categories and torrents. */
function serverWith(preferences: object, categories: object = {}, rows: readonly object[] = []): Wire {
  const wire = {
    record: async (path: string) => (path === 'app/preferences' ? preferences : categories),
    postJson: async () => rows,
  }
  return wire as unknown as Wire
}

test.each([
  [0, 'stays', false],
  [1, 'goes', false],
  [2, 'stays', false],
  [3, 'goes', true],
])('max_ratio_act %i: what is added %s, with its files: %s', async (action, is, mayTakeFiles) => {
  const end = await readLimitEndOfAdded(serverWith({max_ratio_act: action}), 'films', bounds)
  expect(end).toMatchObject(is === 'stays' ? {is} : {is, mayTakeFiles})
})

test('an unknown action is none that is believed to keep anything', async () => {
  await expect(readLimitEndOfAdded(serverWith({max_ratio_act: 7}), null, bounds)).rejects.toThrow()
})

test('from 5.2 on a category has its own, or that of the one around it', async () => {
  const server = serverWith(
    {max_ratio_act: 0},
    {
      films: {share_limit_action: 'RemoveWithContent'},
      'films/kept': {share_limit_action: 'Stop'},
      'films/new': {share_limit_action: 'Default'},
      shows: {share_limit_action: 'Default'},
      odd: {share_limit_action: 'Shred'},
    },
  )
  const ends = await Promise.all(
    ['films', 'films/kept', 'films/new', 'shows', 'odd', null].map(async (category) => {
      const end = await readLimitEndOfAdded(server, category, bounds)
      return end.is === 'stays' ? end.is : `${end.mayTakeFiles}`
    }),
  )
  expect(ends).toEqual(['true', 'stays', 'true', 'stays', 'true', 'stays'])
})

test('from 5.2 on a torrent has its own before its category and the server', async () => {
  const rows = [
    {hash: one, category: '', share_limit_action: 'RemoveWithContent'},
    {hash: two, category: 'films', share_limit_action: 'Stop'},
    {hash: three, category: 'films', share_limit_action: 'Default'},
  ]
  const categories = {films: {share_limit_action: 'Remove'}}
  const ends = await readLimitEnds(
    serverWith({max_ratio_act: 0}, categories, rows),
    [one!, two!, three!],
    bounds,
  )
  expect(ends.get(one!)).toMatchObject({is: 'goes', mayTakeFiles: true})
  expect(ends.get(two!)).toEqual(staysAtLimit)
  expect(ends.get(three!)).toMatchObject({is: 'goes', mayTakeFiles: false})
})

test.each([
  ['what a category stopped the server deletes', 3, 'Stop', ['films'], true],
  ['so it does with what is below it', 3, 'Default', ['films'], true],
  ['what it deleted already it deletes still', 3, 'RemoveWithContent', ['films'], 'stays'],
  ['a server that stops all is no danger', 0, 'RemoveWithContent', ['films'], 'stays'],
  ['other categories do not go', 3, 'Stop', ['shows', 'film'], 'stays'],
  ['what removed without files is deleted with them', 3, 'Remove', ['films'], true],
] as const)('as categories are removed: %s', async (_, action, share_limit_action, removed, taken) => {
  const categories = {
    films: {share_limit_action: 'Stop'},
    'films/new': {share_limit_action},
    shows: {share_limit_action: 'Default'},
    film: {},
  }
  const server = serverWith(
    {max_ratio_act: action},
    taken === 'stays' ? {...categories, films: {share_limit_action}} : categories,
  )
  const end = await readLimitEndOfRemoved(server, removed, bounds)
  expect(end.is === 'stays' ? end.is : end.mayTakeFiles).toBe(taken)
})

test.each([
  [{}, [], 'stays'],
  [{films: {share_limit_action: 'Stop'}, shows: {}}, ['Default', 'Stop', undefined], 'stays'],
  [{films: {share_limit_action: 'RemoveWithContent'}}, [], true],
  [{films: {share_limit_action: 'Remove'}}, ['Default'], false],
  [{films: {share_limit_action: 'Remove'}}, ['Default', 'RemoveWithContent'], true],
  [{}, ['Shred'], true],
] as const)(
  'limits for all act by what categories %o and torrents %o are set to: %s',
  async (categories, actions, is) => {
    const rows = actions.map((share_limit_action) => ({hash: one, category: '', share_limit_action}))
    const wire = {
      ...serverWith({max_ratio_act: 0}, categories),
      getStream: async (
        _path: string,
        _params: object,
        _bounds: object,
        consume: (chunk: Buffer) => Promise<void>,
      ) => consume(Buffer.from(JSON.stringify(rows))),
    } as unknown as Wire
    const turns = {due: () => false, next: async () => undefined}
    const end = await readOwnLimitEnds(
      {wire, turns} as unknown as Parameters<typeof readOwnLimitEnds>[0],
      bounds,
    )
    expect(end.is === 'stays' ? end.is : end.mayTakeFiles).toBe(is)
  },
)

test.each([
  [{max_ratio: -1, max_seeding_time: -1}, 'stays'],
  [{max_ratio: -1, max_seeding_time: -1, max_inactive_seeding_time: -1}, 'stays'],
  [{max_ratio: -1, max_seeding_time: -1, max_inactive_seeding_time: 60}, 'goes'],
  [{max_ratio: 0, max_seeding_time: -1}, 'goes'],
  [{max_ratio: -1, max_seeding_time: 1_440}, 'goes'],
  [{}, 'goes'],
])('what is force started with the limits %o %s once it is so no longer', async (limits, is) => {
  const server = serverWith({max_ratio_act: 3}, {}, [{hash: one, category: '', ...limits}])
  expect((await readLimitEndsOfForced(server, [one!], bounds)).get(one!)?.is).toBe(is)
})

const noLimits = {max_ratio: -1, max_seeding_time: -1, max_inactive_seeding_time: -1}
const complete = {amount_left: 0, state: 'stoppedUP', force_start: false, ratio: 1.5, seeding_time: 7_200}

test.each([
  ['has no limit', noLimits, 'stays'],
  ['is below its ratio', {...noLimits, max_ratio: 2}, 'stays'],
  ['has reached its ratio', {...noLimits, max_ratio: 1.5}, 'goes'],
  ['has a ratio above all that are reported', {...noLimits, ratio: -1, max_ratio: 9_000}, 'goes'],
  ['is below its time', {...noLimits, max_seeding_time: 121}, 'stays'],
  ['has reached its time', {...noLimits, max_seeding_time: 120}, 'goes'],
  ['was active lately', {...noLimits, max_inactive_seeding_time: 11, last_activity: 1_000}, 'stays'],
  ['was idle for as long', {...noLimits, max_inactive_seeding_time: 10, last_activity: 1_000}, 'goes'],
  ['does not report when it was active', {...noLimits, max_inactive_seeding_time: 10}, 'goes'],
  ['does not report its limits', {}, 'goes'],
  ['does not report its ratio', {...noLimits, ratio: undefined, max_ratio: 2}, 'goes'],
  ['is not complete', {...noLimits, max_ratio: 1, amount_left: 5, state: 'stoppedDL'}, 'stays'],
  ['misses its files', {...noLimits, max_ratio: 1, amount_left: 5, state: 'missingFiles'}, 'goes'],
  ['is being checked', {...noLimits, max_ratio: 1, amount_left: 5, state: 'checkingDL'}, 'goes'],
  ['is force started below its limit', {...noLimits, max_ratio: 2, force_start: true}, 'goes'],
  ['is force started without one', {...noLimits, force_start: true}, 'stays'],
])('a start of what %s', async (_, row, is) => {
  const rows = [{hash: one, category: '', ...complete, ...row}]
  const ends = (action: number) =>
    readLimitEndsOfStarted(serverWith({max_ratio_act: action}, {}, rows), [one!], bounds, 1_600_000)
  expect((await ends(3)).get(one!)?.is).toBe(is)
  expect((await ends(0)).get(one!)).toEqual(staysAtLimit)
  await expect(ends(7)).rejects.toThrow()
})
