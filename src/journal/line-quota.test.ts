import {beforeEach, expect, test} from 'vitest'
import {asUserId} from '#model/access.ts'
import type {Actor} from '#model/command.ts'
import type {RuleId} from '#model/rule.ts'
import {asServerId} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import type {JournalEntry, JournalPhase} from './entry.ts'
import {LineQuota} from './line-quota.ts'
import {rowOf} from './rows.ts'

const [mia, nick, ada] = [asUserId('mia'), asUserId('nick'), asUserId('ada')]
const actorOf = (userId: typeof mia | null): Actor => ({name: 'x', origin: 'user', userId, address: null})
const ofMia = 'of mia' as RuleId
const DAY_MS = 86_400_000

let clock: VirtualClock
let quota: LineQuota
beforeEach(async () => {
  clock = new VirtualClock()
  quota = await LineQuota.open(
    {read: async () => new Map() as never},
    clock,
    (id) => (id === ada ? null : id),
    {atOnce: 10, perDay: 2},
  )
  quota.chargeRules((id) => (id === ofMia ? mia : null))
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
    quota.take(lines(...given).map(rowOf), phase === 'blocked' ? 'verdict' : 'action')
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

test('users who manage the instance, the program and what the file says have no bound', () => {
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

test('lines of several that are refused together charge no one', () => {
  const together = [...lines(6, {actor: actorOf(nick)}), ...lines(11, {actor: actorOf(mia)})]
  expect(takes(1, {actor: actorOf(mia)})).toBeNull()
  expect(() => quota.take(together.map(rowOf), 'action')).toThrow()
  expect(takes(10, {actor: actorOf(nick)})).toBeNull()
  expect(takes(9, {actor: actorOf(mia)})).toBeNull()
})

const fits = {actor: actorOf(mia)}
test.each([
  ['one of usual length', {...fits, args: {tags: ['x'.repeat(2_000)]}}, 1],
  ['one of 5 KiB', {...fits, args: {tags: ['x'.repeat(5_000)]}}, 3],
  ['letters of several bytes', {...fits, args: {tags: ['日'.repeat(1_000)]}}, 2],
  ['a long name', {...fits, name: 'x'.repeat(2_048)}, 2],
  ['what is too long to be kept', {...fits, args: {tags: ['x'.repeat(100_000)]}}, 1],
  ['a decision', {...fits, decided: {reason: 'x'.repeat(3_000)} as never}, 2],
])('a line counts once for each 2 KiB that it begins: %s', (_name, by, expected) => {
  expect(takes(1, by)).toBeNull()
  expect(takes(10 - expected, fits)).toBeNull()
  expect(takes(1, fits)).toMatchObject({code: 'quota_used_up'})
})

test('what one member may write at once is less than 1 GiB, however long the lines are', async () => {
  const usual = await LineQuota.open({read: async () => new Map() as never}, clock, (id) => id)
  const tags = Array.from({length: 4}, (_, n) => `${n}${'t'.repeat(4_000)}`)
  const rows = lines(1_000, {actor: actorOf(mia), args: {tags}}).map(rowOf)
  const bytes = Buffer.byteLength(JSON.stringify(rows))
  let written = 0
  expect(() => {
    for (; written < 1024 ** 3; written += bytes) usual.take(rows, 'action')
  }).toThrow(/as much into the journal/)
})
