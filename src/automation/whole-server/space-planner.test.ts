import {expect, test} from 'vitest'
import type {ManagedRow} from '#model/manager.ts'
import type {Bytes} from '#model/units.ts'
import type {InheritedSection} from '#rules/presets/inherited.ts'
import {SPARE} from '#rules/presets/free-space.ts'
import {freeSpaceRules} from '#rules/presets/whole-server.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {downloadWith, named, serverWith} from './planners.fixture.ts'
import {forSpace, spaceMemory, SpacePlanner} from './space-planner.ts'

const space = {keep: 100, mayStop: true}
const made = freeSpaceRules({section: 'Settings', servers: [], observes: false}, space, true)
const [stop, start, takenBack] = made
const rules = {space, stop: stop!, start: start!, takenBack: takenBack!}

function harness() {
  const clock = new VirtualClock()
  const ours = new Set<string>()
  const set = {
    free: 200 as Bytes | undefined,
    server: serverWith(),
    rows: [] as ManagedRow[],
    writesLabels: true,
  }
  const planner = new SpacePlanner(
    clock,
    {
      of: ({hash}) => (ours.has(hash[0]!) ? ({stoppedByUs: forSpace, marks: []} as never) : null),
      change({hash}, {stoppedByUs}) {
        if (stoppedByUs === null) ours.delete(hash[0]!)
      },
    },
    {of: ({category}) => (category === 'films' ? ({} as InheritedSection) : null)},
    {of: () => (set.free === undefined ? 'unknown' : {free: set.free}), look: async () => {}},
    () => set.writesLabels,
  )
  const look = () => {
    planner.beginRound()
    return planner.look(set.server, set.rows, rules)
  }
  /** As if a look were taken each half minute. */
  const lookFor = async (ms: number) => {
    const decided = []
    for (let passed = 0; passed < ms; passed += 30_000) {
      decided.push(...look())
      await clock.advance(30_000)
    }
    return decided
  }
  return {clock, ours, set, planner, look, lookFor}
}

const big = (name: string, changes: Partial<ManagedRow> = {}) =>
  downloadWith(name, {amountLeft: 60, queuePosition: Number(name), ...changes})
const stopped = (name: string, changes: Partial<ManagedRow> = {}) => big(name, {state: 'stopped', ...changes})

test('B.10 in the order of the queue what does not fit is labelled and stopped, with what was seen', async () => {
  const {set, lookFor} = harness()
  set.rows = [big('2'), big('1')]
  const decided = await lookFor(120_000)
  expect(decided).toMatchObject([
    {
      ruleId: 'settings.space-stop',
      mode: 'live',
      reason: 'freeSpace',
      subject: {kind: 'torrent', key: `qBit/${'2'.repeat(40)}`, serverId: 'qBit'},
      actions: [{action: 'tag'}, {action: 'stop', class: 'reversible'}],
      evidence: {verdict: 'yes', fact: 'amountLeft', op: 'gt', threshold: 40, actual: {value: 60}},
      preconditions: [
        {fact: 'category', value: 'films'},
        {fact: 'server.epoch', value: '1'},
        {fact: 'complete', value: false},
      ],
    },
  ])
})

test('B.10 only what a minute long does not fit is stopped', async () => {
  const {clock, set, look} = harness()
  set.rows = [big('1'), big('2')]
  expect(look()).toEqual([])
  await clock.advance(59_000)
  expect(look()).toEqual([])
  set.free = 220
  expect(look()).toEqual([])
  set.free = 200
  await clock.advance(30_000)
  expect(look()).toEqual([])
  await clock.advance(30_000)
  expect(look()).toEqual([])
  await clock.advance(30_000)
  expect(named(look())).toBe('2')
})

test('two looks far apart are no minute', async () => {
  const {clock, set, look} = harness()
  set.rows = [big('1'), big('2')]
  look()
  await clock.advance(181_000)
  expect(look()).toEqual([])
})

test('B.10 what we stopped is started with something to spare, and not what a person stopped', async () => {
  const {set, ours, lookFor} = harness()
  set.rows = [stopped('1'), stopped('2'), stopped('3', {tags: ['qBitrr-free_space_paused']})]
  ours.add('1')
  set.free = 100 + 60 + SPARE - 1
  expect(await lookFor(120_000)).toEqual([])
  set.free = 100 + 2 * 60 + SPARE
  const decided = await lookFor(120_000)
  expect(named(decided)).toBe('13')
  expect(decided[0]).toMatchObject({
    ruleId: 'settings.space-start',
    actions: [{action: 'start'}, {action: 'untag'}],
    evidence: {fact: 'amountLeft', op: 'lte', threshold: SPARE + 120},
  })
})

for (const [title, changes] of [
  ['force started', {forceStart: true}],
  ['kept by a person', {tags: ['keep']}],
  ['in nobody’s category', {category: 'other'}],
  ['not in the last list', {isListed: false}],
] as const) {
  test(`B.10 what is ${title} is not stopped, and takes its room`, async () => {
    const {set, lookFor} = harness()
    set.rows = [big('1', {...changes, amountLeft: 900}), big('2')]
    expect(named(await lookFor(120_000))).toBe('2')
  })
}

for (const state of ['checking', 'moving', 'error', 'missingFiles', 'unknown'] as const) {
  test(`B.10 what is ${state} is left alone`, async () => {
    const {set, lookFor} = harness()
    set.rows = [big('1', {state, amountLeft: 900}), big('2')]
    expect(await lookFor(120_000)).toEqual([])
  })
}

for (const [title, change] of [
  ['S08 the disk is away, so its free space is not known', {free: undefined}],
  ['S30 the server is away', {server: serverWith({status: 'unreachable'})}],
  ['S02 the server is warming', {server: serverWith({status: 'warming'})}],
  ['S01 the server lost its torrents', {server: serverWith({populationDrop: 0.9})}],
] as const) {
  test(`${title}: nothing is stopped or started`, async () => {
    const {set, lookFor, ours} = harness()
    set.rows = [big('1', {amountLeft: 900}), stopped('2', {amountLeft: 1})]
    ours.add('2')
    Object.assign(set, {free: 99 + SPARE, ...change})
    expect(await lookFor(300_000)).toEqual([])
  })
}

test('what was sent is sent again a minute after its end is known, or when its end stayed unknown for ten minutes', async () => {
  const {set, planner, lookFor} = harness()
  set.rows = [big('1', {amountLeft: 900})]
  expect(await lookFor(300_000)).toHaveLength(1)
  planner.answered(rules.stop.id, `qBit/${'1'.repeat(40)}`)
  expect(await lookFor(60_000)).toHaveLength(0)
  expect(await lookFor(30_000)).toHaveLength(1)
  expect(await lookFor(600_000)).toHaveLength(1)
})

const label = 'qBitrr-free_space_paused'
const byWord = (decisions: readonly {readonly ruleId: string; readonly subject: {readonly key: string}}[]) =>
  decisions.map(({ruleId, subject}) => `${ruleId.slice('settings.space-'.length)} ${subject.key.at(-1)}`)

test('B.1 what we stopped and a person started is theirs: stopped again it stays so, whatever room there is', async () => {
  const {set, ours, lookFor} = harness()
  Object.assign(set, {free: 10 * SPARE, writesLabels: false})
  ours.add('1').add('2')
  set.rows = [big('1')]
  expect(await lookFor(30_000)).toEqual([])
  expect([...ours]).toEqual(['2'])
  set.rows = [stopped('1'), stopped('2')]
  expect(byWord(await lookFor(300_000))).toEqual(['start 2'])
})

test('B.1 B.12 its label is taken off then, and says nothing any more while it cannot be taken off', async () => {
  const {set, planner, lookFor} = harness()
  set.free = 10 * SPARE
  set.rows = [big('1', {tags: [label]})]
  const [decision, ...more] = await lookFor(30_000)
  expect(more).toEqual([])
  expect(decision).toMatchObject({
    ruleId: 'settings.space-taken-back',
    actions: [{action: 'untag', params: {names: [label]}}],
    evidence: {fact: 'tags', op: 'hasAny', threshold: [label], actual: {value: [label]}},
  })
  set.rows = [stopped('1', {tags: [label]})]
  expect(await lookFor(300_000)).toEqual([])
  planner.answered(takenBack!.id, `qBit/${'1'.repeat(40)}`)
  expect(byWord(await lookFor(120_000))).toEqual(['taken-back 1'])
  set.rows = [stopped('1')]
  expect(await lookFor(300_000)).toEqual([])
})

test('B.1 B.12 where labels are not written, one that is there from before says nothing', async () => {
  const {set, ours, lookFor} = harness()
  Object.assign(set, {free: 10 * SPARE, writesLabels: false})
  ours.add('2')
  set.rows = [stopped('1', {tags: [label]}), stopped('2', {tags: [label]})]
  expect(byWord(await lookFor(300_000))).toEqual(['start 2'])
  set.rows = [big('1', {tags: [label]})]
  expect(await lookFor(300_000)).toEqual([])
})

test('B.1 B.12 where labels are not written, one from before is taken off what a person took back', async () => {
  const {set, ours, planner, lookFor} = harness()
  Object.assign(set, {free: 10 * SPARE, writesLabels: false})
  ours.add('1')
  set.rows = [big('1', {tags: [label]})]
  expect(byWord(await lookFor(30_000))).toEqual(['taken-back 1'])
  expect([...ours]).toEqual([])
  planner.answered(takenBack!.id, `qBit/${'1'.repeat(40)}`)
  set.rows = [stopped('1', {tags: [label]})]
  expect(byWord(await lookFor(120_000))).toEqual(['taken-back 1'])
  set.rows = [stopped('1')]
  expect(await lookFor(300_000)).toEqual([])
})

test('B.1 who starts or stops one on our pages has it back at once', async () => {
  const {set, ours, planner, lookFor} = harness()
  set.free = 10 * SPARE
  ours.add('1')
  set.rows = [stopped('1', {tags: [label]}), stopped('2', {tags: [label]})]
  planner.takeBack(set.rows[0]!.key)
  expect([...ours]).toEqual([])
  expect(byWord(await lookFor(120_000))).toEqual(['taken-back 1', 'start 2'])
})

test('B.10 what we are about to stop or start ourselves no user took back', async () => {
  const {set, ours, planner, lookFor} = harness()
  set.rows = [big('1'), big('2')]
  expect(byWord(await lookFor(120_000))).toEqual(['stop 2'])
  // It is labelled and remembered first, and seen to stand later.
  ours.add('2')
  set.rows = [big('1'), big('2', {tags: [label]})]
  expect(await lookFor(120_000)).toEqual([])
  planner.answered(stop!.id, `qBit/${'2'.repeat(40)}`)
  expect(await lookFor(60_000)).toEqual([])
  set.rows = [big('1'), stopped('2', {tags: [label]})]
  await lookFor(120_000)
  expect([...ours]).toEqual(['2'])
  set.free = 10 * SPARE
  expect(byWord(await lookFor(120_000))).toEqual(['start 2'])
  set.rows = [big('1'), big('2', {tags: [label]})]
  expect(await lookFor(60_000)).toEqual([])
  expect([...ours]).toEqual(['2'])
})

test('B.10 what a person took back and has no room is stopped again, and ours again', async () => {
  const {set, ours, planner, lookFor} = harness()
  ours.add('2')
  set.rows = [big('1'), big('2')]
  expect(byWord(await lookFor(120_000))).toEqual(['stop 2'])
  expect([...ours]).toEqual([])
  ours.add('2')
  planner.answered(stop!.id, `qBit/${'2'.repeat(40)}`)
  set.rows = [big('1'), stopped('2', {tags: [label]})]
  set.free = 10 * SPARE
  expect(byWord(await lookFor(120_000))).toEqual(['start 2'])
})

test('S01 what a server says that is not believed takes nothing back', async () => {
  const {set, ours, lookFor} = harness()
  ours.add('1')
  set.rows = [big('1')]
  set.server = serverWith({status: 'warming'})
  await lookFor(120_000)
  set.server = serverWith()
  set.rows = [big('1', {isListed: false})]
  await lookFor(120_000)
  expect([...ours]).toEqual(['1'])
})

const memory = (action: 'stop' | 'start' | 'tag', outcome: 'confirmed' | 'unconfirmed' | 'blocked') =>
  spaceMemory({action, outcome}, {marks: ['imported', 'freeSpacePaused']})

test('that we stopped it is remembered as soon as it may be so, that it runs again when it is', () => {
  const marks = ['imported', 'freeSpacePaused']
  expect(memory('stop', 'confirmed')).toEqual({stoppedByUs: forSpace, marks})
  expect(memory('stop', 'unconfirmed')).toEqual({stoppedByUs: forSpace, marks})
  expect(memory('stop', 'blocked')).toBeNull()
  expect(memory('start', 'unconfirmed')).toBeNull()
  expect(memory('start', 'confirmed')).toEqual({stoppedByUs: null, marks: ['imported']})
  expect(memory('tag', 'confirmed')).toBeNull()
})

test('B.10 of a volume that servers share it is shown what one of them will take: what fits, and what may not be stopped', async () => {
  const {set, planner, look, ours} = harness()
  set.free = 10 * SPARE
  set.rows = [
    big('1'),
    big('2', {amountLeft: 100 * SPARE}),
    big('3', {forceStart: true, amountLeft: 20 * SPARE}),
    stopped('4', {amountLeft: 100 * SPARE}),
  ]
  ours.add('4')
  look()
  expect(planner.takenOf(set.server.id)).toBe(60 + 20 * SPARE)
  set.free = undefined
  set.rows = []
  look()
  expect(planner.takenOf(set.server.id)).toBe(60 + 20 * SPARE)
})

test('what a change of the space that stays free would stop and start is known before, and nothing of it is decided', async () => {
  const {set, planner, ours, look} = harness()
  set.rows = [big('1'), big('2'), stopped('3'), big('4', {category: 'other'})]
  ours.add('3')
  const would = (keep: number, mayStop = true) => {
    const would = planner.wouldDo(set.server, set.rows, {keep, mayStop}, {taken: 0})
    return would && [would.stop, would.start].map((rows) => rows.map(({key}) => key.hash[0]).join(''))
  }
  set.free = 200
  expect(would(10)).toEqual(['', ''])
  expect(would(100)).toEqual(['2', ''])
  expect(would(190)).toEqual(['12', ''])
  expect(would(190, false)).toEqual(['', ''])
  set.free = 4 * SPARE
  expect(would(10)).toEqual(['', '3'])
  set.free = undefined
  expect(would(190)).toBeNull()
  set.free = 200
  expect(look()).toEqual([])
})

test('of a volume that two servers share, what the downloads of the first one take is gone for the second', () => {
  const {set, planner} = harness()
  const before = {taken: 0}
  const would = (name: string) =>
    planner.wouldDo(set.server, [big(name)], {keep: 100, mayStop: true}, before)?.stop.length
  expect([would('1'), would('2')]).toEqual([0, 1])
})
