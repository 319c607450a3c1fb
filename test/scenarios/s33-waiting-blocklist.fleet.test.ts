/**
 * A download is given up while its Arr answers 500 for hours. Until the Arr was told, whatever would not be decided now
 * ends it: nothing is blocklisted, nothing removed, also when the Arr is well again.
 */
import {afterEach, beforeEach, expect, test} from 'vitest'
import {filmRelease} from '../program/acting-harness.fixture.ts'
import {offerFilms, radarrOn, radarrSection} from '../program/radarr-films.fixture.ts'
import {isFull} from '../proof.ts'
import {A, HOUR, MINUTE, ScenarioHarness} from './scenario-harness.fixture.ts'

const bad = filmRelease('Some.Film.2020.1080p.BAD')

let harness: ScenarioHarness
beforeEach(async () => {
  harness = await ScenarioHarness.start({
    config: `\n${radarrSection}\nReSearch = true\n[Radarr-Films.Torrent]\nStalledDelay = 15\n`,
    releases: [bad],
    settled: MINUTE,
    servers: [{name: A, torrents: 50}],
    arrs: [{...radarrOn(A), config: {autoRedownloadFailed: false, rssSyncInterval: 0}}],
  })
  const {arr} = harness.acting.arr('radarr')
  offerFilms(arr, [bad])
  arr.commands.post('MoviesSearch', {movieIds: [1]}, 'manual')
  await harness.acting.until(
    MINUTE,
    () => harness.holds(A, bad.hash),
    (it) => it,
  )
  harness.update(A, bad.hash, {state: 'downloading', downSpeed: 0, done: 10_000, downloaded: 10_000})
  arr.faults.add({kind: '500', path: '^DELETE /'})
  await harness.pass(MINUTE)
})
afterEach(() => harness.stop())

const waits = 'Its step blocklist failed and is tried again'
const sentence = () => harness.ruleSays(A, bad.hash, 'Radarr-Films: stalled')
const lines = () => harness.lines('verb=failDownload')

/** For an hour. @param stays what is so again every ten minutes */
async function anHour(stays: () => void): Promise<void> {
  for (let minute = 0; minute < 60; minute += 10) {
    stays()
    await harness.pass(10 * MINUTE)
  }
}

/** Nobody was told, and nobody is when the Arr answers again. */
async function expectEnded(stays: () => void = () => {}): Promise<void> {
  harness.acting.arr('radarr').arr.faults.clear()
  await anHour(stays)
  expect([harness.acting.arr('radarr').arr.stats.blocklists, harness.searches()]).toEqual([[], 1])
  expect(harness.holds(A, bad.hash)).toBe(true)
  await harness.expectNothingDestructive()
}

const update = (changes: Parameters<typeof harness.update>[2]) => harness.update(A, bad.hash, changes)
const now = () => harness.world(A).now()

/** What happens to it meanwhile. */
const changes = {
  'is complete': () => update({state: 'seeding', done: bad.size, completedAt: now()}),
  'is tagged to be kept': () => update({tags: ['keep']}),
  'was stopped by a person': () => update({state: 'stopped', running: false}),
  'waits in the queue of its server': () => update({state: 'queued'}),
  'gets another category': () => update({category: 'mine'}),
  'runs on': () => {
    const {done} = harness.torrent(A, bad.hash)
    update({downSpeed: 5_000, done: done + 100, lastActivityAt: now()})
  },
} as const

test.runIf(isFull).each(Object.keys(changes) as (keyof typeof changes)[])(
  'S33 what its Arr could not be asked for yet, and what %s, is given up no more',
  async (what) => {
    expect(await harness.acting.until(2 * HOUR, sentence, (it) => it.includes(waits))).toContain(waits)
    await anHour(changes[what])
    expect((await lines()).at(-1)).toMatch(/^failDownload (?:failed not_wanted|cancelled |blocked )/)
    await expectEnded(changes[what])
  },
)

test.runIf(isFull)(
  'S33 the rule of a download that its Arr could not be asked for is switched off: nothing is sent any more',
  async () => {
    await harness.acting.until(2 * HOUR, sentence, (it) => it.includes(waits))
    const [entry] = await harness.journal('verb=failDownload')
    const {status} = await harness.acting.api.send('PATCH', `/api/rules/${entry!.rule_id}`, {mode: 'off'})
    expect(status).toBe(200)
    await harness.pass(HOUR)
    expect((await lines()).at(-1)).toBe('failDownload failed not_wanted')
    await expectEnded()
  },
)

test.runIf(isFull)(
  'S33 an Arr that is unreachable for six hours is not asked at all, also over a restart',
  async () => {
    await harness.acting.until(2 * HOUR, sentence, (it) => it.includes(waits))
    await harness.pass(3 * HOUR)
    await harness.acting.crash()
    await harness.acting.rise()
    // Its rule may not want it again before the day is over.
    update({state: 'queued'})
    await harness.pass(4 * HOUR)
    expect((await lines()).at(-1)).not.toBe('failDownload confirmed')
    await expectEnded()
  },
)
