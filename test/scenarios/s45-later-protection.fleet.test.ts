/** Who protects a torrent while an order about it waits is heard, whoever gave the order and wherever he protects it. */
import {afterEach, expect, test} from 'vitest'
import {serverKinds, type ServerKind} from '#clients/kinds/kinds.ts'
import {isFull, some} from '../proof.ts'
import type {Api} from '../program/program.fixture.ts'
import {DiskHarness} from './disk-harness.fixture.ts'
import {hashAt, HOUR, MINUTE, nameOf} from './scenario-harness.fixture.ts'

let harness: DiskHarness
afterEach(() => harness.stop())

const FIRST = 900
const HELD = 60
const FILM = 'Film/film.mkv'
const bo = {name: 'Bo', password: 'brothers, not in arms'}

interface Order {
  readonly server: string
  readonly hash: string
  /** Of Bo, who gave it. */
  readonly userId: string
  /** Of the key that he gave it with. */
  readonly keyId: string
}

type Ordered = Pick<Order, 'server' | 'hash'>

/** By somebody else, here or in the client. */
const protections = {
  'is marked keep here': ({server, hash}: Ordered) => {
    const keys = [{server_id: server, info_hash: hash}]
    return server === nameOf('deluge')
      ? harness.api.act('setCategory', keys, {category: 'keep'})
      : harness.api.act('addTags', keys, {tags: ['keep']})
  },
  'is marked keep in its client': ({server, hash}: Ordered) => {
    const mark = server === nameOf('deluge') ? {category: 'keep'} : {tags: ['keep']}
    harness.scenario.world(server).update(harness.scenario.torrent(server, hash), mark, 'labels')
  },
  'is given another category in its client': ({server, hash}: Ordered) => {
    harness.scenario
      .world(server)
      .update(harness.scenario.torrent(server, hash), {category: 'mine'}, 'labels')
  },
} as const

/** What he could do then he cannot any more. */
const revocations = {
  'may only look at the server': ({server, userId}: Order) => shareWith(userId, server, 'view'),
  'has no account': ({userId}: Order) => harness.api.send('DELETE', `/api/users/${userId}`),
  'has no such key': ({keyId}: Order) => harness.api.send('DELETE', `/api/keys/${keyId}`),
} as const

async function begin(kind: ServerKind): Promise<{server: string; hash: string}> {
  const server = nameOf(kind)
  harness = await DiskHarness.start([{name: server, kind, torrents: 30, folder: '/srv/downloads'}])
  const {hash} = harness.put(server, FIRST, {[FILM]: 9_000}, {category: 'films', uploaded: 20_000})
  await harness.pass(33 * MINUTE)
  return {server, hash}
}

async function shareWith(userId: string, server: string, level: string): Promise<void> {
  const users = [{user_id: userId, level}]
  expect(
    await harness.api.send('PUT', `/api/servers/${server}/sharing`, {everyone: null, users}),
  ).toMatchObject({status: 204})
}

/** Bo, who may command the server, with a key of his. */
async function brother(server: string): Promise<{his: Api; userId: string; keyId: string}> {
  const {body} = await harness.api.send('POST', '/api/users', {...bo, role: 'member'})
  const {id: userId} = body as {id: string}
  await shareWith(userId, server, 'control')
  const visitor = harness.api.as()
  expect(await visitor.logIn(bo.name, bo.password)).toMatchObject({status: 200})
  const wish = {name: 'phone', scopes: ['read', 'control'], password: bo.password}
  const made = (await visitor.send('POST', '/api/keys', wish)).body as {key: {id: string}; token: string}
  return {his: harness.api.as({'x-api-token': made.token}), userId, keyId: made.key.id}
}

async function expectKept(server: string, hash: string): Promise<void> {
  expect(harness.scenario.holds(server, hash)).toBe(true)
  expect([harness.has(FILM), harness.scenario.destroyed()]).toEqual([true, []])
  await harness.scenario.expectWell()
}

const protecting = serverKinds.flatMap((kind) =>
  (Object.keys(protections) as (keyof typeof protections)[]).map((how) => ({kind, how})),
)

test.runIf(isFull).each(protecting)(
  'S45 $kind: what $how while the order of another waits stays',
  async ({kind, how}) => {
    const {server, hash} = await begin(kind)
    const {his: own} = await brother(server)
    expect(await harness.hold(server, hash, HELD, own)).toMatchObject({status: 202})
    // The moment before it is sent.
    await harness.pass(HELD - 1)
    await protections[how]({server, hash})
    await harness.pass(5 * MINUTE)
    await expectKept(server, hash)
    const {actions} = await own.get<{actions: readonly {problems: readonly {code: string}[]}[]}>(
      '/api/actions',
    )
    expect(actions[0]!.problems.map(({code}) => code)).toEqual(['changed_meanwhile'])
  },
)

/** Deluge has no tags. */
const tagging = serverKinds.filter((kind) => kind !== 'deluge')

const noTag = {fact: 'tags', op: 'hasNone', value: ['seedbox']}
const enough = {fact: 'ratio', op: 'gte', value: 50}
/** How a rule ignores what has the tag. */
const ignoring = {
  'removes by its scope': {scope: {tagsNone: ['seedbox']}, when: enough, do: [{action: 'removeWithData'}]},
  'recycles by its scope': {scope: {tagsNone: ['seedbox']}, when: enough, do: [{action: 'recycle'}]},
  'removes by its condition': {when: {all: [enough, noTag]}, do: [{action: 'removeWithData'}]},
} as const
const ignored = tagging.flatMap((kind) =>
  (Object.keys(ignoring) as (keyof typeof ignoring)[]).map((how) => ({kind, how})),
)

test.each(some(2, ignored.toReversed()))(
  'S45 $kind: what gets a tag that a rule ignores which $how while the order of another waits stays, and goes by an order that is given then',
  async ({kind, how}) => {
    const {server, hash} = await begin(kind)
    await harness.scenario.rule({name: 'Enough', reason: 'seedingDone', ...ignoring[how]})
    const {his: own} = await brother(server)
    expect(await harness.hold(server, hash, HELD, own)).toMatchObject({status: 202})
    await harness.pass(HELD - 1)
    const its = harness.scenario.torrent(server, hash)
    harness.scenario.world(server).update(its, {tags: ['Seedbox']}, 'labels')
    await harness.pass(5 * MINUTE)
    await expectKept(server, hash)
    // Who knows of the tag and removes it anyway is obeyed.
    expect(await harness.hold(server, hash, HELD, own)).toMatchObject({status: 202})
    await harness.pass(5 * MINUTE)
    expect(harness.scenario.holds(server, hash)).toBe(false)
  },
)

test.each(some(1, protecting))(
  'S45 $kind: what $how while a rule waits for its time stays',
  async ({kind, how}) => {
    const {server, hash} = await begin(kind)
    await harness.scenario.rule({
      name: 'Enough',
      reason: 'seedingDone',
      scope: {categories: ['films']},
      when: {fact: 'ratio', op: 'gte', value: 2},
      hold: {for: '10m'},
      do: [{action: 'removeWithData'}],
    })
    await harness.pass(10 * MINUTE - 20)
    await protections[how]({server, hash})
    await harness.pass(HOUR)
    await expectKept(server, hash)
    expect(await harness.scenario.lines(`info_hash=${hash}&class=destructive&outcome=done`)).toEqual([])
  },
)

const revoking = serverKinds.flatMap((kind) =>
  (Object.keys(revocations) as (keyof typeof revocations)[]).map((how) => ({kind, how})),
)

test.runIf(isFull).each(revoking)(
  'S45 $kind: the order of a user who $how when it is sent is not sent',
  async ({kind, how}) => {
    const {server, hash} = await begin(kind)
    const {his: own, userId, keyId} = await brother(server)
    expect(await harness.hold(server, hash, HELD, own)).toMatchObject({status: 202})
    await harness.pass(HELD - 1)
    await revocations[how]({server, hash, userId, keyId})
    await harness.pass(5 * MINUTE)
    await expectKept(server, hash)
  },
)

/** Requests that stop, which its server takes long for, so that what comes behind them waits for its turn. */
const slowCommands = {
  qbittorrent: 'torrents/(stop|pause)',
  transmission: 'torrent-stop',
  // A request has the name of its last command.
  rtorrent: 'd.save_full_session',
  deluge: 'core.pause_torrents',
} as const
const SLOW = 8

test.each(some(1, protecting))(
  'S45 $kind: what $how while its removal at once waits behind other commands stays',
  async ({kind, how}) => {
    const {server, hash} = await begin(kind)
    const {faults} = harness.scenario.acting.server(server).server
    faults.add({kind: 'slowHead', ms: SLOW * 1_000, path: slowCommands[kind], count: 2})
    const keysOf = (index: number) => [{server_id: server, info_hash: hashAt(server, index)}]
    const before = [1, 2].map((index) => harness.api.act('stop', keysOf(index)))
    await harness.pass(1)
    const removal = harness.remove(server, hash, '&free_at_once=true')
    await harness.pass(SLOW / 2)
    expect(harness.scenario.holds(server, hash)).toBe(true)
    const protection = protections[how]({server, hash})
    await harness.pass(MINUTE)
    await Promise.all([...before, protection])
    expect(await removal).toMatchObject({status: 409, body: {code: 'changed_meanwhile'}})
    await expectKept(server, hash)
    // Where its server is asked for its list behind those commands as well, it is refused before it is written down.
    const lines = await harness.scenario.lines(`info_hash=${hash}&verb=removeWithData`)
    expect(lines.filter((line) => !line.endsWith('changed_meanwhile'))).toEqual([])
  },
)
