import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, expect, test} from 'vitest'
import {bounds, RtorrentSubject} from '#lab/simulators/rtorrent-subject.ts'
import type {SimTorrent} from '#lab/simulators/sim-torrent.ts'
import {filePriorities} from '#model/command.ts'
import {BadArgument, NotSupported} from '#model/errors.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import {GLOBAL_ON_BUT_OPEN} from './throttles.ts'

const open: RtorrentSubject[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

const [A, B, NOBODY] = ['a', 'b', 'f'].map((digit) => digit.repeat(40) as InfoHash) as [
  InfoHash,
  InfoHash,
  InfoHash,
]

async function connected(
  options: Parameters<typeof RtorrentSubject.start>[0] = {},
): Promise<RtorrentSubject> {
  const subject = await RtorrentSubject.start(options)
  open.push(subject)
  for (const hash of [A, B]) {
    const trackers = [subject.world.commands.tracker('http://one.example.org/announce', 0)]
    subject.world.put({
      hash,
      name: hash.slice(0, 4),
      size: 100,
      fileCount: 3,
      running: true,
      state: 'downloading',
      trackers,
    })
  }
  return subject.connect()
}

const of = (subject: RtorrentSubject, hash: InfoHash): SimTorrent => subject.world.get(hash)!

const label = (subject: RtorrentSubject, hash: InfoHash) =>
  subject.client.session.wire.ask('d.custom1', [hash], bounds)

for (const version of ['0.9.8', '0.16.17']) {
  test(`one torrent that is not there does not stop the others (${version})`, async () => {
    const subject = await connected({version})
    const outcomes = await subject.client.control.stop([A, NOBODY, B], {}, bounds)
    expect(outcomes.get(A)).toEqual({outcome: 'done'})
    expect(outcomes.get(NOBODY)).toMatchObject({outcome: 'failed', code: 'torrent_not_found'})
    expect(outcomes.get(B)).toEqual({outcome: 'done'})
    expect([of(subject, A).running, of(subject, B).running]).toEqual([false, false])
  })

  test(`category and tags share the label and leave each other alone (${version})`, async () => {
    const subject = await connected({version})
    const {control} = subject.client
    await control.setCategory([A], {category: 'films & more, all (4K)'}, bounds)
    await control.addTags([A], {tags: ['uhd', 'a,b', 'uhd']}, bounds)
    expect(of(subject, A)).toMatchObject({category: 'films & more, all (4K)', tags: ['uhd', 'a,b']})
    await control.setCategory([A], {category: ''}, bounds)
    expect(of(subject, A)).toMatchObject({category: '', tags: ['uhd', 'a,b']})
    expect(await label(subject, A)).toBe('no-category,uhd,a%2Cb')
    await control.removeTags([A], {tags: ['uhd', 'never there']}, bounds)
    await control.setCategory([A], {category: 'series'}, bounds)
    expect(of(subject, A)).toMatchObject({category: 'series', tags: ['a,b']})
    expect(of(subject, B)).toMatchObject({category: '', tags: []})
  })

  test(`limits of a torrent: its group is made, the server’s limit switched on, running goes on (${version})`, async () => {
    const subject = await connected({version})
    const {control, server, details} = subject.client
    await control.setSpeedLimits([A], {down: 256_000, up: 100}, bounds)
    expect(of(subject, A)).toMatchObject({downLimit: 256_000, upLimit: 1_024, running: true})
    expect(await details.limits(bounds)).toEqual({down: null, up: null})
    await control.setSpeedLimits([A], {down: null}, bounds)
    expect(of(subject, A)).toMatchObject({downLimit: null, upLimit: 1_024})
    // Lifting the server's own limit must not lift the torrent's.
    await server.setGlobalLimits({up: null, down: 5_000}, bounds)
    expect(subject.world.limits).toMatchObject({up: GLOBAL_ON_BUT_OPEN, down: 5_000})
    await control.setSpeedLimits([A], {up: null}, bounds)
    expect(of(subject, A)).toMatchObject({downLimit: null, upLimit: null})
  })

  test(`trackers are added, switched off instead of edited and removed, and on again (${version})`, async () => {
    const subject = await connected({version})
    const {control, details} = subject.client
    const [one, two, three] = ['one', 'two', 'three'].map((name) => `http://${name}.example.org/announce`)
    await control.addTrackers([A], {tiers: [[two!], [one!]]}, bounds)
    await control.editTracker([A], {from: two!, to: three!}, bounds)
    const shown = async () =>
      (await details.trackers(A, bounds)).map(({url, status}) => `${new URL(url).hostname} ${status}`)
    expect(await shown()).toEqual([
      'one.example.org waiting',
      'two.example.org disabled',
      'three.example.org waiting',
    ])
    await control.removeTrackers([A], {urls: [one!]}, bounds)
    await control.addTrackers([A], {tiers: [[two!]]}, bounds)
    expect(await shown()).toEqual([
      'one.example.org disabled',
      'two.example.org waiting',
      'three.example.org waiting',
    ])
    expect((await control.editTracker([A], {from: 'http://no/', to: three!}, bounds)).get(A)).toMatchObject({
      outcome: 'failed',
    })
  })

  test(`files take each priority that the features name, and no other (${version})`, async () => {
    const {control, details, features} = (await connected({version})).client
    const {takes} = features.setFilePriority
    expect(takes).toEqual(['skip', 'normal', 'high'])
    for (const priority of filePriorities) {
      const set = control.setFilePriority([A], {files: [1], priority}, bounds)
      if (takes.includes(priority)) await set
      else await expect(set).rejects.toMatchObject({code: 'not_supported'})
      expect((await details.files(A, bounds))[1]!.priority === priority).toBe(takes.includes(priority))
    }
  })

  test(`files, priorities, super seeding, first and last pieces, peers (${version})`, async () => {
    const subject = await connected({version})
    const {control, details, server} = subject.client
    await control.setFilePriority([A], {files: [0, 2], priority: 'skip'}, bounds)
    await control.setFilePriority([A], {files: [1], priority: 'high'}, bounds)
    expect((await details.files(A, bounds)).map(({priority}) => priority)).toEqual(['skip', 'high', 'skip'])
    const bad = await control.setFilePriority([A], {files: [99], priority: 'high'}, bounds)
    expect(bad.get(A)).toMatchObject({outcome: 'failed', code: 'command_refused'})
    await control.setPriority([A], {priority: 'high'}, bounds)
    await control.setSuperSeeding([A], {on: true}, bounds)
    await control.setFirstLast([A], {on: true}, bounds)
    await control.addPeers([A], {peers: ['192.0.2.1:6881', '[2001:db8::1]:6881']}, bounds)
    expect(of(subject, A)).toMatchObject({
      priority: 'high',
      superSeeding: true,
      firstLast: true,
      running: true,
    })
    expect((await details.more(A, bounds)).firstLast).toBe(true)
    const [peer] = await details.peers(A, bounds)
    await server.banPeers({peers: [peer!.address]}, bounds)
    expect([...subject.world.bannedPeers]).toEqual([peer!.address])
    await control.setSuperSeeding([A], {on: false}, bounds)
    expect(of(subject, A).superSeeding).toBe(false)
  })

  test(`labels that are no longer wanted are taken from all who carry them (${version})`, async () => {
    const subject = await connected({version})
    const {control, server} = subject.client
    await control.setCategory([A, B], {category: 'old'}, bounds)
    await control.setTags([B], {tags: ['x', 'y']}, bounds)
    await server.deleteTags({tags: ['x']}, bounds)
    await server.removeCategories({names: ['old']}, bounds)
    expect(of(subject, A)).toMatchObject({category: '', tags: []})
    expect(of(subject, B)).toMatchObject({category: '', tags: ['y']})
    expect(await label(subject, A)).toBe('')
    expect(await label(subject, B)).toBe('no-category,y')
  })
}

test('no category can be called as the placeholder is, where it stands in the label', async () => {
  const subject = await connected()
  await expect(subject.client.control.setCategory([A], {category: 'no-category'}, bounds)).rejects.toThrow(
    BadArgument,
  )
  const magnet = `magnet:?xt=urn:btih:${NOBODY}`
  const add = {source: {magnet}, category: 'no-category', start: false}
  await expect(subject.client.server.addTorrent(add, bounds)).rejects.toThrow(BadArgument)
})

test('what is not there is refused with the reason that the feature gives', async () => {
  const {client} = await connected()
  const {control, server, details} = client
  const refused: [string, () => Promise<unknown>][] = [
    ['forceStart', () => control.forceStart()],
    ['rename', () => control.rename()],
    ['renameFile', () => control.renameFile()],
    ['renameFolder', () => control.renameFolder()],
    ['addWebSeeds', () => control.addWebSeeds()],
    ['removeWebSeeds', () => control.removeWebSeeds()],
    ['setShareLimits', () => control.setShareLimits()],
    ['moveInQueue', () => control.moveInQueue()],
    ['setAutoManaged', () => control.setAutoManaged()],
    ['setComment', () => control.setComment()],
    ['setSequential', () => control.setSequential([A], {on: true}, bounds)],
    ['createCategory', () => server.createCategory()],
    ['editCategory', () => server.editCategory()],
    ['createTags', () => server.createTags()],
    ['setAltSpeed', () => server.setAltSpeed()],
    ['webSeeds', () => details.webSeeds()],
    ['exportTorrent', () => details.exportTorrent(A, bounds)],
  ]
  for (const [verb, ask] of refused) {
    const {support, reason} = client.features[verb as keyof typeof client.features]
    expect([verb, support]).toEqual([verb, 'none'])
    await expect(ask(), verb).rejects.toMatchObject({code: 'not_supported', message: reason})
  }
})

test('every feature that is not native says why', async () => {
  const {client} = await connected()
  const silent = Object.entries(client.features).filter(
    ([, {support, reason}]) => (support === 'native') !== (reason === ''),
  )
  expect(silent).toEqual([])
})

test.each(['no-ip', '1.2.3.4', '1.2.3.4:x', 'host:80', '1.2.3.4:80\n'])('%j is no peer', async (peer) => {
  const {client} = await connected()
  expect(() => client.control.addPeers([A], {peers: [peer]}, bounds)).toThrow(BadArgument)
  await expect(client.server.banPeers({peers: [peer]}, bounds)).rejects.toBeInstanceOf(BadArgument)
})

test.each(['gopher://x/', 'http://a b/', 'not a url', 'http://x/\n'])('%j is no tracker', async (url) => {
  const {client} = await connected()
  await expect(client.control.addTrackers([A], {tiers: [[url]]}, bounds)).rejects.toBeInstanceOf(BadArgument)
})

test.each(['relative', '/a/../../etc', '/line\nbreak', ''])('%j is no place', async (path) => {
  const {client} = await connected()
  await expect(client.control.setLocation([A], {path, moveData: false}, bounds)).rejects.toBeInstanceOf(
    BadArgument,
  )
})

test('a place where the data lies already is set, without moving anything', async () => {
  const subject = await connected()
  const outcomes = await subject.client.control.setLocation([A], {path: '/srv/else', moveData: false}, bounds)
  expect(outcomes.get(A)).toEqual({outcome: 'done'})
  expect(of(subject, A)).toMatchObject({savePath: '/srv/else', running: true})
})

test('data cannot be moved where nothing lets us', async () => {
  const {client} = await connected()
  await expect(
    client.control.setLocation([A], {path: '/srv/else', moveData: true}, bounds),
  ).rejects.toBeInstanceOf(NotSupported)
})

test('settings: only those on the list, only values of their kind, all or none', async () => {
  const subject = await connected()
  const {server, details} = subject.client
  const name = 'throttle.max_uploads.global'
  await server.setPreferences({values: {[name]: 7}}, bounds)
  expect((await details.preferences(bounds))[name]).toBe(7)
  for (const values of [
    {[name]: 8, 'execute.throw': 'rm'},
    {[name]: 8, 'method.insert': 'x'},
    {[name]: 8, constructor: 1},
  ]) {
    await expect(server.setPreferences({values}, bounds)).rejects.toBeInstanceOf(NotSupported)
  }
  await expect(server.setPreferences({values: {[name]: 'many'}}, bounds)).rejects.toBeInstanceOf(BadArgument)
  expect((await details.preferences(bounds))[name]).toBe(7)
})

test('after a command the next step shows what became of it', async () => {
  const subject = await connected()
  await subject.step()
  await subject.client.control.setPriority([A], {priority: 'low'}, bounds)
  await subject.step()
  expect(subject.replica.rows.get(A)).toMatchObject({priority: 'low'})
})

test('pieces: one digit each, all of them where the torrent is whole', async () => {
  const subject = await connected()
  const {world} = subject
  world.put({
    hash: 'c'.repeat(40),
    name: 'c',
    size: 1_000,
    done: 550,
    pieceSize: 100,
    running: true,
    state: 'downloading',
    availability: 2.5,
  })
  const pieces = await subject.client.details.pieces('c'.repeat(40) as InfoHash, bounds)
  expect(pieces).toMatchObject({
    size: 100,
    count: 10,
    states: '2222200000',
    availability: Array.from({length: 10}, () => 2),
  })
})

test.each([
  ['on one file system its folder is moved', '/srv/else', ['mkdir', 'test', 'sh', 'stat', 'stat', 'mv']],
  [
    'between two it is copied, and its own files alone are deleted',
    '/mnt/else',
    ['mkdir', 'test', 'sh', 'stat', 'stat', 'cp', 'rm'],
  ],
])('by the daemon: %s', async (_, path, programs) => {
  const subject = await connected({definition: {allowExecute: true}})
  subject.world.update(of(subject, A), {savePath: '/srv/downloads'})
  await subject.step('full')
  const {wire} = subject.client.session
  const ran: string[][] = []
  const executeAll = wire.executeAll.bind(wire)
  wire.executeAll = async (calls, limits) => {
    for (const {method, params} of calls)
      if (method.startsWith('execute.')) ran.push(params.slice(1).map(String))
    return executeAll(calls, limits)
  }
  const outcomes = await subject.client.control.setLocation([A], {path, moveData: true}, bounds)
  expect(outcomes.get(A)).toEqual({outcome: 'done'})
  expect(ran.map(([program]) => program).filter((it) => it !== 'rmdir')).toEqual(programs)
  expect(ran.flat()).not.toContain('-rf')
})

test.each([
  ['what a failed check stopped', {state: 'missingFiles', running: true}, []],
  ['what a person stopped', {state: 'stopped', running: false}, []],
  ['what runs', {state: 'seeding', running: true}, ['limits', 'mode', 'place']],
  // A check goes on while limits are set.
  ['what is being checked and runs afterwards', {state: 'checking', running: true}, ['mode', 'place']],
  ['what is being checked and was stopped', {state: 'checking', running: false}, []],
] as const)('what sets limits, mode or place starts again what ran alone: %s', async (_, was, startedBy) => {
  const subject = await connected()
  const {control} = subject.client
  const tellings = {
    limits: () => control.setSpeedLimits([A], {up: 100_000}, bounds),
    mode: () => control.setSuperSeeding([A], {on: true}, bounds),
    place: () => control.setLocation([A], {path: '/srv/else', moveData: false}, bounds),
  }
  const started: string[] = []
  for (const [name, report] of Object.entries(tellings)) {
    subject.world.update(of(subject, A), {...was, savePath: '/srv/downloads'})
    await subject.step('full')
    subject.world.commands.received.length = 0
    expect(await report()).toEqual(new Map([[A, {outcome: 'done'}]]))
    if (subject.world.commands.received.some(({verb}) => verb === 'start')) started.push(name)
  }
  expect(started).toEqual(startedBy)
})

test('while its data is moved it counts as moving, and afterwards as what it is', async () => {
  const disk = mkdtempSync(join(tmpdir(), 'commodarr-moving-'))
  try {
    const subject = await connected({definition: {paths: [{server: '/srv', ours: disk}]}})
    subject.world.update(of(subject, A), {savePath: '/srv/downloads'})
    await subject.step('full')
    const {session} = subject.client
    const states: (string | undefined)[] = []
    const report = session.wire.execute.bind(session.wire)
    session.wire.execute = async (...call) => {
      await subject.step()
      await subject.step('full')
      states.push(subject.replica.rows.get(A)?.state)
      return report(...call)
    }
    expect(
      await subject.client.control.setLocation([A], {path: '/srv/else', moveData: true}, bounds),
    ).toEqual(new Map([[A, {outcome: 'done'}]]))
    expect(states).toEqual(['moving'])
    await subject.step()
    expect(subject.replica.rows.get(A)).toMatchObject({savePath: '/srv/else', state: 'stalledDown'})
  } finally {
    rmSync(disk, {recursive: true})
  }
})
