/**
 * A member's server says what its owner likes. It holds up nothing of the house, is no fact for it and shows through in
 * no answer, until an administrator says which disk it works on; and the house keeps its bytes from it.
 */
import {afterEach, expect, test} from 'vitest'
import type {Answer, Api} from '../program/program.fixture.ts'
import {DiskHouse} from './disk-house.fixture.ts'
import {A, B, HOUR, MINUTE} from './scenario-harness.fixture.ts'

let house: DiskHouse
let bo: Api
/** Of what Bo added. */
let mine: string
afterEach(() => house.stop())

const FIRST = 900
const PACK = {'Pack/e01.mkv': 7_000, 'Pack/e02.mkv': 8_000}
const person = {name: 'Bo', password: 'brothers, not in arms'}
const enough = {category: 'films', uploaded: 90_000}

/** A server of the house, and one that the member Bo added, whose folder nobody mapped. */
async function move(): Promise<void> {
  house = await DiskHouse.start([
    {name: A, torrents: 20, folder: '/srv/downloads'},
    {name: B, torrents: 20, folder: '/srv/downloads', isMapped: false, isDeclared: false},
  ])
  await made(house.api.send('PATCH', '/api/settings', {members_public_only: false}))
  await made(house.api.send('PUT', `/api/servers/${A}/sharing`, {everyone: null, users: []}))
  await made(house.api.send('POST', '/api/users', {...person, role: 'member'}))
  bo = house.api.as()
  await made(bo.logIn(person.name, person.password))
  const {server, username, password} = house.scenario.acting.server(B)
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
const isThere = () => Object.keys(PACK).map((path) => house.has(path))
const preview = async (by: Api, serverId: string, hash: string) => {
  const keys = [{server_id: serverId, info_hash: hash}]
  return JSON.stringify((await by.send('POST', '/api/torrents/removal-preview', {keys})).body)
}

test('S38 administrators are told once that a member added a server at a private address', async () => {
  await move()
  const {host} = new URL(house.scenario.acting.server(B).server.url)
  const reported = [
    `private_server Mine: Bo added a server at the private address ${host}. Check that it is theirs to use.`,
  ]
  await house.pass(MINUTE)
  expect(await house.scenario.notices()).toEqual(reported)
  await house.scenario.away(B)
  await house.pass(HOUR)
  await house.scenario.back(B)
  await house.pass(HOUR)
  expect(await house.scenario.notices()).toEqual(reported)
})

test('S38 the same torrent at the same place on a server that a member added holds up nobody, listed or away', async () => {
  await move()
  const {hash} = house.put(A, FIRST, PACK, enough)
  const {hash: second} = house.put(A, FIRST + 1, {'Alone/a.mkv': 3_000}, enough)
  for (const it of [hash, second]) {
    const content = it === hash ? PACK : {'Alone/a.mkv': 3_000}
    house.put(B, FIRST, content, {...enough, hash: it})
  }
  await house.pass(33 * MINUTE)
  // Administrators see the copy, and that it keeps nothing.
  expect(JSON.parse(await preview(house.api, A, hash))).toMatchObject({
    sharing: {torrents: 0, others: [], hidden: false},
    copies: {servers: [{server_name: 'Mine'}]},
  })
  await house.scenario.rule(rule())
  await house.pass(HOUR)
  // The rule of an administrator names no server: what the member lists is not its business.
  expect([isThere(), house.scenario.holds(A, hash), house.scenario.holds(A, second)]).toEqual([
    [false, false],
    false,
    false,
  ])
  expect(house.scenario.destroyed().filter((it) => it.startsWith(B))).toEqual([])
  const {hash: third} = house.put(A, FIRST + 2, {'Other/o.mkv': 4_000}, {category: 'tv'})
  await house.pass(3 * MINUTE)
  await house.scenario.away(B)
  await house.pass(3 * MINUTE)
  await made(house.remove(A, third, '&free_at_once=true'))
  await house.pass(MINUTE)
  expect([house.scenario.holds(A, third), house.has('Other/o.mkv')]).toEqual([false, false])
  await house.scenario.expectWell()
})

test('S38 an administrator who maps its folder ends that: from then on it keeps what it has', async () => {
  await move()
  const {hash} = house.put(A, FIRST, PACK, {category: 'films'})
  house.put(B, FIRST, PACK, {category: 'films'})
  const path_mappings = [{server: '/srv/downloads', ours: house.folder}]
  expect(await bo.send('PATCH', `/api/servers/${mine}`, {path_mappings})).toMatchObject({
    status: 400,
    body: {errors: [{field: 'path_mappings', accepted: 'for administrators alone'}]},
  })
  await made(house.api.send('PATCH', `/api/servers/${mine}`, {path_mappings}))
  await house.pass(33 * MINUTE)
  const {status, body} = await house.remove(A, hash, '&free_at_once=true')
  expect([status, body]).toMatchObject([
    409,
    {code: 'content_shared', detail: expect.stringContaining('Mine')},
  ])
  expect(isThere()).toEqual([true, true])
  await house.scenario.expectWell()
})

test('S38 the house keeps its bytes from a removal on the server of a member, who is told no more than that', async () => {
  await move()
  house.put(A, FIRST, PACK, {category: 'films'})
  const {hash} = house.put(B, FIRST, PACK, {category: 'films'})
  const {hash: own} = house.put(B, FIRST + 1, {'His/h.mkv': 3_000}, {category: 'films'})
  await house.pass(33 * MINUTE)
  const {status, body} = await house.remove(mine, hash, '&free_at_once=true', bo)
  expect([status, body]).toMatchObject([409, {code: 'content_unknown'}])
  expect(JSON.stringify(body) + (await preview(bo, mine, hash))).not.toContain(A)
  expect(isThere()).toEqual([true, true])
  await made(house.remove(mine, own, '&free_at_once=true', bo))
  await house.pass(MINUTE)
  expect(house.has('His/h.mkv')).toBe(false)
  await house.scenario.expectWell()
})

test('S38 what a member’s server lists is no fact for rules of others, and its connection is not ours', async () => {
  await move()
  const {hash} = house.put(A, FIRST, PACK, enough)
  const {hash: other} = house.put(A, FIRST + 1, {'Alone/a.mkv': 3_000}, enough)
  house.put(B, FIRST, PACK, {...enough, hash})
  // Nobody is connected there, and no host answers us. On ours somebody is.
  const world = house.scenario.world(A)
  for (const it of Array.from(world.list())) world.update(it, {peersConnected: 2})
  house.scenario.acting.isOnline = false
  await house.pass(33 * MINUTE)
  await house.scenario.rule(
    rule({
      when: {
        all: [
          {fact: 'ratio', op: 'gte', value: 2},
          {fact: 'content.onOtherServer', op: 'eq', value: true},
        ],
      },
    }),
  )
  await house.pass(HOUR)
  expect([house.scenario.holds(A, hash), house.scenario.destroyed()]).toEqual([true, []])
  await house.scenario.rule(rule({name: 'Alone', when: {fact: 'name', op: 'eq', value: 'Alone'}}))
  await house.pass(HOUR)
  expect([house.scenario.holds(A, other), house.has('Alone/a.mkv')]).toEqual([false, false])
  expect(JSON.stringify((await house.scenario.why(A, hash)).rules)).not.toContain('Mine')
  expect(await house.scenario.alerts()).toEqual([`freeze ${mine} server_cut_off`])
  await house.scenario.expectWell()
})
