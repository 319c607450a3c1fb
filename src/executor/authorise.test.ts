import {expect, test} from 'vitest'
import {asUserId, type Access, type Acting, type ServerPermission} from '#model/access.ts'
import type {Actor, ServerCommand} from '#model/command.ts'
import {ServerUnknown} from '#model/errors.ts'
import {asServerId, keyText, type ServerId} from '#model/torrent-key.ts'
import {A, B, Harness, hash, key, neighbour, removeWithData, stop} from './executor-harness.fixture.ts'

const olga: Actor = {name: 'Olga', origin: 'user', userId: asUserId('u1'), address: '192.0.2.7'}

/** What Olga may, server by server; `read` is not implied. */
function olgaMay(rights: Readonly<Record<string, readonly ServerPermission[]>>): Acting {
  const access: Access = {
    everywhere: true,
    permits: () => true,
    may: (permission, id) => rights[id]?.includes(permission) === true,
    servers: Object.keys(rights) as ServerId[],
  }
  return {actor: olga, access}
}

const sees = ['read'] as const
const controls = ['read', 'control', 'add'] as const
const owns = ['read', 'control', 'add', 'manage'] as const
const nowhere = asServerId('Z')

test('a server that is hidden from the user is answered like one that is not there, and as little is done', async () => {
  const answers = []
  for (const [of, harness] of [
    [B, new Harness()],
    [nowhere, new Harness()],
  ] as const) {
    harness.objection = () => {
      throw new Error('somebody asked how the server does')
    }
    const results = await harness.run([key(of, 1), key(of, 9)], stop, olgaMay({[A]: controls}))
    expect([harness.orders, harness.journal, harness.expected]).toEqual([[], [], []])
    answers.push(results.map(({result}) => result))
  }
  expect(answers[0]).toEqual(answers[1])
  expect(answers[0]![0]).toEqual({
    outcome: 'refused',
    code: 'server_unknown',
    message: 'There is no server with this id.',
  })
})

test('a server that the user may only see refuses each torrent with forbidden; the other servers go on', async () => {
  const harness = new Harness()
  const may = olgaMay({[A]: sees, [B]: controls})
  const results = await harness.run([key(A, 1), key(B, 1), key(A, 2)], stop, may)
  const forbidden = {outcome: 'refused', code: 'forbidden', message: expect.stringContaining('"control"')}
  expect(results.map(({result}) => result)).toEqual([forbidden, {outcome: 'done'}, forbidden])
  expect(harness.orders.map(({serverId}) => serverId)).toEqual([B])
})

test('an attempt without permission stands in the journal, once for all torrents', async () => {
  const harness = new Harness()
  await harness.run([key(A, 1), key(A, 2)], removeWithData, olgaMay({[A]: sees}))
  await harness.run([key(A, 1)], stop, olgaMay({[A]: sees}))
  expect(harness.journal).toMatchObject([
    {
      actor: olga,
      subject: 'server',
      serverId: A,
      hash: null,
      verb: 'removeWithData',
      args: {torrents: 2},
      phase: 'refused',
      code: 'forbidden',
    },
    {actor: olga, subject: 'torrent', serverId: A, hash: hash(1), name: 'A1', phase: 'refused'},
  ])
})

test('a refusal that cannot be written down is a refusal anyway', async () => {
  const harness = new Harness()
  harness.journalFails = true
  const [one] = await harness.run([key(A, 1)], stop, olgaMay({[A]: sees}))
  expect(one!.result).toMatchObject({outcome: 'refused', code: 'forbidden'})
})

test('rights that went while the journal was written count: nothing is sent', async () => {
  const harness = new Harness()
  const rights: Record<string, readonly ServerPermission[]> = {[A]: controls}
  harness.beforeWriteEnds = () => (rights[A] = sees)
  const [one] = await harness.run([key(A, 1)], stop, olgaMay(rights))
  expect(one!.result).toMatchObject({outcome: 'refused', code: 'forbidden'})
  expect(harness.orders).toEqual([])
  expect(harness.phases()).toEqual(['A1 intended', 'A1 sending', 'A1 refused'])
})

const serverCommands: readonly [ServerPermission, ServerCommand][] = [
  ['add', {verb: 'addTorrent', args: {source: {url: 'https://x.example/t'}, start: true}}],
  ['control', {verb: 'createCategory', args: {name: 'tv'}}],
  ['control', {verb: 'editCategory', args: {name: 'tv', savePath: ''}}],
  ['control', {verb: 'createTags', args: {tags: ['x']}}],
  ['manage', {verb: 'removeCategories', args: {names: ['tv']}}],
  ['manage', {verb: 'deleteTags', args: {tags: ['x']}}],
  ['manage', {verb: 'banPeers', args: {peers: ['10.0.0.1:1']}}],
  ['manage', {verb: 'setGlobalLimits', args: {down: 1}}],
  ['manage', {verb: 'setAltSpeed', args: {on: true}}],
  ['manage', {verb: 'setPreferences', args: {values: {dht: true}}}],
]

for (const [permission, command] of serverCommands) {
  test(`${command.verb} takes the right to ${permission}`, async () => {
    const without = new Harness()
    const allBut = owns.filter((it) => it !== permission)
    const refused = without.executor.runOnServer(olgaMay({[A]: allBut}), A, command)
    await expect(refused).rejects.toMatchObject({code: 'forbidden'})
    expect(without.orders).toEqual([])
    expect(without.journal).toMatchObject([{actor: olga, verb: command.verb, phase: 'refused'}])

    const withIt = new Harness()
    await withIt.executor.runOnServer(olgaMay({[A]: ['read', permission]}), A, command)
    expect(withIt.orders).toHaveLength(1)

    for (const server of [B, nowhere]) {
      const hidden = new Harness()
      const attempt = hidden.executor.runOnServer(olgaMay({[A]: owns}), server, command)
      await expect(attempt).rejects.toEqual(new ServerUnknown(server))
      expect([hidden.orders, hidden.journal]).toEqual([[], []])
    }
  })
}

const program = {verb: 'setPreferences', args: {values: {dht: true, autorun_program: 'x'}}} as const

test('settings that run programs take an administrator, also on a server of one’s own', async () => {
  const harness = new Harness()
  const {actor, access} = olgaMay({[A]: owns})
  const member: Acting = {actor, access: {...access, permits: (permission) => permission !== 'admin'}}
  await expect(harness.executor.runOnServer(member, A, program)).rejects.toMatchObject({
    code: 'forbidden',
    message: 'Only administrators may change these settings of a server: autorun_program.',
  })
  expect(harness.orders).toEqual([])
  expect(harness.journal).toMatchObject([
    {phase: 'refused', code: 'forbidden', args: {values: {dht: true, autorun_program: 'x'}}},
  ])
  await harness.executor.runOnServer(member, A, {verb: 'setPreferences', args: {values: {dht: true}}})
  await harness.executor.runOnServer({actor, access}, A, program)
  expect(harness.orders).toHaveLength(2)
})

test('an administrator with a key for fewer servers changes them on those alone', async () => {
  const harness = new Harness()
  const refused = harness.executor.runOnServer(olgaMay({[A]: sees}), A, program)
  await expect(refused).rejects.toMatchObject({code: 'forbidden'})
  expect(harness.orders).toEqual([])
})

test("of a server whose kind is not known no setting is its owner's", async () => {
  const harness = new Harness()
  const {actor, access} = olgaMay({[A]: owns})
  const member: Acting = {actor, access: {...access, permits: (permission) => permission !== 'admin'}}
  harness.neighbours.set(A, neighbour(A, {status: 'online'}))
  const command = {verb: 'setPreferences', args: {values: {dht: true}}} as const
  await expect(harness.executor.runOnServer(member, A, command)).rejects.toMatchObject({code: 'forbidden'})
})

test('data of a torrent that the user may not see is kept for it, and the refusal does not name it', async () => {
  const harness = new Harness()
  harness.shared.set(keyText(key(A, 1)), [key(B, 2), key(B, 3)])
  const [one] = await harness.run([key(A, 1)], removeWithData, olgaMay({[A]: owns}))
  expect(one!.result).toEqual({
    outcome: 'refused',
    code: 'content_shared',
    message: 'Its data is also that of another torrent that you cannot see. Remove it without data.',
  })
  expect(harness.orders).toEqual([])
})

test('a neighbour of uncertain list that the user may not see keeps the data and is not named', async () => {
  const harness = new Harness()
  harness.neighbours.set(B, neighbour(B, {isNeverListed: true}))
  const [one] = await harness.run([key(A, 1)], removeWithData, olgaMay({[A]: owns}))
  expect(one!.result).toMatchObject({
    code: 'content_unknown',
    message: expect.stringMatching(
      /^A server that you cannot see may have something there and has never sent its list/,
    ),
  })
  expect(harness.orders).toEqual([])
})

test('owners that the user may see are named, the others only mentioned', async () => {
  const harness = new Harness()
  harness.shared.set(keyText(key(A, 1)), [key(B, 2), key(A, 2)])
  const message = async (may: Acting) => {
    const [one] = await harness.run([key(A, 1)], removeWithData, may)
    return (one!.result as {message: string}).message
  }
  expect(await message(olgaMay({[A]: owns}))).toBe(
    'Its data is also that of "A2" and another torrent that you cannot see. Remove it without data, or those first.',
  )
  expect(await message(olgaMay({[A]: owns, [B]: sees}))).toBe(
    'Its data is also that of "B2" on B and "A2". Remove it without data, or those first.',
  )
})
