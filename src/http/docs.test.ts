import {readFileSync} from 'node:fs'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {z} from 'zod'
import {openAccounts, type Accounts} from '#accounts/accounts.fixture.ts'
import {Preferences} from '#accounts/preferences.ts'
import {SavedViews} from '#accounts/saved-views.ts'
import {errorCodes, type ErrorCode} from '#model/errors.ts'
import {asInfoHash} from '#model/torrent-key.ts'
import {arrHarness, type ArrHarness} from '#registry/arrs/arrs-harness.fixture.ts'
import {trackersHarness} from '#registry/trackers/trackers-harness.fixture.ts'
import {fakeHarness, torrent, type FakeHarness} from '#test/http/http-fakes.ts'
import {statusOf} from './answers/problems.ts'
import {inspectTorrents} from './routes/add-torrents.ts'
import {arrRoutes} from './routes/arrs.ts'
import {preferenceRoutes} from './routes/own-account.ts'
import {viewRoutes} from './routes/saved-views.ts'
import {trackerRoutes} from './routes/trackers.ts'
import {torrentVerbArgs} from './schemas/verbs.ts'

const page = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8')
const apiPage = page('reference/api.md')
const errorRows = [...page('reference/errors.md').matchAll(/^\| `(\w+)` \| (\d{3}) \|/gm)]

test('every error code stands in docs/reference/errors.md, and nothing else does', () => {
  expect(errorRows).toHaveLength(errorCodes.length)
  expect(new Set(errorRows.map((it) => it[1]))).toEqual(new Set(errorCodes))
})

test('docs/reference/errors.md has the status that each code is answered with', () => {
  expect(Object.fromEntries(errorRows.map((it) => [it[1], Number(it[2])]))).toEqual(statusOf)
})

test('every verb stands in docs/reference/api.md', () => {
  const verbs = [...Object.keys(torrentVerbArgs), 'remove', 'removeWithData']
  expect(verbs.filter((verb) => !apiPage.includes(`\`${verb}\``))).toEqual([])
})

/** Names of flags with which a refusal is confirmed, wherever they stand in a schema. */
function confirmationsIn(
  schema: unknown,
  all: Record<string, unknown>,
  seen = new Set<unknown>(),
): ReadonlySet<string> {
  const found = new Set<string>()
  if (typeof schema !== 'object' || schema === null || seen.has(schema)) return found
  seen.add(schema)
  for (const [name, value] of Object.entries(schema)) {
    if (name.startsWith('accepts_')) found.add(name)
    if (name === 'name' && typeof value === 'string' && value.startsWith('accepts_')) found.add(value)
    const meant = name === '$ref' ? all[String(value).split('/').at(-1)!] : value
    for (const it of confirmationsIn(meant, all, seen)) found.add(it)
  }
  return found
}

const rows = apiPage.split('\n').filter((line) => line.startsWith('| `'))

test('every flag with which a refusal is confirmed stands beside its verb in docs/reference/api.md', () => {
  const missing = Object.entries(torrentVerbArgs).flatMap(([verb, args]) => {
    const its = rows.filter((row) => row.split(' | ')[0]!.includes(`\`${verb}\``)).join()
    return [...confirmationsIn(z.toJSONSchema(args), {})]
      .filter((flag) => !its.includes(flag))
      .map((flag) => [verb, flag])
  })
  expect(missing).toEqual([])
})

test('every flag with which a refusal is confirmed stands beside its address in docs/reference/api.md', async () => {
  const {paths, components} = (await harness.http.app.inject('/api/openapi.json')).json<{
    paths: Record<string, Record<string, {parameters?: unknown; requestBody?: unknown}>>
    components: {schemas: Record<string, unknown>}
  }>()
  const missing: string[] = []
  let flags = 0
  for (const [path, operations] of Object.entries(paths))
    for (const [method, {parameters, requestBody}] of Object.entries(operations)) {
      // Its flags are those of its verbs, which have a table.
      if (path === '/api/torrents/actions') continue
      const [around, last] = [path.slice(0, path.lastIndexOf('/')), path.slice(path.lastIndexOf('/') + 1)]
      const its = rows.filter((row) => {
        const address = row.split(' | ')[0]!
        if (!address.includes(method.toUpperCase())) return false
        return (
          new RegExp(`${RegExp.escape(path)}[\`?]`).test(address) ||
          (address.includes(`${around}/`) && address.includes(`\`${last}\``))
        )
      })
      for (const flag of confirmationsIn([parameters, requestBody], components.schemas)) {
        flags++
        if (!its.join().includes(flag)) missing.push(`${method} ${path} ${flag}`)
      }
    }
  expect(missing).toEqual([])
  expect(flags).toBeGreaterThan(8)
})

let accounts: Accounts
let arrs: ArrHarness
let harness: FakeHarness
beforeAll(async () => {
  accounts = await openAccounts()
  const savedViews = await SavedViews.load(accounts.store, accounts.users, accounts.clock)
  const preferences = await Preferences.load(accounts.store, accounts.users, accounts.clock)
  const content = {infoHashV1: 'a'.repeat(40), infoHashV2: null, name: 'one', size: 0, files: []}
  const inspecting = inspectTorrents(async () => ({...content, isPrivate: false}))
  arrs = await arrHarness()
  const {service} = arrs
  const seenBy = service.seenBy.bind(service)
  const arrList = arrRoutes(service, () => 'ask', {
    seenBy,
    managers: {of: () => null},
    imports: {of: () => ({imports: [], asOf: null})},
    webhooks: {viewOf: () => null},
    instances: {otherAt: () => null},
    userName: () => null,
  })
  const profiles = await trackersHarness()
  const trackers = trackerRoutes(profiles.service, {
    inForce: () => profiles.directory.inForce(),
    fileTrackers: () => [],
    userName: () => null,
  })
  const nouns = [
    trackers,
    arrList,
    viewRoutes(savedViews, () => null),
    preferenceRoutes(preferences),
    inspecting,
  ]
  harness = await fakeHarness({nouns})
  harness.fleet.records.push(torrent('qBit', asInfoHash('0123456789abcdef0123456789abcdef01234567')!))
})
afterAll(async () => {
  await harness.http.close()
  await accounts.close()
  await arrs.store.close()
})

const examples = [...apiPage.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap((block) =>
  block[1]!.replaceAll('\\\n', ' ').split(/\n(?=curl)/),
)

test('docs/reference/api.md has examples', () => {
  expect(examples.length).toBeGreaterThan(20)
})

test.each(examples)('the example works: %s', async (example) => {
  const answer = await harness.http.app.inject(await requestOf(example))
  expect(answer.statusCode).toBeLessThan(300)
})

/** Reads as much of curl's command line as the page uses. */
async function requestOf(example: string) {
  const words = [...example.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map((it) => it[1] ?? it[2] ?? it[3]!)
  const valuesOf = (option: string) => words.filter((_, at) => words[at - 1] === option)
  const url = words.find((it) => it.startsWith('http://'))!.replace('http://localhost:6969', '')
  const headers = Object.fromEntries(valuesOf('-H').map((it) => it.split(': ') as [string, string]))
  const [payload] = valuesOf('-d')
  const fields = valuesOf('-F')
  if (fields.length > 0) return {url, method: 'POST' as const, ...(await formOf(fields))}
  const method = (valuesOf('-X')[0] ?? 'GET') as 'GET'
  return {url, method, headers, ...(payload !== undefined && {payload})}
}

async function formOf(fields: readonly string[]) {
  const form = new FormData()
  for (const field of fields) {
    const [name, value] = field.split('=') as [string, string]
    if (value.startsWith('@')) form.append(name, new Blob(['d1']), value.slice(1))
    else form.append(name, value)
  }
  const request = new Request('http://localhost/', {method: 'POST', body: form})
  return {headers: Object.fromEntries(request.headers), payload: Buffer.from(await request.arrayBuffer())}
}

test('the statuses are those of problem documents', () => {
  const odd = (Object.keys(statusOf) as ErrorCode[]).filter(
    (code) => statusOf[code] < 400 || statusOf[code] > 507,
  )
  expect(odd).toEqual([])
})
