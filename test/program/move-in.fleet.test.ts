/**
 * Journey 5: somebody starts on the folder of the older program. What it remembered is known, what differs is told,
 * nothing of his is touched, and while the rules only observe, nothing happens to his torrents. Of every generation.
 */
import {createHash} from 'node:crypto'
import {readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {startFleetProcess, type FleetProcess} from '#lab/simulators/fleet-process.ts'
import {
  firstGeneration,
  oldTable,
  secondGeneration,
  thirdGeneration,
} from '#qbitrr-migration/old-databases.fixture.ts'
import {isFull} from '#test/proof.ts'
import {newFolder, Program, until, type Api} from './program.fixture.ts'

const COUNT = 12
/** bytes/s; no simulated torrent has it by itself. */
const LIMIT = 77 * 1024
let fleet: FleetProcess
let folder: string
let running: Program | null = null

// One for each: rules that somebody let act change what is there.
beforeEach(async () => {
  folder = newFolder()
  const spec = {name: 'qBit', kind: 'qbittorrent', version: '5.1.0', seed: 5, count: COUNT} as const
  fleet = await startFleetProcess({servers: [spec]})
})
afterEach(async () => {
  await running?.end('SIGKILL')
  running = null
  await fleet.stop()
  rmSync(folder, {recursive: true, force: true})
})

interface View {
  readonly folder: string | null
  readonly is_inherited: boolean
  readonly databases: readonly {readonly counts: Readonly<Record<string, number>>}[]
  readonly faults: readonly object[]
  readonly differences: readonly {readonly id: string}[]
  readonly observing: {readonly since: number} | null
}

const viewOf = (api: Api) => api.get<View>('/api/move-in')

async function start(...args: readonly string[]): Promise<Api> {
  await running?.end()
  const place = ['--config', join(folder, 'config.toml'), '--data', join(folder, 'data'), '--port', '0']
  running = new Program([...place, ...args])
  const api = await running.api()
  await api.online()
  return api
}

const old = () => join(folder, 'qBitManager')

function stateOf(path: string): Record<string, string> {
  const hash = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(path, name)))
      .digest('hex')
  return Object.fromEntries(readdirSync(path).map((name) => [name, hash(name)]))
}

/** Whatever the older program would have removed at once: everything that has seeded at all, in every category. */
async function config(settings: readonly string[], arr: string): Promise<string> {
  const [{url, username, password}] = fleet.servers as [FleetProcess['servers'][number]]
  const rows = await fleet.send('qBit', {do: 'rows'})
  const categories = [...new Set(rows.map(({category}) => category))].filter((name) => name !== '')
  return [
    '[Settings]',
    ...settings,
    '[WebUI]',
    'AuthDisabled = true',
    '[qBit]',
    `Host = ${JSON.stringify(url)}`,
    `UserName = ${JSON.stringify(username)}`,
    `Password = ${JSON.stringify(password)}`,
    `ManagedCategories = ${JSON.stringify(categories)}`,
    '[qBit.CategorySeeding]',
    'RemoveTorrent = 3',
    'MaxUploadRatio = 0.001',
    'MaxSeedingTime = 1',
    'StalledDelay = 1',
    `UploadRateLimitPerTorrent = ${LIMIT / 1024}`,
    'IgnoreTorrentsYoungerThan = 0',
    `[${arr}]`,
    'Managed = true',
    'URI = "http://127.0.0.1:9"',
    'APIKey = "key"',
    'Category = "an-arr"',
  ].join('\n')
}

const generations = [
  ['of a whole number', ['ConfigVersion = 1'], 'Animarr-Shows', firstGeneration, 3],
  ['5.8.0', ['ConfigVersion = "5.8.0"'], 'Radarr-4K', secondGeneration, 1],
  ['5.14.4', ['ConfigVersion = "5.14.4"', 'Tagless = true'], 'Radarr-4K', thirdGeneration, 1],
] as const

describe.runIf(isFull).each(generations)('a folder of version %s', (_, settings, arr, databases, count) => {
  test('is taken over once and reported, untouched; it is observed until a user lets the rules act', async () => {
    writeFileSync(join(folder, 'config.toml'), await config(settings, arr))
    databases(old())
    const before = stateOf(old())
    const first = await viewOf(await start('--observe'))
    expect(first).toMatchObject({folder: old(), is_inherited: true, faults: [], observing: {}})
    expect(first.databases).toHaveLength(count)
    expect(first.databases.some(({counts}) => counts['torrents']! > 0 || counts['searched']! > 0)).toBe(true)
    expect(first.differences.map(({id}) => id)).toContain('arr-first')
    expect(running!.out).toContain('only report what they would do')

    const again = await start()
    expect(await viewOf(again)).toEqual(first)
    const {status, body} = await again.send('POST', '/api/move-in/confirm')
    expect({status, body}).toMatchObject({status: 200, body: {observing: null}})
    expect((await viewOf(await start('--observe'))).observing).toBeNull()
    expect(stateOf(old())).toEqual(before)
  })
})

test('while it observes nothing happens to any torrent; once confirmed the rules act, without a restart', async () => {
  writeFileSync(join(folder, 'config.toml'), await config(['ConfigVersion = "5.14.4"'], 'Radarr-4K'))
  thirdGeneration(old())
  const before = stateOf(old())
  const api = await start('--observe')
  expect(await viewOf(api)).toMatchObject({folder: old(), is_inherited: true, faults: [], observing: {}})
  const limited = async () => {
    const {torrents} = await api.list('fields=up_limit,category')
    return {all: torrents.length, limited: torrents.filter((row) => row['up_limit'] === LIMIT).length}
  }
  await until(limited, ({all}) => all === COUNT)
  // It knows of each what it would do.
  await until(
    async () =>
      (await api.get<{entries: readonly object[]}>('/api/journal?outcome=simulated')).entries.length,
    (would) => would >= COUNT,
  )
  expect(await limited()).toEqual({all: COUNT, limited: 0})
  await api.send('POST', '/api/move-in/confirm')
  await until(limited, (seen) => seen.limited > 0)
  expect(stateOf(old())).toEqual(before)
})

test.runIf(isFull)('what the older program noted of a torrent is known of it here', async () => {
  writeFileSync(join(folder, 'config.toml'), await config(['ConfigVersion = "5.14.4"'], 'Radarr-4K'))
  const {hash} = (await fleet.send('qBit', {do: 'rows'}))[0]!
  const columns = ['id', 'Hash', 'Category', 'QbitInstance', 'Imported']
  oldTable(join(old(), 'qbitrr.db'), 'torrentlibrary', columns, [[1, hash, 'films', 'default', 1]])
  const api = await start('--observe')
  await until(
    async () => (await api.list()).total,
    (total) => total === COUNT,
  )
  await running!.end()
  const database = new DatabaseSync(join(folder, 'data', 'commodarr.db'), {readOnly: true})
  const known = database.prepare('select * from torrent_facts where hash = ?').all(hash)
  database.close()
  expect(known).toMatchObject([{server_id: 'qBit', marks: '["imported"]'}])
})
