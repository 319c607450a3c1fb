/**
 * A member's server says what its owner likes. It holds up nothing of the house, is no fact for it and shows through in
 * no answer, until an administrator says which disk it works on; and the house keeps its bytes from it.
 */
import {afterEach, expect, test} from 'vitest'
import type {Answer, Api} from '../program/program.fixture.ts'
import {DiskHarness} from './disk-harness.fixture.ts'
import {A, B, HOUR, MINUTE} from './scenario-harness.fixture.ts'

let harness: DiskHarness
let bo: Api
/** Of what Bo added. */
let mine: string
afterEach(() => harness.stop())

const FIRST = 900
const PACK = {'Pack/e01.mkv': 7_000, 'Pack/e02.mkv': 8_000}
const person = {name: 'Bo', password: 'brothers, not in arms'}
const enough = {category: 'films', uploaded: 90_000}

/** A server of the house, and one that the member Bo added, whose folder nobody mapped. */
async function move(): Promise<void> {
  harness = await DiskHarness.start([
    {name: A, torrents: 20, folder: '/srv/downloads'},
    {name: B, torrents: 20, folder: '/srv/downloads', isMapped: false, isDeclared: false},
  ])
  await made(harness.api.send('PATCH', '/api/settings', {members_public_only: false}))
  await made(harness.api.send('PUT', `/api/servers/${A}/sharing`, {everyone: null, users: []}))
  await made(harness.api.send('POST', '/api/users', {...person, role: 'member'}))
  bo = harness.api.as()
  await made(bo.logIn(person.name, person.password))
  const {server, username, password} = harness.scenario.acting.server(B)
  const wish = {name: 'Mine', kind: 'qbittorrent', url: server.url, username, password}
  mine = (await made<{id: string}>(bo.send('POST', '/api/servers', wish))).id
}

async function made<T>(answer: Promise<Answer>): Promise<T> {
  const {status, body} = await answer
  expect([status, body]).toEqual([expect.toSatisfy((it: number) => it < 300), body])
  return body as T
}

const rule = (more: object = {}) => ({
  name: 'Enough',
  reason: 'seedingDone',
  scope: {categories: ['films']},
  when: {fact: 'ratio', op: 'gte', value: 2},
  do: [{action: 'removeWithData'}],
  ...more,
})
const isThere = () => Object.keys(PACK).map((path) => harness.has(path))
const preview = async (by: Api, serverId: string, hash: string) => {
  const keys = [{server_id: serverId, info_hash: hash}]
  return JSON.stringify((await by.send('POST', '/api/torrents/removal-preview', {keys})).body)
}

test('S38 administrators get one message that a member added a server at a private address', async () => {
  await move()
  const {host} = new URL(harness.scenario.acting.server(B).server.url)
  const reported = [
    `private_server Mine: Bo added a server at the private address ${host}. Check that it is theirs to use.`,
  ]
  await harness.pass(MINUTE)
  expect(await harness.scenario.notices()).toEqual(reported)
  await harness.scenario.away(B)
  await harness.pass(HOUR)
  await harness.scenario.back(B)
  await harness.pass(HOUR)
  expect(await harness.scenario.notices()).toEqual(reported)
})

test('S38 the same torrent at the same place on a server that a member added holds up nothing, listed or away', async () => {
  await move()
  const {hash} = harness.put(A, FIRST, PACK, enough)
  const {hash: second} = harness.put(A, FIRST + 1, {'Alone/a.mkv': 3_000}, enough)
  for (const it of [hash, second]) {
    const content = it === hash ? PACK : {'Alone/a.mkv': 3_000}
    harness.put(B, FIRST, content, {...enough, hash: it})
  }
  await harness.pass(33 * MINUTE)
  // Administrators see the copy, and that it keeps nothing.
  expect(JSON.parse(await preview(harness.api, A, hash))).toMatchObject({
    sharing: {torrents: 0, others: [], hidden: false},
    copies: {servers: [{server_name: 'Mine'}]},
  })
  await harness.scenario.rule(rule())
  await harness.pass(HOUR)
  // The rule of an administrator names no server: what the member lists is not its business.
  expect([isThere(), harness.scenario.holds(A, hash), harness.scenario.holds(A, second)]).toEqual([
    [false, false],
    false,
    false,
  ])
  expect(harness.scenario.destroyed().filter((it) => it.startsWith(B))).toEqual([])
  const {hash: third} = harness.put(A, FIRST + 2, {'Other/o.mkv': 4_000}, {category: 'tv'})
  await harness.pass(3 * MINUTE)
  await harness.scenario.away(B)
  await harness.pass(3 * MINUTE)
  await made(harness.remove(A, third, '&free_at_once=true'))
  await harness.pass(MINUTE)
  expect([harness.scenario.holds(A, third), harness.has('Other/o.mkv')]).toEqual([false, false])
  await harness.scenario.expectWell()
})

test('S38 an administrator who maps its folder ends that: from then on it keeps what it has', async () => {
  await move()
  const {hash} = harness.put(A, FIRST, PACK, {category: 'films'})
  harness.put(B, FIRST, PACK, {category: 'films'})
  const path_mappings = [{server: '/srv/downloads', ours: harness.folder}]
  expect(await bo.send('PATCH', `/api/servers/${mine}`, {path_mappings})).toMatchObject({
    status: 400,
    body: {errors: [{field: 'path_mappings', accepted: 'for administrators alone'}]},
  })
  await made(harness.api.send('PATCH', `/api/servers/${mine}`, {path_mappings}))
  await harness.pass(33 * MINUTE)
  const {status, body} = await harness.remove(A, hash, '&free_at_once=true')
  expect([status, body]).toMatchObject([
    409,
    {code: 'content_shared', detail: expect.stringContaining('Mine')},
  ])
  expect(isThere()).toEqual([true, true])
  await harness.scenario.expectWell()
})

test('S38 the instance keeps its bytes from a removal on the server of a member, who learns no more than that', async () => {
  await move()
  harness.put(A, FIRST, PACK, {category: 'films'})
  const {hash} = harness.put(B, FIRST, PACK, {category: 'films'})
  const {hash: own} = harness.put(B, FIRST + 1, {'His/h.mkv': 3_000}, {category: 'films'})
  await harness.pass(33 * MINUTE)
  const {status, body} = await harness.remove(mine, hash, '&free_at_once=true', bo)
  expect([status, body]).toMatchObject([409, {code: 'content_unknown'}])
  expect(JSON.stringify(body) + (await preview(bo, mine, hash))).not.toContain(A)
  expect(isThere()).toEqual([true, true])
  await made(harness.remove(mine, own, '&free_at_once=true', bo))
  await harness.pass(MINUTE)
  expect(harness.has('His/h.mkv')).toBe(false)
  await harness.scenario.expectWell()
})

test('S38 what a member’s server lists is no fact for rules of others, and its connection is not ours', async () => {
  await move()
  const {hash} = harness.put(A, FIRST, PACK, enough)
  const {hash: other} = harness.put(A, FIRST + 1, {'Alone/a.mkv': 3_000}, enough)
  harness.put(B, FIRST, PACK, {...enough, hash})
  // Nobody is connected there, and no host answers us. On ours somebody is.
  const world = harness.scenario.world(A)
  for (const it of Array.from(world.list())) world.update(it, {peersConnected: 2})
  harness.scenario.acting.isOnline = false
  await harness.pass(33 * MINUTE)
  await harness.scenario.rule(
    rule({
      when: {
        all: [
          {fact: 'ratio', op: 'gte', value: 2},
          {fact: 'content.onOtherServer', op: 'eq', value: true},
        ],
      },
    }),
  )
  await harness.pass(HOUR)
  expect([harness.scenario.holds(A, hash), harness.scenario.destroyed()]).toEqual([true, []])
  await harness.scenario.rule(rule({name: 'Alone', when: {fact: 'name', op: 'eq', value: 'Alone'}}))
  await harness.pass(HOUR)
  expect([harness.scenario.holds(A, other), harness.has('Alone/a.mkv')]).toEqual([false, false])
  expect(JSON.stringify((await harness.scenario.why(A, hash)).rules)).not.toContain('Mine')
  expect(await harness.scenario.alerts()).toEqual([`freeze ${mine} server_cut_off`])
  await harness.scenario.expectWell()
})
