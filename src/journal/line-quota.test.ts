import {beforeEach, expect, test} from 'vitest'
import {asUserId} from '#model/access.ts'
import type {Actor} from '#model/command.ts'
import type {RuleId} from '#model/rule.ts'
import {asServerId} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import type {JournalEntry, JournalPhase} from './entry.ts'
import {LineQuota} from './line-quota.ts'

const [mia, nick, ada] = [asUserId('mia'), asUserId('nick'), asUserId('ada')]
const actorOf = (userId: typeof mia | null): Actor => ({name: 'x', origin: 'user', userId, address: null})
const ofMia = 'of mia' as RuleId
const DAY_MS = 86_400_000

let clock: VirtualClock
let quota: LineQuota
beforeEach(async () => {
  clock = new VirtualClock()
  quota = await LineQuota.open({
    clock,
    store: {read: async () => new Map() as never},
    memberOf: (id) => (id === ada ? null : id),
    ownerOfRule: (id) => (id === ofMia ? mia : null),
    size: {atOnce: 10, perDay: 2},
  })
})

function lines(count: number, by: Partial<JournalEntry>, phase: JournalPhase = 'intended'): JournalEntry[] {
  const about = {
    subject: 'torrent',
    serverId: asServerId('s'),
    hash: null,
    name: 'x',
    verb: 'stop',
    args: {},
  } as const
  return Array.from({length: count}, (_, n) => ({
    id: `${n}`,
    at: 0,
    actor: actorOf(null),
    ...about,
    phase,
    ...by,
  }))
}
const takes = (...given: Parameters<typeof lines>) => {
  const [, , phase] = given
  try {
    quota.take(lines(...given), phase === 'blocked' ? 'verdict' : 'deed')
    return null
  } catch (error) {
    return error
  }
}

test('a member writes so much at once, and then what comes back; nothing of others is taken by it', async () => {
  expect(takes(10, {actor: actorOf(mia)})).toBeNull()
  expect(takes(1, {actor: actorOf(mia)})).toMatchObject({
    code: 'quota_used_up',
    retryAt: clock.now() + DAY_MS / 2,
  })
  expect(takes(10, {actor: actorOf(nick)})).toBeNull()
  await clock.advance(DAY_MS / 2)
  expect(takes(1, {actor: actorOf(mia)})).toBeNull()
})

test('who manages the house, the program and what the file says have no bound', () => {
  for (const by of [{actor: actorOf(ada)}, {actor: actorOf(null)}, {ruleId: 'of the file' as RuleId}])
    expect(takes(1_000, by)).toBeNull()
})

test('what a rule does and says counts for its owner', () => {
  expect(takes(10, {ruleId: ofMia}, 'blocked')).toBeNull()
  expect(takes(1, {actor: actorOf(mia)})).not.toBeNull()
  expect(takes(1, {ruleId: ofMia}, 'blocked')).not.toBeNull()
})

test.each(['sending', 'sent', 'confirmed', 'unconfirmed', 'failed', 'refused', 'undone'] as const)(
  'what was begun is written to its end, and charged: %s',
  (phase) => {
    expect(takes(10, {actor: actorOf(mia)})).toBeNull()
    expect(takes(10, {actor: actorOf(mia)}, phase)).toBeNull()
    expect(takes(1, {actor: actorOf(mia)})).toMatchObject({retryAt: clock.now() + (11 / 2) * DAY_MS})
  },
)

test('of lines of several that are refused together nobody is charged', () => {
  const together = [...lines(6, {actor: actorOf(nick)}), ...lines(11, {actor: actorOf(mia)})]
  expect(takes(1, {actor: actorOf(mia)})).toBeNull()
  expect(() => quota.take(together, 'deed')).toThrow()
  expect(takes(10, {actor: actorOf(nick)})).toBeNull()
  expect(takes(9, {actor: actorOf(mia)})).toBeNull()
})
