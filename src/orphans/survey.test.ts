import {mkdir, mkdtemp, realpath, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, onTestFinished, test} from 'vitest'
import type {RememberedMount} from '#disk/mounts.ts'
import type {CheckedMapping, ServerDisk} from '#disk/path-mapping.ts'
import {MountedDisks} from '#disk/mounted-disks.ts'
import {Patience} from '#disk/patience.ts'
import {systemClock, type CorrectionListener} from '#lib/clock.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import type {UserId} from '#model/access.ts'
import type {ServerView} from '#model/services.ts'
import {asServerId, type ServerId} from '#model/torrent-key.ts'
import {DAY, MINUTE} from '#model/units.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {SteadyTime} from './fleet-claims.ts'
import type {Libraries, SharedPlace} from './arr-libraries.ts'
import {OrphanSurvey} from './survey.ts'

const NOW = 1e12
const [A, B] = [asServerId('A'), asServerId('B')]

interface Row {
  readonly name: string
  readonly contentPath?: string
  readonly savePath?: string
  readonly hasMetadata?: boolean
  readonly complete?: boolean
  readonly incompletePath?: string
  readonly completedPath?: string
  readonly state?: string
}

const film = (name: string, more: Partial<Row> = {}): Row => ({
  name,
  contentPath: `/data/films/${name}`,
  savePath: '/data/films',
  hasMetadata: true,
  complete: true,
  ...more,
})

/** Two servers of one machine with a film each, on a disk that has both. */
async function harness() {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'commodarr-survey-')))
  onTestFinished(() => rm(root, {recursive: true}))
  for (const name of ['One', 'Two']) await mkdir(join(root, 'films', name), {recursive: true})
  const world = {
    root,
    rows: new Map<ServerId, Row[]>([
      [A, [film('One')]],
      [B, [film('Two')]],
    ]),
    views: new Map<ServerId, Partial<ServerView>>(),
    status: {since: NOW - 11 * MINUTE * 1_000, status: 'online'} as object,
    mappings: new Map<ServerId, readonly CheckedMapping[]>(
      [A, B].map((id) => [id, [{server: '/data', ours: root}]]),
    ),
    owners: new Map<ServerId, string>(),
    /** As the server writes them; `null` = it does not tell. */
    ownFolders: new Map<ServerId, readonly string[] | null>(),
    mounts: new Map<string, RememberedMount>(),
    libraries: {paths: [], unknown: []} as Libraries,
    places: [] as readonly SharedPlace[],
  }
  const all = () => [...world.rows].flatMap(([id, rows]) => rows.map((row) => ({id, row})))
  const look = () =>
    new OrphanSurvey(
      {
        fleet: {
          rowsOf: (id) => all().flatMap((it, at) => (it.id === id ? [at] : [])),
          serverAt: (at) => all()[at]!.id,
          keyAt: (at) => ({serverId: all()[at]!.id, hash: String(at).padStart(40, '0') as never}),
          valueAt: (at, field) => all()[at]!.row[field as keyof Row] as never,
        },
        turns: new TimeSlice(),
        servers: () =>
          [A, B].map((id) => ({
            id,
            enabled: true,
            isNeverListed: false,
            stale: 0,
            wholeLists: 2,
            health: world.status,
            ...world.views.get(id),
          })) as unknown as readonly ServerView[],
        disk: (id): ServerDisk => ({
          machine: 'm',
          storage: null,
          mappings: world.mappings.get(id) ?? [],
          owner: world.owners.get(id) ?? null,
        }),
        ownFolders: {of: async ({id}) => (world.ownFolders.has(id) ? world.ownFolders.get(id)! : [])},
        kept: () => [],
        time: {now: () => NOW, since: (at) => NOW - at},
      },
      {
        of: async (places: readonly SharedPlace[]) => {
          world.places = places
          return world.libraries
        },
      },
      new MountedDisks(new Patience(systemClock), world.mounts),
    ).take()
  return {
    world,
    look,
    /** Of the folder of films: why nothing in it is an orphan. */
    held: async () => {
      const {folders} = await look()
      const held = folders.find(({path}) => path === join(root, 'films'))?.held
      return held && [held.why, ...held.missing.map(({serverId, why}) => `${serverId} ${why}`)]
    },
  }
}

type Harness = Awaited<ReturnType<typeof harness>>

test('where all is known, and lies where it is said to lie, a folder may be looked into', async () => {
  const {look, held, world} = await harness()
  expect(await held()).toBeNull()
  const [folder] = (await look()).folders
  expect(folder!.serverIds).toEqual([A, B])
  expect(folder!.content.folders.map((path) => path.slice(world.root.length))).toEqual([
    '/films/One',
    '/films/Two',
  ])
})

test('for a member’s server on that machine nothing waits; what is called as a torrent of it stays', async () => {
  const {look, held, world} = await harness()
  world.mappings.delete(B)
  world.owners.set(B, 'bo')
  world.views.set(B, {health: {status: 'unreachable'} as never})
  expect(await held()).toBeNull()
  const {claims, folders} = await look()
  expect(folders[0]!.serverIds).toEqual([A])
  expect(claims.isNamed('Two')).toBe(true)
  // One that an administrator mapped is waited for like each of the house.
  world.mappings.set(B, world.mappings.get(A)!)
  expect(await held()).toEqual(['servers_missing', 'B offline'])
})

test('S38 an unknown library of an Arr of a member holds what they alone map', async () => {
  const {look, held, world} = await harness()
  const bo = 'bo' as UserId
  world.libraries = {paths: [], unknown: [{whose: bo, why: 'Radarr is away.'}]}
  for (const id of [A, B]) world.owners.set(id, bo)
  expect(await held()).toEqual(['library_unknown'])
  const films = join(world.root, 'films')
  expect(world.places).toEqual([world.root, films].map((path) => ({path, member: bo})))
  // The house has torrents there, or another member.
  for (const other of [null, 'cy']) {
    if (other === null) world.owners.delete(A)
    else world.owners.set(A, other)
    expect(await held()).toBeNull()
    expect(world.places).toEqual([world.root, films].map((path) => ({path, member: null})))
  }
  // One that is mapped nowhere says nothing of it.
  world.mappings.delete(A)
  await look()
  expect(world.places).toContainEqual({path: films, member: bo})
})

test.each<[what: string, change: (harness: Harness) => unknown, held: readonly string[]]>([
  ['is away', ({world}) => world.views.set(B, {health: {status: 'unreachable'} as never}), ['B offline']],
  [
    'has a mapping that is contradicted',
    ({world}) => world.mappings.set(B, [{server: '/data', ours: world.root, contradicted: 'Other sizes.'}]),
    ['B mapping_contradicted'],
  ],
  ['lists again', ({world}) => world.views.set(B, {health: {status: 'warming'} as never}), ['B warming']],
  ['lacks some', ({world}) => world.views.set(B, {stale: 1}), ['B short_list']],
  ['sent one list alone', ({world}) => world.views.set(B, {wholeLists: 1}), ['B too_new']],
  [
    'just came back',
    ({world}) => world.views.set(B, {health: {status: 'online', since: NOW - 1} as never}),
    ['B too_new'],
  ],
  [
    'never sent anything, and is switched off',
    ({world}) => {
      world.rows.delete(B)
      world.views.set(B, {enabled: false, isNeverListed: true})
    },
    ['B never_listed'],
  ],
  ['is mapped nowhere', ({world}) => world.mappings.delete(B), ['B not_mapped']],
  [
    'does not say where a torrent is',
    ({world}) => world.rows.set(B, [film('Two', {contentPath: ''})]),
    ['B no_path'],
  ],
  [
    'moves a torrent without a folder of its own',
    ({world}) =>
      world.rows.set(B, [film('Two', {contentPath: '/data/x', savePath: '/data/x', state: 'moving'})]),
    ['B moving'],
  ],
  [
    'was moving a torrent when it was switched off',
    ({world}) => {
      world.rows.set(B, [film('Two', {contentPath: '/data/x', savePath: '/data/x', state: 'moving'})])
      world.views.set(B, {enabled: false})
    },
    ['B moving'],
  ],
  [
    'is mapped through a link',
    async ({world}) => {
      await symlink(world.root, `${world.root}-link`)
      onTestFinished(() => rm(`${world.root}-link`))
      world.mappings.set(B, [{server: '/data', ours: `${world.root}-link`}])
    },
    // One folder by two names: the other one's is no better.
    ['A linked_folder', 'B linked_folder'],
  ],
  [
    'is mapped to nothing',
    ({world}) => world.mappings.set(B, [{server: '/data', ours: `${world.root}/none`}]),
    ['B folder_missing'],
  ],
  [
    'has its torrent elsewhere',
    ({world}) => world.rows.set(B, [film('Two'), film('Three')]),
    ['B contents_missing'],
  ],
])('S09 a server that %s holds the folder', async (_what, change, held) => {
  const all = await harness()
  await change(all)
  expect(await all.held()).toEqual(['servers_missing', ...held])
})

test.each<[what: string, change: (harness: Harness) => unknown, why: string]>([
  [
    'on another disk than it was',
    ({world}) => {
      const other = {device: '0', inode: '0', fileSystem: '0', totalBytes: 1, hadFiles: true}
      world.mounts.set(world.root, other)
    },
    'disk_missing',
  ],
  [
    'of which nothing whole was found',
    ({world}) => {
      world.rows.set(A, [film('One', {complete: false})])
      world.rows.set(B, [film('Two', {complete: false})])
    },
    'not_proven',
  ],
  [
    'beside an unknown library',
    ({world}) => void (world.libraries = {paths: [], unknown: [{whose: null, why: 'Radarr is away.'}]}),
    'library_unknown',
  ],
  ['that a user keeps', ({world}) => writeFile(join(world.root, 'films', '.commodarr-keep'), ''), 'kept'],
])('S09 a folder %s is held', async (_what, change, why) => {
  const all = await harness()
  await change(all)
  expect(await all.held()).toEqual([why])
})

test('where incomplete data lies is claimed as a whole, and magnets without metadata have none yet', async () => {
  const {world, look, held} = await harness()
  world.rows.set(A, [
    film('One', {incompletePath: '/data/films/unfinished'}),
    film('Magnet', {contentPath: '', hasMetadata: false}),
  ])
  expect(await held()).toBeNull()
  const {claims} = await look()
  expect(claims.of(join(world.root, 'films/unfinished/anything'))).toBe('claimed')
})

test('where its server brings a torrent once it is complete nothing is an orphan by its name', async () => {
  const {world, look} = await harness()
  const later = (more: Partial<Row>) => film('Three', {complete: false, completedPath: '/data/done', ...more})
  const claimed = async (more: Partial<Row>, path: string) => {
    world.rows.set(A, [film('One'), later(more)])
    return (await look()).claims.of(join(world.root, path)) === 'claimed'
  }
  expect(await claimed({name: 'shown'}, 'done/Three')).toBe(true)
  expect(await claimed({name: 'shown', contentPath: '/data/films'}, 'done/any')).toBe(true)
  const whole = {name: 'shown', complete: true, contentPath: '/data/films/Four'}
  expect([await claimed(whole, 'done/Four'), await claimed({}, 'done/other')]).toEqual([false, false])
})

test('a folder that is one torrent as a whole is not looked into', async () => {
  const {world, look} = await harness()
  const whole = film('Loose', {contentPath: '/data/films', savePath: '/data/films'})
  world.rows.set(A, [film('One'), whole])
  expect((await look()).folders).toEqual([])
})

test('a clock that a person says is right makes neither servers old nor young, however long the machine was off', async () => {
  const clock = new VirtualClock()
  let reported: CorrectionListener = () => {}
  let shift = 0
  const time = new SteadyTime({
    now: () => clock.now() + shift,
    monotonic: () => clock.monotonic(),
    after: (ms, task) => clock.after(ms, task),
    onCorrected: (listener) => {
      reported = listener
      return () => {}
    },
  })
  const before = clock.now()
  await clock.advance(MINUTE * 1_000)
  expect(time.since(before)).toBe(MINUTE * 1_000)
  // Somebody set it: nothing passed.
  shift = 40 * DAY * 1_000
  reported(shift, false)
  expect([time.now(), time.since(before)]).toEqual([clock.now(), MINUTE * 1_000])
  expect(time.since(clock.now() + shift)).toBe(0)
  // Nobody knew how long the machine was off: now that is known.
  reported(shift, true)
  expect([time.now(), time.since(before)]).toEqual([clock.now() + shift, 0])
  const after = clock.now() + shift
  await clock.advance(10 * MINUTE * 1_000)
  expect([time.since(after), time.since(before)]).toEqual([10 * MINUTE * 1_000, 10 * MINUTE * 1_000])
})

test('folders that a server writes to or watches itself are its own, unless torrents are saved there', async () => {
  const {look, held, world} = await harness()
  world.ownFolders.set(A, ['/data/films/exported', '/data/films', '/data', 'relative', '/elsewhere'])
  const {claims} = await look()
  const at = (path: string) => claims.of(join(world.root, path))
  expect(at('films/exported/One.torrent')).toBe('claimed')
  expect(at('films')).toBe('around')
  expect(at('films/Lost')).toBeNull()
  world.ownFolders.set(A, null)
  expect(await held()).toEqual(['servers_missing', 'A settings_unread'])
  // One that is switched off has its rows alone.
  world.views.set(A, {enabled: false})
  expect(await held()).toBeNull()
})
