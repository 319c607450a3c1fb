import {setImmediate as nextTurn} from 'node:timers/promises'
import {describe, expect, test} from 'vitest'
import {A, B, by, hash, key} from '#executor/executor-harness.fixture.ts'
import type {ArrSituation} from '#executor/guards/rules/decision-guard.ts'
import {asUserId} from '#model/access.ts'
import type {VerdictRecord} from '#model/automation-state.ts'
import type {Decision} from '#model/decision.ts'
import {CommodarrError, QuotaUsedUp} from '#model/errors.ts'
import {factNames, factOf, type FactName} from '#model/fact.ts'
import type {Condition, Rule, RuleId} from '#model/rule.ts'
import {keyText} from '#model/torrent-key.ts'
import {readVerdicts} from '#store/repositories/rule-memory.ts'
import {away} from '#test/automation-state/memory.fixture.ts'
import {queueHarness, r1, wanted} from './rule-action-queue-harness.fixture.ts'

const removal = wanted('removeWithData')

type World = Awaited<ReturnType<typeof queueHarness>>['world']

function edited(rule: Rule | null, more: Partial<Rule>): Rule {
  return {...rule!, ...more}
}

test('live: it is done, charged before, and its end is reported when it is seen', async () => {
  const {queue, decision, verbs, reported, spentIn, seenGone, house: harness} = await queueHarness()
  await queue.take([decision(1, [removal])])
  expect([verbs(), reported(), spentIn()]).toEqual([['removeWithData'], [], 1])
  expect(harness.journal[0]).toMatchObject({
    actor: {name: 'Done', origin: 'rule'},
    phase: 'intended',
    hash: hash(1),
    args: {},
    ruleId: r1,
    isBrief: false,
    decided: {
      ruleRevision: 1,
      mode: 'live',
      reason: 'seedingDone',
      action: 'removeWithData',
      bytes: 1_000,
      evidence: {verdict: 'yes', fact: 'ratio', op: 'gte', threshold: 1, actual: {value: 2}},
      preconditions: [
        {fact: 'category', value: 'films'},
        {fact: 'tags', value: []},
      ],
    },
  })
  seenGone(1)
  await expect.poll(reported).toEqual(['confirmed'])
})

test('what a person brings back from the trash before a rule has sent its removal stays, and is shown there', async () => {
  const {queue, decision, verbs, kept, spentIn, world, house} = await queueHarness()
  // While it is written down.
  house.beforeWriteEnds = () => void (world.mayGo = false)
  await queue.take([decision(1, [removal])])
  expect([verbs(), kept(), spentIn()]).toEqual([[], ['removeWithData 1'], 0])
  expect(house.journal.findLast(({phase}) => phase === 'refused')).toMatchObject({code: 'changed_meanwhile'})
  const aside = wanted('recycle')
  expect(await queue.remove(decision(2, [aside]), aside, 'aside')).toMatchObject({code: 'changed_meanwhile'})
  expect(verbs()).toEqual([])
})

test('off: nothing, not even a line', async () => {
  const {queue, decision, reported, house: harness, world} = await queueHarness()
  world.rule = edited(world.rule, {mode: 'off'})
  await queue.take([decision(1, [removal])])
  expect([reported(), harness.journal, harness.orders]).toEqual([[], [], []])
})

test('S19 simulate: each verdict is one line in the journal, however often it comes; nothing is sent', async () => {
  const {queue, decision, reported, house: harness, world, spentIn} = await queueHarness()
  world.rule = edited(world.rule, {mode: 'simulate'})
  await queue.take([decision(1, [removal]), decision(2, [removal])])
  await queue.take([decision(1, [removal]), decision(2, [wanted('stop')])])
  expect(harness.journal.map(({hash: of, verb, phase, code}) => [of, verb, phase, code])).toEqual([
    [hash(1), 'removeWithData', 'refused', 'simulated'],
    [hash(2), 'removeWithData', 'refused', 'simulated'],
    [hash(2), 'stop', 'refused', 'simulated'],
  ])
  expect([reported().length, harness.orders, spentIn()]).toEqual([4, [], 0])
})

test('what a rule decided while it did less is no more than that once it does more: it decides again', async () => {
  const {queue, decision, ends, house: harness, world, spentIn} = await queueHarness()
  await queue.take([decision(1, [removal], {mode: 'simulate'}), decision(2, [removal], {mode: 'ask'})])
  world.rule = edited(world.rule, {mode: 'ask'})
  await queue.take([decision(3, [removal], {mode: 'simulate'})])
  expect(ends.map(({outcome, message}) => `${outcome} ${message}`)).toEqual([
    'cancelled rule_mode',
    'cancelled rule_mode',
    'cancelled rule_mode',
  ])
  expect([harness.orders, queue.waiting(by).length, spentIn()]).toEqual([[], 0, 0])
})

test('S06 S07 what changed since it was decided is not done: a category, a tag', async () => {
  const {queue, decision, verbs, ends, world, spentIn} = await queueHarness()
  world.refresh = () => (world.facts.category = 'kept')
  await queue.take([decision(1, [removal])])
  world.facts.category = 'films'
  world.refresh = () => Object.assign(world.facts, {tags: ['keep']})
  await queue.take([decision(2, [removal])])
  expect(ends.map(({outcome, message}) => `${outcome} ${message}`)).toEqual([
    'cancelled changed:category',
    'cancelled changed:tags',
  ])
  expect([verbs(), spentIn()]).toEqual([[], 0])
})

/** What its rule looked at, as it was when it was decided. */
const sawAs = (fact: 'content.onOtherServer' | 'media.valid', value: boolean) => ({
  evidence: {
    verdict: 'yes',
    fact,
    op: 'eq',
    threshold: value,
    window: null,
    actual: {value, observedAt: 0, source: 'A'},
  } as Decision['evidence'],
})

test('what a rule looked at is looked at again: as it is decided, and in the moment in which it is sent', async () => {
  const {queue, decision, verbs, ends, world, spentIn} = await queueHarness()
  world.facts['media.valid'] = false
  world.refresh = () => (world.facts['media.valid'] = true)
  await queue.take([decision(1, [removal], sawAs('media.valid', false))])
  world.refresh = () => (world.facts['media.valid'] = false)
  world.lookAgain = () => (world.facts['media.valid'] = true)
  await queue.take([decision(2, [removal], sawAs('media.valid', false))])
  expect(ends.map(({outcome, message}) => `${outcome} ${message}`)).toEqual([
    'cancelled changed:media.valid',
    'cancelled changed:media.valid',
  ])
  expect([verbs(), spentIn()]).toEqual([[], 0])
  world.lookAgain = () => {}
  world.facts['media.valid'] = false
  await queue.take([decision(3, [removal], sawAs('media.valid', false))])
  expect(verbs()).toEqual(['removeWithData'])
})

test('an Arr moves files into its library only where the same guards let them be moved, and nothing is owed', async () => {
  for (const [facts, mode] of [
    [{}, 'move'],
    [{'content.ownersOther': 1}, 'copy'],
    [{'content.ownersOther': undefined}, 'copy'],
    [{'path.mounted': undefined}, 'copy'],
    [{state: 'moving'}, 'copy'],
    [{'obligation.met': 'no'}, 'copy'],
    [{'obligation.met': undefined}, 'copy'],
  ] as const) {
    const {queue, decision, asked, world} = await queueHarness()
    Object.assign(world.facts, {
      'content.ownersOther': 0,
      'path.mounted': true,
      'obligation.met': 'none',
      'arr.id': 'Radarr',
      ...facts,
    })
    await queue.take([decision(1, [{...wanted('arr.import'), params: {mode: 'move'}}])])
    expect(asked, JSON.stringify(facts)).toEqual([`arr.import ${mode}`])
  }
})

test('S06 our own labels, which other rules of the same pass set, are no change', async () => {
  const {queue, decision, ends, verbs, world} = await queueHarness()
  world.refresh = () => Object.assign(world.facts, {tags: ['qBitrr-allowed_seeding', 'qBitrr-imported']})
  await queue.take([decision(1, [removal])])
  expect([verbs(), ends]).toEqual([['removeWithData'], []])
})

describe('S06 a download that comes in', () => {
  const coming = ['downloading', 'stalledDown', 'queuedDown']
  const freed = (bytes: number): Condition => ({fact: 'content.exclusiveBytes', op: 'lt', value: bytes})
  const slow: Condition = {fact: 'downSpeed', op: 'lt', value: 1_000}
  const names: Condition = {fact: 'state', op: 'in', value: coming}
  const upTo = (share: number): Condition => ({all: [names, {fact: 'progress', op: 'lte', value: share}]})
  const of = (state: string): Decision['preconditions'] => [
    {fact: 'state', value: state},
    {fact: 'progress', value: 0.5},
    {fact: 'complete', value: false},
    {fact: 'content.exclusiveBytes', value: 500},
  ]

  for (const [what, when, before, now, end] of [
    ['is further', names, 'downloading', {progress: 0.6}, null],
    ['is further, and its rule asks for nothing of that', null, 'downloading', {progress: 0.6}, null],
    [
      'is further, and stalls for a moment',
      names,
      'downloading',
      {progress: 0.6, state: 'stalledDown'},
      null,
    ],
    ['stood still, and its rule takes either', names, 'stalledDown', {progress: 0.6}, 'changed:progress'],
    [
      'stood still, and comes in, and its rule takes either',
      names,
      'stalledDown',
      {state: 'downloading'},
      'changed:state',
    ],
    [
      'stalls for a moment, of which its rule asks nothing',
      null,
      'downloading',
      {state: 'stalledDown'},
      null,
    ],
    [
      'stalls for a moment, and its rule asks how fast it is',
      slow,
      'downloading',
      {state: 'stalledDown'},
      'changed:state',
    ],
    [
      'stalls for a moment, and its rule takes only what comes in',
      {fact: 'state', op: 'eq', value: 'downloading'},
      'downloading',
      {state: 'stalledDown'},
      'changed:state',
    ],
    ['lost some of it', names, 'downloading', {progress: 0.4}, 'changed:progress'],
    ['has more bytes', null, 'downloading', {'content.exclusiveBytes': 600}, null],
    ['has as many bytes as its rule takes', freed(700), 'downloading', {'content.exclusiveBytes': 600}, null],
    [
      'has more bytes than that',
      freed(600),
      'downloading',
      {'content.exclusiveBytes': 600},
      'changed:content.exclusiveBytes',
    ],
    [
      'has bytes that somebody else uses since',
      null,
      'downloading',
      {'content.exclusiveBytes': 100},
      'changed:content.exclusiveBytes',
    ],
    [
      'stood still, and has more bytes',
      null,
      'stalledDown',
      {'content.exclusiveBytes': 600},
      'changed:content.exclusiveBytes',
    ],
    ['is as far as its rule takes it', upTo(0.6), 'downloading', {progress: 0.6}, null],
    ['is further than that', upTo(0.6), 'downloading', {progress: 0.61}, 'changed:progress'],
    ['is complete', names, 'downloading', {progress: 1, complete: true}, 'changed:progress'],
    ['is stopped by somebody', names, 'downloading', {state: 'stopped'}, 'changed:state'],
    ['stood still, and its rule names no state', null, 'stalledDown', {progress: 0.6}, 'changed:progress'],
    ['stood still, and comes in', null, 'stalledDown', {state: 'downloading'}, 'changed:state'],
    [
      'stood still for a rule that takes only that',
      {fact: 'state', op: 'eq', value: 'stalledDown'},
      'stalledDown',
      {progress: 0.6},
      'changed:progress',
    ],
  ] satisfies readonly (readonly [string, Condition | null, string, object, string | null])[]) {
    for (const moment of ['read again', 'written down'] as const) {
      test(`and ${what} while it is ${moment} ${end === null ? 'goes anyway' : 'stays'}`, async () => {
        const {queue, decision, ends, verbs, house: harness, world} = await queueHarness()
        if (when !== null) world.rule = edited(world.rule, {when})
        Object.assign(world.facts, {
          state: before,
          progress: 0.5,
          complete: false,
          'content.exclusiveBytes': 500,
        })
        const change = () => void Object.assign(world.facts, now)
        if (moment === 'read again') world.refresh = change
        else harness.beforeWriteEnds = change
        await queue.take([decision(1, [wanted('removeWithData')], {preconditions: of(before)})])
        expect(ends.map(({message}) => message)).toEqual(
          end === null ? [] : [expect.stringContaining('changed:')],
        )
        if (end !== null && !('complete' in now)) expect(ends[0]!.message).toBe(end)
        expect(verbs()).toEqual(end === null ? ['removeWithData'] : [])
      })
    }
  }
})

describe('S06 a torrent that seeds', () => {
  const seeding = ['seeding', 'stalledUp', 'queuedUp']
  const names: Condition = {fact: 'state', op: 'in', value: seeding}
  const rests: Condition = {fact: 'state', op: 'eq', value: 'stalledUp'}
  const asking = (fact: FactName): Condition => ({any: [names, {fact, op: 'gt', value: 0}]})
  for (const [what, when, before, now, end] of [
    ['begins to upload, and its rule asks for nothing of that', null, 'stalledUp', 'seeding', null],
    ['uploads no more, and its rule asks for nothing of that', null, 'seeding', 'stalledUp', null],
    ['waits in its queue, and its rule asks for nothing of that', null, 'seeding', 'queuedUp', null],
    ['begins to upload, and its rule takes either', names, 'stalledUp', 'seeding', null],
    ['begins to upload, and its rule takes only what rests', rests, 'stalledUp', 'seeding', 'changed:state'],
    [
      'begins to upload, and its rule takes only what does not',
      {not: rests},
      'seeding',
      'stalledUp',
      'changed:state',
    ],
    ...factNames
      .filter((name) => factOf(name).ofFlow)
      .map(
        (name) =>
          [
            `begins to upload, and its rule asks for ${name}`,
            asking(name),
            'stalledUp',
            'seeding',
            'changed:state',
          ] as const,
      ),
    ['is stopped by somebody', null, 'seeding', 'stopped', 'changed:state'],
    ['is checked by somebody', names, 'seeding', 'checking', 'changed:state'],
    ['misses files', null, 'stalledUp', 'missingFiles', 'changed:state'],
  ] satisfies readonly (readonly [string, Condition | null, string, string, string | null])[]) {
    test(`and ${what} ${end === null ? 'goes anyway' : 'stays'}`, async () => {
      const {queue, decision, ends, verbs, world} = await queueHarness()
      if (when !== null) world.rule = edited(world.rule, {when})
      Object.assign(world.facts, {state: before, progress: 1, complete: true})
      world.refresh = () => void Object.assign(world.facts, {state: now})
      const preconditions = [
        {fact: 'state', value: before},
        {fact: 'complete', value: true},
      ] as const
      await queue.take([decision(1, [wanted('removeWithData')], {preconditions})])
      expect(ends.map(({message}) => message)).toEqual(end === null ? [] : [end])
      expect(verbs()).toEqual(end === null ? ['removeWithData'] : [])
    })
  }
})

for (const [what, complete, end] of [
  ['is whole', true, 'changed:content.exclusiveBytes'],
  ['comes in', false, null],
] as const)
  test(`S06 what ${what}, and frees more since by a name that is gone, ${end === null ? 'goes' : 'stays'}, also after a yes`, async () => {
    const {queue, decision, ends, verbs, world} = await queueHarness()
    Object.assign(world.facts, {complete, 'content.exclusiveBytes': 0})
    world.refresh = () => void Object.assign(world.facts, {'content.exclusiveBytes': 600})
    // It names no state: a person said yes to it, or it was we who stopped it.
    const preconditions = [
      {fact: 'complete', value: complete},
      {fact: 'content.exclusiveBytes', value: 0},
    ] as const
    await queue.take([decision(1, [wanted('removeWithData')], {preconditions})])
    expect(ends.map(({message}) => message)).toEqual(end === null ? [] : [end])
    expect(verbs()).toEqual(end === null ? ['removeWithData'] : [])
  })

test('S06 of all that decisions carry only what moves with time may differ, and that is declared with each fact', () => {
  const declared = Map.groupBy(factNames, (name) => factOf(name).standing)
  expect({further: declared.get('further'), course: declared.get('course')}).toEqual({
    further: ['progress', 'content.exclusiveBytes'],
    course: ['state'],
  })
  // More of it can be told from less.
  expect(declared.get('further')!.every((name) => factOf(name).type === 'number')).toBe(true)
})

test('S06 what changes while it is written down is not sent, and costs nothing', async () => {
  const {queue, decision, ends, house: harness, world, spentIn} = await queueHarness()
  harness.beforeWriteEnds = () => (world.facts.category = 'kept')
  await queue.take([decision(1, [removal])])
  expect(ends[0]).toMatchObject({outcome: 'cancelled', message: 'changed:category'})
  expect([harness.orders, spentIn()]).toEqual([[], 0])
})

test('other owners that turn up while it is written down keep the data', async () => {
  const {queue, decision, ends, house: harness, world} = await queueHarness()
  harness.beforeWriteEnds = () => (world.facts['content.ownersOther'] = 1)
  await queue.take([decision(1, [removal])])
  expect(ends[0]).toMatchObject({outcome: 'cancelled', message: 'changed:content'})
  expect(harness.orders).toEqual([])
})

test('S51 what is not in the library any more in the moment in which its removal is sent stays, and costs nothing', async () => {
  const {queue, decision, ends, house: harness, world, spentIn} = await queueHarness()
  Object.assign(world.facts, {
    'arr.id': 'Radarr',
    'arr.queuePresent': false,
    'arr.importedEvidence': 'history/7',
  })
  world.lookAgain = () => void (world.facts['arr.importedEvidence'] = undefined)
  await queue.take([decision(1, [removal])])
  expect(ends[0]).toMatchObject({outcome: 'cancelled', message: 'changed:import'})
  expect([harness.orders, spentIn()]).toEqual([[], 0])
  world.lookAgain = () => {}
  world.refresh = () => void (world.facts['arr.importedEvidence'] = 'history/7')
  await queue.take([decision(2, [removal])])
  expect(harness.orders).toHaveLength(1)
})

test('S03 nothing is removed while the clock jumps, and it goes on when it has settled', async () => {
  const {queue, decision, base, reported, verbs} = await queueHarness()
  for (const days of [3, -6]) {
    base.clock.jump(days * 24 * 3_600_000)
    await queue.take([decision(1, [removal])])
  }
  expect(verbs()).toEqual([])
  await base.clock.advance(3_600_000)
  await queue.take([decision(1, [removal])])
  expect([verbs(), reported()]).toEqual([['removeWithData'], ['postponed seen_for', 'postponed seen_for']])
})

test('S27 what left the queue of its Arr without a proof is kept, and why is in the journal', async () => {
  const {queue, decision, world, house: harness, reported, kept} = await queueHarness()
  Object.assign(world.facts, {'arr.id': 'Radarr', 'arr.queuePresent': false, 'arr.importedEvidence': null})
  await queue.take([decision(1, [removal]), decision(2, [wanted('recycle')])])
  expect([reported(), harness.orders, kept()]).toEqual([
    ['blocked import_unproven', 'blocked import_unproven'],
    [],
    [],
  ])
  expect(harness.journal[0]).toMatchObject({
    phase: 'blocked',
    code: 'import_unproven',
    message: expect.stringContaining('library'),
    decided: {
      guards: expect.arrayContaining([
        expect.objectContaining({guard: 'import', detail: {fact: 'arr.importedEvidence', wasGrabbed: false}}),
      ]),
    },
  })
})

test('S22 a hard link that was made since it was decided is seen before the command', async () => {
  const {queue, decision, house: harness, ends, world} = await queueHarness()
  const standing = {preconditions: [{fact: 'content.exclusiveBytes', value: 1_000}]} as const
  world.refresh = () => (world.facts['content.exclusiveBytes'] = 0)
  await queue.take([decision(1, [removal], standing)])
  expect(ends[0]).toMatchObject({outcome: 'cancelled', message: 'changed:content.exclusiveBytes'})
  expect(harness.orders).toEqual([])
})

test('S30 what its server does not report any more is no reason to remove', async () => {
  const {queue, decision, house: harness, ends, world} = await queueHarness()
  const elsewhere = {preconditions: [{fact: 'content.onOtherServer', value: true}]} as const
  world.facts['content.onOtherServer'] = undefined
  await queue.take([decision(1, [removal], elsewhere)])
  expect(ends[0]).toMatchObject({outcome: 'cancelled', message: 'changed:content.onOtherServer'})
  expect(harness.orders).toEqual([])
})

test('S10 an edited rule does not go on with what it decided before', async () => {
  const {queue, decision, ends, house: harness, verbs, world} = await queueHarness()
  harness.beforeSent = () => (world.rule = edited(world.rule, {revision: 2}))
  await queue.take([decision(1, [removal]), decision(2, [removal]), decision(3, [removal])])
  expect(verbs()).toEqual(['removeWithData'])
  expect(ends.map(({message}) => message)).toEqual(['rule_revision', 'rule_revision'])
})

test('where others need the data the torrent goes alone', async () => {
  const {queue, decision, verbs, world} = await queueHarness()
  world.facts['content.ownersOther'] = 1
  await queue.take([decision(1, [removal])])
  expect(verbs()).toEqual(['remove'])
})

test('S19 over the share of a server the rule is suspended with its reason, until a user looked', async () => {
  const {queue, decision, verbs, reported, world, memory, base} = await queueHarness()
  world.facts['server.population'] = 10
  const spend = (n: number) => ({
    id: `${n}`,
    at: 0,
    ruleId: r1,
    serverId: A,
    trackers: [],
    folder: null,
    bytes: 1,
  })
  for (const n of [1, 2, 3]) await memory.spent.spend(spend(n))
  await queue.take([decision(1, [removal]), decision(2, [removal])])
  expect([verbs(), reported()]).toEqual([[], ['suspended max_share', 'suspended maxShare']])
  expect(memory.suspensions.of(r1)).toMatchObject({
    reason: 'maxShare',
    revision: 1,
    detail: {done: 3, most: 3},
  })
  // What it did was looked at: so many more are allowed, and no more than that.
  await memory.suspensions.lift(r1)
  await base.clock.advance(1_000)
  await queue.take([1, 2, 3, 4].map((n) => decision(n, [removal])))
  expect(verbs()).toEqual(Array(3).fill('removeWithData'))
  expect(reported().at(-1)).toBe('suspended max_share')
})

test('S19 removals of a day count for all rules of the instance, and those on a member’s server for theirs', async () => {
  const {queue, decision, verbs, reported, world, memory} = await queueHarness()
  const spend = (n: number) => ({
    id: `${n}`,
    at: 0,
    ruleId: null,
    serverId: B,
    trackers: [],
    folder: null,
    bytes: 1,
  })
  for (let n = 0; n < 200; n++) memory.spent.reserve(spend(n))
  await queue.take([decision(1, [removal])])
  expect([verbs(), reported()]).toEqual([[], ['postponed max_per_day_of_all']])
  world.ofMembers.set(B, asUserId('bo'))
  await queue.take([decision(1, [removal])])
  expect(verbs()).toEqual(['removeWithData'])
})

test('S19 a suspension is one line, whatever was under way, and the next suspension another', async () => {
  const {queue, decision, house: harness, memory, base} = await queueHarness()
  const suspend = () =>
    memory.suspensions.suspend({
      ruleId: r1,
      revision: 1,
      at: base.clock.now(),
      reason: 'maxShare',
      detail: {},
    })
  const run = async () => {
    const taken = queue.take([1, 2, 3].map((n) => decision(n, [removal])))
    await suspend()
    await taken
  }
  const lines = () =>
    harness.journal.filter(({code}) => code === 'maxShare').map(({phase, verb}) => `${phase} ${verb}`)
  await run()
  expect(lines()).toEqual(['blocked removeWithData'])
  await memory.suspensions.lift(r1)
  await base.clock.advance(1_000)
  await run()
  expect(lines()).toEqual(['blocked removeWithData', 'blocked removeWithData'])
})

test('what is kept from happening is written with the name of its torrent', async () => {
  const {queue, decision, house: harness, world} = await queueHarness()
  Object.assign(world.facts, {name: 'Some.Film.2020', tags: ['keep']})
  await queue.take([decision(1, [removal], {preconditions: []})])
  expect(harness.journal.map(({phase, hash: of, name}) => [phase, of, name])).toEqual([
    ['blocked', hash(1), 'Some.Film.2020'],
  ])
})

test('over the budget of a run it waits; the next run goes on', async () => {
  const {queue, decision, verbs, reported, world} = await queueHarness()
  world.rule = edited(world.rule, {guards: {maxPerRun: 1}})
  await queue.take([decision(1, [removal]), decision(2, [removal])])
  expect([verbs().length, reported()]).toEqual([1, ['postponed max_per_run']])
  await queue.take([decision(2, [removal])])
  expect(verbs().length).toBe(2)
})

test('what a glance says no to is not read again, however often it is wanted: budgets, pauses, what is busy', async () => {
  const {
    queue,
    decision,
    reported,
    world,
    verbs,
    memory,
    house: harness,
    base,
    seenGone,
  } = await queueHarness()
  world.rule = edited(world.rule, {guards: {maxPerRun: 1}})
  const all = [1, 2, 3].map((n) => decision(n, [removal]))
  await queue.take(all)
  expect([verbs().length, world.reads]).toEqual([1, 1])
  expect(reported()).toEqual(['postponed max_per_run', 'postponed max_per_run'])
  // Its end is not known: it is not asked for again either.
  await queue.take(all.slice(0, 1))
  expect([reported().at(-1), world.reads]).toEqual(['postponed outstanding', 1])
  seenGone(1)
  for (const [facts, why] of [
    [{state: 'moving'}, 'postponed busy'],
    [{state: 'seeding', tags: ['keep']}, 'blocked kept'],
    [{tags: [], 'server.status': 'unreachable'}, 'postponed server_not_online'],
  ] as const) {
    Object.assign(world.facts, facts)
    await queue.take([decision(2, [removal], {preconditions: []})])
    expect(reported().at(-1)).toBe(why)
  }
  Object.assign(world.facts, {'server.status': 'online'})
  for (const n of [2, 3])
    harness.answers.set(hash(n), {outcome: 'failed', code: 'command_refused', message: 'No.'})
  await memory.suspensions.suspend({ruleId: r1, revision: 1, at: base.clock.now(), reason: 'x', detail: {}})
  await queue.take(all.slice(1))
  expect([reported().at(-1), world.reads, verbs().length]).toEqual(['suspended x', 1, 1])
})

test('what a look may still forbid is read before it is done: other owners, a proof, a disk', async () => {
  const {queue, decision, reported, world, house: harness} = await queueHarness()
  for (const [facts, why] of [
    [{'content.ownersOther': undefined}, 'postponed owners_unknown'],
    [{'content.ownersOther': 0, 'path.mounted': false}, 'blocked disk_missing'],
    [
      {'path.mounted': true, 'arr.id': 'R', 'arr.queuePresent': false, 'arr.importedEvidence': null},
      'blocked import_unproven',
    ],
  ] as const) {
    const before = world.reads
    Object.assign(world.facts, facts)
    await queue.take([decision(1, [removal])])
    expect([reported().at(-1), world.reads - before]).toEqual([why, 1])
  }
  expect(harness.orders).toEqual([])
})

test('what was put off after a server or an Arr was asked says so: it costs to try it again', async () => {
  const {queue, decision, ends, reported, world} = await queueHarness()
  world.facts['content.ownersOther'] = undefined
  await queue.take([decision(1, [removal])])
  world.refresh = () => {
    throw new CommodarrError('server_unreachable', 'It does not answer.')
  }
  await queue.take([decision(2, [removal])])
  world.facts['server.status'] = 'unreachable'
  await queue.take([decision(3, [removal])])
  expect(reported()).toEqual([
    'postponed owners_unknown',
    'postponed server_unreachable',
    'postponed server_not_online',
  ])
  expect(ends.map(({isCostly}) => isCostly)).toEqual([true, true, undefined])
})

test('a budget that cannot be written down is not spent: nothing is sent', async () => {
  const {queue, decision, house: harness, base, reported} = await queueHarness()
  base.setFault(away)
  await queue.take([decision(1, [removal])])
  expect([harness.orders, reported()]).toEqual([[], ['failed storage_unavailable']])
})

test('S11 a removal without an answer is sent once, until it is known what became of it', async () => {
  const {queue, decision, house: harness, verbs, reported, spentIn} = await queueHarness()
  harness.answers.set(hash(1), {outcome: 'unconfirmed', code: 'unconfirmed', message: 'No answer.'})
  await queue.take([decision(1, [removal])])
  await queue.take([decision(1, [removal])])
  expect([verbs(), reported(), spentIn()]).toEqual([['removeWithData'], ['postponed outstanding'], 1])
  harness.settle({id: harness.journal[0]!.id, key: key(A, 1), outcome: 'removed'})
  await expect.poll(() => reported().at(-1)).toBe('confirmed')
})

test('what a person removed, and had no answer, is not removed by a rule before it is known what became of it', async () => {
  const {queue, decision, house: harness, verbs, reported, kept} = await queueHarness()
  harness.removals.start()
  harness.answers.set(hash(1), {outcome: 'unconfirmed', code: 'unconfirmed', message: 'No answer.'})
  await harness.run([key(A, 1)], {verb: 'remove', args: {}})
  harness.answers.clear()
  await queue.take([decision(1, [removal])])
  expect([verbs(), reported(), kept()]).toEqual([['remove'], ['postponed outstanding'], []])
  await harness.clock.advance(70_000)
  await queue.take([decision(1, [removal])])
  expect(verbs()).toEqual(['remove', 'removeWithData'])
})

test('before something is held back for what is red in its Arr, that has checked itself again', async () => {
  const {queue, decision, reported, world, verbs} = await queueHarness()
  const red = {source: 'RemotePathMappingCheck', holds: 'removals'} as const
  const situation = (checks: ArrSituation['checks']) => ({
    checks,
    unseen: null,
    taken: null,
    fileWork: [],
    isOthers: false,
  })
  world.arrSituation = situation([red])
  let checked = 0
  world.arrChecked = () => void checked++
  await queue.take([decision(1, [removal])])
  expect([reported(), checked, world.reads]).toEqual([['postponed arr_unwell'], 1, 0])
  world.arrChecked = () => (world.arrSituation = situation([]))
  await queue.take([decision(1, [removal])])
  expect(verbs()).toEqual(['removeWithData'])
})

test('S55 what a check found gone is neither removed nor started by a rule, only stopped, and goes when a person decided', async () => {
  const {queue, decision, world, verbs, reported} = await queueHarness()
  world.lostInCheck = {isOwn: true, before: 1_000, found: 0, place: '/srv/films'}
  await queue.take([decision(1, [removal]), decision(2, [wanted('start')])])
  expect([verbs(), reported()]).toEqual([[], ['blocked lost_in_check', 'blocked lost_in_check']])
  await queue.take([decision(3, [wanted('stop')])])
  expect(verbs()).toEqual(['stop'])
  world.lostInCheck = null
  await queue.take([decision(1, [removal])])
  expect(verbs()).toEqual(['stop', 'removeWithData'])
})

test('S58 while the configuration lacks protections rules remove nothing, also when it is cut in the moment of sending', async () => {
  const {queue, decision, house: harness, world, verbs, reported} = await queueHarness()
  world.lostSettings = 2
  await queue.take([decision(1, [removal]), decision(2, [wanted('stop')])])
  expect([verbs(), reported()]).toEqual([['stop'], ['postponed lost_settings']])
  world.lostSettings = 0
  harness.beforeWriteEnds = () => void (world.lostSettings = 1)
  await queue.take([decision(1, [removal])])
  expect(verbs()).toEqual(['stop'])
  harness.beforeWriteEnds = () => {}
  world.lostSettings = 0
  await queue.take([decision(1, [removal])])
  expect(verbs()).toEqual(['stop', 'removeWithData'])
})

test('what the server refuses stops the actions behind it; three faults and its server is left alone', async () => {
  const {queue, decision, house: harness, verbs, reported} = await queueHarness()
  for (const n of [1, 2, 3])
    harness.answers.set(hash(n), {outcome: 'failed', code: 'command_refused', message: 'No.'})
  await queue.take([1, 2, 3].map((n) => decision(n, [wanted('stop'), removal])))
  expect(verbs()).toEqual(['stop', 'stop', 'stop'])
  await queue.take([decision(4, [wanted('stop')])])
  expect(reported().at(-1)).toBe('postponed failures')
})

test('what a server refused is tried again ever later, and as before when it was taken', async () => {
  const {queue, decision, house: harness, verbs, reported, base} = await queueHarness()
  harness.answers.set(hash(1), {outcome: 'failed', code: 'command_refused', message: 'No.'})
  const tries = async (hours: number) => {
    const before = verbs().length
    for (let tenth = 0; tenth < hours * 6; tenth++) {
      await queue.take([decision(1, [wanted('stop')])])
      await base.clock.advance(600_000)
    }
    return verbs().length - before
  }
  expect(await tries(1)).toBe(1)
  expect(reported().at(-1)).toBe('postponed refused_lately')
  // After one, three, seven and fifteen hours; then once a day.
  expect([await tries(7), await tries(8), await tries(48)]).toEqual([3, 1, 2])
  harness.answers.clear()
  await base.clock.advance(24 * 3_600_000)
  expect(await tries(30)).toBeGreaterThan(100)
})

test('what a rule changed itself does not speak against its next action', async () => {
  const {queue, decision, house: harness, verbs, world} = await queueHarness()
  harness.beforeSent = () => (world.facts.tags = ['done'])
  await queue.take([decision(1, [wanted('tag', {names: ['done']}), wanted('stop')])])
  expect(verbs()).toEqual(['addTags', 'stop'])
})

test('what an Arr does goes to it; what is done to paths is not done to a torrent', async () => {
  const {queue, decision, asked, ends} = await queueHarness()
  await queue.take([decision(1, [wanted('arr.search')]), decision(2, [wanted('orphan.delete')])])
  expect(asked).toEqual(['arr.search'])
  expect(ends.map(({outcome, code, message}) => [outcome, code, message])).toEqual([
    ['sent', '', ''],
    ['refused', 'not_supported', 'It is about no path.'],
  ])
})

test('what is behind a copy waits until it is there, and is not done where it cannot be', async () => {
  const {queue, decision, verbs, reported, house: harness, world} = await queueHarness()
  const copies = () =>
    queue.take([decision(1, [wanted('copyTo', {server: 'B'}), wanted('tag', {names: ['a']})])])
  world.copying = {is: 'underWay', message: 'It is being copied to B.'}
  await copies()
  expect([verbs(), reported(), harness.journal]).toEqual([[], ['postponed copying'], []])
  world.copying = {is: 'not', outcome: {outcome: 'refused', code: 'forbidden', message: 'Not there.'}}
  await copies()
  expect([verbs(), reported().at(-1), harness.journal.at(-1)?.message]).toEqual([
    [],
    'refused forbidden',
    'Not there.',
  ])
  world.copying = {is: 'there', seedsOn: true}
  await copies()
  expect(verbs()).toEqual(['addTags'])
})

test('a copy to a server that is away is refused for that server, and its own one is not called away', async () => {
  const {queue, decision, reported, house: harness, world} = await queueHarness()
  const away = {outcome: 'refused', code: 'server_not_online', message: 'B is not online.'} as const
  world.copying = {is: 'not', outcome: away}
  await queue.take([decision(1, [wanted('copyTo', {server: 'B'})])])
  expect(reported()).toEqual(['refused server_not_online'])
  expect(harness.journal.map(({message}) => message)).toEqual(['B is not online.'])
})

test('an action that looks into its torrent waits when the server goes away meanwhile', async () => {
  const {queue, decision, verbs, reported, world} = await queueHarness()
  const removes = () => queue.take([decision(1, [wanted('tracker.remove', {hosts: ['a.example']})])])
  world.trackersFault = new CommodarrError('server_not_online', 'A is not online.')
  await removes()
  world.trackersFault = new CommodarrError('not_supported', 'It has none.')
  await removes()
  expect([verbs(), reported()]).toEqual([[], ['postponed server_not_online', 'refused not_supported']])
  world.trackersFault = null
  await removes()
  expect(verbs()).toEqual(['removeTrackers'])
})

test('an effect that is seen before the answer is reported before what its rule wants next', async () => {
  const {queue, decision, reported, house: harness, world} = await queueHarness()
  harness.beforeSent = () => {
    harness.settle({id: harness.expected[0]!.split(' ')[1]!, key: key(A, 1), outcome: 'confirmed'})
    world.facts.state = 'moving'
  }
  // The line of the effect takes its time on the disk.
  const disk = Promise.withResolvers<void>()
  harness.alsoWrite = async ([entry]) => {
    if (entry?.phase === 'confirmed') await disk.promise
  }
  const taken = queue.take([decision(1, [wanted('stop'), removal])])
  for (let turns = 0; turns < 50; turns++) await nextTurn()
  expect(reported()).toEqual([])
  disk.resolve()
  await taken
  expect(reported()).toEqual(['confirmed', 'postponed busy'])
})

test('a program that failed is reported once', async () => {
  const {queue, decision, reported, world} = await queueHarness()
  world.ran = {code: 3, output: 'disk full', ended: null}
  await queue.take([decision(1, [wanted('exec', {program: 'tidy'})])])
  expect(reported()).toEqual(['failed program_failed'])
})

test('a try that wrote a line rests longer than what was only looked at', async () => {
  const {queue, decision, ends, house: harness, world} = await queueHarness()
  harness.answers.set(hash(1), {outcome: 'failed', code: 'command_refused', message: 'No.'})
  await queue.take([decision(1, [wanted('tag', {names: ['a']})])])
  world.facts.state = 'moving'
  await queue.take([decision(2, [removal])])
  expect(ends.map(({outcome, isCostly}) => [outcome, isCostly])).toEqual([
    ['failed', true],
    ['postponed', undefined],
  ])
})

test('what is checked, or not yet believed, is not copied', async () => {
  const {queue, decision, reported, world} = await queueHarness()
  const copies = () => queue.take([decision(1, [wanted('copyTo', {server: 'B'})])])
  world.facts.state = 'checking'
  await copies()
  Object.assign(world.facts, {state: 'seeding', 'server.status': 'warming'})
  await copies()
  expect(reported()).toEqual(['postponed busy', 'postponed server_not_online'])
})

test('what is removed is kept first; what is not removed after all is not; what cannot be kept stays', async () => {
  const {queue, decision, verbs, reported, kept, house: harness, world, spentIn} = await queueHarness()
  harness.answers.set(hash(2), {outcome: 'failed', code: 'command_refused', message: 'No.'})
  await queue.take([decision(1, [removal]), decision(2, [wanted('remove')])])
  expect([kept(), spentIn()]).toEqual([['removeWithData 1'], 2])
  world.keepFault = new CommodarrError('server_unreachable', 'It does not answer.')
  await queue.take([decision(3, [removal])])
  expect([verbs(), reported().at(-1), spentIn()]).toEqual([
    ['removeWithData', 'remove'],
    'postponed server_unreachable',
    2,
  ])
})

test('recycled through its own steps; where others need the data the torrent goes alone; refused with the reason', async () => {
  const {queue, decision, verbs, reported, kept, world, ends} = await queueHarness()
  const recycling = wanted('recycle')
  await queue.take([decision(1, [recycling])])
  expect([verbs(), reported()]).toEqual([[], []])
  world.recycling = {outcome: 'refused', code: 'not_supported', message: 'No folders are mapped.'}
  await queue.take([decision(2, [recycling])])
  expect(ends).toMatchObject([{outcome: 'refused', message: 'No folders are mapped.'}])
  world.facts['content.ownersOther'] = 1
  await queue.take([decision(3, [recycling])])
  expect([verbs(), kept()]).toEqual([['remove'], ['remove 3']])
})

test('B.7 a folder is cleared through its own steps and counted; where others need it, it stays and costs nothing', async () => {
  const {queue, decision, verbs, reported, world, ends, spentIn} = await queueHarness()
  const clearing = wanted('extraFiles.recycle', {set: 'Radarr'})
  await queue.take([decision(1, [clearing])])
  expect([reported(), spentIn()]).toEqual([[], 1])
  world.clearing = {outcome: 'refused', code: 'not_supported', message: 'There is none.'}
  await queue.take([decision(2, [clearing])])
  expect([ends.at(-1)?.message, spentIn()]).toEqual(['There is none.', 1])
  world.facts['content.ownersOther'] = 1
  await queue.take([decision(3, [clearing])])
  expect([reported().at(-1), spentIn(), verbs()]).toEqual(['blocked other_owners', 1, []])
})

test('what comes back is asked about by a rule that acts, once; with a yes it is done', async () => {
  const {queue, decision, reported, asked, world, house: harness} = await queueHarness()
  world.facts['wasComplete'] = false
  const giveUp = wanted('failDownload')
  world.facts['memory.timesRemoved'] = 3
  const stalled = () => decision(1, [giveUp], {reason: 'stalled'})
  await queue.take([stalled()])
  await queue.take([stalled()])
  expect(reported()).toEqual(['waiting', 'blocked comes_back', 'blocked comes_back'])
  expect(harness.journal.map(({phase, code}) => [phase, code])).toEqual([
    ['waiting', undefined],
    ['blocked', 'comes_back'],
  ])
  expect(asked).toEqual([])
  const [question, ...others] = queue.waiting(by)
  expect(others).toEqual([])
  await queue.approve(by, question!.id)
  expect([asked, queue.waiting(by)]).toEqual([['failDownload'], []])
})

test('a user who said yes to what comes back is not asked again by the last look before its Arr is asked', async () => {
  const {queue, decision, world} = await queueHarness()
  const giveUp = wanted('failDownload')
  world.facts['memory.timesRemoved'] = 3
  const look = (mode: Decision['mode']) => queue.lastLook(decision(1, [giveUp], {mode}), giveUp)
  expect(await look('live')).toMatchObject({is: 'later', why: {code: 'comes_back'}})
  expect(await look('ask')).toEqual({is: 'wanted'})
  world.facts['tags'] = ['keep']
  expect(await look('ask')).toMatchObject({is: 'over'})
})

test.each([
  ['acts', 'live'],
  ['asks', 'ask'],
] as const)(
  'what a yes began, and what takes hours, a rule that %s does not ask about again',
  async (_, mode) => {
    const {queue, decision, reported, world, house: harness} = await queueHarness()
    world.rule = {...world.rule!, mode}
    world.facts['memory.timesRemoved'] = 3
    world.isBegun = true
    await queue.take([decision(1, [wanted('failDownload')], {mode})])
    expect([reported(), queue.waiting(by), harness.journal]).toEqual([[], [], []])
    world.isBegun = false
    await queue.take([decision(1, [wanted('failDownload')], {mode})])
    expect(queue.waiting(by)).toHaveLength(1)
  },
)

test('what its Arr blocklisted and what came in then is asked about once, and goes after a yes although no rule wants it', async () => {
  const {queue, decision, reported, world, house: harness, asked} = await queueHarness()
  const giveUp = wanted('failDownload')
  const stalled = (n: number, complete: boolean, reason: Decision['reason'] = 'stalled') => {
    const {preconditions} = decision(n, [])
    const of = [
      ...preconditions,
      {fact: 'complete', value: complete},
      {fact: 'arr.tracked', value: 'downloading'},
    ]
    const trace = {verdict: 'yes', fact: 'sinceActivity', op: 'gte', threshold: 900, window: null} as const
    const besides = [{...trace, actual: {value: 1_000, observedAt: 1, source: 'A'}}] as const
    return decision(n, [giveUp], {reason, besides, preconditions: of as Decision['preconditions']})
  }
  Object.assign(world, {outcome: 'no'})
  world.facts.complete = false
  await queue.askOfCameIn(stalled(1, false), giveUp, 'saga')
  world.facts.complete = true
  await queue.askOfCameIn(stalled(1, true), giveUp, 'saga')
  await queue.askOfCameIn(stalled(1, false, 'nothingWanted'), giveUp, 'saga')
  expect(queue.waiting(by)).toEqual([])
  for (const n of [1, 1, 2]) await queue.askOfCameIn(stalled(n, false), giveUp, 'saga')
  const [first, second, ...others] = queue.waiting(by)
  expect([others, reported()]).toEqual([[], ['waiting', 'waiting']])
  expect(first!.decision).toMatchObject({
    actions: [giveUp],
    evidence: {fact: 'complete', actual: {value: true}},
  })
  expect(harness.journal.find(({phase}) => phase === 'waiting')).toMatchObject({
    verb: 'failDownload',
    causeId: 'saga',
    message: expect.stringContaining('now all of it is there'),
  })
  // What its rule saw then is no reason any more, and that it wants it no more is none against it.
  expect(first!.decision.besides).toBeUndefined()
  expect(await queue.lastLook(first!.decision, giveUp)).toEqual({is: 'wanted'})
  await queue.approve(by, first!.id)
  expect(asked).toEqual(['failDownload'])
  await queue.decline(by, second!.id)
  await queue.askOfCameIn(stalled(2, false), giveUp, 'saga')
  expect([asked.length, queue.waiting(by), reported().at(-1)]).toEqual([1, [], 'declined'])
})

test('a yes to what came in is evaluated like any other: what is kept by then stays, and what has to wait is tried again', async () => {
  const {queue, decision, world, asked, reported, base} = await queueHarness()
  const giveUp = wanted('failDownload')
  const of: Decision['preconditions'] = [{fact: 'complete', value: false}]
  const stalled = (n: number) => decision(n, [giveUp], {reason: 'stalled', preconditions: of})
  Object.assign(world, {outcome: 'no'})
  Object.assign(world.facts, {complete: true})
  for (const n of [1, 2]) await queue.askOfCameIn(stalled(n), giveUp, 'saga')
  const [first, second] = queue.waiting(by)
  world.facts.tags = ['keep']
  await queue.approve(by, first!.id)
  expect([asked, reported().at(-1)]).toEqual([[], 'blocked kept'])
  world.facts.tags = []
  world.facts.state = 'checking'
  await queue.approve(by, second!.id)
  expect([asked, reported().at(-1)]).toEqual([[], 'postponed busy'])
  world.facts.state = 'seeding'
  queue.start()
  await base.clock.advance(61_000)
  expect(asked).toEqual(['failDownload'])
  await queue.stop()
})

test('ask: a person decides, once, and it is evaluated again then', async () => {
  const {queue, decision, verbs, reported, world, house: harness} = await queueHarness()
  world.rule = edited(world.rule, {mode: 'ask'})
  await queue.take([decision(1, [removal]), decision(2, [removal])])
  await queue.take([decision(1, [removal])])
  const [first, second] = queue.waiting(by)
  expect([verbs(), reported(), queue.waiting(by).length]).toEqual([[], ['waiting', 'waiting'], 2])
  await queue.approve(by, first!.id)
  world.facts.category = 'kept'
  await queue.approve(by, second!.id)
  expect([verbs(), reported().at(-1)]).toEqual([['removeWithData'], 'cancelled changed_meanwhile'])
  await expect(queue.approve(by, first!.id)).rejects.toMatchObject({code: 'action_unknown'})
  const of = harness.journal.filter(({id}) => id === first!.id)
  expect(of.map(({phase, actor}) => [phase, actor.name])).toEqual([
    ['waiting', 'Done'],
    ['approved', 'test'],
  ])
  // What came of it names the question.
  expect(harness.journal.filter(({causeId}) => causeId === first!.id).map(({phase}) => phase)).toEqual([
    'intended',
    'sending',
    'sent',
  ])
})

test('ask: declined or not answered, it is not asked again for a day', async () => {
  const {queue, decision, verbs, reported, world, base, house: harness} = await queueHarness()
  world.rule = edited(world.rule, {mode: 'ask'})
  await queue.take([decision(1, [removal]), decision(2, [removal])])
  await queue.decline(by, queue.waiting(by)[0]!.id)
  await queue.take([decision(1, [removal])])
  expect([queue.waiting(by).length, reported().at(-1)]).toEqual([1, 'declined'])
  await base.clock.advance(24 * 3_600_000)
  expect([queue.waiting(by), reported().at(-1), harness.journal.at(-1)!.phase]).toEqual([
    [],
    'expired',
    'expired',
  ])
  await queue.take([decision(1, [removal])])
  expect([queue.waiting(by).length, verbs()]).toEqual([1, []])
})

/** Two questions of a rule that asks before it removes. */
async function askedTwice() {
  const harness = await queueHarness()
  harness.world.rule = edited(harness.world.rule, {mode: 'ask'})
  await harness.queue.take([harness.decision(1, [removal]), harness.decision(2, [removal])])
  const [first, second] = harness.queue.waiting(by)
  return {...harness, first: first!.id, second: second!.id}
}

test('ask: a no that is taken back is asked again, for a day, and then is answered like any other', async () => {
  const {queue, decision, verbs, reported, base, house: harness, first} = await askedTwice()
  await queue.decline(by, first)
  await queue.reopen(by, first)
  expect([
    queue
      .waiting(by)
      .map(({id}) => id)
      .includes(first),
    reported().at(-1),
  ]).toEqual([true, 'waiting'])
  await queue.take([decision(1, [removal])])
  expect(queue.waiting(by)).toHaveLength(2)
  await queue.approve(by, first)
  const of = harness.journal.filter(({id}) => id === first)
  expect(of.map(({phase, actor}) => [phase, actor.name])).toEqual([
    ['waiting', 'Done'],
    ['refused', 'test'],
    ['waiting', 'test'],
    ['approved', 'test'],
  ])
  expect(verbs()).toEqual(['removeWithData'])
  // The rest of its no is over with it.
  await base.clock.advance(24 * 3_600_000)
  await expect(queue.reopen(by, first)).rejects.toMatchObject({code: 'undo_impossible'})
})

test('ask: a yes is held so long as it can be taken back, and carried out after that', async () => {
  const {queue, decision, verbs, base, first, second} = await askedTwice()
  queue.start()
  for (const id of [first, second]) await queue.approve(by, id, 10_000)
  await base.clock.advance(9_999)
  expect([verbs(), queue.waiting(by)]).toEqual([[], []])
  await queue.take([decision(1, [removal])])
  expect(queue.waiting(by)).toEqual([])
  await queue.reopen(by, first)
  await base.clock.advance(1)
  expect([verbs(), queue.waiting(by).map(({id}) => id)]).toEqual([['removeWithData'], [first]])
  await expect(queue.reopen(by, second)).rejects.toMatchObject({code: 'undo_impossible'})
  // Held again it is held as long.
  await queue.approve(by, first, 10_000)
  await base.clock.advance(9_999)
  expect(verbs()).toHaveLength(1)
  await base.clock.advance(1)
  expect(verbs()).toHaveLength(2)
  await queue.stop()
})

test.each([0, 10_000])(
  'ask: the journal says of a yes, held %i ms, that its rule wants it no more',
  async (ms) => {
    const {queue, verbs, reported, world, base, first, house: harness} = await askedTwice()
    queue.start()
    if (ms === 0) world.outcome = 'no'
    await queue.approve(by, first, ms)
    world.outcome = 'no'
    await base.clock.advance(ms)
    expect([verbs(), reported()]).toEqual([[], expect.arrayContaining(['cancelled changed_meanwhile'])])
    const told = harness.journal.filter(
      ({phase, code}) => phase === 'refused' && code === 'changed_meanwhile',
    )
    expect(told.map(({verb, message}) => [verb, message])).toEqual([['removeWithData', 'changed:no']])
    await queue.stop()
  },
)

test('ask: what is tried again each minute leaves out what is held', async () => {
  const {queue, verbs, base, first} = await askedTwice()
  queue.start()
  await base.clock.advance(55_000)
  await queue.approve(by, first, 10_000)
  await base.clock.advance(6_000)
  expect(verbs()).toEqual([])
  await base.clock.advance(4_000)
  expect(verbs()).toEqual(['removeWithData'])
  await queue.stop()
})

test('ask: a held yes outlives a restart, and is then carried out with what was put off', async () => {
  const {queue, verbs, base, restart, first} = await askedTwice()
  await queue.approve(by, first, 10_000)
  await queue.stop()
  await base.clock.advance(20_000)
  expect(verbs()).toEqual([])
  const next = await restart()
  next.start()
  await base.clock.advance(60_000)
  expect(verbs()).toEqual(['removeWithData'])
  await next.stop()
})

test('ask: a yes that waits is taken back as long as nothing of it was done', async () => {
  const {queue, decision, world, verbs, base} = await queueHarness()
  world.rule = edited(world.rule, {mode: 'ask'})
  const both = [wanted('tag', {names: ['gone']}), removal]
  await queue.take([decision(1, [removal]), decision(2, both)])
  queue.start()
  world.facts['server.onlineFor'] = 60
  const [whole, begun] = queue.waiting(by)
  for (const {id} of [whole!, begun!]) await queue.approve(by, id)
  await queue.reopen(by, whole!.id)
  await expect(queue.reopen(by, begun!.id)).rejects.toMatchObject({code: 'undo_impossible'})
  world.facts['server.onlineFor'] = 3_600
  await base.clock.advance(2 * 60_000)
  expect([verbs(), queue.waiting(by).map(({id}) => id)]).toEqual([['addTags', 'removeWithData'], [whole!.id]])
  await queue.stop()
})

test('ask: a yes whose copy is under way is not taken back', async () => {
  const {queue, decision, world, verbs, base} = await queueHarness()
  world.rule = edited(world.rule, {mode: 'ask'})
  await queue.take([decision(1, [wanted('copyTo', {server: 'B'}), wanted('tag', {names: ['a']})])])
  queue.start()
  Object.assign(world, {copying: {is: 'underWay', message: 'It is being copied to B.'}, isBegun: true})
  const {id} = queue.waiting(by)[0]!
  await queue.approve(by, id)
  await expect(queue.reopen(by, id)).rejects.toMatchObject({code: 'undo_impossible'})
  Object.assign(world, {copying: {is: 'there', seedsOn: true}, isBegun: false})
  await base.clock.advance(61_000)
  expect([verbs(), queue.waiting(by)]).toEqual([['addTags'], []])
  await queue.stop()
})

test('ask: an answer is taken back only by who could give it, and none about a server that another one is now', async () => {
  const {queue, first, second} = await askedTwice()
  const stranger = {...by, access: {...by.access, may: () => false}}
  await queue.decline(by, first)
  await queue.approve(by, second, 10_000)
  for (const id of [first, second])
    await expect(queue.reopen(stranger, id)).rejects.toMatchObject({code: 'undo_impossible'})
  await queue.forgetServer(A)
  for (const id of [first, second])
    await expect(queue.reopen(by, id)).rejects.toMatchObject({code: 'undo_impossible'})
  await queue.stop()
})

test('ask: no answer is taken back while its server is found to be another one', async () => {
  const {queue, first, house: harness} = await askedTwice()
  await queue.decline(by, first)
  let reopened: Promise<unknown> = Promise.resolve('not asked')
  harness.beforeWriteEnds = () => {
    harness.beforeWriteEnds = () => {}
    reopened = queue.reopen(by, first).catch(({code}: CommodarrError) => code)
  }
  await queue.forgetServer(A)
  expect([await reopened, queue.waiting(by)]).toEqual(['undo_impossible', []])
})

test('ask: a new yes is held as long as it says, also where one before it was forgotten', async () => {
  const {queue, decision, verbs, base, first} = await askedTwice()
  queue.start()
  await queue.approve(by, first, 10_000)
  await queue.forgetServer(A)
  await base.clock.advance(5_000)
  await queue.take([decision(1, [removal])])
  const [again] = queue.waiting(by)
  await queue.approve(by, again!.id, 10_000)
  await base.clock.advance(9_999)
  expect(verbs()).toEqual([])
  await base.clock.advance(1)
  expect(verbs()).toEqual(['removeWithData'])
  await queue.stop()
})

test('ask: an answer that cannot be taken back in writing stands', async () => {
  const {queue, first, house: harness} = await askedTwice()
  await queue.decline(by, first)
  harness.beforeWriteEnds = () => {
    throw new Error('disk full')
  }
  await expect(queue.reopen(by, first)).rejects.toThrow('disk full')
  harness.beforeWriteEnds = () => {}
  expect(queue.waiting(by).map(({id}) => id)).not.toContain(first)
  await queue.reopen(by, first)
  expect(queue.waiting(by).map(({id}) => id)).toContain(first)
})

test('ask: a user who may not control the server neither sees the question nor answers it', async () => {
  const {queue, decision, world} = await queueHarness()
  world.rule = edited(world.rule, {mode: 'ask'})
  await queue.take([decision(1, [removal])])
  const stranger = {...by, access: {...by.access, may: () => false}}
  const {id} = queue.waiting(by)[0]!
  expect(queue.waiting(stranger)).toEqual([])
  await expect(queue.approve(stranger, id)).rejects.toMatchObject({code: 'action_unknown'})
})

test('ask: what waits, and what was answered with no, outlives a restart', async () => {
  const {queue, decision, reported, verbs, world, base, restart, house: harness} = await queueHarness()
  world.rule = edited(world.rule, {mode: 'ask'})
  await queue.take([decision(1, [removal]), decision(2, [removal]), decision(3, [removal])])
  await queue.decline(by, queue.waiting(by)[1]!.id)
  await queue.stop()
  await base.clock.advance(3_600_000)
  const second = await restart()
  expect(second.waiting(by).map(({decision: it}) => it.subject.key)).toEqual([
    decision(1, []).subject.key,
    decision(3, []).subject.key,
  ])
  await second.take([decision(1, [removal]), decision(2, [removal])])
  expect(second.waiting(by)).toHaveLength(2)
  await second.approve(by, second.waiting(by)[0]!.id)
  expect(verbs()).toEqual(['removeWithData'])
  await second.stop()
  await base.clock.advance(23 * 3_600_000)
  const third = await restart()
  await base.clock.advance(1)
  expect([third.waiting(by), reported().at(-1), harness.journal.at(-1)!.phase]).toEqual([
    [],
    'expired',
    'expired',
  ])
  await third.take([decision(2, [removal])])
  expect(third.waiting(by)).toHaveLength(1)
})

test('ask: a yes counts for what the person saw, also when the server or we began again since, and it moves otherwise', async () => {
  const {queue, decision, world, verbs, restart, base} = await queueHarness()
  world.rule = edited(world.rule, {mode: 'ask'})
  Object.assign(world.facts, {'server.epoch': 'first', state: 'seeding', progress: 1})
  const preconditions = [
    ...([
      {fact: 'server.epoch', value: 'first'},
      {fact: 'state', value: 'seeding'},
    ] as const),
    ...([
      {fact: 'progress', value: 1},
      {fact: 'category', value: 'films'},
      {fact: 'tags', value: []},
    ] as const),
  ]
  await queue.take([1, 2].map((n) => decision(n, [removal], {preconditions})))
  await queue.stop()
  await base.clock.advance(3 * 3_600_000)
  Object.assign(world.facts, {'server.epoch': 'second', state: 'stalledUp'})
  const next = await restart()
  await next.approve(by, next.waiting(by)[0]!.id)
  expect(verbs()).toEqual(['removeWithData'])
  // Of a rule that acts by itself it is as it was: what differs is not done.
  world.rule = edited(world.rule, {mode: 'live'})
  await next.take([decision(3, [removal], {preconditions})])
  expect(verbs()).toEqual(['removeWithData'])
})

test('ask: a yes that has to wait is carried out when it may, and not asked for again, also over a restart', async () => {
  const {queue, decision, world, verbs, reported, restart, base, house: harness, ends} = await queueHarness()
  world.rule = edited(world.rule, {mode: 'ask'})
  const both = [wanted('tag', {names: ['gone']}), removal]
  await queue.take([decision(1, both)])
  queue.start()
  world.facts['server.onlineFor'] = 60
  await queue.approve(by, queue.waiting(by)[0]!.id)
  expect([verbs(), reported().at(-1)]).toEqual([['addTags'], 'postponed server_online_for'])
  await queue.take([decision(1, both)])
  expect([queue.waiting(by), verbs().length]).toEqual([[], 1])
  await queue.stop()
  const next = await restart()
  next.start()
  world.outcome = 'notReady'
  await base.clock.advance(5 * 60_000)
  expect(verbs()).toEqual(['addTags'])
  Object.assign(world, {outcome: 'due'}).facts['server.onlineFor'] = 3_600
  await base.clock.advance(60_000)
  await base.clock.advance(60_000)
  expect(verbs()).toEqual(['addTags', 'removeWithData'])
  expect(
    harness.journal.find(({verb, phase}) => verb === 'removeWithData' && phase === 'sent'),
  ).toMatchObject({causeId: harness.journal[0]!.id})
  expect(ends.filter(({outcome}) => outcome === 'waiting')).toHaveLength(1)
  await next.stop()
})

test('ask: a yes that never may be carried out ends after a day, or when its rule does not want it any more', async () => {
  const {queue, decision, world, verbs, reported, base} = await queueHarness()
  world.rule = edited(world.rule, {mode: 'ask'})
  await queue.take([decision(1, [removal]), decision(2, [removal])])
  queue.start()
  world.facts['server.onlineFor'] = 60
  for (const {id} of queue.waiting(by)) await queue.approve(by, id)
  await base.clock.advance(3_600_000)
  expect(queue.waiting(by)).toEqual([])
  world.outcome = 'no'
  await base.clock.advance(2 * 60_000)
  expect(reported().slice(-2)).toEqual(['cancelled changed_meanwhile', 'cancelled changed_meanwhile'])
  world.outcome = 'due'
  await queue.take([decision(3, [removal])])
  await queue.approve(by, queue.waiting(by)[0]!.id)
  await base.clock.advance(24 * 3_600_000)
  expect(reported().at(-1)).toBe('expired')
  world.facts['server.onlineFor'] = 3_600
  await base.clock.advance(3_600_000)
  expect(verbs()).toEqual([])
  await queue.stop()
})

test('ask: what its rule does not want any more is not done for a yes; while that is unknown, the question waits', async () => {
  const {queue, decision, world, verbs, reported, house: harness} = await queueHarness()
  world.rule = edited(world.rule, {mode: 'ask'})
  await queue.take([decision(1, [removal]), decision(2, [removal])])
  const [first, second] = queue.waiting(by)
  for (const outcome of ['notReady', 'unknown', 'lookingUp'] as const) {
    world.outcome = outcome
    await expect(queue.approve(by, first!.id)).rejects.toMatchObject({code: 'not_ready'})
  }
  expect(queue.waiting(by)).toHaveLength(2)
  world.outcome = 'no'
  await queue.approve(by, first!.id)
  expect([verbs(), reported().at(-1)]).toEqual([[], 'cancelled changed_meanwhile'])
  expect(harness.journal.at(-1)).toMatchObject({
    hash: hash(1),
    code: 'changed_meanwhile',
    message: 'changed:no',
  })
  // A person says when, whatever the hours of the rule are.
  world.outcome = 'closed'
  await queue.approve(by, second!.id)
  expect(verbs()).toEqual(['removeWithData'])
})

test.each<[string, (world: World) => unknown, string | null]>([
  ['its rule does not want it', (world) => (world.outcome = 'no'), 'changed:no'],
  ['its rule is gone', (world) => (world.rule = null), 'rule_revision'],
  ['its rule is off', (world) => (world.rule = edited(world.rule, {mode: 'off'})), 'rule_revision'],
  ['its rule only simulates', (world) => (world.rule = edited(world.rule, {mode: 'simulate'})), 'rule_mode'],
  // It acts on others, and asks about what comes back.
  ['its rule acts', (world) => (world.rule = edited(world.rule, {mode: 'live'})), null],
  ['its rule is another one', (world) => (world.rule = edited(world.rule, {revision: 9})), 'rule_revision'],
  ['its torrent is gone', (world) => (world.presence = 'gone'), 'gone'],
  [
    'its torrent is gone, and nothing is known',
    (world) => Object.assign(world, {presence: 'gone', outcome: 'notReady'}),
    'gone',
  ],
  ['its server left', (world) => (world.presence = 'left'), 'left'],
  ['its server is away', (world) => Object.assign(world, {presence: 'unknown', outcome: 'unknown'}), null],
  ['it was not looked at yet', (world) => (world.outcome = 'notReady'), null],
  ['its rule acts at other hours', (world) => (world.outcome = 'closed'), null],
])(
  'ask: a question that its rule would not ask any more ends automatically, and while that is unknown, it waits: %s',
  async (_, change, end) => {
    const {queue, decision, world, verbs, reported, base, house: harness} = await queueHarness()
    world.rule = edited(world.rule, {mode: 'ask'})
    queue.start()
    await queue.take([decision(1, [removal])])
    const [asked] = queue.waiting(by)
    await base.clock.advance(60_000)
    expect(queue.waiting(by)).toHaveLength(1)
    change(world)
    await base.clock.advance(60_000)
    expect([queue.waiting(by).length, verbs()]).toEqual([end === null ? 1 : 0, []])
    if (end === null) return
    expect(reported().at(-1)).toBe('cancelled changed_meanwhile')
    expect(harness.journal.at(-1)).toMatchObject({id: asked!.id, phase: 'expired', message: end})
  },
)

test('ask: all questions have their turn, and what is wanted again is asked again', async () => {
  const {queue, decision, world, base} = await queueHarness()
  world.rule = edited(world.rule, {mode: 'ask'})
  queue.start()
  const many = Array.from({length: 120}, (_, at) => decision(at + 1, [removal]))
  await queue.take(many)
  expect(queue.waiting(by)).toHaveLength(120)
  world.outcome = 'no'
  for (const left of [70, 20, 0]) {
    await base.clock.advance(60_000)
    await expect.poll(() => queue.waiting(by).length).toBe(left)
  }
  world.outcome = 'due'
  await queue.take(many)
  expect(queue.waiting(by)).toHaveLength(120)
})

test('ask: a question that cannot be kept, or not be written down, is not asked', async () => {
  const {queue, decision, reported, world, base, house: harness} = await queueHarness()
  world.rule = edited(world.rule, {mode: 'ask'})
  base.setFault(away)
  await queue.take([decision(1, [removal])])
  base.setFault(null)
  harness.journalFails = true
  await queue.take([decision(2, [removal])])
  expect([queue.waiting(by), reported()]).toEqual([[], ['failed storage_unavailable', 'failed internal']])
})

test('ask: where its owner may write no more nothing is asked, and the log says so once', async () => {
  const {queue, decision, reported, world, house: harness} = await queueHarness()
  world.rule = edited(world.rule, {mode: 'ask'})
  harness.journalFails = true
  harness.journalFault = new QuotaUsedUp(1, 'It comes back day by day.')
  await queue.take([decision(1, [removal]), decision(2, [removal])])
  expect([queue.waiting(by), reported()]).toEqual([[], ['failed quota_used_up', 'failed quota_used_up']])
  expect(harness.logged).toEqual(['rules of a member decide more than the journal takes of one member'])
})

test('a rule whose owner may write no more keeps no word of the others from the journal', async () => {
  const {queue, decision, world, house: harness} = await queueHarness()
  world.rule = edited(world.rule, {mode: 'simulate'})
  const ofMember = {...decision(1, [removal]), ruleId: 'of a member' as RuleId}
  harness.journalFault = new QuotaUsedUp(1, 'It comes back day by day.')
  world.journalRefuses = (entries) => entries.some(({ruleId}) => ruleId === ofMember.ruleId)
  await queue.take([ofMember, decision(2, [removal]), decision(3, [removal])])
  expect(harness.journal.map(({ruleId, code}) => [ruleId, code])).toEqual([
    ['r1', 'simulated'],
    ['r1', 'simulated'],
  ])
})

test('an answer that cannot be written down is none', async () => {
  const {queue, decision, verbs, world, house: harness} = await queueHarness()
  world.rule = edited(world.rule, {mode: 'ask'})
  await queue.take([decision(1, [removal])])
  const {id} = queue.waiting(by)[0]!
  harness.journalFails = true
  await expect(queue.approve(by, id)).rejects.toThrow('disk full')
  expect([queue.waiting(by).length, verbs()]).toEqual([1, []])
})

test('the same verdict is one line also after a restart, and counted', async () => {
  const {
    queue,
    decision,
    world,
    memory,
    house: harness,
    restart,
    base: {clock, store},
  } = await queueHarness()
  world.rule = edited(world.rule, {mode: 'simulate'})
  await queue.take([decision(1, [removal])])
  await clock.advance(3_600_000)
  await queue.take([decision(1, [removal])])
  await memory.close()
  const again = await restart()
  await again.take([decision(1, [removal])])
  expect(harness.journal.map(({code, isBrief}) => [code, isBrief])).toEqual([['simulated', true]])
  const [{count, firstAt, lastAt}] = (await store.read((db) => readVerdicts(db, 5))) as [VerdictRecord]
  expect([count, lastAt - firstAt]).toEqual([2, 3_600_000])
})

test('a guard that says no, or not yet, leaves a line that says blocked, with all that it saw', async () => {
  const {queue, decision, house: harness, world} = await queueHarness()
  world.facts.tags = ['keep']
  const kept = {preconditions: [{fact: 'tags', value: ['keep']}]} as const
  await queue.take([decision(1, [removal], kept)])
  await queue.take([decision(1, [removal], kept)])
  expect(harness.journal).toHaveLength(1)
  expect(harness.journal[0]).toMatchObject({
    phase: 'blocked',
    code: 'kept',
    verb: 'removeWithData',
    message: 'Take the tag away.',
    isBrief: true,
    decided: {class: 'destructive', action: 'removeWithData'},
  })
  expect(harness.journal[0]!.decided!.guards).toContainEqual({
    guard: 'userFirst',
    verdict: 'block',
    code: 'kept',
    detail: {tag: 'keep'},
    lift: 'Take the tag away.',
  })
})

test('the removal of a saga goes through the same guards, and ends when it is seen', async () => {
  const {queue, decision, house: harness, verbs, seenGone, world, spentIn} = await queueHarness()
  world.facts['wasComplete'] = false
  const giveUp = wanted('failDownload')
  const first = queue.remove(decision(1, [giveUp], {reason: 'stalled'}), giveUp)
  while (!harness.journal.some(({phase}) => phase === 'sent')) await new Promise(setImmediate)
  seenGone(1)
  expect([(await first).outcome, verbs(), spentIn()]).toEqual(['confirmed', ['removeWithData'], 1])
  world.facts['memory.protected'] = true
  expect(await queue.remove(decision(2, [giveUp]), giveUp)).toMatchObject({
    outcome: 'blocked',
    code: 'pinned',
  })
  expect(verbs().length).toBe(1)
})

test('what hangs on the torrent is looked up: trackers by host or words, files, the place of a category', async () => {
  const {queue, decision, house: harness, reported, ends, world} = await queueHarness()
  const off = (params: object) => wanted('tracker.remove', params as never)
  await queue.take([decision(1, [off({hosts: ['*.b.example']})]), decision(2, [off({messages: ['gone']})])])
  await queue.take([decision(3, [off({hosts: ['b.example', 'other.example']})])])
  expect(reported()).toEqual(['sent', 'sent', 'confirmed'])
  world.filesMeant = [0, 4]
  await queue.take([decision(1, [wanted('filePriority', {set: 'films', to: 'skip'})])])
  const category = (name: string) => wanted('category', {name, moveData: true})
  await queue.take([decision(2, [category('films')]), decision(3, [category('series')])])
  expect(harness.orders.map(({command: {verb, args}}) => [verb, args])).toEqual([
    ['removeTrackers', {urls: ['https://t.b.example/x']}],
    ['removeTrackers', {urls: ['https://t.b.example/x']}],
    ['setFilePriority', {files: [0, 4], priority: 'skip'}],
    ['setCategory', {category: 'films'}],
    ['setLocation', {path: '/data/films', moveData: true}],
  ])
  expect(ends.at(-1)).toMatchObject({
    outcome: 'refused',
    code: 'not_supported',
    message: 'Its server does not say where that category saves.',
  })
})

test('what is moved is looked at closely first, and stays where there is no room for it', async () => {
  const {queue, decision, house: harness, world, reported} = await queueHarness()
  const move = wanted('move', {path: '/data/films'})
  await queue.take([decision(1, [move])])
  expect(harness.orders[0]!.command).toEqual({
    verb: 'setLocation',
    args: {path: '/data/films', moveData: true},
  })
  world.noRoom = 'There is no room.'
  await queue.take([decision(2, [move])])
  world.noRoom = null
  world.facts['content.ownersOther'] = 1
  await queue.take([decision(3, [move])])
  expect([harness.orders.length, reported(), world.reads]).toEqual([
    1,
    ['sent', 'refused not_supported', 'blocked other_owners'],
    3,
  ])
})

test('that a category changed is no reason against the move that belongs to it', async () => {
  const {queue, decision, verbs, house: harness, world} = await queueHarness()
  harness.beforeSent = () => (world.facts.category = 'tv')
  const category = wanted('category', {name: 'films', moveData: true})
  await queue.take([decision(1, [category, wanted('tag', {names: ['moved']})])])
  expect(verbs()).toEqual(['setCategory', 'setLocation', 'addTags'])
})

test('a note is one line in the journal, a notification one in the log and in the bell, too; skip is nothing but said', async () => {
  const {queue, decision, house: harness, reported, world} = await queueHarness()
  const say = () => [
    wanted('note', {template: 'Look.'}),
    wanted('notify', {template: 'Now.'}),
    wanted('skip'),
  ]
  await queue.take([decision(1, say())])
  await queue.take([decision(1, say())])
  expect(harness.journal.map(({verb, phase, message}) => [verb, phase, message])).toEqual([
    ['note', 'confirmed', 'Look.'],
    ['notify', 'confirmed', 'Now.'],
  ])
  expect([harness.logged, reported().length, harness.orders]).toEqual([['Now.'], 6, []])
  expect(world.notices).toMatchObject([
    {code: 'rule_notifies', ruleId: 'r1', serverId: A, message: expect.stringMatching(/^Now\./)},
  ])
})

test('no answer to the first half of limits does not keep the second back, and one end is reported', async () => {
  const {queue, decision, house: harness, verbs, reported} = await queueHarness()
  harness.answers.set(hash(1), {outcome: 'unconfirmed', code: 'unconfirmed', message: 'No answer.'})
  await queue.take([decision(1, [wanted('limits', {down: 5, ratio: 2})])])
  expect(verbs()).toEqual(['setSpeedLimits', 'setShareLimits'])
  const sent = harness.journal.filter(({phase}) => phase === 'intended')
  for (const {id} of sent) harness.settle({id, key: key(A, 1), outcome: 'confirmed'})
  // That of the second, of which the list shows nothing.
  expect(reported()).toEqual(['unconfirmed'])
})

const movedAway = {...wanted('move', {server: 'B'}), class: 'destructive', losesBytes: true} as const

test('what is moved to another server leaves when its copy is there, kept first and charged as a removal', async () => {
  const {queue, decision, verbs, reported, kept, spentIn, seenGone, world} = await queueHarness()
  const moves = () => queue.take([decision(1, [movedAway])])
  world.copying = {is: 'underWay', message: 'It is being copied to B.'}
  await moves()
  expect([verbs(), reported(), spentIn()]).toEqual([[], ['postponed copying'], 0])
  world.copying = {is: 'there', seedsOn: true}
  await moves()
  expect([verbs(), kept(), spentIn()]).toEqual([['removeWithData'], ['removeWithData 1'], 1])
  seenGone(1)
  await expect.poll(() => reported().at(-1)).toBe('confirmed')
})

test('whose copy went, or stopped, in the moment before it is sent stays, and costs nothing', async () => {
  const {queue, decision, house: harness, ends, world, kept, spentIn} = await queueHarness()
  harness.beforeWriteEnds = () => (world.copyStands = false)
  await queue.take([decision(1, [movedAway])])
  expect(ends.at(-1)).toMatchObject({outcome: 'cancelled', message: 'changed:copy'})
  expect([harness.orders, kept(), spentIn()]).toEqual([[], [], 0])
})

test('what its tracker is owed is carried by a copy that runs, and by no other', async () => {
  const {queue, decision, verbs, reported, world, base} = await queueHarness()
  Object.assign(world.facts, {'obligation.met': 'no', isPrivate: true})
  world.copying = {is: 'there', seedsOn: false}
  await queue.take([decision(1, [movedAway])])
  expect([verbs(), reported().at(-1)?.startsWith('blocked')]).toEqual([[], true])
  world.copying = {is: 'there', seedsOn: true}
  await queue.take([decision(1, [movedAway])])
  await base.clock.advance(60_000)
  expect(verbs()).toEqual(['reannounce', 'removeWithData'])
})

test('where the copy uses the very files only the torrent leaves', async () => {
  const {queue, decision, verbs, world} = await queueHarness()
  world.facts['content.ownersOther'] = 1
  await queue.take([decision(1, [movedAway])])
  expect(verbs()).toEqual(['remove'])
})

/** Each order as "verb numbers". */
function together(
  orders: readonly {command: {verb: string}; hashes: readonly string[]}[],
): readonly string[] {
  return orders.map(
    ({command, hashes}) => `${command.verb} ${hashes.map((it) => Number(`0x${it}`)).join(' ')}`,
  )
}

test('equal harmless actions of one pass are one command; each is evaluated, written down and reported alone', async () => {
  const {queue, decision, house: harness, world, reported} = await queueHarness()
  const tag = [wanted('tag', {names: ['x']})]
  const changed = decision(2, tag, {preconditions: [{fact: 'category', value: 'series'}]})
  await queue.take([decision(1, tag), changed, decision(3, tag)])
  expect(together(harness.orders)).toEqual(['addTags 1 3'])
  const lines = harness.journal.map(({hash: of, phase, code}) =>
    `${Number(`0x${of}`)} ${phase} ${code ?? ''}`.trim(),
  )
  expect(lines).toEqual([
    '2 refused changed_meanwhile',
    '1 intended',
    '3 intended',
    '1 sending',
    '3 sending',
    '1 sent',
    '3 sent',
  ])
  expect(new Set(harness.journal.map(({id}) => id)).size).toBe(3)
  expect(reported()).toEqual(['cancelled changed_meanwhile'])
  // What comes up in the moment of sending concerns one, too.
  harness.beforeWriteEnds = () => (world.facts['category'] = 'series')
  await queue.take([decision(1, tag), decision(3, tag)])
  expect(harness.orders).toHaveLength(1)
})

test.each([
  ['limits', {down: 1_000, up: 2_000}, ['setSpeedLimits 1 2 3']],
  ['category', {name: 'films'}, ['setCategory 1 2 3']],
  ['stop', {}, ['stop 1 2 3']],
  ['forceStart', {}, ['forceStart 1 2 3']],
  ['superSeed', {on: true}, ['setSuperSeeding 1 2 3']],
  ['sequential', {on: true}, ['setSequential 1 2 3']],
  // Of these each counts what those before it did.
  ['recheck', {}, ['recheck 1', 'recheck 2', 'recheck 3']],
  ['queue', {to: 'top'}, ['moveInQueue 1', 'moveInQueue 2', 'moveInQueue 3']],
  ['move', {path: '/data/other'}, ['setLocation 1', 'setLocation 2', 'setLocation 3']],
  ['remove', {}, ['remove 1', 'remove 2', 'remove 3']],
  ['removeWithData', {}, ['removeWithData 1', 'removeWithData 2', 'removeWithData 3']],
] as const)('what may go out together does, and nothing else: %s', async (action, params, orders) => {
  const {queue, decision, house: harness, world} = await queueHarness()
  world.facts = {...world.facts, complete: true}
  await queue.take([1, 2, 3].map((n) => decision(n, [wanted(action, params)])))
  expect(together(harness.orders)).toEqual(orders)
})

test('what was decided of a torrent is done in the order of deciding', async () => {
  const {queue, decision, house: harness} = await queueHarness()
  const [x, y] = [[wanted('tag', {names: ['x']})], [wanted('untag', {names: ['x']})]]
  await queue.take([
    decision(1, x),
    decision(2, y),
    decision(2, x),
    decision(1, y),
    decision(3, x),
    decision(3, [removal]),
  ])
  expect(together(harness.orders)).toEqual(['addTags 1', 'removeTags 2 1', 'addTags 2 3', 'removeWithData 3'])
})

test('rules that decide more than one member may write say so in the log once an hour, and not of each torrent', async () => {
  const {
    queue,
    decision,
    world,
    house: harness,
    base: {clock},
  } = await queueHarness()
  world.rule = edited(world.rule, {mode: 'simulate'})
  harness.journalFails = true
  harness.journalFault = new QuotaUsedUp(1, 'It comes back day by day.')
  for (let n = 1; n <= 3; n++) await queue.take([decision(n, [removal])])
  const said = 'rules of a member decide more than the journal takes of one member'
  expect(harness.logged).toEqual([said])
  await clock.advance(3_600_000)
  await queue.take([decision(1, [removal])])
  expect(harness.logged).toEqual([said, said])
})

test('S41 what a yes was said to in an older copy of the database is not done, also where others are being tried again', async () => {
  const {queue, decision, world, sent, base} = await queueHarness()
  world.rule = {...world.rule!, mode: 'ask'}
  await queue.take([decision(1, [removal], {mode: 'ask'}), decision(2, [removal], {mode: 'ask'})])
  world.facts['server.status'] = 'unreachable'
  for (const {id} of queue.waiting(by)) await queue.approve(by, id)
  await base.clock.advance(0)
  expect(sent()).toEqual([])
  world.facts['server.status'] = 'online'
  const forgotten: Promise<void>[] = []
  world.refresh = () => {
    if (forgotten.length === 0) forgotten.push(queue.forgetGranted(() => true))
  }
  queue.start()
  for (let minutes = 0; minutes < 40; minutes++) await base.clock.advance(60_000)
  await Promise.all(forgotten)
  expect(forgotten).toHaveLength(1)
  expect(sent()).not.toContain('removeWithData 2')
})

test('several managers that free one disk by a rule remove no more together than it asks for', async () => {
  const {queue, decision, world, sent, reported, house: harness, base} = await queueHarness()
  const until = {fact: 'path.freeBytes', op: 'gte', value: 25} as const
  world.rule = edited(world.rule, {select: {order: ['age'], until}})
  Object.assign(world.facts, {'path.freeBytes': 10, 'content.exclusiveBytes': 10, 'content.device': '1'})
  const remove = (n: number) => decision(n, [wanted('removeWithData')])
  // Each chose by what was free before.
  harness.answers.set(hash(1), {outcome: 'refused', code: 'bad_argument', message: 'No.'})
  await Promise.all([queue.take([remove(1), remove(2)]), queue.take([remove(3)])])
  // What is not removed makes no room.
  expect(sent().filter((it) => !it.endsWith(' 1'))).toEqual(['removeWithData 2', 'removeWithData 3'])
  for (const n of [4, 5]) harness.torrents.set(keyText(key(A, n)), harness.torrents.get(keyText(key(A, 3)))!)
  await queue.take([remove(4)])
  expect(reported().at(-1)).toBe('cancelled changed_meanwhile')
  // It shows only in part; or there is a disk of which nobody says what is free.
  await base.clock.advance(5 * 60_000)
  world.facts['path.freeBytes'] = 20
  await queue.take([remove(4)])
  expect(reported().at(-1)).toBe('cancelled changed_meanwhile')
  world.facts['content.device'] = '2'
  world.facts['path.freeBytes'] = undefined
  await queue.take([remove(4)])
  expect([sent().length, reported().at(-1)]).toEqual([3, 'cancelled changed_meanwhile'])
  world.facts['path.freeBytes'] = 20
  await queue.take([remove(4)])
  expect(sent().at(-1)).toBe('removeWithData 4')
  // Another rule goes by the same disk, and by what is on its way to it.
  world.rule = edited(world.rule, {select: {order: ['age'], until: {...until, value: 100}}})
  await queue.take([remove(5)])
  expect(sent().at(-1)).toBe('removeWithData 5')
})

test('what is on its way makes its room, whatever is decided of it once more', async () => {
  const {queue, decision, world, sent, reported, house: harness} = await queueHarness()
  const until = {fact: 'path.freeBytes', op: 'gte', value: 25} as const
  world.rule = edited(world.rule, {select: {order: ['age'], until}})
  Object.assign(world.facts, {'path.freeBytes': 10, 'content.exclusiveBytes': 10, 'content.device': '1'})
  harness.torrents.set(keyText(key(A, 4)), harness.torrents.get(keyText(key(A, 3)))!)
  for (const n of [1, 1, 2, 2, 3, 4]) await queue.take([decision(n, [wanted('removeWithData')])])
  expect(sent()).toEqual(['removeWithData 1', 'removeWithData 2'])
  expect(reported().slice(-2)).toEqual(['cancelled changed_meanwhile', 'cancelled changed_meanwhile'])
})
