/**
 * The disk of a server is unmounted: the whole program in virtual time, with real folders on two disks. A link stands
 * for the folder where disks are mounted, so that a test can change what is there.
 */
import {mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, expect, test} from 'vitest'
import {hasTwoDisks, newFolderOnOtherDisk} from '#test/disks.ts'
import {ActingHarness, filmRelease} from './acting-harness.fixture.ts'
import {radarrOn, radarrSection} from './radarr-films.fixture.ts'

const film = filmRelease('Some.Film.2020.1080p')
const MINUTE = 60
const HOUR = 3_600

let harness: ActingHarness
let place: string
let disk: string
afterEach(async () => {
  await harness.stop()
  for (const folder of [place, disk]) rmSync(folder, {recursive: true, force: true})
})

/** A server whose paths we see, a complete film of an Arr on it, and its files on a disk of ours. */
async function begin(): Promise<void> {
  place = mkdtempSync(join(tmpdir(), 'commodarr-place-'))
  disk = newFolderOnOtherDisk('commodarr-disk-')
  mkdirSync(join(disk, 'films', film.name), {recursive: true})
  writeFileSync(join(disk, 'films', film.name, 'film.mkv'), 'x'.repeat(1_000))
  mount(disk)
  harness = await ActingHarness.start({
    servers: [{name: 'qBit', kind: 'qbittorrent', version: '5.1.0'}],
    arrs: [radarrOn('qBit')],
    torrents: [film],
    config: `
[qBit.PathMappings]
"/data" = ${JSON.stringify(join(place, 'mnt'))}
[Settings]
FreeSpace = "1G"
${radarrSection}
[Radarr-Films.Torrent]
IgnoreTorrentsYoungerThan = 180
`,
  })
  const {world} = harness.server('qBit')
  const addedAt = world.now() - 30 * 24 * HOUR
  world.put({
    hash: film.hash,
    name: film.name,
    rootName: film.name,
    size: 1_000,
    sizeTotal: 1_000,
    done: 1_000,
    state: 'seeding',
    running: true,
    category: 'films',
    savePath: '/data/films',
    fileCount: 1,
    files: [{path: `${film.name}/film.mkv`, size: 1_000, done: 1_000, priority: 'normal'}],
    addedAt,
    completedAt: addedAt + HOUR,
    lastActivityAt: addedAt + HOUR,
    downloaded: 1_000,
  })
  await harness.pass(40 * MINUTE)
}

/** What lies at the place from now on; `null` = an empty folder of the disk below. */
function mount(what: string | null): void {
  const link = join(place, 'mnt')
  rmSync(link, {force: true, recursive: true})
  if (what === null) mkdirSync(join(link, 'films'), {recursive: true})
  else symlinkSync(what, link)
}

function missing(): void {
  const {world} = harness.server('qBit')
  world.update(world.get(film.hash)!, {state: 'missingFiles', errorText: 'missing files'})
}

async function alerts(): Promise<readonly string[]> {
  const {entries} = await harness.api.get<{
    entries: readonly {verb: string; phase: string; code: string | null; info_hash: string | null}[]
  }>('/api/journal?limit=500&origin=rule&origin=system&subject=server')
  const own = entries.filter(({verb, info_hash: hash}) => hash === null && verb === 'freeze')
  return own.map(({phase, code}) => `${phase} ${code}`)
}

const there = () => harness.torrent('qBit', film) !== undefined
const checks = () =>
  harness.server('qBit').world.commands.received.filter(({verb}) => verb === 'recheck').length
const removals = () =>
  harness.server('qBit').world.commands.received.filter(({verb}) => verb.startsWith('remove')).length

test.runIf(hasTwoDisks)(
  'S08 an unmounted disk takes no torrent with it, is one alert, and is known again',
  async () => {
    await begin()
    mount(null)
    missing()
    await harness.pass(2 * HOUR)
    expect([there(), removals()]).toEqual([true, 0])
    expect(await alerts()).toEqual(['blocked disk_missing'])
    const {rules} = await harness.why('qBit', film.hash)
    const ofMissing = rules.find(({rule_id: id}) => id.endsWith('.missing-files'))
    expect(ofMissing?.sentence).toMatch(/disk|mounted/)
    expect(checks()).toBe(0)
    mount(disk)
    await harness.until(10 * MINUTE, alerts, ([first]) => first === 'undone disk_missing')
    expect(await alerts()).toEqual(['undone disk_missing'])
    // Its files are there: its server is told to look, and it goes on.
    await harness.until(HOUR, checks, (times) => times > 0)
    expect([checks(), there(), removals()]).toEqual([1, true, 0])
  },
)

test.runIf(hasTwoDisks)(
  'S08 another disk that is there after a crash is not taken for the one before, until a person says so',
  async () => {
    await begin()
    await harness.crash()
    const other = join(place, 'other')
    mkdirSync(join(other, 'films', 'another film'), {recursive: true})
    mount(other)
    await harness.rise()
    missing()
    await harness.pass(2 * HOUR)
    expect([there(), removals()]).toEqual([true, 0])
    expect(await alerts()).toEqual(['blocked disk_missing'])
    const {disks} = await harness.api.get<{disks: readonly {path: string}[]}>('/api/disks')
    for (const {path} of disks) await harness.api.send('POST', '/api/disks/forget', {path})
    await harness.until(10 * MINUTE, alerts, ([first]) => first === 'undone disk_missing')
    expect(await alerts()).toEqual(['undone disk_missing'])
  },
)
