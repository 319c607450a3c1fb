/**
 * Categories that the section of a server acts on (`ManagedCategories` with `FailedCategory` and `RecheckCategory`), where
 * no Arr knows the torrents, in the situations of S31, S32, S45, S50 and S55: by the whole program, over files of a real disk.
 */
import {afterEach, expect, test} from 'vitest'
import type {NewTorrent} from '#lab/simulators/sim-torrent.ts'
import {isFull} from '../proof.ts'
import {DiskHarness, type Content} from './disk-harness.fixture.ts'
import {A, B, DAY, HOUR, MINUTE, SETTLED} from './scenario-harness.fixture.ts'

let harness: DiskHarness
afterEach(() => harness.stop())

const FILM = {'Some.Film.2020/film.mkv': 50_000, 'Some.Film.2020/film.nfo': 2_000}
const [HERE, THERE] = ['/srv/downloads', '/mnt/pool']
const IDS = 5_000

/** `A` looks after films by its section alone; `B` has the same disk under another name. */
async function begin(): Promise<void> {
  harness = await DiskHarness.start(
    [
      {name: B, folder: THERE, torrents: 10},
      {name: A, folder: HERE, torrents: 40},
    ],
    '[Settings]\nFailedCategory = "bad"\nRecheckCategory = "again"\n',
    'ManagedCategories = ["films"]\n',
  )
}

const film = (index: number, content: Content = FILM, fields: Partial<NewTorrent> = {}) =>
  harness.put(A, IDS + index, content, {category: 'films', ...fields}).hash
const moveTo = (hash: string, category: string) => harness.scenario.update(A, hash, {category})
const path = (content: object) => Object.keys(content)[0]!
const verbsOf = (hash: string) =>
  harness.scenario
    .world(A)
    .commands.received.flatMap(({verb, hashes}) => (hashes.includes(hash) ? [verb] : []))

test('S31 what a person moves to FailedCategory of a server leaves the files that another server has under another name', async () => {
  await begin()
  const alone = {'Other.Film.2021/film.mkv': 40_000}
  const [shared, own] = [film(0), film(1, alone)]
  harness.put(B, IDS, FILM)
  await harness.pass(SETTLED)
  for (const hash of [shared, own]) moveTo(hash, 'bad')
  await harness.pass(HOUR)
  // The rule does act: what nobody else has goes with its files.
  expect([harness.scenario.holds(A, own), harness.has(path(alone))]).toEqual([false, false])
  expect(Object.keys(FILM).map((one) => harness.has(one))).toEqual([true, true])
  expect(verbsOf(shared)).not.toContain('removeWithData')
})

test.runIf(isFull)(
  'S31 S48 nor does it once those files were renamed on the other server, or while that is away',
  async () => {
    await begin()
    const hash = film(0)
    const other = harness.put(B, IDS, FILM)
    await harness.pass(SETTLED)
    await harness.scenario.away(B)
    await harness.pass(5 * MINUTE)
    moveTo(hash, 'bad')
    await harness.pass(3 * HOUR)
    expect([harness.has(path(FILM)), harness.scenario.holds(B, other.hash)]).toEqual([true, true])
    await harness.scenario.back(B)
    await harness.pass(3 * HOUR)
    expect(harness.has(path(FILM))).toBe(true)
    expect(verbsOf(hash)).not.toContain('removeWithData')
  },
)

test('S45 moved back, or kept, in the moment before it would be sent it stays', async () => {
  await begin()
  const contents = [0, 1, 2].map((n) => ({[`Film.${n}/film.mkv`]: 30_000 + n}))
  const [back, kept, elsewhere] = contents.map((content, n) => film(n, content)) as [string, string, string]
  await harness.pass(SETTLED)
  // Its list says so already when the last look is made, and not when the rule decides.
  const world = harness.scenario.world(A)
  await harness.scenario.away(A)
  for (const hash of [back, kept, elsewhere]) moveTo(hash, 'bad')
  await harness.scenario.back(A)
  moveTo(back, 'films')
  world.update(harness.scenario.torrent(A, kept), {tags: ['keep']})
  moveTo(elsewhere, 'music')
  await harness.pass(2 * HOUR)
  expect(contents.map((content) => harness.has(path(content)))).toEqual([true, true, true])
  await harness.scenario.expectNothingDestructive()
})

test.runIf(isFull)('S45 of what was not seen to come from a managed category nothing goes', async () => {
  await begin()
  const content = {'New.Film/film.mkv': 30_000}
  // It was added into that category, by whoever.
  const hash = film(0, content, {category: 'bad'})
  await harness.pass(DAY)
  expect([harness.has(path(content)), verbsOf(hash)]).toEqual([true, []])
})

test('S50 a whole category that is renamed in the client takes no more than a few torrents with it', async () => {
  await begin()
  const contents = Array.from({length: 30}, (_, n) => ({[`Film.${n}/film.mkv`]: 20_000 + n}))
  const hashes = contents.map((content, n) => film(n, content))
  await harness.pass(SETTLED)
  for (const hash of hashes) moveTo(hash, 'bad')
  await harness.pass(6 * HOUR)
  const left = contents.filter((content) => harness.has(path(content))).length
  expect(left).toBeGreaterThanOrEqual(25)
  expect((await harness.scenario.alerts()).join()).toContain('suspended')
})

test('S32 S55 what a person moves to RecheckCategory while its disk is away loses nothing', async () => {
  await begin()
  const hash = film(0)
  harness.checksAtOnce(A)
  await harness.pass(SETTLED)
  harness.reach(false)
  await harness.pass(MINUTE)
  moveTo(hash, 'again')
  await harness.pass(HOUR)
  const away = harness.scenario.torrent(A, hash)
  expect([away.running && away.done === 0, away.state === 'downloading']).toEqual([false, false])
  harness.reach(true)
  await harness.pass(2 * HOUR)
  expect(harness.has(path(FILM))).toBe(true)
  await harness.scenario.expectNothingDestructive()
})
