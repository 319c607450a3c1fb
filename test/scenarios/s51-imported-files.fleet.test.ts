/**
 * What came in of a download, right before that is removed: somebody deleted it in the library, it went into the recycle
 * bin of the Arr, a better release took its place, its disk is another one. Radarr and Sonarr, with a library that we see
 * ourselves and one of which only the Arr tells.
 */
import {copyFileSync, linkSync, mkdirSync, renameSync, rmSync, truncateSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {afterEach, expect, test} from 'vitest'
import type {InstanceConfig} from '#lab/arrs/config.ts'
import {removeFile} from '#lab/arrs/deletion.ts'
import {SharedDisk} from '#lab/simulators/sim-disk.ts'
import {makeTorrent, type MadeTorrent} from '#lab/torrent-maker.ts'
import {isFull, some} from '../proof.ts'
import {newFolder} from '../program/program.fixture.ts'
import {comeIn} from './films.fixture.ts'
import {A, HOUR, ScenarioHarness} from './scenario-harness.fixture.ts'

const names = ['First', 'Second', 'Third']

/** Each of its items is a download of its own. */
const kinds = {
  radarr: {
    section: 'Radarr-films',
    category: 'films',
    title: (name: string) => `${name} Film`,
    release: (name: string) => `${name}.Film.2020.1080p.WEB`,
    better: (name: string) => `${name}.Film.2020.2160p.WEB`,
  },
  sonarr: {
    section: 'Sonarr-series',
    category: 'series',
    title: (name: string) => `${name} Series`,
    release: (name: string) => `${name}.Series.S01E01.1080p.WEB`,
    better: (name: string) => `${name}.Series.S01E01.2160p.WEB`,
  },
} as const
type Kind = keyof typeof kinds

let harness: ScenarioHarness
let folder: string
let disk: SharedDisk
let kind: Kind
let isMapped: boolean
afterEach(async () => {
  await harness.stop()
  rmSync(folder, {recursive: true, force: true})
})

const arr = () => harness.acting.arr(kind).arr
const removalOf = ({hash}: MadeTorrent) => `${A} removeWithData ${hash}`
const filesOf = (itemId: number) => arr().library.filesOf(arr().library.parent(itemId)!)
const libraryPath = (path: string) => join(folder, path)
const sourceOf = ({hash}: MadeTorrent) =>
  join(folder, harness.world(A).pathsOf(harness.torrent(A, hash))[0]!.replace('/srv', ''))

function made(name: string, bytes: number): MadeTorrent {
  return makeTorrent({name, content: {'video.mkv': bytes}})
}

const config = ({section, category}: (typeof kinds)[Kind], app: Kind) => `
[${section}]
Managed = true
Category = "${category}"
URI = "http://${app}"
APIKey = "KEY-${app}"
ReSearch = false
[${section}.Torrent]
StalledDelay = -1
[${section}.Torrent.SeedingMode]
RemoveTorrent = 1
MaxUploadRatio = 1
`

/** Three downloads that came in; where it is mapped their files and those of the library are really there. */
async function imported(by: Kind, mapped: boolean, more: readonly MadeTorrent[] = []) {
  ;[kind, isMapped] = [by, mapped]
  folder = newFolder()
  disk = new SharedDisk(folder)
  const of = kinds[by]
  const releases = names.map((name, at) => made(of.release(name), 30_000 + at))
  const mappings = `
["${A}".PathMappings]
"/srv" = ${JSON.stringify(folder)}
"/media" = ${JSON.stringify(join(folder, 'media'))}
`
  const units = [{season: 1, number: 1}]
  const instance: InstanceConfig = {
    name: by,
    app: by,
    downloadClients: [{name: A, category: of.category}],
    qualityProfiles: [{name: 'HD', cutoff: 18}],
    library: names.map((name) =>
      by === 'radarr' ? {title: of.title(name), year: 2020} : {title: of.title(name), units},
    ),
  }
  harness = await ScenarioHarness.start({
    servers: [{name: A, torrents: 20}],
    releases: [...releases, ...more],
    settled: 0,
    config: (mapped ? mappings : '') + config(of, by),
    arrs: [instance],
  })
  if (mapped) harness.world(A).disk = disk.seenAt('/srv')
  for (const [at, one] of releases.entries()) await arrives(one, at + 1)
  await harness.pass(HOUR)
  return releases
}

async function arrives(one: MadeTorrent, itemId: number): Promise<void> {
  await comeIn(harness, one, {itemId}, kind)
  if (isMapped) bring(one, itemId)
}

/** As an Arr does with what it takes in; the simulated one tells of it alone. */
function bring(one: MadeTorrent, itemId: number, how: (from: string, to: string) => void = linkSync): void {
  const torrent = harness.torrent(A, one.hash)
  for (const path of harness.world(A).pathsOf(torrent)) disk.seenAt('/srv').write(path, one.size)
  const to = libraryPath(filesOf(itemId)[0]!.path)
  mkdirSync(dirname(to), {recursive: true})
  how(sourceOf(one), to)
}

const pay = (all: readonly MadeTorrent[]) => {
  for (const {hash, size} of all) if (harness.holds(A, hash)) harness.update(A, hash, {uploaded: 2 * size})
}

const gone = (all: readonly MadeTorrent[]) =>
  harness.acting.until(
    3 * HOUR,
    () => all.every(({hash}) => !harness.holds(A, hash)),
    (it) => it,
  )

const whys = async ({hash}: MadeTorrent) =>
  (await harness.why(A, hash)).rules.map(({sentence}) => sentence).join('\n')

const variants = (
  [
    ['radarr', true],
    ['sonarr', false],
    ['sonarr', true],
    ['radarr', false],
  ] as const
).map(([by, mapped]) => ({by, mapped, title: `${by}, ${mapped ? 'mapped' : 'not mapped'}`}))

for (const {by, mapped, title} of some(1, variants)) {
  test(`S51 ${title}: what another program deleted in the library keeps its download, with one alert, and the others go`, async () => {
    const all = await imported(by, mapped)
    const lost = filesOf(2)[0]!
    if (mapped) rmSync(libraryPath(lost.path))
    else arr().lostFiles.add(lost.id)
    pay(all)
    await harness.pass(3 * HOUR)
    expect(all.map(({hash}) => harness.holds(A, hash))).toEqual([false, true, false])
    expect(harness.destroyed()).not.toContain(removalOf(all[1]!))
    expect(await harness.alerts()).toEqual(['freeze library_unseen'])
    const [reported] = await harness.journal('subject=arr&verb=freeze')
    expect(reported!.message).toContain(`${lost.path} in its library, and it is not there`)
    if (mapped) linkSync(sourceOf(all[1]!), libraryPath(lost.path))
    else arr().lostFiles.clear()
    await gone(all)
    await harness.expectWell()
  })
}

for (const {by, mapped, title} of some(1, variants)) {
  test(`S51 ${title}: what went into the recycle bin of the Arr may be the last copy, and stays with one alert`, async () => {
    const all = await imported(by, mapped)
    const lost = filesOf(2)[0]!
    if (mapped) {
      mkdirSync(libraryPath('/media/.recycle'))
      renameSync(libraryPath(lost.path), libraryPath('/media/.recycle/film.mkv'))
    }
    removeFile(arr(), lost, 'Manual')
    pay(all)
    await harness.pass(3 * HOUR)
    expect(all.map(({hash}) => harness.holds(A, hash))).toEqual([false, true, false])
    expect(await harness.alerts()).toEqual(['freeze library_unseen'])
    const [reported] = await harness.journal('subject=arr&verb=freeze')
    expect(reported!.message).toContain('has no file there any more: this may be the last copy')
    await harness.expectWell()
  })

  test.runIf(isFull)(
    `S51 ${title}: what a better release took the place of may go while that lies in the library`,
    async () => {
      const better = made(kinds[by].better(names[1]!), 90_000)
      const all = await imported(by, mapped, [better])
      const before = filesOf(2)[0]!
      if (mapped) rmSync(libraryPath(before.path))
      await comeIn(harness, better, {itemId: 2, qualityId: 18}, by)
      const [now] = filesOf(2)
      expect(now!.id).not.toBe(before.id)
      // It is on its way: the database of the Arr has it, and its disk does not.
      if (!mapped) arr().lostFiles.add(now!.id)
      pay(all)
      await harness.pass(2 * HOUR)
      expect(all.map(({hash}) => harness.holds(A, hash))).toEqual([false, true, false])
      if (mapped) bring(better, 2)
      else arr().lostFiles.clear()
      await gone(all)
      expect(harness.holds(A, better.hash)).toBe(true)
      await harness.expectWell()
    },
  )
}

for (const by of ['radarr', 'sonarr'] as const) {
  test.runIf(isFull)(
    `S51 ${by}: a copy with a hole, and a file of another size, are not what came in; a whole copy is`,
    async () => {
      const all = await imported(by, true)
      const [whole, holed, short] = [1, 2, 3].map((itemId) => libraryPath(filesOf(itemId)[0]!.path))
      for (const [at, one] of all.entries()) {
        const to = [whole, holed, short][at]!
        rmSync(to)
        const bytes = Buffer.alloc(one.size, `${one.name} `)
        writeFileSync(sourceOf(one), bytes)
        copyFileSync(sourceOf(one), to)
      }
      writeFileSync(holed!, Buffer.alloc(all[1]!.size, `${all[1]!.name} `).fill(0, 10_000, 25_000))
      truncateSync(short!, 20_000)
      pay(all)
      await harness.pass(3 * HOUR)
      expect(all.map(({hash}) => harness.holds(A, hash))).toEqual([false, true, true])
      expect(await harness.alerts()).toEqual(['freeze library_unseen'])
      expect(await whys(all[1]!)).toContain('the file there is not the one that its Arr put there')
      for (const [at, to] of [holed, short].entries()) copyFileSync(sourceOf(all[at + 1]!), to!)
      await gone(all)
      await harness.expectWell()
    },
  )

  test.runIf(isFull)(
    `S51 ${by}: a library that we saw and that is empty now proves nothing, also while its Arr sees it`,
    async () => {
      const all = await imported(by, true)
      renameSync(join(folder, 'media'), join(folder, 'elsewhere'))
      mkdirSync(join(folder, 'media'))
      pay(all)
      await harness.pass(3 * HOUR)
      await harness.expectNothingDestructive()
      expect(await harness.alerts()).toContain('freeze library_unseen')
      rmSync(join(folder, 'media'), {recursive: true})
      renameSync(join(folder, 'elsewhere'), join(folder, 'media'))
      await gone(all)
      await harness.expectWell()
    },
  )
}
