import {expect, test} from 'vitest'
import {asServerId, type InfoHash} from '#model/torrent-key.ts'
import {OthersList} from './others-list.ts'
import {hash, ScriptedServer} from './scripted-server.fixture.ts'

const theirs = asServerId('theirs')
const AT = 1_700_000_000_000

interface Wishes {
  /** How many torrents the other server has: `hash(1)` and on. */
  readonly count?: number
  readonly keepsAddedAt?: boolean
  readonly isRival?: boolean
  /** When it says that each was added; `null` = it does not know. */
  readonly addedAt?: number | null
  /** Does it list anything yet? */
  readonly isThere?: () => boolean
}

/** A list beside that of another server. */
function beside({
  count = 10,
  keepsAddedAt = true,
  isRival = true,
  addedAt = AT,
  isThere = () => true,
}: Wishes = {}) {
  const has = new Set(Array.from({length: count}, (_, n) => hash(n + 1)))
  return new OthersList({
    holders: (one) => (isThere() && has.has(one) ? [theirs] : []),
    count: () => has.size,
    addedAt: () => addedAt,
    isRival: () => isRival,
    keepsAddedAt,
  })
}

function isTheirs(list: OthersList, hashes: readonly InfoHash[], addedAt: number | null = AT): boolean {
  list.begin()
  for (const one of hashes) list.lists(one, addedAt)
  return list.isTheirs(hashes.length)
}

const from = (first: number, last: number) =>
  Array.from({length: last - first + 1}, (_, n) => hash(first + n))

test('the list of another user is known by most of its torrents and their moments', () => {
  expect(isTheirs(beside(), from(1, 10))).toBe(true)
  expect(isTheirs(beside(), from(1, 10), AT + 1_000)).toBe(true)
  expect(isTheirs(beside(), from(3, 13))).toBe(true)
  expect(isTheirs(beside({count: 1}), from(1, 1))).toBe(true)
})

test('two people who have some of the same torrents have each their own', () => {
  expect(isTheirs(beside(), from(1, 10), AT + 60_000)).toBe(false)
  expect(isTheirs(beside(), from(1, 10), null)).toBe(false)
  expect(isTheirs(beside({addedAt: null}), from(1, 10))).toBe(false)
  expect(isTheirs(beside(), from(6, 15))).toBe(false)
  expect(isTheirs(beside(), from(1, 5))).toBe(false)
  expect(isTheirs(beside(), from(1, 40))).toBe(false)
  expect(isTheirs(beside(), [])).toBe(false)
})

test('where moments prove nothing nearly all have to be the same, and more than a few', () => {
  const keepsAddedAt = false
  expect(isTheirs(beside({keepsAddedAt}), from(1, 10), null)).toBe(true)
  expect(isTheirs(beside({keepsAddedAt}), from(1, 8), null)).toBe(false)
  expect(isTheirs(beside({keepsAddedAt, count: 3}), from(1, 3), null)).toBe(false)
})

test('a server that does not matter, and a list before this one, say nothing', () => {
  expect(isTheirs(beside({isRival: false}), from(1, 10))).toBe(false)
  const list = beside()
  expect([isTheirs(list, from(1, 10)), isTheirs(list, from(20, 30))]).toEqual([true, false])
})

/* ───────────────────────────── a link with such a list ───────────────────────────── */

const pace = {pollSeconds: null, timeoutSeconds: null}

async function linkWith(members: readonly InfoHash[], others: OthersList): Promise<ScriptedServer> {
  const server = new ScriptedServer(pace, others)
  for (const one of members) server.members.add(one)
  server.link.start()
  await server.clock.advance(1)
  return server
}

const others = () => beside({keepsAddedAt: false, count: 300})

test('of a list of another user not one row is taken, nothing is sent to it, and it is left alone', async () => {
  const server = await linkWith(from(1, 300), others())
  expect([server.status, server.link.isOwn]).toEqual(['paused:address_forbidden', false])
  expect(server.frames.some(({type}) => type === 'rows' || type === 'server')).toBe(false)
  expect(server.shownCount).toBe(0)
  const {steps, logins} = server
  await server.clock.advance(3_600_000)
  await server.link.retryNow()
  expect([server.steps.length, server.logins]).toEqual([steps.length, logins])
  await server.link.stop()
})

test('one of the member’s own is taken whole once its list has shown that', async () => {
  const server = await linkWith(from(200, 800), others())
  await server.clock.advance(60_000)
  expect([server.status, server.link.isOwn, server.shownCount]).toEqual(['online:none', true, 601])
  await server.link.stop()
})

test('before its list was whole nothing is sent to it', async () => {
  const server = new ScriptedServer(pace, others())
  const answer = server.hang()
  server.members.add(hash(1000))
  server.link.start()
  await server.clock.advance(1)
  expect([server.logins, server.link.isOwn]).toEqual([1, false])
  answer()
  await server.clock.advance(1)
  expect(server.link.isOwn).toBe(true)
  await server.link.stop()
})

test('a server that became that of another user is left alone, too, however a person answers', async () => {
  const server = await linkWith(from(1000, 1010), others())
  await server.clock.advance(60_000)
  server.members = new Set(from(1, 300))
  server.restart()
  server.link.compareAgain(theirs)
  await server.clock.advance(10_000)
  expect([server.status, server.link.isOwn]).toEqual(['paused:address_forbidden', false])
  server.link.accept()
  await server.clock.advance(60_000)
  expect([server.status, server.link.isOwn]).toEqual(['paused:address_forbidden', false])
  await server.link.stop()
})

test.each([true, false])(
  'a server that turns out to be another user’s while it answers (changes alone: %s) is sent nothing more, and is looked at again',
  async (reportsChanges) => {
    const there = {isNow: false}
    const server = await linkWith(
      from(1, 300),
      beside({keepsAddedAt: false, count: 300, isThere: () => there.isNow}),
    )
    server.reportsChanges = reportsChanges
    await server.clock.advance(60_000)
    expect([server.status, server.link.isOwn]).toEqual(['online:none', true])
    const answer = server.hang()
    while (server.steps.length > 0) server.steps.pop()
    while (server.steps.length === 0) await server.clock.advance(1_000)
    there.isNow = true
    server.link.compareAgain(theirs)
    expect(server.link.isOwn).toBe(false)
    const next = server.hangNext(answer)
    await server.clock.advance(1)
    expect(server.link.isOwn).toBe(false)
    next()
    await server.clock.advance(1)
    expect([server.status, server.link.isOwn]).toEqual(['paused:address_forbidden', false])
    await server.link.stop()
  },
)

test('of a server that it cannot turn out to be it is not asked', async () => {
  const server = await linkWith(from(20, 40), beside({isRival: false}))
  server.reportsChanges = true
  await server.clock.advance(60_000)
  server.steps = []
  server.link.compareAgain(theirs)
  expect(server.link.isOwn).toBe(true)
  await server.clock.advance(60_000)
  expect([server.steps.includes('full'), server.steps.length > 0]).toEqual([false, true])
  await server.link.stop()
})
