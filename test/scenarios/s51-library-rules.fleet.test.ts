/**
 * Torrents that are saved in the folders of a library, and that no Arr has in its queue, its history or its category: the
 * files of the library are theirs. Rules, also those that a person said yes to, remove none of them with its data and move
 * none of them away, whatever the server and wherever the Arr sees its library; all others go as before.
 */
import {mkdirSync, rmSync, symlinkSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {isFull} from '#test/proof.ts'
import type {InstanceConfig} from '#lab/arrs/config.ts'
import {SharedDisk} from '#lab/simulators/sim-disk.ts'
import type {NewTorrent} from '#lab/simulators/sim-torrent.ts'
import {newFolder} from '../program/program.fixture.ts'
import {
  A,
  elsewhere,
  HOUR,
  MINUTE,
  nameOf,
  ScenarioHarness,
  type ScenarioServer,
} from './scenario-harness.fixture.ts'

let harness: ScenarioHarness
let folder: string
beforeEach(() => {
  folder = newFolder()
})
afterEach(async () => {
  await harness.stop()
  rmSync(folder, {recursive: true, force: true})
})

const section = (app: 'radarr' | 'sonarr', category: string) => `
[${app === 'radarr' ? 'Radarr' : 'Sonarr'}-${category}]
Managed = true
Category = "${category}"
URI = "http://${app}"
APIKey = "KEY-${app}"
ReSearch = false
RssSyncTimer = 0
[${app === 'radarr' ? 'Radarr' : 'Sonarr'}-${category}.Torrent]
StalledDelay = -1
`

const radarr = (more: Partial<InstanceConfig> = {}): InstanceConfig => ({
  name: 'radarr',
  app: 'radarr',
  downloadClients: [{name: A, category: 'films'}],
  library: [
    {title: 'First Film', year: 2020, hasFile: true},
    {title: 'Second Film', year: 2020, hasFile: true},
    {title: 'Third Film', year: 2020},
  ],
  ...more,
})

const paid = {name: 'Paid', reason: 'seedingDone', when: {fact: 'ratio', op: 'gte', value: 3}}
const removes = {...paid, do: [{action: 'removeWithData'}]}

async function start({
  arrs = [radarr()],
  config = section('radarr', 'films'),
  isMapped = false,
  server = {name: A},
  settled = HOUR,
}: {
  readonly arrs?: readonly InstanceConfig[]
  readonly config?: string
  readonly isMapped?: boolean
  readonly server?: ScenarioServer
  readonly settled?: number
} = {}): Promise<void> {
  const mappings = `
["${A}".PathMappings]
"/srv" = ${JSON.stringify(folder)}
"/media" = ${JSON.stringify(join(folder, 'media'))}
`
  harness = await ScenarioHarness.start({
    servers: [{...server, torrents: 40, each: elsewhere}],
    config: (isMapped ? mappings : '') + config,
    arrs,
    settled,
  })
}

/** A torrent of a film that paid, saved in a folder that its server calls so. */
function filmIn(
  savePath: string,
  index: number,
  name: string,
  more: Partial<NewTorrent> = {},
  server = A,
): string {
  return harness.put(server, index, {
    name,
    rootName: name,
    savePath,
    fileCount: 1,
    files: [{path: `${name}/${name}.mkv`, size: 1_000, done: 1_000, priority: 'normal'}],
    size: 1_000,
    sizeTotal: 1_000,
    done: 1_000,
    downloaded: 1_000,
    uploaded: 5_000,
    ...more,
  }).hash
}

const gone = (hash: string, server = A) =>
  harness.acting.until(
    3 * HOUR,
    () => !harness.holds(server, hash),
    (it) => it,
  )

const whys = async (hash: string, server = A) =>
  (await harness.why(server, hash)).rules.map(({sentence}) => sentence).join('\n')

/** Of the first item that it has, as it writes it. */
function libraryFile(arr: string): string {
  const {library} = harness.acting.arr(arr).arr
  return library.filesOf(library.parent(1)!)[0]!.path
}

const stays = async (hash: string, server = A) => {
  await harness.pass(3 * HOUR)
  expect(harness.holds(server, hash), await whys(hash, server)).toBe(true)
}

test('S51 a torrent that is the library stays whatever a rule wants, and others go', async () => {
  await start()
  const first = filmIn('/media', 100, 'First Film (2020)')
  // The library has no file of it.
  const third = filmIn('/media', 102, 'Third Film (2020)')
  const other = filmIn('/srv/other', 103, 'Other Film (2020)')
  await harness.pass(HOUR)
  await harness.rule(removes)
  expect(await gone(other)).toBe(true)
  expect(await gone(third)).toBe(true)
  await harness.pass(6 * HOUR)
  expect(harness.holds(A, first)).toBe(true)
  expect(await whys(first)).toContain('/media/First Film (2020)')
  await harness.expectWell()
})

test('S51 an Arr that another section puts out of work keeps its library, and others go', async () => {
  await start()
  const first = filmIn('/media', 100, 'First Film (2020)')
  const other = filmIn('/srv/other', 103, 'Other Film (2020)')
  await harness.pass(HOUR)
  const twice = section('radarr', 'films')
    .replace('[Radarr-films]', '[Radarr-again]')
    .replace('[Radarr-films.', '[Radarr-again.')
  await harness.acting.reconfigure(section('radarr', 'films') + twice)
  await harness.pass(5 * MINUTE)
  const {arrs} = await harness.acting.api.get<{arrs: readonly {obstacle: object | null}[]}>('/api/arrs')
  expect(arrs.map(({obstacle}) => obstacle === null)).toEqual([false, false])
  await harness.rule(removes)
  expect(await gone(other)).toBe(true)
  await stays(first)
  expect(await whys(first)).toContain('library')
})

for (const kind of ['transmission', 'rtorrent', 'deluge'] as const) {
  test.runIf(isFull || kind === 'rtorrent')(`S51 the same on ${kind}`, async () => {
    const name = nameOf(kind)
    await start({
      arrs: [radarr({downloadClients: [{name, category: 'films'}]})],
      server: {name, kind, allowExecute: true},
    })
    const first = filmIn('/media', 100, 'First Film (2020)', {}, name)
    const other = filmIn('/srv/downloads', 101, 'Other Film (2020)', {}, name)
    await harness.pass(HOUR)
    await harness.rule(removes)
    expect(await gone(other, name)).toBe(true)
    await stays(first, name)
    expect(await whys(first, name)).toContain('/media/First Film (2020)')
  })
}

test('S51 single files count by their own names, in the folder of a film and beside all films', async () => {
  await start()
  const single = (savePath: string, index: number, name: string) =>
    filmIn(savePath, index, name, {
      rootName: '',
      files: [{path: name, size: 1_000 + index, done: 1_000 + index, priority: 'normal'}],
    })
  const path = libraryFile('radarr')
  const [own, folderOfIt] = [path.split('/').at(-1)!, path.slice(0, path.lastIndexOf('/'))]
  const same = single(folderOfIt, 100, own)
  // As a hard link beside the file of the library is: another name.
  const beside = single(folderOfIt, 101, 'another.name.mkv')
  const top = single('/media', 102, 'Loose Film (2020).mkv')
  await harness.pass(HOUR)
  await harness.rule(removes)
  expect(await gone(beside)).toBe(true)
  expect(await gone(top)).toBe(true)
  await stays(same)
  expect(await whys(same)).toContain(path)
})

test.runIf(isFull)(
  'S51 a season in the folder of a series, by the path mapping of its Arr, and two Arrs of which one is silent',
  async () => {
    await start({
      arrs: [
        radarr(),
        {
          name: 'sonarr',
          app: 'sonarr',
          downloadClients: [{name: A, category: 'series'}],
          rootFolders: ['/mnt/series'],
          remotePathMappings: [{host: 'nas.example', remotePath: '/srv/series/', localPath: '/mnt/series/'}],
          library: [
            {title: 'Some Series', units: [1, 2, 3].map((number) => ({season: 1, number, have: number < 3}))},
            {title: 'Empty Series', units: [{season: 1, number: 1}]},
          ],
        },
      ],
      config: section('radarr', 'films') + section('sonarr', 'series'),
    })
    const path = libraryFile('sonarr')
    const season = path.split('/').at(-2)!
    const some = filmIn('/srv/series/Some Series', 100, season, {
      fileCount: 2,
      files: ['e01.mkv', 'e02.mkv'].map((name) => ({
        path: `${season}/${name}`,
        size: 500,
        done: 500,
        priority: 'normal' as const,
      })),
    })
    const empty = filmIn('/srv/series', 101, 'Empty Series')
    const first = filmIn('/media', 102, 'Third Film (2020)')
    await harness.pass(HOUR)
    harness.acting.arr('radarr').arr.faults.add({kind: '502'})
    await harness.pass(300)
    await harness.rule(removes)
    expect(await gone(empty)).toBe(true)
    await stays(some)
    expect(await whys(some)).toContain('/mnt/series/Some Series')
    expect(harness.holds(A, first)).toBe(true)
    expect(await whys(first)).toContain('/media, a folder of the library of an Arr that does not answer')
    harness.acting.arr('radarr').arr.faults.clear()
    expect(await gone(first)).toBe(true)
  },
)

test('S51 an Arr that never answered keeps all data there is, and one that did keeps its folders alone over a restart', async () => {
  await start({arrs: [radarr({faults: [{kind: '502'}]})], settled: 60})
  const first = filmIn('/media', 100, 'First Film (2020)')
  const other = filmIn('/srv/other', 101, 'Other Film (2020)')
  const later = filmIn('/srv/other', 102, 'Later Film (2020)', {uploaded: 0})
  await harness.pass(2 * HOUR)
  await harness.rule(removes)
  await stays(other)
  expect(await whys(other)).toContain('has not answered yet where its library is')
  const {faults} = harness.acting.arr('radarr').arr
  faults.clear()
  expect(await gone(other)).toBe(true)
  faults.add({kind: '502'})
  await harness.acting.crash()
  await harness.acting.rise()
  harness.update(A, later, {uploaded: 5_000})
  expect(await gone(later)).toBe(true)
  await stays(first)
  faults.clear()
  await stays(first)
  expect(await whys(first)).toContain('/media/First Film (2020)')
})

test.runIf(isFull)(
  'S51 where a library lies in the folder of downloads only what is its own stays',
  async () => {
    await start({arrs: [radarr({rootFolders: ['/srv/downloads']})]})
    const first = filmIn('/srv/downloads', 100, 'First Film (2020)')
    // More in a day are more of its server than a rule may take.
    const others = Array.from({length: 3}, (_, at) =>
      filmIn('/srv/downloads', 200 + at, `Download ${at}`, {size: 2_000 + at}),
    )
    await harness.pass(HOUR)
    await harness.rule(removes)
    for (const other of others) expect(await gone(other)).toBe(true)
    await stays(first)
  },
)

test.runIf(isFull)('S51 what lies in a library by a link of its server is seen on the disk', async () => {
  await start({isMapped: true})
  const disk = new SharedDisk(folder)
  harness.world(A).disk = disk.seenAt('/srv')
  mkdirSync(join(folder, 'media'), {recursive: true})
  symlinkSync(join(folder, 'media'), join(folder, 'films'))
  const first = filmIn('/srv/films', 100, 'First Film (2020)')
  const other = filmIn('/srv/other', 101, 'Other Film (2020)')
  for (const hash of [first, other]) {
    const torrent = harness.torrent(A, hash)
    for (const path of harness.world(A).pathsOf(torrent)) disk.seenAt('/srv').write(path, 1_000)
  }
  await harness.pass(HOUR)
  await harness.rule(removes)
  expect(await gone(other)).toBe(true)
  await stays(first)
  expect(await whys(first)).toContain('/media/First Film (2020)')
})

test('S51 neither a yes of a person nor a move, a category that moves, or the trash takes a library away', async () => {
  await start()
  harness.world(A).categories.set('done', '/srv/downloads/done')
  const first = filmIn('/media', 100, 'First Film (2020)', {category: 'ask'})
  const second = filmIn('/media', 101, 'Second Film (2020)', {category: 'move'})
  const other = filmIn('/srv/downloads/other', 102, 'Other Film (2020)', {category: 'move'})
  await harness.pass(HOUR)
  await harness.rule({...removes, mode: 'ask', scope: {categories: ['ask']}})
  await harness.rule({
    ...paid,
    name: 'Home',
    scope: {categories: ['move']},
    do: [{action: 'category', name: 'done', moveData: true}],
  })
  await harness.pass(HOUR)
  const {approvals} = await harness.acting.api.get<{approvals: readonly {id: string; info_hash: string}[]}>(
    '/api/approvals',
  )
  const asked = approvals.find((it) => it.info_hash === first)
  expect(asked, JSON.stringify(approvals)).toBeDefined()
  await harness.acting.approve(asked!.id)
  await stays(first)
  expect(harness.torrent(A, other).savePath, await whys(other)).toBe('/srv/downloads/done')
  expect(harness.torrent(A, second).savePath).toBe('/media')
})

test.runIf(isFull)('S51 many torrents in a library cost its Arr no more than one', async () => {
  await start({
    arrs: [
      radarr({
        library: Array.from({length: 60}, (_, at) => ({title: `Film ${at}`, year: 2020, hasFile: true})),
      }),
    ],
  })
  const films = Array.from({length: 60}, (_, at) =>
    filmIn('/media', 1_000 + at, `Film ${at} (2020)`, {size: 3_000 + at, uploaded: 0}),
  )
  await harness.pass(HOUR)
  const rule = await harness.rule(removes)
  // More at once suspend a rule.
  for (let at = 0; at < films.length; at += 15) {
    for (const hash of films.slice(at, at + 15)) harness.update(A, hash, {uploaded: 5_000})
    await harness.pass(HOUR / 4)
  }
  const before = harness.acting.asked.length
  await harness.pass(HOUR)
  const asked = harness.acting.asked.slice(before).filter((it) => it.startsWith('radarr: GET '))
  expect(films.filter((hash) => !harness.holds(A, hash))).toEqual([])
  expect(await harness.suspended(rule)).toBeNull()
  for (const at of [0, 30, 59]) expect(await whys(films[at]!)).toContain(`/media/Film ${at} (2020)/`)
  expect(asked.length, asked.join('\n')).toBeLessThanOrEqual(30)
})

test('S51 what a person removes with its data says in the trash whether it was a library', async () => {
  await start({isMapped: true})
  const disk = new SharedDisk(join(folder, 'media')).seenAt('/media')
  const hashes = [
    filmIn('/media', 100, 'First Film (2020)'),
    // The library has no file of it.
    filmIn('/media', 102, 'Third Film (2020)'),
  ]
  for (const hash of hashes) {
    const torrent = harness.torrent(A, hash)
    for (const path of harness.world(A).pathsOf(torrent)) disk.write(path, 1_000)
  }
  await harness.pass(HOUR)
  for (const hash of hashes)
    await harness.acting.api.send('DELETE', `/api/torrents/${hash}?server_id=${A}&delete_data=true`)
  await harness.pass(10 * MINUTE)
  interface Item {
    readonly info_hash: string
    readonly in_library: boolean | null
  }
  const {items} = await harness.acting.api.get<{items: readonly Item[]}>('/api/trash')
  const said = hashes.map((hash) => items.find((it) => it.info_hash === hash)?.in_library)
  expect(said, JSON.stringify(items)).toEqual([true, false])
})
