import type {FastifyInstance} from 'fastify'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {fakeServers, person} from '#accounts/people.fixture.ts'
import {Audit} from '#journal/audit.ts'
import type {JournalEntry} from '#journal/entry.ts'
import {Journal} from '#journal/journal.ts'
import {asInfoHash, asServerId} from '#model/torrent-key.ts'
import {StorageFault} from '#store/faults.ts'
import {Store} from '#store/store.ts'
import {byHeader, principalOf, routeRig} from '#test/http/rig.fixture.ts'
import {auditRoutes} from './journal.ts'

const ada = person('ada', 'administrator')
const mia = person('mia', 'member')
const vic = person('vic', 'viewer')
const servers = fakeServers({shared: null, 'of-mia': mia.id})
const hash = 'ab'.repeat(20)

const entry = (id: string, change: Partial<JournalEntry> = {}): JournalEntry => ({
  id,
  at: 1_000,
  actor: {name: 'mia', origin: 'api', userId: mia.id, address: '192.0.2.7'},
  subject: 'torrent',
  serverId: asServerId('of-mia'),
  hash: asInfoHash(hash),
  name: 'Ubuntu',
  verb: 'setLocation',
  args: {path: '/data', moveData: true},
  phase: 'intended',
  ...change,
})

let store: Store
let app: FastifyInstance
let fault: StorageFault | null

beforeEach(async () => {
  store = await Store.sqlite(':memory:')
  fault = null
  const audit = new Audit({
    read: async (work) => {
      if (fault) throw fault
      return store.read(work)
    },
  })
  const people = Object.fromEntries([ada, mia, vic].map((it) => [it.name, principalOf(it, servers)]))
  app = await routeRig({signIns: [byHeader(people)], routes: [auditRoutes(audit)]})
  await new Journal(store, () => true).write([
    entry('1'),
    entry('1', {phase: 'failed', at: 2_000, code: 'server_failed', message: 'Disk full.'}),
    entry('2', {verb: 'stop', args: {}, serverId: asServerId('shared'), at: 3_000}),
  ])
})
afterEach(async () => {
  await app.close()
  await store.close()
})

const ask = async (url: string, who = 'ada') => {
  const answer = await app.inject({url: `/api/audit${url}`, headers: {'x-who': who}})
  return {status: answer.statusCode, headers: answer.headers, text: answer.body, json: () => answer.json()}
}
const ids = async (url: string, who = 'ada') =>
  (await ask(url, who)).json().entries.map(({id}: {id: string}) => id) as string[]

test('an action says who, what, when, from where, and how it ended', async () => {
  const {entries, next_before: next} = (await ask('')).json()
  expect([entries.length, next]).toEqual([2, null])
  expect(entries[1]).toEqual({
    id: '1',
    at: 1_000,
    ended_at: 2_000,
    actor: 'mia',
    user_id: mia.id,
    address: '192.0.2.7',
    origin: 'api',
    subject: 'torrent',
    verb: 'setLocation',
    server_id: 'of-mia',
    info_hash: hash,
    name: 'Ubuntu',
    args: {path: '/data', move_data: true},
    phase: 'failed',
    code: 'server_failed',
    message: 'Disk full.',
  })
})

test.each([
  ['?actor=mia', ['2', '1']],
  [`?user_id=${ada.id}`, []],
  ['?subject=torrent&subject=server', ['2', '1']],
  ['?verb=stop', ['2']],
  ['?server_id=of-mia', ['1']],
  [`?info_hash=${hash.toUpperCase()}`, ['2', '1']],
  ['?phase=failed', ['1']],
  ['?from=1970-01-01T00:00:02Z', ['2']],
  ['?to=2000', ['1']],
  ['?q=disk', ['1']],
  ['?q=%00', []],
  ['?limit=1', ['2']],
])('%s finds %j', async (query, found) => {
  expect(await ids(query)).toEqual(found)
})

test('the audit has also the waits of removals that were sent after all', async () => {
  const wait = entry('wait', {verb: 'hold', phase: 'intended'})
  await new Journal(store, () => true).write([wait, {...wait, phase: 'confirmed'}])
  expect(await ids('?verb=hold')).toEqual(['wait'])
})

test('the next page begins where this one ended', async () => {
  const {next_before: next} = (await ask('?limit=1')).json()
  expect(await ids(`?limit=1&before=${next}`)).toEqual(['1'])
})

test('the page names no place in the journal, so no one learns how much others did between their own actions', async () => {
  const many = (count: number, name: string) =>
    Array.from({length: count}, (_, n) =>
      entry(`${name}${n}`, {
        serverId: null,
        actor: {name: 'vic', origin: 'user', userId: vic.id, address: null},
      }),
    )
  const journal = new Journal(store, () => true)
  await journal.write([...many(300, 'x'), entry('3'), ...many(1, 'y'), entry('4')])
  const seen: string[] = []
  const words: string[] = []
  for (let before = ''; ;) {
    const {entries, next_before: next} = (await ask(`?limit=1${before}`, 'mia')).json()
    expect(Object.keys(entries[0])).not.toContain('seq')
    seen.push(entries[0].id)
    if (next === null || seen.length === 4) break
    words.push(next)
    before = `&before=${next}`
  }
  expect(seen).toEqual(['4', '3', '2', '1'])
  expect(words.every((word) => /^[\w-]{22}$/.test(word))).toBe(true)
})

test('a place of another run, or of none, is refused', async () => {
  const {next_before: next} = (await ask('?limit=1')).json()
  const changed = `${next.startsWith('A') ? 'B' : 'A'}${next.slice(1)}`
  for (const word of [changed, next.slice(0, 20), `${next}AA`, '3']) {
    const {status, json} = await ask(`?before=${word}`)
    expect([status, json().errors]).toMatchObject([400, [{field: 'before'}]])
  }
})

test.each([
  '?phase=done',
  '?limit=0',
  '?limit=501',
  '?before=',
  '?info_hash=ab',
  '?from=soon',
  '?q=',
  '?nothing=1',
])('%s is not accepted', async (query) => {
  expect((await ask(query)).status).toBe(400)
  if (!query.startsWith('?limit') && !query.startsWith('?before'))
    expect((await ask(`/export${query}`)).status).toBe(400)
})

test('each sees what is theirs to see, in the list and in the export', async () => {
  for (const [who, seen] of [
    ['ada', 2],
    ['mia', 2],
    ['vic', 0],
  ] as const) {
    expect(await ids('', who)).toHaveLength(seen)
    expect((await ask('/export', who)).text.split('\n').filter(Boolean)).toHaveLength(seen)
  }
  expect((await ask('', 'nobody')).status).toBe(401)
})

test('the export is an action a line, as in the list, in a file', async () => {
  const {headers, text} = await ask('/export?phase=failed')
  expect(headers['content-type']).toBe('application/x-ndjson')
  expect(headers['content-disposition']).toBe('attachment; filename="commodarr-audit.jsonl"')
  const [, failed] = (await ask('')).json().entries
  expect(text).toBe(`${JSON.stringify(failed)}\n`)
})

test('a long export is whole', async () => {
  const many = Array.from({length: 1_300}, (_, n) => entry(`many${n}`))
  await new Journal(store, () => true).write(many)
  const lines = (await ask('/export')).text.trimEnd().split('\n')
  expect(new Set(lines.map((line) => JSON.parse(line).id)).size).toBe(1_302)
})

test('a database that does not answer is reported as such, also by the export', async () => {
  fault = new StorageFault('storage_unavailable', 'PostgreSQL does not answer.', true)
  expect([(await ask('')).status, (await ask('/export')).status]).toEqual([503, 503])
})

test('nothing can be changed there', async () => {
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
    const answer = await app.inject({method, url: '/api/audit', headers: {'x-who': 'ada'}})
    expect(answer.statusCode).toBe(404)
  }
})
