/** An Arr is asked for so many searches in an hour: what is over that waits, is said, and is never lost. */
import {afterEach, expect, test} from 'vitest'
import {filmRelease} from '../program/acting-harness.fixture.ts'
import {restingFilms} from '../program/radarr-films.fixture.ts'
import {grab} from './films.fixture.ts'
import {A, HOUR, MINUTE, ScenarioHarness} from './scenario-harness.fixture.ts'
import {isFull} from '#test/proof.ts'

const film = filmRelease('Some.Film.2020.1080p.WEB')
const OTHERS = 60

let harness: ScenarioHarness
afterEach(() => harness.stop())

/** One film is on its way, and a person had as much searched as an Arr may be asked in an hour. */
async function begin(): Promise<void> {
  const titles = ['Some Film', ...Array.from({length: OTHERS}, (_, at) => `Other Film ${at}`)]
  harness = await ScenarioHarness.start({
    config: restingFilms,
    releases: [film],
    servers: [{name: A, torrents: 50}],
    arrs: [
      {
        name: 'radarr',
        app: 'radarr',
        library: titles.map((title) => ({title, year: 2020})),
        downloadClients: [{name: A, category: 'films'}],
        config: {autoRedownloadFailed: false, rssSyncInterval: 0},
      },
    ],
  })
  await grab(harness, film, {itemId: 1})
  harness.update(A, film.hash, {state: 'downloading', downSpeed: 0, done: 10_000, downloaded: 10_000})
  await harness.pass(2 * MINUTE)
  const items = Array.from({length: OTHERS}, (_, at) => ({kind: 'movie', id: at + 2}))
  expect(await answer({action: 'search', items})).toBe(204)
}

const arr = () => harness.acting.arr('radarr').arr
const searchedAgain = () => (arr().stats.searches[1] ?? 0) - 1
async function answer(body: object): Promise<number> {
  return (await harness.acting.api.send('POST', '/api/arrs/Radarr-Films/actions', body)).status
}

test.runIf(isFull)('a rule that searches is put off, says why, and searches once there is room', async () => {
  await begin()
  await harness.rule({
    name: 'Look again',
    reason: 'conditionTrue',
    scope: {categories: ['films']},
    when: {fact: 'name', op: 'contains', value: 'Some.Film'},
    do: [{action: 'arr.search'}],
  })
  await harness.pass(30 * MINUTE)
  expect(searchedAgain()).toBe(0)
  expect(await harness.lines('verb=arr.search')).toEqual(['arr.search blocked search_budget'])
  const {rules} = await harness.why(A, film.hash)
  expect(rules.map(({sentence}) => sentence).join()).toMatch(/blocked \(search_budget\).*searched in \d+ min/)
  expect(await harness.acting.until(2 * HOUR, searchedAgain, (it) => it > 0)).toBe(1)
  // It wants it still, and searching once more would bring nothing else.
  await harness.pass(6 * HOUR)
  expect(searchedAgain()).toBe(1)
  expect((await harness.lines('verb=arr.search')).at(-1)).toBe('arr.search blocked searched_lately')
})

test('what a person blocklisted is searched when there is room, also after a crash', async () => {
  await begin()
  const download = film.hash.toUpperCase()
  expect(await answer({action: 'blocklist', download_id: download, search_again: true})).toBe(204)
  await harness.pass(20 * MINUTE)
  expect([searchedAgain(), await harness.lines('verb=arr.search')]).toEqual([
    0,
    ['arr.search blocked search_budget'],
  ])
  await harness.acting.crash()
  await harness.acting.rise()
  await harness.pass(20 * MINUTE)
  expect(searchedAgain()).toBe(0)
  await harness.acting.until(2 * HOUR, searchedAgain, (it) => it > 0)
  await harness.pass(HOUR)
  expect([searchedAgain(), arr().stats.blocklists]).toEqual([1, [download]])
  expect((await harness.lines('verb=arr.search')).at(-1)).toBe('arr.search confirmed')
})

test.each([
  ['has faults', (it: string) => it.replace(/^URI = .*$/m, 'URI = 5')],
  ['cannot be read', () => '[broken'],
])(
  'what a person blocklisted is searched also where the section of its Arr %s for a while',
  async (_, broken) => {
    await begin()
    const download = film.hash.toUpperCase()
    expect(await answer({action: 'blocklist', download_id: download, search_again: true})).toBe(204)
    await harness.pass(20 * MINUTE)
    for (const config of [broken(restingFilms), restingFilms]) {
      await harness.acting.crash()
      await harness.acting.reconfigure(config)
      await harness.acting.rise()
      await harness.pass(10 * MINUTE)
    }
    await harness.acting.until(2 * HOUR, searchedAgain, (it) => it > 0)
    expect(searchedAgain()).toBe(1)
    expect((await harness.lines('verb=arr.search')).at(-1)).toBe('arr.search confirmed')
  },
)

test('what a person blocklisted is searched also where the section of its Arr is taken out on purpose, and comes back', async () => {
  await begin()
  const download = film.hash.toUpperCase()
  expect(await answer({action: 'blocklist', download_id: download, search_again: true})).toBe(204)
  await harness.acting.reconfigure('')
  await harness.pass(HOUR)
  expect((await harness.lines('verb=arr.search')).at(-1)).toBe('arr.search blocked arr_left')
  await harness.acting.crash()
  await harness.acting.rise()
  await harness.pass(24 * HOUR)
  expect(searchedAgain()).toBe(0)
  await harness.acting.reconfigure(restingFilms)
  await harness.acting.until(2 * HOUR, searchedAgain, (it) => it > 0)
  expect([searchedAgain(), (await harness.lines('verb=arr.search')).at(-1)]).toEqual([
    1,
    'arr.search confirmed',
  ])
})
