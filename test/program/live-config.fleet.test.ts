/**
 * config.toml is edited while the program runs: servers appear, change and go without a restart, a broken edit changes
 * nothing, and who was not touched does not notice.
 */
import {renameSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, beforeEach, expect, test} from 'vitest'
import {startFleetProcess, type FleetProcess} from '#lab/simulators/fleet-process.ts'
import {Secret} from '#model/secret.ts'
import type {ServerDefinition} from '#model/server.ts'
import {isFull, some} from '#test/proof.ts'
import {isWell, newFolder, Program, sectionsOf, until, type Api, type WireServer} from './program.fixture.ts'

const COUNT = 30
const servers = [
  {name: 'qBit-a', kind: 'qbittorrent', version: '5.1.0'},
  {name: 'qBit-b', kind: 'qbittorrent', version: '4.5.2'},
  {name: 'Transmission-c', kind: 'transmission', version: '4.1.4'},
  {name: 'rTorrent-d', kind: 'rtorrent', version: '0.9.8'},
] as const

const folder = newFolder()
const config = join(folder, 'config.toml')
let fleet: FleetProcess
let program: Program
let api: Api
let a: ServerDefinition, b: ServerDefinition, c: ServerDefinition, d: ServerDefinition

beforeAll(async () => {
  fleet = await startFleetProcess({
    servers: servers.map((server, seed) => ({...server, seed, count: COUNT, changePercentPerSecond: 20})),
  })
  ;[a, b, c, d] = fleet.definitions as [
    ServerDefinition,
    ServerDefinition,
    ServerDefinition,
    ServerDefinition,
  ]
  writeFileSync(config, sectionsOf([a, b, c]))
  program = new Program(['--config', config, '--data', join(folder, 'data'), '--port', '0'])
  api = await program.api()
})

afterAll(async () => {
  await program?.end()
  await fleet?.stop()
  rmSync(folder, {recursive: true, force: true})
})

/** Each test starts from a, b and c, all well. */
beforeEach(async () => {
  edit(sectionsOf([a, b, c]))
  await has('qBit-a', 'qBit-b', 'Transmission-c')
  await api.online()
})

/** As editors do it: a new file in the place of the old one. */
function edit(text: string): void {
  writeFileSync(`${config}.new`, text)
  renameSync(`${config}.new`, config)
}

/** Waits until these are the servers, in this order. */
async function has(...ids: readonly string[]): Promise<void> {
  await until(
    async () => (await api.servers()).map(({server_id: id}) => id).join(),
    (seen) => seen === ids.join(),
  )
}

async function serverOf(id: string): Promise<WireServer> {
  return api.server(id)
}

/** Does so, and makes sure that these servers kept their epoch, stayed well, and went on being synced. */
async function undisturbed(ids: readonly string[], act: () => Promise<void>): Promise<void> {
  const before = await Promise.all(ids.map(serverOf))
  await act()
  const after = await until(
    () => Promise.all(ids.map(serverOf)),
    (seen) => seen.every(({synced_at: at}, index) => at! > before[index]!.synced_at!),
  )
  expect(after.map(({server_id: id, epoch, health}) => [id, epoch, isWell(health)])).toEqual(
    before.map(({server_id: id, epoch}) => [id, epoch, true]),
  )
}

function withPassword(server: ServerDefinition, password: string): ServerDefinition {
  return {...server, password: new Secret(password)}
}

const breaks: readonly (readonly [string, (text: string) => string])[] = [
  ['is cut off', (text) => text.slice(0, text.length - 12)],
  ['is no TOML any more', (text) => `${text}\n[qBit-a\nthis is = = no toml`],
  ['is empty', () => ''],
]
test.each(some(1, breaks))('a file that %s keeps everything as it was, and says so', async (_, broken) => {
  const said = program.out.length
  await undisturbed(['qBit-a', 'qBit-b', 'Transmission-c'], async () => {
    edit(broken(sectionsOf([a, b, c])))
    await until(
      () => program.out.slice(said),
      (text) => text.includes('the edited configuration is not used'),
    )
  })
  await has('qBit-a', 'qBit-b', 'Transmission-c')
})

test('a server that is written into the file appears, in its place and with its torrents', async () => {
  await undisturbed(['qBit-a', 'qBit-b', 'Transmission-c'], async () => {
    edit(sectionsOf([a, d, b, c]))
    await has('qBit-a', 'rTorrent-d', 'qBit-b', 'Transmission-c')
    await api.online()
  })
  const {total, complete} = await api.list()
  expect([total, complete]).toEqual([4 * COUNT, true])
})

// A file with less in it counts once it was still for ten seconds (`config/watch.ts`).
test.runIf(isFull)('a server that is taken out of the file goes, and its torrents with it', async () => {
  await undisturbed(['qBit-b', 'Transmission-c'], async () => {
    edit(sectionsOf([b, c]))
    await has('qBit-b', 'Transmission-c')
  })
  const {torrents, total, complete} = await api.list()
  expect([total, complete]).toEqual([2 * COUNT, true])
  expect(torrents.filter(({server_id: id}) => id === 'qBit-a')).toEqual([])
  expect((await api.send('GET', '/api/servers/qBit-a')).status).toBe(404)
})

test.runIf(isFull)(
  'a password that becomes wrong is reported, its torrents stay; corrected it works at once',
  async () => {
    await fleet.send('qBit-a', {do: 'counters', reset: true})
    await undisturbed(['qBit-b', 'Transmission-c'], async () => {
      edit(sectionsOf([withPassword(a, 'wrong'), b, c]))
      const {health, torrents} = await until(
        () => serverOf('qBit-a'),
        (seen) => seen.health.status === 'auth_failed',
      )
      expect([health.reason, torrents]).toEqual(['wrong_credentials', COUNT])
      const {complete, torrents: rows} = await api.list('server_id=qBit-a&fields=stale')
      expect([complete, rows.length, rows.every(({stale}) => stale)]).toEqual([false, COUNT, true])
      // The second try of the wrong one would come after a minute; nobody waits for that.
      edit(sectionsOf([a, b, c]))
      await api.online()
    })
    const {loginsRefused} = await fleet.send('qBit-a', {do: 'counters'})
    expect(loginsRefused).toBe(1)
  },
)

test.runIf(isFull)(
  'a name on screen changes, and the torrents stay while the server is connected to again',
  async () => {
    await undisturbed(['qBit-b', 'Transmission-c'], async () => {
      edit(sectionsOf([a, b, c]).replace('[qBit-a]', '[qBit-a]\nName = "The attic"'))
      await until(
        async () => (await api.list('server_id=qBit-a&fields=name')).torrents,
        (rows) => rows.length === COUNT && rows.every((row) => row['server_name'] === 'The attic'),
      )
      await api.online()
    })
  },
)

test.runIf(isFull)('an address that now means another server takes the old torrents away', async () => {
  await undisturbed(['qBit-b', 'Transmission-c'], async () => {
    edit(sectionsOf([{...a, url: 'http://127.0.0.1:1'}, b, c]))
    const {torrents} = await until(
      () => serverOf('qBit-a'),
      (seen) => seen.health.status === 'unreachable',
    )
    expect(torrents).toBe(0)
  })
})

test.runIf(isFull)('a server that is switched off pauses and does not count as missing', async () => {
  await undisturbed(['qBit-b', 'Transmission-c'], async () => {
    edit(sectionsOf([a, b, c]).replace('[qBit-a]', '[qBit-a]\nDisabled = true'))
    await until(
      () => serverOf('qBit-a'),
      (seen) => seen.health.status === 'paused',
    )
  })
  const {complete, servers_total: total} = await api.list()
  expect([complete, total]).toEqual([true, 2])
  const {total: held, torrents} = await api.list('server_id=qBit-a&fields=stale')
  expect([held, torrents.every(({stale}) => stale)]).toEqual([COUNT, true])
})

test.runIf(isFull)('a file that is gone keeps everything as it was', async () => {
  await undisturbed(['qBit-a', 'qBit-b', 'Transmission-c'], async () => {
    const said = program.out.length
    rmSync(config)
    await until(
      () => program.out.slice(said),
      (text) => text.includes('the edited configuration is not used'),
    )
  })
  await has('qBit-a', 'qBit-b', 'Transmission-c')
})

test.runIf(isFull)(
  'one section with a fault stays off and is reported; the others are not touched',
  async () => {
    const said = program.out.length
    await undisturbed(['qBit-b', 'Transmission-c'], async () => {
      edit(sectionsOf([a, b, c]).replace(/Url = .*/, 'Port = "no port"'))
      await until(
        () => program.out.slice(said),
        (text) => text.includes('qBit-a'),
      )
    })
  },
)

test.runIf(isFull)('edits in quick succession end with the last one', async () => {
  await undisturbed(['qBit-b'], async () => {
    for (const some of [[b], [a, b, c, d], [c, b], [a, b], [d, b]]) {
      edit(sectionsOf(some))
      await new Promise((done) => setTimeout(done, 320))
    }
    await has('rTorrent-d', 'qBit-b')
    await api.online()
  })
  expect((await api.list()).total).toBe(2 * COUNT)
})
