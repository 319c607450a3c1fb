import {expect, test} from 'vitest'
import {asUserId} from '#model/access.ts'
import {ServerFault} from '#model/errors.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {asServerId, keyText, type ServerId} from '#model/torrent-key.ts'
import {adviceFor} from './advice.ts'
import {OthersList} from './others-list.ts'
import {memberQuota, Quotas, withHistory} from './quotas.ts'
import {hash, ScriptedServer, withTorrents} from './scripted-server.fixture.ts'

const [A, B, C] = ['A', 'B', 'C'].map(asServerId) as [ServerId, ServerId, ServerId]

/** Servers of two owners, and what is shown of them. */
function world(owners: Map<ServerId, string | null>) {
  const shown = new Map<string, TorrentRecord>()
  const quotas = new Quotas(
    (id) => owners.get(id) ?? null,
    {
      get: (key) => shown.get(keyText(key)) ?? null,
      count: (id) => [...shown.keys()].filter((it) => it.startsWith(`${id}/`)).length,
    },
    {rows: 10, text: 1_000, words: 100, listBytes: 1, answerBytes: 1, shortAnswerBytes: 1},
  )
  const meters = new Map([A, B, C].map((id) => [id, quotas.meter(id)]))
  for (const meter of meters.values()) {
    meter.begin()
    meter.end()
  }
  const report = (id: ServerId, n: number, patch: object = {}): void => {
    const key = {serverId: id, hash: hash(n)}
    meters.get(id)!.row({hash: key.hash, ...patch})
    shown.set(keyText(key), {...shown.get(keyText(key)), ...patch} as TorrentRecord)
  }
  const list = (id: ServerId, count: number, patch: object = {}): void => {
    meters.get(id)!.begin()
    for (let n = 1; n <= count; n++) report(id, n, patch)
    meters.get(id)!.end()
  }
  const drop = (id: ServerId, n: number) => void shown.delete(keyText({serverId: id, hash: hash(n)}))
  return {quotas, meters, report, list, drop}
}

const over = (work: () => void): string | null => {
  try {
    work()
    return null
  } catch (error) {
    return (error as ServerFault).reason
  }
}

test('an owner has so many torrents, whichever of their servers have them; others have their own', () => {
  const {list, report} = world(
    new Map([
      [A, 'ann'],
      [B, 'ann'],
      [C, 'bob'],
    ]),
  )
  list(A, 6)
  list(C, 10)
  expect(over(() => list(B, 4))).toBeNull()
  expect(over(() => report(B, 5))).toBe('over_quota')
  expect(over(() => list(C, 10))).toBeNull()
})

test('servers of the instance are as large as they are', () => {
  const {quotas, list} = world(new Map([[A, null]]))
  expect(over(() => list(A, 500, {name: 'x'.repeat(1_000)}))).toBeNull()
  expect(quotas.of(A)).toBeNull()
})

test('a server that leaves gives back what it had, and who becomes an administrator is held to nothing', () => {
  const owners = new Map<ServerId, string | null>([
    [A, 'ann'],
    [B, 'ann'],
  ])
  const {quotas, list} = world(owners)
  list(A, 9)
  expect(over(() => list(B, 9))).toBe('over_quota')
  quotas.forget(A)
  expect(over(() => list(B, 9))).toBeNull()
  owners.set(B, null)
  expect(over(() => list(B, 90))).toBeNull()
})

test.each([
  ['name', 'x'.repeat(600)],
  ['savePath', `/${'x'.repeat(600)}`],
  ['trackerMessage', 'x'.repeat(600)],
  ['tags', Array.from({length: 60}, (_, n) => `tag-${n}-xxxxx`)],
])('texts count wherever they stand: %s', (field, text) => {
  const {report} = world(new Map([[A, 'ann']]))
  expect(over(() => report(A, 1, {[field]: text}))).toBeNull()
  expect(over(() => report(A, 2, {[field]: text}))).toBe('over_quota')
})

test('a text that changes counts as it is now, piece by piece as well', () => {
  const {report} = world(new Map([[A, 'ann']]))
  for (let n = 0; n < 100; n++) expect(over(() => report(A, 1, {message: 'm'.repeat(300 + n)}))).toBeNull()
  expect(over(() => report(A, 1, {name: 'n'.repeat(300), comment: 'c'.repeat(200)}))).toBeNull()
  expect(over(() => report(A, 1, {createdBy: 'd'.repeat(200)}))).toBe('over_quota')
})

test('what is new in each list counts beside what is still shown of those before', () => {
  const {meters, report} = world(new Map([[A, 'ann']]))
  const rotated = (from: number) => {
    meters.get(A)!.begin()
    for (let n = from; n < from + 3; n++) report(A, n, {name: 'x'.repeat(200)})
    meters.get(A)!.end()
  }
  expect(over(() => rotated(1))).toBeNull()
  expect(over(() => rotated(10))).toBe('over_quota')
})

test('what left is taken off by the next list that has all that is shown', () => {
  const {list, drop} = world(new Map([[A, 'ann']]))
  list(A, 3, {name: 'x'.repeat(300)})
  drop(A, 3)
  list(A, 2, {name: 'x'.repeat(300)})
  expect(over(() => list(A, 3, {name: 'x'.repeat(300)}))).toBeNull()
})

test('what was too much is not counted once it is refused: the next list that is small enough is taken', () => {
  const {list, report} = world(
    new Map([
      [A, 'ann'],
      [B, 'ann'],
    ]),
  )
  list(A, 3, {name: 'x'.repeat(250)})
  for (let n = 0; n < 3; n++) expect(over(() => report(A, 4, {name: 'x'.repeat(400)}))).toBe('over_quota')
  expect(over(() => list(A, 3, {name: 'x'.repeat(250)}))).toBeNull()
  expect(over(() => report(B, 1, {name: 'x'.repeat(200)}))).toBeNull()
  expect(over(() => list(A, 3, {name: 'x'.repeat(200)}))).toBeNull()
})

test('what was sent and never taken counts no more, for this server and for the others of its owner', () => {
  const {meters, report} = world(
    new Map([
      [A, 'ann'],
      [B, 'ann'],
    ]),
  )
  const meter = meters.get(A)!
  for (let list = 0; list < 5; list++) {
    meter.begin()
    for (let n = 1; n <= 4; n++) meter.row({hash: hash(n), name: 'x'.repeat(200)})
    meter.breakOff()
  }
  for (let step = 0; step < 5; step++) {
    meter.row({hash: hash(1), name: 'x'.repeat(700)})
    meter.settle()
  }
  // Of those that were taken before it broke off.
  meter.begin()
  report(A, 1, {name: 'x'.repeat(300)})
  meter.row({hash: hash(2), name: 'x'.repeat(300)})
  meter.breakOff()
  expect(over(() => report(B, 1, {name: 'x'.repeat(701)}))).toBe('over_quota')
  expect(over(() => report(B, 1, {name: 'x'.repeat(700)}))).toBeNull()
})

test('a server that left while it sent its list holds nothing', () => {
  const {quotas, meters, report} = world(
    new Map([
      [A, 'ann'],
      [B, 'ann'],
    ]),
  )
  meters.get(A)!.begin()
  report(A, 1, {name: 'x'.repeat(900)})
  quotas.forget(A)
  meters.get(A)!.breakOff()
  expect(over(() => report(B, 1, {name: 'x'.repeat(900)}))).toBeNull()
})

test('an owner who has too much does not get it by sending it again', async () => {
  const server = withTorrents(90)
  server.owner = 'ann'
  await server.clock.advance(30_000)
  server.members = new Set(Array.from({length: 290}, (_, n) => hash(n + 1)))
  await server.clock.advance(3_600_000)
  expect(server.status).toBe('incompatible:over_quota')
  await server.link.stop()
})

test('a list that breaks off again and again before anything of it is taken fills no bound', async () => {
  const server = ownedBy('ann', 90)
  server.failing = {code: 'server_unreachable', reason: 'connection_reset'}
  server.failAt = 'midList'
  server.failingSteps = 5
  await server.clock.advance(10 * 60_000)
  expect([server.status, server.shownCount]).toEqual(['online:none', 90])
  await server.link.stop()
})

test('another daemon is reported as another one, however often it sends its list, and it fills no bound', async () => {
  const server = ownedBy('ann', 60)
  await server.clock.advance(60_000)
  expect(server.status).toBe('online:none')
  server.restart()
  server.members = new Set(Array.from({length: 60}, (_, n) => hash(n + 1_000)))
  server.link.hurry()
  await server.clock.advance(3_600_000)
  expect([server.status, server.shownCount]).toEqual(['warming:another_server', 60])
  const beside = server.quotas.meter(asServerId('beside'))
  beside.begin()
  expect(over(() => beside.row({hash: hash(1), name: 'x'.repeat(7_000)}))).toBeNull()
  await server.link.stop()
})

/** Nothing of its list is taken before that was whole. */
function ownedBy(owner: string, count: number): ScriptedServer {
  const others = new OthersList({
    holders: () => [],
    count: () => 0,
    addedAt: () => null,
    isRival: () => false,
    keepsAddedAt: true,
  })
  const server = new ScriptedServer({pollSeconds: null, timeoutSeconds: null}, others)
  server.owner = owner
  for (let n = 1; n <= count; n++) server.members.add(hash(n))
  server.link.start()
  return server
}

test('who stops being an administrator with too many is stopped, and goes on once a list is small enough', () => {
  const owners = new Map<ServerId, string | null>([[A, null]])
  const {list} = world(owners)
  list(A, 30)
  owners.set(A, 'ann')
  expect(over(() => list(A, 30))).toBe('over_quota')
  expect(over(() => list(A, 8))).toBeNull()
})

test('categories and tags count though no torrent has them', () => {
  const {meters} = world(new Map([[A, 'ann']]))
  expect(over(() => meters.get(A)!.categories([{name: 'x'.repeat(500), savePath: '/x'}]))).toBeNull()
  expect(over(() => meters.get(A)!.tags(['x'.repeat(500)]))).toBe('over_quota')
})

const tagsFrom = (from: number, count: number) => Array.from({length: count}, (_, n) => `${from + n}`)

test.each([
  ['tags', (n: number) => tagsFrom(10 * n, 10)],
  ['trackerHosts', (n: number) => tagsFrom(10 * n, 10)],
])('different words of all servers of an owner count, and the same one once: %s', (field, of) => {
  const {report} = world(
    new Map([
      [A, 'ann'],
      [B, 'ann'],
      [C, 'bob'],
    ]),
  )
  for (let n = 0; n < 8; n++) expect(over(() => report(A, n, {[field]: of(n)}))).toBeNull()
  for (let n = 0; n < 8; n++) expect(over(() => report(A, n, {[field]: of(1)}))).toBeNull()
  expect(over(() => report(B, 1, {[field]: of(9)}))).toBeNull()
  expect(over(() => report(B, 2, {category: 'films', trackerHost: 'tracker'}))).toBeNull()
  expect(over(() => report(B, 3, {[field]: of(10)}))).toBe('over_quota')
  expect(over(() => report(C, 1, {[field]: of(10)}))).toBeNull()
})

test('declared tags and categories are words, too', () => {
  const {meters} = world(new Map([[A, 'ann']]))
  expect(over(() => meters.get(A)!.tags(tagsFrom(0, 60)))).toBeNull()
  const categories = tagsFrom(100, 41).map((name) => ({name}))
  expect(over(() => meters.get(A)!.categories(categories))).toBe('over_quota')
})

test('a list that names everything otherwise than the last one is heard to its end', () => {
  const {list, meters} = world(new Map([[A, 'ann']]))
  list(A, 2, {tags: tagsFrom(0, 90)})
  expect(over(() => list(A, 2, {tags: tagsFrom(1_000, 90)}))).toBeNull()
  expect(over(() => list(A, 2, {tags: tagsFrom(2_000, 90)}))).toBeNull()
  // Of lists that break off all is kept, so all of it counts: half, as a whole list may bring others.
  const brokenOff = (from: number) => {
    meters.get(A)!.begin()
    try {
      meters.get(A)!.row({hash: hash(1), tags: tagsFrom(from, 90)})
    } finally {
      meters.get(A)!.breakOff()
    }
  }
  expect(over(() => brokenOff(3_000))).toBeNull()
  expect(over(() => brokenOff(4_000))).toBe('over_quota')
  expect(over(() => list(A, 2, {tags: tagsFrom(2_000, 90)}))).toBeNull()
  expect(over(() => brokenOff(5_000))).toBeNull()
})

test('a server over the bound of its owner stops alone, with advice, and nothing that it left out is gone', async () => {
  const server = withTorrents(90)
  server.owner = 'ann'
  await server.clock.advance(30_000)
  expect([server.status, server.shownCount, server.mostBytes]).toEqual(['online:none', 90, 5_000_000])
  server.members = new Set(Array.from({length: 500}, (_, n) => hash(n + 1_000)))
  await server.clock.advance(60_000)
  expect(server.status).toBe('incompatible:over_quota')
  expect(server.link.health.detail).toBe('It has more than 100 torrents.')
  expect(server.frames.filter(({type}) => type === 'abort')).not.toEqual([])
  for (let n = 1; n <= 90; n++)
    expect(server.fleet.hasKey({serverId: server.link.definition.id, hash: hash(n)})).toBe(true)
  // One batch beyond it at most.
  expect(server.shownCount).toBeLessThanOrEqual(300)
  expect(adviceFor('over_quota', 'qbittorrent')).toContain('50,000 torrents')

  const asked = server.steps.length
  await server.clock.advance(9 * 60_000)
  expect(server.steps).toHaveLength(asked)
  server.members = new Set(Array.from({length: 90}, (_, n) => hash(n + 1)))
  await server.clock.advance(15 * 60_000)
  expect(server.status).toBe('online:none')
  await server.link.stop()
})

test('an answer that is too large stops a server with an owner like too many torrents, and no other', async () => {
  for (const [owner, status] of [
    ['ann', 'incompatible:over_quota'],
    [null, 'unreachable:answer_too_large'],
  ] as const) {
    const server = withTorrents(3)
    server.owner = owner
    await server.clock.advance(30_000)
    server.failing = {code: 'answer_invalid', reason: 'answer_too_large'}
    await server.clock.advance(60_000)
    expect(server.status).toBe(status)
    await server.link.stop()
  }
})

test('what members have is shown to people as it is', () => {
  const {rows, text, words} = memberQuota
  expect([rows, text, words]).toEqual([50_000, 64 * 1024 * 1024, 20_000])
})

test('of each member the first 25 servers of the list have a history, of the instance all', () => {
  const cards = [null, 'mia', 'nick', 'ada'].flatMap((owner) =>
    Array.from({length: 30}, (_, n) => ({
      id: asServerId(`${owner} ${n}`),
      ownerId: owner === null ? null : asUserId(owner),
    })),
  )
  const kept = withHistory(cards.toReversed(), cards, (id) => (id === 'ada' ? null : id))
  const countOf = (owner: string) => kept.filter(({id}) => id.startsWith(`${owner} `)).length
  expect(['null', 'mia', 'nick', 'ada'].map(countOf)).toEqual([30, 25, 25, 30])
  expect(kept.some(({id}) => id === 'mia 24')).toBe(true)
  expect(kept.some(({id}) => id === 'mia 25')).toBe(false)
})
