/** An Arr that is restored from a backup, or begun again: the numbers it gives mean other films. */
import {afterEach, expect, test} from 'vitest'
import {filmRelease} from '../program/acting-harness.fixture.ts'
import {comeIn, filmsSection, startFilms} from './films.fixture.ts'
import {A, HOUR, MINUTE, type ScenarioHarness} from './scenario-harness.fixture.ts'
import {isFull} from '#test/proof.ts'

let harness: ScenarioHarness
afterEach(() => harness.stop())

const film = filmRelease('Some.Film.2020.1080p.WEB')
const config = `
${filmsSection}
[Radarr-films.Torrent]
StalledDelay = -1
[Radarr-films.Torrent.SeedingMode]
RemoveTorrent = 1
MaxUploadRatio = 1
`
const other = {title: 'Another Film', year: 1999, hasFile: true}
const sim = () => harness.acting.arr('radarr')
const pay = () => harness.update(A, film.hash, {uploaded: 2 * film.size})

async function imported(): Promise<void> {
  harness = await startFilms({config, titles: ['Some Film'], releases: [film]})
  await comeIn(harness, film, {itemId: 1})
  await harness.pass(HOUR)
}

const changes = {
  'of another library, that begins again': () => sim().replaceDatabase({library: [other]}),
  'of another library, with a history that goes on elsewhere': () => {
    sim().replaceDatabase({library: [other, {title: 'Third Film', year: 2001, hasFile: true}]})
  },
} as const

for (const [what, change] of Object.entries(changes)) {
  test.runIf(isFull)(
    `S39 with the database ${what} nothing counts as imported that did, and one alert says so`,
    async () => {
      await imported()
      change()
      await harness.pass(10 * MINUTE)
      pay()
      await harness.pass(5 * HOUR)
      await harness.expectNothingDestructive()
      expect((await harness.why(A, film.hash)).rules.map(({sentence}) => sentence).join('\n')).toContain(
        'proof of import is none',
      )
      expect(await harness.alerts()).toEqual(['freeze arr_replaced'])
      await harness.expectWell()
    },
  )
}

test('S39 a backup from before the import voids it, and what is imported again counts again', async () => {
  harness = await startFilms({config, titles: ['Some Film'], releases: [film]})
  const backup = sim().backUp()
  await comeIn(harness, film, {itemId: 1})
  await harness.pass(HOUR)
  sim().restore(backup)
  pay()
  await harness.pass(MINUTE)
  expect(harness.destroyed()).toEqual([])
  // It lies in its category, and the Arr of then takes it in again.
  const all = await harness.acting.until(
    6 * HOUR,
    () => harness.destroyed(),
    (it) => it.length > 0,
  )
  expect(all).toEqual([`${A} removeWithData ${film.hash}`])
  expect(sim().arr.stats.imports).toEqual(Array(2).fill(film.hash.toUpperCase()))
  await harness.expectWell()
})

test('S39 a backup from after the import changes nothing', async () => {
  await imported()
  sim().restore(sim().backUp())
  await harness.pass(10 * MINUTE)
  pay()
  const all = await harness.acting.until(
    2 * HOUR,
    () => harness.destroyed(),
    (it) => it.length > 0,
  )
  expect(all).toEqual([`${A} removeWithData ${film.hash}`])
  expect(await harness.alerts()).toEqual([])
})
