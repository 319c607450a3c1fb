import {expect, test} from 'vitest'
import {endsOf} from '#executor/rule-entry.ts'
import {endOfSaga} from '#executor/saga-runner.ts'
import type {Decision, RuleActionEnded} from '#model/decision.ts'
import {actionKinds, type ActionName, type RuleId} from '#model/rule.ts'
import {asInfoHash, asServerId, keyText} from '#model/torrent-key.ts'
import {ActionEnds} from './action-ends.ts'

const key = {serverId: asServerId('nas'), hash: asInfoHash('a'.repeat(40))!}
const subject = {kind: 'torrent' as const, key: keyText(key), serverId: key.serverId}
const ruleId = 'ratio' as RuleId
const decision = {ruleId, ruleRevision: 3, subject} as unknown as Decision
const NOW = 5_000

const wanted = (action: ActionName) => ({action, params: {}, ...actionKinds[action]})

const end = (more: Partial<RuleActionEnded>): RuleActionEnded => ({
  ...endsOf(decision, wanted('stop')),
  outcome: 'confirmed',
  code: '',
  message: '',
  ...more,
})
const sagaEnd = (action: ActionName, isDone: boolean) =>
  endOfSaga({decision, action: wanted(action)}, '', isDone)

function harness() {
  const world = {
    managers: [] as object[],
    refusals: [] as (object | 'forgotten')[],
    planners: [] as object[],
    removed: [] as number[],
    changed: [] as object[],
    /** Who was called, in order. */
    called: [] as string[],
    logged: [] as string[],
    fails: '',
    looked: Promise.resolve(),
  }
  const call = (name: string, work: () => unknown) => {
    world.called.push(name)
    if (world.fails === name) throw new Error('It fails.')
    work()
  }
  const ends = new ActionEnds({
    clock: {now: () => NOW},
    torrents: {
      removed: (_key, at) => call('memory', () => world.removed.push(at)),
      change: (_key, changes) => call('memory', () => world.changed.push(changes)),
    },
    refusals: {
      take: (it) => call('refusals', () => world.refusals.push(it)),
      hold: (it) => void world.refusals.push({...it, hasBegun: true}),
      forget: () => void world.refusals.push('forgotten'),
    },
    managers: {
      ended: (it) => call('managers', () => world.managers.push(it)),
      lookAgain: (_key, names) => {
        world.called.push(`look ${names.join()}`)
        return world.looked
      },
    },
    wholes: {ended: (it) => call('planners', () => world.planners.push(it))},
    facts: {torrent: (it) => (it.kind === 'torrent' ? key : null)},
    log: {error: (_about, text) => void world.logged.push(text)},
  })
  return {ends, world}
}

test('each end is counted, and followed by managers, explanations and planners', () => {
  const {ends, world} = harness()
  const all = [end({}), end({outcome: 'blocked', code: 'ratio'}), end({})]
  for (const it of all) ends.publish(it)
  expect(ends.counted).toEqual(
    new Map([
      ['confirmed', 2],
      ['blocked', 1],
    ] as const),
  )
  expect(world).toMatchObject({managers: all, refusals: all, planners: all, removed: [], changed: []})
})

test.each(['', 'memory', 'managers', 'refusals', 'planners'])(
  'memory comes first, then managers, refusals and planners, also where one fails: %s',
  (fails) => {
    const {ends, world} = harness()
    world.fails = fails
    ends.publish(end({action: 'remove'}))
    expect(world.called).toEqual(['memory', 'managers', 'refusals', 'planners'])
    expect(world.logged.length).toBe(fails === '' ? 0 : 1)
  },
)

test('what was begun through an Arr is counted when it has ended', () => {
  const {ends, world} = harness()
  ends.publish(end({action: 'failDownload', outcome: 'sent'}))
  expect(ends.counted.size).toBe(0)
  expect(world).toMatchObject({managers: [], refusals: [{outcome: 'sent'}]})
  ends.publish(sagaEnd('failDownload', true))
  expect(ends.counted).toEqual(new Map([['confirmed', 1]]))
  expect(world).toMatchObject({managers: [{ruleId, subject, outcome: 'confirmed'}], removed: [NOW]})
})

test('the end of a saga leaves explanations and planners as they are', () => {
  const {ends, world} = harness()
  ends.publish(sagaEnd('recycle', true))
  expect(world).toMatchObject({refusals: [], planners: [], removed: [NOW]})
})

test('a manager that looked at the files that are left hears before of the end of clearing', async () => {
  const {ends, world} = harness()
  const looked = Promise.withResolvers<void>()
  world.looked = looked.promise
  ends.publish(sagaEnd('extraFiles.recycle', true))
  expect(world.called).toEqual(['look extraFiles.count'])
  looked.reject(new Error('Its thread ended.'))
  await expect.poll(() => world.called).toEqual(['look extraFiles.count', 'managers'])
  expect(world.logged.length).toBe(1)
})

test('the saga whose command it is hears of its end, and no other', async () => {
  const {ends, world} = harness()
  const [mine, over] = [ends.step('s1'), ends.step('s2')]
  over.forget()
  for (const sagaId of ['s1', 's2', 's3']) ends.publish({by: 'step', sagaId, outcome: 'confirmed'})
  expect(await mine.end).toBe('confirmed')
  expect([world.called, ends.counted.size]).toEqual([[], 0])
})

test.each(['failDownload', 'recycle', 'remove', 'removeWithData'] as const)(
  'a torrent that is gone by %s is counted should it come back, and not before that is confirmed',
  (action) => {
    const {ends, world} = harness()
    ends.publish(end({action, outcome: 'unconfirmed'}))
    expect(world.removed).toEqual([])
    ends.publish(end({action}))
    expect(world.removed).toEqual([NOW])
  },
)

test('a saga that gave up failed, and its torrent is still there', () => {
  const {ends, world} = harness()
  ends.publish(sagaEnd('remove', false))
  expect(ends.counted).toEqual(new Map([['failed', 1]]))
  expect(world).toMatchObject({managers: [{outcome: 'failed'}], removed: []})
})

test('that files were left out is remembered once it was sent, and of nothing else', () => {
  const {ends, world} = harness()
  ends.publish(end({action: 'filePriority', outcome: 'refused'}))
  ends.publish(end({action: 'stop'}))
  expect(world.changed).toEqual([])
  ends.publish(end({action: 'filePriority', outcome: 'sent'}))
  ends.publish(end({action: 'filePriority'}))
  expect(world.changed).toEqual([{filteredAt: NOW}, {filteredAt: NOW}])
})

test('a path has no torrent to remember it', () => {
  const {ends, world} = harness()
  ends.publish(end({action: 'recycle', subject: {...subject, kind: 'path'} as never}))
  expect(world.removed).toEqual([])
})

test('why an action waits is kept for explanations until it does not any more', () => {
  const {ends, world} = harness()
  ends.held(decision, wanted('remove'), {code: 'arr_away', message: 'It does not answer.'})
  ends.held(decision, wanted('remove'), null)
  expect(world.refusals).toEqual([
    {
      by: 'rule',
      ruleId,
      ruleRevision: 3,
      subject,
      action: 'remove',
      outcome: 'postponed',
      code: 'arr_away',
      message: 'It does not answer.',
      hasBegun: true,
    },
    'forgotten',
  ])
})
