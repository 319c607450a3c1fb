/** An Arr that fails while a download is given up. One download is the whole story; the other torrents only stand by. */
import {afterEach, beforeEach, expect, test} from 'vitest'
import {filmRelease} from '../program/acting-harness.fixture.ts'
import {offerFilms, radarrOn, radarrSection} from '../program/radarr-films.fixture.ts'
import {A, B, HOUR, MINUTE, ScenarioHarness} from './scenario-harness.fixture.ts'
import {isFull} from '#test/proof.ts'

const bad = filmRelease('Some.Film.2020.1080p.BAD')
const good = filmRelease('Some.Film.2020.720p.GOOD', 40_000)

const config = `
${radarrSection}
ReSearch = true
[Radarr-Films.Torrent]
StalledDelay = 15
`

let harness: ScenarioHarness
beforeEach(async () => {
  harness = await ScenarioHarness.start({
    config,
    releases: [bad, good],
    settled: MINUTE,
    servers: [
      {name: A, torrents: 50},
      {name: B, torrents: 10},
    ],
    arrs: [radarrOn(A)],
  })
  const {arr} = harness.acting.arr('radarr')
  offerFilms(arr, [bad, good])
  arr.commands.post('MoviesSearch', {movieIds: [1]}, 'manual')
  await harness.acting.until(MINUTE, isThere, (it) => it)
  harness.update(A, bad.hash, {state: 'downloading', downSpeed: 0, done: 10_000, downloaded: 10_000})
})
afterEach(() => harness.stop())

const isThere = () => {
  // What comes in its place moves, however long the Arr takes.
  const moves = {state: 'downloading', downSpeed: 5_000, lastActivityAt: harness.world(A).now()} as const
  if (harness.holds(A, good.hash)) harness.update(A, good.hash, moves)
  return harness.holds(A, bad.hash)
}
const faults = () => harness.acting.arr('radarr').arr.faults
const done = 'class=destructive&outcome=done'
/** That it does not answer is told, once. */
const away = 'freeze arr_away'

/** Each step was done once, in order: blocklist, removal, one search. @param alerts one list of which was told meanwhile */
async function expectHealed(...alerts: readonly (readonly string[])[]): Promise<void> {
  const {stats} = harness.acting.arr('radarr').arr
  await harness.acting.until(
    HOUR,
    () => harness.holds(A, good.hash),
    (it) => it,
  )
  expect(harness.destroyed()).toEqual([
    `${A} removeWithData ${bad.hash}`,
    expect.stringMatching(/^radarr blocklist/),
  ])
  expect(stats.deletes).toEqual([])
  expect(stats.searches).toEqual({1: 2})
  const reported = await harness.acting.until(
    HOUR,
    () => harness.lines(done),
    (lines) => lines.length > 1,
  )
  expect(reported).toEqual(['failDownload confirmed', 'removeWithData confirmed'])
  const [saga, removal] = await harness.journal(done)
  expect(removal!.cause_id).toBe(saga!.id)
  expect(alerts).toContainEqual(await harness.alerts())
  await harness.expectWell()
}

/** Of each kind: one counter for all would never let a question and the order behind it both through. */
const everySecond = ['^GET /api/v3/history$', '^DELETE ', '^POST '].map((path) => ({
  path,
  id: path,
  every: 2,
}))

test.runIf(isFull).each([
  ['every second question of a saga', everySecond, [[]]],
  // What it says of its queue may be missed for minutes, again and again: one cause, told once.
  ['about half of all questions', [{probability: 0.5}], [[], [away]]],
])(
  'S04 an Arr that fails at %s: each step comes in its turn, and none twice',
  async (_which, some, alerts) => {
    for (const fault of some) faults().add({kind: '500', ...fault})
    // It takes three looks of eight answers each, which are ten minutes apart at last.
    expect(await harness.acting.until(6 * HOUR, isThere, (it) => !it)).toBe(false)
    await expectHealed(...alerts)
  },
)

test.runIf(isFull)(
  'S04 while the blocklist fails the torrent stays, and all of it follows when it does not fail any more',
  async () => {
    faults().add({kind: '500', path: '^DELETE /'})
    await harness.pass(HOUR)
    expect(isThere()).toBe(true)
    await harness.expectNothingDestructive()
    expect(harness.searches()).toBe(1)
    expect(await harness.alerts()).toEqual([])
    const held = await harness.journal('verb=failDownload')
    const why = 'Its step blocklist failed and is tried again'
    const line = {name: bad.name, info_hash: bad.hash, outcome: 'held', message: expect.stringContaining(why)}
    expect(held).toEqual([expect.objectContaining(line)])
    const sentence = () => harness.ruleSays(A, bad.hash, 'Radarr-Films: stalled')
    expect(await harness.acting.until(10 * MINUTE, sentence, (it) => it.includes(why))).toContain(why)
    faults().clear()
    await harness.acting.until(HOUR, isThere, (it) => !it)
    await expectHealed([])
  },
)

test('S04 a blocklist that the history does not show is no reason to remove anything', async () => {
  faults().add({kind: '500', path: '^GET /api/v3/history'})
  await harness.pass(HOUR)
  expect(isThere()).toBe(true)
  expect(harness.verbs(A)).not.toContain('removeWithData')
  expect(await harness.alerts()).toEqual([away])
  faults().clear()
  await harness.acting.until(HOUR, isThere, (it) => !it)
  await expectHealed([away])
})
