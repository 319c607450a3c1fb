/** The disk of a library is away, empty or another one, while the database of its Arr knows all files as before. */
import {afterEach, expect, test} from 'vitest'
import {isFull, some} from '#test/proof.ts'
import {filmRelease} from '../program/acting-harness.fixture.ts'
import {comeIn, filmsSection, startFilms} from './films.fixture.ts'
import {A, HOUR, MINUTE, type ScenarioHarness} from './scenario-harness.fixture.ts'

let harness: ScenarioHarness
afterEach(() => harness.stop())

const names = ['First', 'Second', 'Third']
const films = names.map((name, at) => filmRelease(`${name}.Film.2020.1080p.WEB`, 30_000 + at))
const config = `
${filmsSection}
[Radarr-films.Torrent]
StalledDelay = -1
[Radarr-films.Torrent.SeedingMode]
RemoveTorrent = 1
MaxUploadRatio = 1
`
const removals = films.map(({hash}) => `${A} removeWithData ${hash}`)
const arr = () => harness.acting.arr('radarr').arr
const sentences = async (hash: string) =>
  (await harness.why(A, hash)).rules.map(({sentence}) => sentence).join('\n')

async function imported(): Promise<void> {
  harness = await startFilms({config, titles: names.map((name) => `${name} Film`), releases: films})
  for (const [at, made] of films.entries()) await comeIn(harness, made, {itemId: at + 1})
  expect(arr().stats.imports).toHaveLength(films.length)
  await harness.pass(HOUR)
}

const pay = () => {
  for (const {hash, size} of films) harness.update(A, hash, {uploaded: 2 * size})
}

const all = () =>
  harness.acting.until(
    3 * HOUR,
    () => harness.destroyed(),
    (it) => it.length === films.length,
  )

for (const [disk, words, alert] of some(2, [
  ['away', 'Its Arr has to see its library again: RootFolderCheck is red there.', 'library_unseen'],
  ['empty', 'in its library, and it is not there', 'library_unseen'],
  ['readOnly', 'Its Arr has to see its library again: MountCheck is red there.', 'arr_unwell'],
] as const)) {
  test.runIf(isFull)(
    `S51 while the library is ${disk} nothing that came in there is removed, one alert says so, and then all goes on`,
    async () => {
      await imported()
      arr().libraryDisk = disk
      // Of a disk that is read-only nothing but the checks of its Arr tells, which it makes every six hours by itself: it
      // is had make them before anything goes.
      pay()
      await harness.pass(3 * HOUR)
      await harness.expectNothingDestructive()
      expect(await sentences(films[0]!.hash)).toContain(words)
      expect(await harness.alerts()).toEqual([`freeze ${alert}`])
      const [reported] = await harness.journal('subject=arr&verb=freeze')
      expect(reported).toMatchObject({name: 'Radarr-films', message: expect.stringContaining('/media')})
      arr().libraryDisk = 'here'
      expect(new Set(await all())).toEqual(new Set(removals))
      expect(await harness.journal('subject=arr&verb=freeze')).toMatchObject([{phase: 'undone'}])
      await harness.expectWell()
    },
  )
}

test('S51 what another program deleted in the library keeps its download, and the others go', async () => {
  await imported()
  const lost = arr().library.filesOf(arr().library.parent(2)!)[0]!
  arr().lostFiles.add(lost.id)
  pay()
  await harness.pass(3 * HOUR)
  expect(new Set(harness.destroyed())).toEqual(new Set([removals[0], removals[2]]))
  expect(await sentences(films[1]!.hash)).toContain(
    `its Arr has ${lost.path} in its library, and it is not there`,
  )
  expect(await harness.alerts()).toEqual(['freeze library_unseen'])
  arr().lostFiles.clear()
  expect(new Set(await all())).toEqual(new Set(removals))
  await harness.pass(5 * MINUTE)
  await harness.expectWell()
})
