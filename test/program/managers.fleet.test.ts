/** What the configuration wants of torrents, done by the whole program on simulated servers: judged, explained, carried out. */
import {rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {startFleetProcess, type FleetProcess} from '#lab/simulators/fleet-process.ts'
import {newFolder, Program, sectionsOf, until, type Api} from './program.fixture.ts'

const COUNT = 40
const LIMIT = 300 * 1024

const folder = newFolder()
const config = join(folder, 'config.toml')
let fleet: FleetProcess
let program: Program
let api: Api

/** Films on one of two servers. */
const rules = `
ManagedCategories = ["films"]
[qBit-a.CategorySeeding]
UploadRateLimitPerTorrent = 300
`

beforeAll(async () => {
  fleet = await startFleetProcess({
    servers: ['qBit-a', 'qBit-b'].map((name, seed) => ({
      name,
      kind: 'qbittorrent' as const,
      version: '5.1.0',
      seed,
      count: COUNT,
      mix: 'seeding' as const,
    })),
  })
  const [a, b] = fleet.definitions
  writeFileSync(config, `${sectionsOf([b!])}\n${sectionsOf([a!], '').replace('[WebUI]\n\n', '')}${rules}`)
  program = new Program(['--config', config, '--data', join(folder, 'data'), '--port', '0'])
  api = await program.api()
  await api.online()
})

afterAll(async () => {
  await program?.end()
  await fleet?.stop()
  rmSync(folder, {recursive: true, force: true})
})

const torrents = async () => (await api.list()).torrents as unknown as readonly Shown[]

test('B.9 torrents of a managed category get the limit of their server, and no others; what people keep stays', async () => {
  const isFilm = (row: Shown) => row.server_id === 'qBit-a' && row.category === 'films'
  const isMeant = (row: Shown) => isFilm(row) && !row.tags.includes('keep')
  expect((await torrents()).some((row) => isFilm(row) && !isMeant(row))).toBe(true)
  const all = await until(torrents, (rows) => {
    const meant = rows.filter(isMeant)
    return meant.length > 0 && meant.every((row) => row.up_limit === LIMIT)
  })
  expect(all.filter((row) => !isMeant(row)).some((row) => row.up_limit === LIMIT)).toBe(false)
})

test('the thread that evaluates is shown, and begins again when it is restarted', async () => {
  const list = async () => (await api.get<{processes: readonly Process[]}>('/api/processes')).processes
  const [before] = await until(list, ([one]) => one?.state === 'running' && one.pulse !== null)
  expect(before).toMatchObject({id: 'fleet', kind: 'fleet', restarts: 0})
  await api.send('POST', '/api/processes/fleet/restart')
  const [after] = await until(list, ([one]) => one?.state === 'running' && one.restarts === 1)
  expect(after?.last_end).toBeNull()
})

test('why something is done is explained, with its rule and what it saw', async () => {
  const film = (await torrents()).find((row) => row.server_id === 'qBit-a' && row.category === 'films')!
  const path = `/api/torrents/${film.info_hash}/explain?server_id=qBit-a`
  const said = await until(
    async () => (await api.send('GET', path)).body as {rules?: readonly {name: string}[]},
    ({rules: all}) => all !== undefined && all.length > 0,
  )
  expect(said.rules!.map(({name}) => name)).toContain('qBit-a: upload limit')
})

interface Shown {
  readonly server_id: string
  readonly info_hash: string
  readonly up_limit: number | null
  readonly category: string
  readonly tags: readonly string[]
}

interface Process {
  readonly id: string
  readonly state: string
  readonly restarts: number
  readonly pulse: object | null
  readonly last_end: object | null
}
