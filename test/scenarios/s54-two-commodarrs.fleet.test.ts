/** Another Commodarr, or a copy of this one, looks after the same Arr. */
import {afterEach, expect, test} from 'vitest'
import {isFull, some} from '#test/proof.ts'
import {filmRelease} from '../program/acting-harness.fixture.ts'
import {comeIn, filmsSection, grab, startFilms} from './films.fixture.ts'
import {A, HOUR, MINUTE, type ScenarioHarness} from './scenario-harness.fixture.ts'

let harness: ScenarioHarness
afterEach(() => harness.stop())

const film = filmRelease('Some.Film.2020.1080p.WEB')
const slow = filmRelease('Other.Film.2020.1080p.SLOW')
const config = `
${filmsSection}
[Radarr-films.Torrent]
StalledDelay = 15
[Radarr-films.Torrent.SeedingMode]
RemoveTorrent = 1
MaxUploadRatio = 1
`
const ID = '/api/arrs/Radarr-films'
const radarr = () => harness.acting.arr('radarr').arr
const seen = () => harness.acting.api.get<Shown>(ID)
const pay = () => harness.update(A, film.hash, {uploaded: 2 * film.size})
const removed = () =>
  harness.acting.until(
    5 * HOUR,
    () => harness.destroyed(),
    (it) => it.length > 0,
  )

interface Shown {
  readonly other_instance?: {readonly instance: string; readonly is_copy: boolean}
}

/** What stands there, of all that anybody wrote. */
function mark(): URL {
  const marks = [...radarr().hooks.all.values()].filter(({resource}) => resource.onGrab === false)
  expect(marks).toHaveLength(1)
  return new URL((marks[0]!.resource.fields as {name: string; value: string}[])[0]!.value)
}

/** Somebody else writes there. */
function say(change: (url: URL) => void): void {
  const hook = [...radarr().hooks.all.values()].find(({resource}) => resource.onGrab === false)
  const url = mark()
  url.searchParams.set('at', String(harness.world(A).now() * 1_000))
  change(url)
  const fields = [{name: 'url', value: url.href}]
  radarr().hooks.replace(hook!.id, {...hook!.resource, fields})
}

const others = {
  'another Commodarr': [(url: URL) => void (url.pathname = '/instance/another-one'), false],
  'a copy of this one': [(url: URL) => url.searchParams.set('run', 'elsewhere'), true],
} as const

for (const [who, [change, isCopy]] of some(1, Object.entries(others))) {
  test(`S54 what ${who} manages is left to it, until a person says that it is gone`, async () => {
    harness = await startFilms({config, titles: ['Some Film', 'Other Film'], releases: [film, slow]})
    await comeIn(harness, film, {itemId: 1})
    await harness.pass(MINUTE)
    say(change)
    const written = mark().href
    await harness.pass(3 * HOUR)
    await grab(harness, slow, {itemId: 2})
    harness.update(A, slow.hash, {state: 'downloading', downSpeed: 0, done: 10_000, downloaded: 10_000})
    pay()
    const {searches} = radarr().stats
    const before = JSON.stringify(searches)
    await harness.pass(3 * HOUR)
    await harness.expectNothingDestructive()
    expect(JSON.stringify(searches)).toBe(before)
    // The other one is not overwritten, and so it goes on.
    expect(mark().href).toBe(written)
    expect((await seen()).other_instance).toMatchObject({is_copy: isCopy})
    expect(await harness.alerts()).toEqual(['freeze another_instance'])
    const why = (await harness.why(A, film.hash)).rules.map(({sentence}) => sentence).join('\n')
    expect(why).toContain('Another Commodarr manages its Arr')
    await harness.acting.api.send('POST', `${ID}/take-over`)
    expect((await seen()).other_instance).toBeUndefined()
    expect(mark().href).not.toBe(written)
    expect((await removed())[0]).toBe(`${A} removeWithData ${film.hash}`)
    expect(await harness.journal('verb=freeze')).toMatchObject([{phase: 'undone'}])
    await harness.expectWell()
  })
}

test.runIf(isFull)('S54 a second one that comes finds the first, and changes nothing there', async () => {
  harness = await startFilms({config, titles: ['Some Film'], releases: [film]})
  await comeIn(harness, film, {itemId: 1})
  await harness.acting.crash()
  say((url) => void (url.pathname = '/instance/another-one'))
  const written = mark().href
  await harness.acting.rise()
  pay()
  await harness.pass(5 * HOUR)
  await harness.expectNothingDestructive()
  expect(mark().href).toBe(written)
})

test('S54 an Arr that is restored, or loses what we wrote, is still ours', async () => {
  harness = await startFilms({config, titles: ['Some Film'], releases: [film]})
  await comeIn(harness, film, {itemId: 1})
  const old = mark().href
  await harness.pass(3 * HOUR)
  say((url) => void (url.href = old))
  await harness.pass(3 * HOUR)
  expect(mark().href).not.toBe(old)
  radarr().hooks.all.clear()
  await harness.pass(3 * HOUR)
  expect(mark().href).not.toBe(old)
  pay()
  expect(await removed()).toEqual([`${A} removeWithData ${film.hash}`])
  expect(await harness.alerts()).toEqual([])
})
