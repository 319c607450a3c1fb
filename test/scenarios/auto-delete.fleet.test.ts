/** Files beside a finished film that nobody wants, by the whole program over folders of a real disk. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterEach, expect, test} from 'vitest'
import {isFull} from '#test/proof.ts'
import {makeTorrent, type MadeTorrent} from '#lab/torrent-maker.ts'
import {filmsSection, grab, startFilms} from './films.fixture.ts'
import {A, B, DAY, HOUR, MINUTE, type ScenarioHarness} from './scenario-harness.fixture.ts'

const names = ['Some.Film.2020.1080p.WEB', 'Other.Film.2020.1080p.WEB']
const [film, shared] = names.map((name) =>
  makeTorrent({name, content: {'film.mkv': 40_000, 'info.nfo': 4_000, 'Proof/a.jpg': 2_000}}),
) as [MadeTorrent, MadeTorrent]

let harness: ScenarioHarness
let disk: string
afterEach(async () => {
  await harness.stop()
  rmSync(disk, {recursive: true, force: true})
})

/** Two films of which only the media were wanted, imported, and their folders on a disk of ours. */
async function begin(allowed = '[".mkv"]'): Promise<void> {
  disk = realpathSync(mkdtempSync(join(tmpdir(), 'commodarr-auto-delete-')))
  const mapped = [A, B].map((id) => `["${id}".PathMappings]\n"/downloads" = ${JSON.stringify(disk)}\n`)
  const config = `${mapped.join('')}${filmsSection}[Radarr-films.Torrent]
FileExtensionAllowlist = ${allowed}
AutoDelete = true
`
  harness = await startFilms({config, titles: ['Some Film', 'Other Film'], releases: [film, shared]})
  for (const [at, made] of [film, shared].entries()) {
    await grab(harness, made, {itemId: at + 1})
    harness.update(A, made.hash, {savePath: '/downloads'})
    for (const path of ['film.mkv', 'info.nfo', 'readme.txt', 'Extra/b.url']) put(made, path, 2 * HOUR)
    // Somebody still writes it for an hour and a half.
    put(made, 'just-written.txt', -90 * MINUTE)
  }
  // Another server has what lies in the folder of the second one.
  const files = all.map((path) => {
    const {length: size} = path
    return {path: `${shared.name}/${path}`, size, done: size, priority: 'normal' as const}
  })
  const size = files.reduce((sum, file) => sum + file.size, 0)
  const sizes = {size, sizeTotal: size, done: size, fileCount: files.length}
  harness.put(B, 900, {name: shared.name, rootName: shared.name, savePath: '/downloads', files, ...sizes})
  await harness.pass(5 * MINUTE)
  for (const made of [film, shared]) {
    const {size} = harness.torrent(A, made.hash)
    const completedAt = harness.world(A).now()
    harness.update(A, made.hash, {done: size, state: 'seeding', downSpeed: 0, completedAt})
  }
}

/** Written so many seconds ago, by the clock of the house. */
function put({name, files}: MadeTorrent, path: string, age: number): void {
  const file = join(disk, name, path)
  const at = harness.world(A).now() - age
  mkdirSync(dirname(file), {recursive: true})
  writeFileSync(file, path.padEnd(files.find((it) => it.path === `${name}/${path}`)?.bytes.length ?? 0))
  utimesSync(file, at, at)
}

function filesOf({name}: MadeTorrent): readonly string[] {
  const all = readdirSync(join(disk, name), {recursive: true, withFileTypes: true})
  return all
    .filter((it) => !it.isDirectory())
    .map((it) => join(it.parentPath, it.name).slice(join(disk, name).length + 1))
    .sort()
}

interface Item {
  readonly id: string
  readonly verb: string
  readonly state: string
  readonly files: number
  readonly info_hash: string
}
const trash = async () => (await harness.acting.api.get<{items: readonly Item[]}>('/api/trash')).items

/** How often that was done, and not taken back. */
const cleared = async () => (await harness.lines('verb=extraFiles.recycle&outcome=done')).length

const all = ['Extra/b.url', 'film.mkv', 'info.nfo', 'just-written.txt', 'readme.txt']

test.runIf(isFull)(
  'B.7 AutoDelete: what is unwanted goes to the trash after the import, from a folder that is its own; taken back it stays',
  {timeout: 300_000},
  async () => {
    await begin()
    const elsewhere = join(disk, 'elsewhere.txt')
    writeFileSync(elsewhere, 'x')
    symlinkSync(elsewhere, join(disk, film.name, 'link.txt'))
    await harness.pass(10 * MINUTE)
    // Not imported for a quarter of an hour yet.
    expect(filesOf(film)).toEqual([...all, 'link.txt'].toSorted())
    await harness.acting.until(2 * HOUR, cleared, (times) => times > 0)
    expect(filesOf(film)).toEqual(['film.mkv', 'just-written.txt', 'link.txt'])
    expect(filesOf(shared)).toEqual(all)
    const [item, ...more] = await trash()
    expect([item, more]).toMatchObject([
      {verb: 'extraFiles.recycle', files: 3, state: 'kept', info_hash: film.hash},
      [],
    ])
    expect(await cleared()).toBe(1)
    expect(harness.torrent(A, film.hash)).toMatchObject({state: 'seeding', running: true})
    const {status} = await harness.acting.api.send('POST', `/api/trash/${item!.id}/restore`)
    expect(status).toBeLessThan(300)
    expect(filesOf(film)).toEqual([...all, 'link.txt'].toSorted())
    // Until that one has been left alone for long enough.
    await harness.acting.until(6 * HOUR, cleared, (times) => times > 0)
    await harness.pass(2 * HOUR)
    expect(filesOf(film)).toEqual([...all.filter((it) => it !== 'just-written.txt'), 'link.txt'].toSorted())
    expect(filesOf(shared)).toEqual(all)
    await harness.expectNothingDestructive()
  },
)

test.runIf(isFull).each([
  ['of expressions', String.raw`["\\.mk[v]$", "\\.(nfo|url)"]`, all.filter((it) => !it.endsWith('.txt'))],
  ['with an entry that nobody understands', '[".mkv", "*.nfo"]', all],
] as const)(
  'B.7 AutoDelete with a list %s takes only what that leaves out for certain',
  {timeout: 300_000},
  async (_, allowed, kept) => {
    await begin(allowed)
    await harness.pass(3 * HOUR)
    expect(filesOf(film)).toEqual(kept)
    expect(filesOf(shared)).toEqual(all)
  },
)

test(
  'B.7 S08 while a wanted file is not where its server says, nothing is touched',
  {timeout: 300_000},
  async () => {
    await begin()
    rmSync(join(disk, film.name, 'film.mkv'))
    await harness.pass(3 * HOUR)
    expect(filesOf(film)).toEqual(all.filter((it) => it !== 'film.mkv'))
    expect(await trash()).toEqual([])
    const {rules} = await harness.why(A, film.hash)
    const ofFolder = rules.find(({rule_id: id}) => id.endsWith('.extra-files'))
    expect(ofFolder?.sentence).toContain('number of unwanted files in its folder is unknown')
    expect(harness.world(A).now()).toBeLessThan(harness.torrent(A, film.hash).completedAt! + DAY)
  },
)
