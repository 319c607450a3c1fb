/** The program on a disk that is full when it starts: it shows everything, says what it lacks, and heals. */
import {execFileSync} from 'node:child_process'
import {mkdirSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {hashSync} from 'bcryptjs'
import pino from 'pino'
import {afterEach, expect, test} from 'vitest'
import {composeApp, type App} from '#app/compose.ts'
import {openMoveIn} from '#app/compose-move-in.ts'
import {takeDatabase} from '#app/database.ts'
import {loadConfig} from '#config/load.ts'
import {Journal} from '#journal/journal.ts'
import {fastClock, fastPatience} from '#lab/simulators/fast-clock.ts'
import {startFleetProcess, type FleetProcess} from '#lab/simulators/fleet-process.ts'
import {asServerId, type InfoHash} from '#model/torrent-key.ts'
import {tokensOf} from './access.fixture.ts'
import {Api, newFolder, sectionsOf, until} from './program.fixture.ts'

const SPEED = 20
const clock = fastClock(SPEED)
const isRoot = process.getuid?.() === 0
const tidy: (() => unknown)[] = []
afterEach(async () => {
  for (const end of tidy.splice(0).toReversed()) await end()
})

/** As `serve` puts it together, on this folder. */
async function started(folder: string, fleet: FleetProcess): Promise<{app: App; api: Api}> {
  const path = join(folder, 'config.toml')
  const loaded = await loadConfig({path, env: {}, cwd: folder})
  const dataFolder = join(folder, 'disk', 'data')
  const log = pino({level: 'silent'}, {write: () => {}})
  const store = await takeDatabase({dataFolder, url: null, say: () => {}, clock})
  const app = await composeApp({
    servers: fleet.definitions,
    arrs: loaded.config,
    rules: loaded.config,
    moveIn: await openMoveIn(store, clock, log, () => loaded, false),
    dataFolder,
    store,
    webui: loaded.config.webui,
    isOpen: true,
    file: null,
    env: {},
    demo: false,
    log,
    clock,
    patience: fastPatience(SPEED),
    reachesHost: async () => true,
  })
  const [address] = await app.http.listen({host: '127.0.0.1', port: 0})
  return {app, api: new Api(address!, tokensOf(app))}
}

/** An action that was intended when the program was killed. */
async function leaveOpen(dataFolder: string): Promise<void> {
  const store = await takeDatabase({dataFolder, url: null, say: () => {}})
  const journal = new Journal(store, () => true)
  await journal.write([
    {
      id: '01900000-0000-7000-8000-000000000000',
      at: Date.now() - 60_000,
      actor: {name: 'mia', origin: 'user', userId: null, address: null},
      subject: 'torrent',
      serverId: asServerId('qBit'),
      hash: 'a'.repeat(40) as InfoHash,
      name: 'film',
      verb: 'stop',
      args: {},
      phase: 'intended',
    },
  ])
  await journal.close()
  await store.close()
}

interface Status {
  readonly storage: {readonly ok: boolean; readonly code: string | null; readonly message: string}
}

test.skipIf(!isRoot)(
  'a start on a full disk shows all torrents and says why nothing can be changed, until there is room',
  async () => {
    const folder = newFolder()
    tidy.push(() => rmSync(folder, {recursive: true, force: true}))
    const disk = join(folder, 'disk')
    mkdirSync(disk)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk])
    tidy.push(() => execFileSync('umount', ['-l', disk]))
    const fleet = await startFleetProcess({
      servers: [{name: 'qBit', kind: 'qbittorrent', version: '5.1.0', seed: 1, count: 20}],
    })
    tidy.push(() => fleet.stop())
    writeFileSync(join(folder, 'config.toml'), sectionsOf(fleet.definitions))
    const before = await started(folder, fleet)
    await before.api.online()
    await before.app.stop()
    await leaveOpen(join(disk, 'data'))
    const user = `LocalAuthEnabled = true\nUsername = "mia"\nPasswordHash = "${hashSync('an ample password', 4)}"`
    writeFileSync(join(folder, 'config.toml'), sectionsOf(fleet.definitions, user))

    const fill = join(disk, 'others')
    expect(() => writeFileSync(fill, Buffer.alloc(20_000_000))).toThrow(/ENOSPC/)
    const {app, api} = await started(folder, fleet)
    tidy.push(() => app.stop())
    await api.online()
    expect((await api.list()).total).toBe(20)
    const {storage} = await api.get<Status>('/api/status')
    expect(storage).toMatchObject({ok: false, code: 'storage_full'})
    expect(storage.message).toContain('The disk of the database is full.')
    expect((await api.send('PATCH', '/api/settings', {audit_days: 30})).body).toMatchObject({
      code: 'storage_full',
    })

    rmSync(fill)
    await until(
      () => api.get<Status>('/api/status'),
      (status) => status.storage.ok,
    )
    expect((await api.send('PATCH', '/api/settings', {audit_days: 30})).status).toBe(200)
    // What the start had to write is written now.
    await until(
      () => api.get<{entries: readonly {readonly phase: string}[]}>('/api/journal?limit=10&subject=torrent'),
      ({entries}) => entries.some(({phase}) => phase === 'expired'),
    )
    await until(
      () => api.get<{users: readonly {readonly name: string}[]}>('/api/users'),
      ({users}) => users.some(({name}) => name === 'mia'),
    )
  },
)
