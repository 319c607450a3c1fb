/** Look-ups of torrents on simulated servers of every kind, through real links. */
import {afterAll, beforeAll, expect, test} from 'vitest'
import {MountedDisks} from '#disk/mounted-disks.ts'
import {Patience} from '#disk/patience.ts'
import {Places} from '#disk/places.ts'
import {fastClock, fastPatience} from '#lab/simulators/fast-clock.ts'
import {startFleetProcess, type FleetProcess} from '#lab/simulators/fleet-process.ts'
import {systemClock} from '#lib/clock.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {detailReaders} from '#links/details.ts'
import {fleetManagerId} from '#model/manager.ts'
import {asServerId, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import {noneLeft} from '#ownership/departed.fixture.ts'
import {OwnershipService} from '#ownership/ownership.ts'
import {serverDisk} from '#ownership/server-disks.ts'
import {noPhrases} from '#rules/tracker-phrases.ts'
import {startTestApp, until, type TestApp} from '#test/program/program.fixture.ts'
import {LookUps} from './look-ups.ts'

const servers = [
  {name: 'qb', kind: 'qbittorrent', version: '5.3.0'},
  {name: 'tr', kind: 'transmission', version: '4.1.4'},
  {name: 'rt', kind: 'rtorrent', version: '0.9.8'},
] as const
const COUNT = 30

let simulated: FleetProcess
let program: TestApp
let lookUps: LookUps

beforeAll(async () => {
  simulated = await startFleetProcess({
    servers: servers.map((server, seed) => ({...server, seed, count: COUNT})),
  })
  program = await startTestApp({
    servers: simulated.definitions,
    clock: fastClock(20),
    patience: fastPatience(20),
  })
  const {links, fleet} = program.app
  const {torrents} = detailReaders(
    {figuresNow: async (_id, {freeSpace: _freeSpace, ...stats}) => stats, room: async () => ({})},
    systemClock,
    (id) => links.usable(id),
  )
  const disk = (id: ServerId) =>
    serverDisk(
      id,
      simulated.definitions.find((server) => server.id === id),
      (of) => links.neighbours(of),
    )
  lookUps = new LookUps({
    clock: systemClock,
    turns: new TimeSlice(),
    random: () => 0.5,
    fleet,
    isGoing: () => false,
    details: torrents,
    servers: () => links.list(),
    server: (id) => links.get(id),
    disk,
    ownership: new OwnershipService({
      isSentToMove: () => false,
      mounted: {diskAway: async () => null},
      fleet,
      turns: new TimeSlice(),
      servers: () => links.list(),
      departed: noneLeft,
      disk,
      files: (key) => torrents.files(key).catch(() => null),
      readNow: async () => true,
      places: new Places(new Patience(systemClock), systemClock),
    }),
    sees: () => true,
    counts: () => true,
    ffprobe: {probe: async () => ({verdict: 'skipped', reason: 'noFfprobe', detail: ''})},
    patience: new Patience(systemClock),
    mounted: new MountedDisks(new Patience(systemClock), new Map()),
    takenBack: () => new Set(),
    unregistered: {found: () => 0, soFar: () => 0, pause: () => undefined, over: () => undefined},
    crowds: {isCrowd: async () => false},
    phrases: () => noPhrases,
  })
  await program.api.online()
})

afterAll(async () => {
  lookUps?.close()
  await program?.stop()
  await simulated?.stop()
})

function keysOf(name: string): readonly TorrentKey[] {
  const {fleet} = program.app
  return fleet.rowsOf(asServerId(name)).map((row) => fleet.keyAt(row))
}

for (const {name} of servers) {
  test(`trackers and files of ${name} are looked up`, async () => {
    const key = keysOf(name).find((of) => program.app.fleet.get(of)?.hasMetadata)!
    // To a program whose clock runs ahead, a server of a busy machine is away for a moment now and then.
    const reported = await until(
      () => lookUps.ask(fleetManagerId, key, ['tracker.classes', 'filesWanted', 'path.freeBytes']),
      (facts) => facts.every(({whyUnknown}) => whyUnknown?.reason !== 'serverNotOnline'),
    )
    expect(reported[0]!.value).toEqual(expect.arrayContaining([expect.any(String)]))
    expect(reported[1]!.value).toBeGreaterThan(0)
    expect(reported[2]!.whyUnknown).toMatchObject({reason: 'notSupported'})
  })
}

test('all torrents of a server of two connections can be asked about at once, and its polls go on', async () => {
  const keys = keysOf('tr')
  const reported = await Promise.all(keys.map((key) => lookUps.ask(fleetManagerId, key, ['tracker.classes'])))
  expect(reported.flat().every(({value, whyUnknown}) => value !== undefined || whyUnknown !== null)).toBe(
    true,
  )
  await until(
    () => program.app.links.get(asServerId('tr'))?.health.status,
    (status) => status === 'online',
  )
})

test('a server that went is asked nothing, and what was asked is answered', async () => {
  await simulated.send('rt', {do: 'listen', on: false})
  const [key] = keysOf('rt')
  await until(
    () => program.app.links.get(asServerId('rt'))?.health.status,
    (status) => status === 'unreachable',
  )
  const [reported] = await lookUps.ask(fleetManagerId, key!, ['filesWanted'], {fresh: true})
  expect(reported).toMatchObject({value: undefined, whyUnknown: {reason: 'serverNotOnline'}})
})
