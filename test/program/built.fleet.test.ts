/** What `npm start` runs is not the sources but what was built of them: that must be the same program. */
import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {createArrSim, type ArrSim} from '#lab/arrs/create.ts'
import {startFleetProcess, type FleetProcess} from '#lab/simulators/fleet-process.ts'
import {build, folderOf, pages, program as theProgram} from '../../scripts/builds.mjs'
import {Program, sectionsOf, until, type Api} from './program.fixture.ts'
import {asServerId} from '#model/torrent-key.ts'
import {isFull} from '#test/proof.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'commodarr-built-'))
let fleet: FleetProcess
let sim: ArrSim
let program: Program
let api: Api

interface Shown {
  readonly name: string
  readonly state: string
  readonly restarts: number
  readonly pulse: {readonly heap_used: number} | null
}
const processes = async () => (await api.get<{processes: readonly Shown[]}>('/api/processes')).processes

beforeAll(async () => {
  await Promise.all([pages, theProgram].map((it) => build(root, process.execPath, it)))
  fleet = await startFleetProcess({
    servers: [{name: 'qBit', kind: 'qbittorrent', version: '5.1.0', seed: 1, count: 20, mix: 'seeding'}],
  })
  sim = await createArrSim({
    instances: [
      {
        name: 'radarr',
        app: 'radarr',
        library: {items: 20},
        downloadClients: [{name: 'box', category: 'films'}],
      },
    ],
  })
  const {url, apiKey} = sim.arr('radarr')
  const section = ['[Radarr-Films]', 'Managed = true', `URI = "${url}"`, `APIKey = "${apiKey}"`]
  const config = join(folder, 'config.toml')
  const encrypted = fleet.definitions.map((it) => ({
    ...it,
    id: asServerId('qBit-TLS'),
    url: it.url.replace('http:', 'https:'),
  }))
  const servers = sectionsOf([...fleet.definitions, ...encrypted])
  writeFileSync(config, [servers, ...section, 'Category = "films"'].join('\n'))
  program = new Program(['--config', config, '--data', join(folder, 'data'), '--port', '0'])
  api = await program.api()
  await api.online('qBit')
})

afterAll(async () => {
  await program.end()
  await sim.close()
  await fleet.stop()
  rmSync(folder, {recursive: true, force: true})
})

test('what was built lists the torrents of its servers', async () => {
  expect((await api.list()).total).toBe(20)
})

test('what was built speaks TLS, which it loads with the first address that asks for it', async () => {
  const {health} = await until(
    () => api.server('qBit-TLS'),
    (it) => it.health.reason === 'tls',
  )
  expect(health.status).toBe('unreachable')
})

test('what was built begins a thread for each Arr, and a new one after it', async () => {
  await until(processes, (all) => all.length === 1 && all[0]!.pulse !== null)
  await api.send('POST', '/api/processes/Radarr-Films/restart')
  const isRestarted = ({restarts, pulse}: Shown) => restarts === 1 && pulse !== null
  expect((await until(processes, (all) => all.every(isRestarted)))[0]!.state).toBe('running')
})

test('what was built shows the pages and those of the API', async () => {
  for (const path of ['/', '/api/docs/static/swagger-ui-bundle.js', '/api/openapi.json']) {
    expect((await fetch(`${api.url}${path}`)).status).toBe(200)
  }
})

test.runIf(isFull)('what was built runs a demo from the sources of the lab', async () => {
  const demo = new Program(['--demo', '--port', '0'])
  const shown = await demo.api()
  await until(
    () => shown.servers(),
    (servers) => servers.length === 4 && servers.some(({torrents}) => torrents > 0),
  )
  expect((await demo.end()).code).toBe(0)
})

test('texts that were built take a byte for each letter, and keep lines and names for who reads a stack', () => {
  const built = folderOf(root, theProgram)
  const texts = readdirSync(built).filter((name) => name.endsWith('.js'))
  expect(texts).toContain('manager-thread.js')
  const all = texts.map((name) => readFileSync(join(built, name), 'utf8')).join('')
  expect(all).not.toMatch(/[^\0-\x7f]/)
  expect(all).toMatch(/^class ServerFault extends CommodarrError|ServerFault = class extends CommodarrError/m)
})
