import {expect, test} from 'vitest'
import type {ReasonCode} from '#model/decision.ts'
import type {RuleId} from '#model/rule.ts'
import {asInfoHash, asServerId} from '#model/torrent-key.ts'
import type {AuditEntry} from './audit.ts'
import {linesOf, MOST_KEYS} from './day-summary.ts'
import type {JournalDecision} from './decided.ts'

const hashOf = (place: number) => asInfoHash(place.toString(16).padStart(40, '0'))!

function entry(at: number, change: Partial<AuditEntry> = {}): AuditEntry {
  return {
    seq: at,
    id: `entry ${at}`,
    at,
    endedAt: at,
    actor: {name: 'Seeding goals', origin: 'rule', userId: null, address: null},
    subject: 'torrent',
    serverId: asServerId('nas'),
    hash: hashOf(at),
    name: `Torrent ${at}`,
    verb: 'recycle',
    args: {},
    phase: 'confirmed',
    code: null,
    message: null,
    ruleId: 'goals' as RuleId,
    causeId: null,
    decided: because('seedingDone', 100),
    repeated: null,
    ...change,
  }
}
const because = (reason: ReasonCode, bytes: number | null) => ({reason, bytes}) as JournalDecision
const mara = {name: 'Mara', origin: 'user', userId: null, address: null} as const

test('actions of one kind are one line with what they have in common, the kind that happened last first', () => {
  const lines = linesOf([
    entry(1),
    entry(3),
    entry(2, {actor: mara, verb: 'addTorrent', ruleId: null, decided: null, name: 'Fedora 43'}),
    entry(4, {verb: 'failDownload', decided: because('stalled', null)}),
  ])
  expect(lines.map(({kind, count, lastAt}) => [kind, count, lastAt])).toEqual([
    ['given_up', 1, 4],
    ['recycled', 2, 3],
    ['added', 1, 2],
  ])
  expect(lines[1]).toMatchObject({
    actor: 'Seeding goals',
    ruleId: 'goals',
    reason: 'seedingDone',
    bytes: 200,
    names: ['Torrent 3', 'Torrent 1'],
    torrents: [{hash: hashOf(3)}, {hash: hashOf(1)}],
  })
  expect(lines[2]).toMatchObject({actor: 'Mara', ruleId: null, reason: null, names: ['Fedora 43']})
})

test('what a rule removes as it gives a download up is counted once, with that', () => {
  const lines = linesOf([
    entry(1, {verb: 'removeWithData', causeId: 'entry 2'}),
    entry(2, {verb: 'failDownload', decided: because('stalled', null)}),
    entry(3, {verb: 'removeWithData', causeId: 'something else'}),
  ])
  expect(lines.map(({kind, names}) => [kind, names])).toEqual([
    ['removed', ['Torrent 3']],
    ['given_up', ['Torrent 2']],
  ])
})

test('what they do not have in common is not shown, and unknown bytes are never 0', () => {
  const [line] = linesOf([
    entry(1),
    entry(2, {
      ruleId: 'dead' as RuleId,
      actor: {...entry(2).actor, name: 'Unregistered'},
      decided: because('unregistered', null),
    }),
  ])
  expect(line).toMatchObject({count: 2, actor: null, ruleId: null, reason: null, bytes: null})
})

test.each([
  ['a removal by a rule', {verb: 'removeWithData'}, 'removed'],
  ['a removal by a person', {verb: 'removeWithData', actor: mara}, 'deleted'],
  ['whatever failed', {verb: 'stop', phase: 'failed'}, 'failed'],
  ['what a dry run would do', {phase: 'refused', code: 'simulated'}, 'simulated'],
  ['what a guard held', {phase: 'refused', code: 'obligation'}, null],
  ['what was not confirmed', {phase: 'unconfirmed'}, null],
  ['routine', {verb: 'addTags'}, null],
  ['a verb that every object has', {verb: 'constructor'}, null],
] as const)('%s is shown as %s', (_, change, kind) => {
  expect(linesOf([entry(1, change)]).map((line) => line.kind)).toEqual(kind === null ? [] : [kind])
})

test('more torrents than can be undone in one go are not listed', () => {
  const most = Array.from({length: MOST_KEYS}, (_, place) => entry(place + 1))
  expect(linesOf(most)[0]!.torrents).toHaveLength(MOST_KEYS)
  expect(linesOf([...most, entry(MOST_KEYS + 1)])[0]).toMatchObject({count: MOST_KEYS + 1, torrents: null})
})
