import {expect, test} from 'vitest'
import {TimeSlice} from '#lib/time-slice.ts'
import type {Rule} from '#model/rule.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {compileRule} from '#rules/compiled-rule.ts'
import type {HoldMemory} from '#rules/hold.ts'
import {aRule} from '#rules/rule.fixture.ts'
import {world, type Row} from '#rules/world.fixture.ts'
import {ruleReader} from '#request-work/readers.ts'
import {insideWork} from '#test/doubles/inside-work.ts'
import {RuleInvalid} from './draft.ts'
import type {WantedLately} from './lately.ts'
import {noPaths, nothingWanted} from './no-paths.fixture.ts'
import {RulePreviews} from './previews.ts'
import {RuleUnknown} from './rights.ts'
import {rulesHarness, type Name} from './rules-harness.fixture.ts'
import type {ShownRule} from './service.ts'

const rows: readonly Row[] = ['file', 'adas', 'anns', 'bobs'].map((server) => ({
  key: `on ${server}`,
  complete: true,
  size: 100,
  category: 'tv',
  'server.id': server,
}))

const waits = {hold: {for: '1h'}, mode: 'ask'}
const kept = aRule({...waits, id: 'r-kept', when: {fact: 'complete', op: 'eq', value: true}})
const {mark} = compileRule(kept, world)
/** One was watched for long enough, the other is not. */
const held = new Map<string, HoldMemory>([
  ['ann on file', {mark, ms: 600_000, last: null, strikes: []}],
  ['ann on anns', {mark, ms: 3_600_000, last: null, strikes: []}],
])

/** It only simulates, and wanted one of those that ann may command, and one that is gone. */
const tried = aRule({id: 'r-tried', mode: 'simulate', when: {fact: 'complete', op: 'eq', value: true}})
/** It names a server that is gone, or that not everyone sees. */
const ofGone = aRule({id: 'r-gone', when: {fact: 'server.id', op: 'ne', value: 'gone'}})
/** It keeps by an Arr that is gone. */
const ofGoneArr = aRule({
  id: 'r-gone-arr',
  scope: {arrs: ['radarr-4k']},
  when: {fact: 'complete', op: 'eq', value: true},
  do: [{action: 'skip'}],
})
const lately: readonly WantedLately[] = ['ann on anns', 'anns/gone', 'bobs/gone'].map((key) => ({
  kind: 'torrent',
  key,
  actions: ['stop'],
  at: Number.MAX_SAFE_INTEGER,
}))

interface Slow {
  /** How often this thread gave way. */
  readonly turns?: Pick<TimeSlice, 'due' | 'next'>
  readonly cpuMs?: () => number
  /** The rules that are seen, in their order. */
  readonly overlapping?: readonly {readonly rule: Rule; readonly owner: Name}[]
}

async function previewsHarness({turns = new TimeSlice(), cpuMs, overlapping}: Slow = {}) {
  const harness = await rulesHarness()
  const looked: ServerId[] = []
  const shown = (overlapping ?? []).map(
    ({rule: its, owner}) =>
      ({rule: its, mode: its.mode, owner: harness.id(owner), ceilings: []}) as unknown as ShownRule,
  )
  const previews = new RulePreviews<Row, never, never>({
    paths: noPaths,
    wanted: nothingWanted,
    clock: harness.clock,
    accessOf: harness.accessOf,
    turns,
    ...(cpuMs && {cpuMs}),
    readRule: ruleReader(insideWork),
    programs: () => [],
    sections: () => ['Radarr'],
    rules: {
      seen: (by, id) => {
        const saved =
          by.name !== 'bob' ? [kept, tried, ofGone, ofGoneArr].find((it) => it.id === id) : undefined
        if (!saved) throw new RuleUnknown(id)
        return {rule: saved, mode: saved.mode} as ShownRule
      },
      seenBy: () => shown,
    },
    heldBy: ({id}) => (id === kept.id ? held : new Map()),
    wantedBy: ({id}) => (id === tried.id ? lately : []),
    decidedBy: async function* () {},
    world: {
      readersFor: (by) => ({...world, name: (row) => ({...world.name(row), key: `${by.name} ${row.key}`})}),
      *subjectsOn(servers) {
        looked.push(...servers)
        yield* rows.filter((row) => servers.includes(row['server.id'] as ServerId))
      },
      guardsOf: () => (decision) => (decision.subject.key.endsWith('on file') ? 'busy' : null),
    },
  })
  return {...harness, previews, looked}
}

const rule = (more: object = {}) => ({
  rule: {name: 'All', when: {fact: 'complete', op: 'eq', value: true}, do: [{action: 'stop'}], ...more},
})

test('S29 only what the user may command is looked at, counted and shown', async () => {
  const {previews, as, looked} = await previewsHarness()
  const reported = await previews.of(as('ann'), rule())
  expect(reported).toMatchObject({looked: 2, matched: {count: 2}, blocked: {count: 1}, wouldAct: {count: 1}})
  expect([[...reported.servers.keys()], looked]).toEqual([['anns'], ['file', 'anns']])
  expect((await previews.of(as('ada'), rule())).matched.count).toBe(2)
  expect((await previews.of(as('ada'), rule({scope: {servers: ['anns', 'bobs']}}))).matched.count).toBe(2)
  const foreign = previews.of(as('ann'), rule({scope: {servers: ['bobs']}}))
  await expect(foreign).rejects.toMatchObject({mistakes: [{path: 'scope.servers', found: '["bobs"]'}]})
  expect((await previews.of(as('vic'), rule())).looked).toBe(0)
})

test.each([
  ['a name of a server in a text', 'is:complete -server:"Seed box"', '“Seed box”'],
  ['a server that is not seen', 'is:complete -server:bobs', '“bobs”'],
  ['one of several in a tree', {fact: 'server.id', op: 'notIn', value: ['anns', 'nas']}, '“nas”'],
  ['a kind of Arrs', 'is:complete -arr:sonarr', '“sonarr”'],
  ['what is within a group', 'is:complete NOT (arr:sonarr OR server:nas)', '“sonarr”'],
])('%s is no id, so that a rule by it is refused', async (_, when, named) => {
  const {previews, as} = await previewsHarness()
  const refused = previews.of(as('ann'), rule({when}))
  await expect(refused).rejects.toBeInstanceOf(RuleInvalid)
  await expect(refused).rejects.toThrow(named)
})

test.each([
  ['is:complete -server:ANNS', 1],
  ['is:complete (server:file,anns OR -arr:radarr OR arr:none)', 2],
  [{fact: 'server.id', op: 'contains', value: 'nn'}, 1],
])('ids of what there is are taken in any case, and so are pieces: %j', async (when, count) => {
  const {previews, as} = await previewsHarness()
  expect((await previews.of(as('ann'), rule({when}))).matched.count).toBe(count)
})

test('a rule that stands is shown also where it names a server that is gone, and no further one may be', async () => {
  const {previews, as} = await previewsHarness()
  const of = (text: string) => previews.of(as('ann'), rule({when: text}), ofGone.id)
  expect((await of('-server:gone')).matched.count).toBe(2)
  await expect(of('-server:gone,lost')).rejects.toThrow('“lost”')
})

test('what has to hold for a time is held, and what is no rule is refused with its mistakes', async () => {
  const {previews, as} = await previewsHarness()
  expect(await previews.of(as('ann'), rule({hold: {for: '1h'}}))).toMatchObject({
    held: {count: 2},
    wouldAct: {count: 0},
  })
  await expect(previews.of(as('ann'), {yaml: 'name: All'})).rejects.toBeInstanceOf(RuleInvalid)
})

test('of a rule that is saved what it has held counts, while its text asks the same', async () => {
  const {previews, as} = await previewsHarness()
  const of = (text: object, id: string | null = kept.id) =>
    previews.of(as('ann'), rule({...waits, ...text}), id as typeof kept.id | null)
  expect(await of({})).toMatchObject({matched: {count: 2}, held: {count: 1}, wouldAct: {count: 1}})
  expect((await of({})).decisions.map(({subject}) => subject.key)).toEqual(['ann on anns'])
  // Whatever mode the text has: that is no part of it.
  expect(await of({mode: 'live'})).toMatchObject({held: {count: 1}, wouldAct: {count: 1}})
  expect(await of({hold: {for: '2h'}})).toMatchObject({held: {count: 2}, wouldAct: {count: 0}})
  expect(await of({}, null)).toMatchObject({held: {count: 2}, wouldAct: {count: 0}})
  await expect(of({}, 'r-other')).rejects.toMatchObject({code: 'rule_unknown'})
})

test('of a rule that only simulates it shows what that wanted lately, of what the user may command', async () => {
  const {previews, as} = await previewsHarness()
  const reported = await previews.of(as('ann'), rule(), tried.id)
  const count = {count: 1, bytes: 100}
  expect(reported.lately).toEqual({
    day: {...count, gone: 1},
    week: {...count, gone: 1},
    actions: new Map([['stop', count]]),
  })
  expect((await previews.of(as('ann'), rule(), kept.id)).lately).toBeNull()
  expect((await previews.of(as('ann'), rule())).lately).toBeNull()
  const ofPaths = rule({
    subject: 'path',
    when: {fact: 'path.fileAge', op: 'gte', value: '7d'},
    do: [{action: 'orphan.recycle', days: 30}],
  })
  expect((await previews.of(as('ada'), ofPaths, tried.id)).lately).toBeNull()
})

/** It has worked for long enough after each look. */
const hasty = {due: () => true, next: () => new Promise<void>((resolve) => setImmediate(resolve))}

test('the previews of one person wait for each other, and no one else for them', async () => {
  const {previews, as} = await previewsHarness({turns: hasty})
  const ended: string[] = []
  const ask = (name: 'ada' | 'ann') => previews.of(as(name), rule()).then(() => ended.push(name))
  await Promise.all([ask('ada'), ask('ada'), ask('ada'), ask('ann')])
  expect(ended.indexOf('ann')).toBeLessThan(2)
})

test('more previews than one person may have waiting are refused', async () => {
  const {previews, as} = await previewsHarness({turns: hasty})
  const asked = Array.from({length: 12}, () => previews.of(as('ada'), rule()))
  const ends = await Promise.allSettled(asked)
  expect(ends.filter(({status}) => status === 'fulfilled')).toHaveLength(9)
  for (const end of ends)
    if (end.status === 'rejected') expect(end.reason).toMatchObject({code: 'too_expensive'})
  expect((await previews.of(as('ada'), rule())).looked).toBe(4)
})

test('a rule that takes too long to evaluate ends with a refusal, and gives way after each torrent until then', async () => {
  let [worked, gaveWay] = [0, 0]
  const turns = {
    due: () => true,
    async next() {
      gaveWay++
    },
  }
  // Each torrent takes four seconds of the processor.
  const {previews, as} = await previewsHarness({turns, cpuMs: () => (worked += 2_000)})
  await expect(previews.of(as('ada'), rule())).rejects.toMatchObject({code: 'too_expensive'})
  expect(gaveWay).toBe(5)
})

test('rules about the same torrents are counted where both reach, over what the user may command', async () => {
  const one = aRule({id: 'r-one', scope: {categories: ['tv']}})
  const two = aRule({id: 'r-two'})
  const {previews, as} = await previewsHarness({
    overlapping: [
      {rule: one, owner: 'ann'},
      {rule: two, owner: 'bob'},
    ],
  })
  // Both of them command the server of the file alone.
  const {looked, overlaps} = await previews.overlaps(as('ann'))
  expect(looked).toBe(2)
  expect(overlaps).toMatchObject([{ruleId: 'r-one', otherId: 'r-two', count: 1}])
  expect((await previews.overlaps(as('vic'))).looked).toBe(0)
})

test('of a saved rule what it decided is evaluated again, where that is asked for', async () => {
  const {previews, as} = await previewsHarness()
  const seen = await previews.of(as('ann'), rule(), kept.id, true)
  expect(seen.recorded).toEqual({count: 0, again: 0, unknown: 0, unwatched: 0, isCut: false})
  expect((await previews.of(as('ann'), rule(), kept.id)).recorded).toBeNull()
  expect((await previews.of(as('ann'), rule(), null, true)).recorded).toBeNull()
})

test('what a rule keeps by an Arr that is not there is counted as unknown, and a rule that removes by it matches none', async () => {
  const {previews, as} = await previewsHarness()
  const about = (action: string) => ({
    rule: {
      name: 'Of gone',
      scope: {arrs: ['radarr-4k']},
      when: {fact: 'complete', op: 'eq', value: true},
      do: [{action}],
    },
  })
  const rowsOfAnn = 2
  const withArr = await previews.of(as('ann'), about('skip'), ofGoneArr.id)
  expect([withArr.matched.count, withArr.unknown.count]).toEqual([0, rowsOfAnn])
  const removal = await previews.of(as('ann'), about('remove'), ofGoneArr.id)
  expect(removal.matched.count).toBe(0)
})
