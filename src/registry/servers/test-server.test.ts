import {describe, expect, test} from 'vitest'
import {objectionTo} from '#clients/outgoing.ts'
import {adviceFor} from '#links/advice.ts'
import {asUserId} from '#model/access.ts'
import {Secret} from '#model/secret.ts'
import type {ServerDefinition} from '#model/server.ts'
import type {ServerTrial} from '#model/services.ts'
import {asServerId} from '#model/torrent-key.ts'
import type {ServerDraft} from './draft.ts'
import {draft} from './drafts.fixture.ts'
import {codeOf, harnessWith, section} from './servers-harness.fixture.ts'
import {ServerTester} from './test-server.ts'

const well: ServerTrial = {
  ok: true,
  latencyMs: 3,
  version: '5.1.0',
  apiVersion: '2.11.4',
  torrents: 7,
  freeSpace: 1_000,
  reason: 'none',
  detail: '',
  advice: '',
}

async function testing() {
  const it = await harnessWith(objectionTo, [section('qBit')])
  const tried: ServerDefinition[] = []
  const tryServer = async (definition: ServerDefinition) => {
    tried.push(definition)
    return well
  }
  const tester = new ServerTester(it.service, tryServer, adviceFor, it.clock)
  return {it, tester, tried}
}

test('a server that is not saved is tried as it would be, and is not saved by that', async () => {
  const {it, tester, tried} = await testing()
  expect(await tester.test(it.as('ann'), null, draft({password: new Secret('p')}))).toEqual({
    ...well,
    known: [],
  })
  expect(tried).toMatchObject([
    {url: 'http://10.0.0.2:8080', password: new Secret('p'), reach: {range: 'guarded', allowed: []}},
  ])
  expect([it.directory.cards().length, await it.entries()]).toEqual([1, []])
})

test('a change is tried with the secrets that are there', async () => {
  const {it, tester, tried} = await testing()
  const {id} = await it.service.create(it.as('ann'), draft({username: 'me', password: new Secret('hunter2')}))
  await tester.test(it.as('ann'), id, {username: 'him'})
  expect(tried).toMatchObject([{username: 'him', password: new Secret('hunter2')}])
  expect(it.directory.former(id)?.definition.username).toBe('me')
})

test('what is tried at another address gets no secret of another user', async () => {
  const {it, tester, tried} = await testing()
  const {id} = await it.service.create(it.as('ann'), draft({username: 'me', password: new Secret('hunter2')}))
  const moved = {address: {url: 'http://10.6.6.6'}}
  expect(await codeOf(tester.test(it.as('ada'), id, moved))).toBe('bad_request')
  expect(await codeOf(tester.test(it.as('bob'), id, moved))).toBe('server_unknown')
  expect(await codeOf(tester.test(it.as('ada'), asServerId('qBit'), moved))).toBe('bad_request')
  expect(tried).toEqual([])
})

describe('a server that is here already', () => {
  const twice = {address: {host: '10.0.0.2', port: 8080, path: '/'}}

  test('is named to who sees it, with other words for the same address, and not to who does not', async () => {
    const {it, tester} = await testing()
    const {id} = await it.service.create(it.as('ann'), draft({name: 'Attic'}))
    const known = async (who: string, change: Partial<ServerDraft>) =>
      (await tester.test(it.as(who), null, draft(change))).known.map(({serverName}) => serverName)
    expect(await known('ann', twice)).toEqual(['Attic'])
    expect(await known('ann', {...twice, address: {url: 'http://10.0.0.2:8081'}})).toEqual([])
    expect(await known('ann', {kind: 'transmission', address: {url: 'http://10.0.0.2:8080'}})).toEqual([])
    // Where it is nobody else has one of his own, unless an administrator says so.
    it.settings.memberAddresses = [{userId: asUserId('bob'), address: '10.0.0.2', port: 8080}]
    expect(await known('bob', twice)).toEqual([])
    await it.service.share(it.as('ann'), id, {
      everyone: null,
      users: [{userId: asUserId('bob'), level: 'view'}],
    })
    expect(await known('bob', twice)).toEqual(['Attic'])
  })

  test('is not its own twin when it is changed', async () => {
    const {it, tester} = await testing()
    const {id} = await it.service.create(it.as('ann'), draft())
    expect((await tester.test(it.as('ann'), id, {username: 'him'})).known).toEqual([])
  })
})

test('servers of the file are tried by administrators alone', async () => {
  const {it, tester, tried} = await testing()
  expect(await codeOf(tester.test(it.as('ada', {scopes: ['manage']}), asServerId('qBit'), {}))).toBe(
    'forbidden',
  )
  expect(await codeOf(tester.test(it.as('ann'), asServerId('qBit'), {}))).toBe('forbidden')
  expect(await codeOf(tester.test(it.as('ada'), asServerId('qBit'), {}))).toBe('done')
  expect(tried).toHaveLength(1)
})

test('who may not add servers tries none', async () => {
  const {it, tester} = await testing()
  expect(await codeOf(tester.test(it.as('vic'), null, draft()))).toBe('forbidden')
})

test('a forbidden address is an answer with advice, and is not connected to', async () => {
  const {it, tester, tried} = await testing()
  const address = {url: 'http://169.254.169.254'}
  expect(await tester.test(it.as('ann'), null, draft({address}))).toMatchObject({
    ok: false,
    reason: 'address_forbidden',
    torrents: null,
    advice: expect.stringContaining('metadata'),
  })
  expect(tried).toEqual([])
})

test('each person tries ten times a minute; the refusal says when there is another try', async () => {
  const {it, tester, tried} = await testing()
  for (let n = 0; n < 10; n++) await tester.test(it.as('ann'), null, draft())
  const refused = tester.test(it.as('ann'), null, draft())
  await expect(refused).rejects.toMatchObject({code: 'too_many_attempts', retryAt: it.clock.now() + 60_000})
  expect(await codeOf(tester.test(it.as('bob'), null, draft()))).toBe('done')
  await it.clock.advance(59_000)
  expect(await codeOf(tester.test(it.as('ann'), null, draft()))).toBe('too_many_attempts')
  await it.clock.advance(1_000)
  expect(await codeOf(tester.test(it.as('ann'), null, draft()))).toBe('done')
  expect(tried).toHaveLength(12)
})

test('a draft that cannot be is no try', async () => {
  const {it, tester} = await testing()
  for (let n = 0; n < 20; n++)
    expect(await codeOf(tester.test(it.as('ann'), null, draft({name: ''})))).toBe('bad_request')
})

test('one person tries three at a time, everybody together eight', async () => {
  const {it} = await testing()
  let [running, most] = [0, 0]
  const ends: (() => void)[] = []
  const tryServer = async () => {
    most = Math.max(most, ++running)
    await new Promise<void>((done) => ends.push(done))
    running--
    return well
  }
  const tester = new ServerTester(it.service, tryServer, adviceFor, it.clock)
  const people = ['ann', 'bob', 'ada', '']
  const tries = people.flatMap((name) =>
    Array.from({length: 3}, () => tester.test(it.as(name), null, draft())),
  )
  expect(await codeOf(tester.test(it.as('ann'), null, draft()))).toBe('too_many_attempts')
  for (let turn = 0; turn < 100; turn++) {
    ends.shift()?.()
    await new Promise((done) => setImmediate(done))
  }
  expect(await Promise.all(tries)).toHaveLength(12)
  expect(most).toBe(8)
  const again = tester.test(it.as('ann'), null, draft())
  ends.shift()?.()
  expect(await codeOf(again)).toBe('done')
})
