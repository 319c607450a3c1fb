/** A person took a download out of the hands of its Arr, and of ours. */
import {afterEach, expect, test} from 'vitest'
import {removeDownload} from '#lab/arrs/removal.ts'
import {some} from '#test/proof.ts'
import {filmRelease} from '../program/acting-harness.fixture.ts'
import {filmsSection, grab, startFilms} from './films.fixture.ts'
import {A, HOUR, MINUTE, type ScenarioHarness} from './scenario-harness.fixture.ts'

let house: ScenarioHarness
afterEach(() => house.stop())

const [film, other] = [
  filmRelease('Some.Film.2020.1080p.WEB'),
  filmRelease('Other.Film.2020.1080p.WEB', 40_000),
]
const config = `
${filmsSection}
[Radarr-films.Torrent]
StalledDelay = 15
ReSearchStalled = true
`
const arr = () => house.acting.arr('radarr').arr

/** Both stall; a person takes the first. */
async function stalls(): Promise<void> {
  house = await startFilms({config, titles: ['Some Film', 'Other Film'], releases: [film, other]})
  for (const [at, made] of [film, other].entries()) {
    await grab(house, made, {itemId: at + 1})
    house.update(A, made.hash, {state: 'downloading', downSpeed: 0, done: 10_000, downloaded: 10_000})
  }
}

async function isIgnored(): Promise<void> {
  const tracked = [...arr().queue.values()].find(({downloadId}) => downloadId.toLowerCase() === film.hash)!
  const wishes = {removeFromClient: false, blocklist: false, skipRedownload: true, changeCategory: false}
  await removeDownload(arr(), tracked, wishes)
}

function isNotMonitored(): void {
  arr().library.parent(1)!.monitored = false
}

function isMoved(): void {
  house.update(A, film.hash, {category: 'mine'})
}

for (const [what, take, words] of some(2, [
  ['made its Arr ignore', isIgnored, 'A person made its Arr ignore it'],
  ['does not monitor any more', isNotMonitored, 'Its Arr does not monitor it any more'],
  ['moved to a category of his own', isMoved, null],
] as const)) {
  test(`S52 what a person ${what} is neither given up, nor removed, nor searched again`, async () => {
    await stalls()
    await take()
    const searched = arr().stats.searches[1]
    await house.pass(3 * HOUR)
    const ofFilm = house.destroyed().filter((it) => it.toLowerCase().includes(film.hash))
    expect(ofFilm).toEqual([])
    expect(arr().stats.searches[1]).toBe(searched)
    expect(house.holds(A, film.hash)).toBe(true)
    if (words !== null) {
      expect((await house.why(A, film.hash)).rules.map(({sentence}) => sentence).join('\n')).toContain(words)
    }
    // Nobody took the other.
    expect(house.holds(A, other.hash)).toBe(false)
    await house.expectWell()
  })
}

test('S52 what its Arr grabs again after a person told it to ignore it is of that Arr again', async () => {
  await stalls()
  await isIgnored()
  await house.pass(2 * HOUR)
  expect(house.holds(A, film.hash)).toBe(true)
  house.world(A).commands.removeWithData([house.torrent(A, film.hash)])
  await house.pass(5 * MINUTE)
  await grab(house, film, {itemId: 1})
  house.update(A, film.hash, {state: 'downloading', downSpeed: 0, done: 10_000, downloaded: 10_000})
  expect(
    await house.acting.until(
      2 * HOUR,
      () => house.holds(A, film.hash),
      (it) => !it,
    ),
  ).toBe(false)
})
