/** A rule of somebody who may not see every server. */
import {rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, expect, test} from 'vitest'
import type {Explained} from '../program/acting-harness.fixture.ts'
import {newFolder, type Api} from '../program/program.fixture.ts'
import {
  A,
  B,
  elsewhere,
  MINUTE,
  ScenarioHarness,
  usualServers,
  type ScenarioEntry,
} from './scenario-harness.fixture.ts'

let harness: ScenarioHarness
const folder = newFolder()
afterEach(async () => {
  await harness.stop()
  rmSync(folder, {recursive: true, force: true})
})

/** Behind the crowd of the servers. */
const FIRST = 5_000
const ON_B = 60
const film = {hash: 'f'.repeat(40), category: 'films', rootName: 'Film'}
const bo = {name: 'Bo', password: 'brothers, not in arms'}

/** Both work on one disk of ours. */
const config = [A, B]
  .map((name) => `["${name}".PathMappings]\n"/srv/downloads" = ${JSON.stringify(folder)}\n`)
  .join('')

const rule = {
  id: 'own',
  name: 'Seeded',
  mode: 'live',
  reason: 'seedingDone',
  scope: {categories: ['films']},
  when: {
    all: [
      {fact: 'ratio', op: 'gte', value: 0.4},
      {fact: 'content.owners', op: 'exists'},
      {fact: 'content.ownersOther', op: 'gte', value: 1},
    ],
  },
  do: [{action: 'removeWithData'}],
}

test('S29 a rule of a user who may use one server sees that one, and of the other only that data is used', async () => {
  writeFileSync(join(folder, 'Film'), 'there')
  harness = await ScenarioHarness.start({
    config,
    servers: usualServers.map((server) => ({...server, each: elsewhere})),
    settled: 0,
  })
  for (const server of [A, B]) harness.put(server, FIRST, film)
  const own = await withOneServer(harness.acting.api)
  await harness.pass(MINUTE)
  const {body: preview} = await own.send('POST', '/api/rules/preview', {rule})
  expect(preview as object).toMatchObject({looked: ON_B + 1, matched: {count: 0}, unknown: {count: 1}})
  expect((await own.send('POST', '/api/rules', {rule, confirm: true})).status).toBe(201)
  await harness.pass(MINUTE)
  const {body: why} = await own.send('GET', `/api/torrents/${film.hash}/explain?server_id=${B}`)
  // Its server came but now; what the rule sees stands below.
  expect((why as Explained).rules.map(({sentence}) => sentence)).toEqual([
    expect.stringContaining('it is blocked (epoch_young)'),
  ])
  expect(JSON.stringify(why)).toMatch(/"fact":"content.ownersOther"[^{]*"actual":\{"value":1,/)
  const hidden = await own.send('GET', `/api/torrents/${film.hash}/explain?server_id=${A}`)
  expect(hidden).toMatchObject({status: 404, body: {code: 'server_unknown'}})
  await harness.pass(35 * MINUTE)
  // The bytes are also those of the film on the other one.
  expect(harness.destroyed()).toEqual([`${B} remove ${film.hash}`])
  expect(harness.verbs(A)).toEqual([])
  const {entries} = await own.get<{entries: readonly ScenarioEntry[]}>(
    '/api/journal?origin=rule&origin=system',
  )
  expect(entries[0]).toMatchObject({verb: 'remove', outcome: 'done', server_id: B})
  const rules = await own.get('/api/rules')
  for (const read of [preview, why, entries, rules]) expect(JSON.stringify(read)).not.toContain(A)
  const all = await harness.journal('origin=rule&origin=system')
  expect(new Set(all.map(({server_id: id}) => id))).toEqual(new Set([B]))
  await harness.expectWell()
})

/** Bo, who controls one of the servers and does not see the other. */
async function withOneServer(api: Api): Promise<Api> {
  const {body} = await api.send('POST', '/api/users', {...bo, role: 'member'})
  const share = {user_id: (body as {id: string}).id, level: 'control'}
  for (const [server, users] of [
    [A, []],
    [B, [share]],
  ] as const)
    await api.send('PUT', `/api/servers/${server}/sharing`, {everyone: null, users})
  const own = api.as()
  expect(await own.logIn(bo.name, bo.password)).toMatchObject({status: 200})
  expect((await own.servers()).map(({server_id: id}) => id)).toEqual([B])
  return own
}
