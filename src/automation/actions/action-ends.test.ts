import {expect, test} from 'vitest'
import type {Decision, DecisionEnd} from '#model/decision.ts'
import type {RuleId} from '#model/rule.ts'
import {asInfoHash, asServerId, keyText} from '#model/torrent-key.ts'
import {ActionEnds} from './action-ends.ts'

const key = {serverId: asServerId('nas'), hash: asInfoHash('a'.repeat(40))!}
const subject = {kind: 'torrent' as const, key: keyText(key), serverId: key.serverId}
const ruleId = 'ratio' as RuleId
const decision = {ruleId, ruleRevision: 3, subject} as unknown as Decision
const NOW = 5_000

const end = (more: Partial<DecisionEnd>): DecisionEnd => ({
  at: 4_000,
  ruleId,
  ruleRevision: 3,
  subject,
  action: 'stop',
  outcome: 'confirmed',
  code: '',
  message: '',
  ...more,
})

function harness() {
  const world = {
    managers: [] as object[],
    refusals: [] as (object | 'forgotten')[],
    removed: [] as number[],
    changed: [] as object[],
  }
  const ends = new ActionEnds({
    clock: {now: () => NOW},
    torrents: {
      removed: (_key, at) => void world.removed.push(at),
      change: (_key, changes) => void world.changed.push(changes),
    },
    refusals: {
      take: (it) => void world.refusals.push(it),
      forget: () => void world.refusals.push('forgotten'),
    },
    managers: {ended: (it) => void world.managers.push(it)},
    torrent: (it) => (it.kind === 'torrent' ? key : null),
  })
  return {ends, world}
}

test('each end is counted, told to the managers and to whoever listens, and kept where it refused', () => {
  const {ends, world} = harness()
  const heard: DecisionEnd[] = []
  ends.onEnd((it) => heard.push(it))
  const all = [end({}), end({outcome: 'blocked', code: 'ratio'}), end({})]
  for (const it of all) ends.report(it)
  expect(ends.counted).toEqual(
    new Map([
      ['confirmed', 2],
      ['blocked', 1],
    ] as const),
  )
  expect(world).toMatchObject({managers: all, refusals: all, removed: [], changed: []})
  expect(heard).toEqual(all)
})

test('what was begun through an Arr is counted when it has ended', () => {
  const {ends, world} = harness()
  ends.report(end({action: 'failDownload', outcome: 'sent'}))
  expect(ends.counted.size).toBe(0)
  expect(world).toMatchObject({managers: [], refusals: [{outcome: 'sent'}]})
  ends.ended(decision, {action: 'failDownload'}, 'done')
  expect(ends.counted).toEqual(new Map([['confirmed', 1]]))
  expect(world).toMatchObject({managers: [{ruleId, subject, outcome: 'confirmed'}], removed: [NOW]})
})

test.each(['failDownload', 'recycle', 'remove', 'removeWithData'] as const)(
  'a torrent that is gone by %s is counted should it come back, and not before that is confirmed',
  (action) => {
    const {ends, world} = harness()
    ends.report(end({action, outcome: 'unconfirmed'}))
    expect(world.removed).toEqual([])
    ends.report(end({action}))
    expect(world.removed).toEqual([NOW])
  },
)

test('a saga that gave up failed, and its torrent is still there', () => {
  const {ends, world} = harness()
  ends.ended(decision, {action: 'remove'}, 'gave_up')
  expect(ends.counted).toEqual(new Map([['failed', 1]]))
  expect(world).toMatchObject({managers: [{outcome: 'failed'}], removed: []})
})

test('that files were left out is remembered once it was sent, and of nothing else', () => {
  const {ends, world} = harness()
  ends.report(end({action: 'filePriority', outcome: 'refused'}))
  ends.report(end({action: 'stop'}))
  expect(world.changed).toEqual([])
  ends.report(end({action: 'filePriority', outcome: 'sent'}))
  ends.report(end({action: 'filePriority'}))
  expect(world.changed).toEqual([{filteredAt: 4_000}, {filteredAt: 4_000}])
})

test('a path has no torrent to remember it', () => {
  const {ends, world} = harness()
  ends.report(end({action: 'recycle', subject: {...subject, kind: 'path'} as never}))
  expect(world.removed).toEqual([])
})

test('why an action waits is kept for explanations until it does not any more', () => {
  const {ends, world} = harness()
  ends.held(decision, {action: 'remove'}, {code: 'arr_away', message: 'It does not answer.'})
  ends.held(decision, {action: 'remove'}, null)
  expect(world.refusals).toEqual([
    {
      at: NOW,
      ruleId,
      ruleRevision: 3,
      subject,
      action: 'remove',
      outcome: 'postponed',
      code: 'arr_away',
      message: 'It does not answer.',
    },
    'forgotten',
  ])
})
