import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {actionKinds, type ActionName} from '#model/rule.ts'
import {subjectsOf} from './action-shapes.ts'
import {Passes} from './pass.fixture.ts'
import {aRule} from './rule.fixture.ts'
import {AT, type Row} from './world.fixture.ts'

const done: Row = {key: 'a', complete: true, category: 'tv', tags: ['x'], progress: 1, state: 'seeding'}

test('a decision says who, what, why and on what it stands', () => {
  const rule = aRule({
    revision: 4,
    reason: 'seedingDone',
    do: [{action: 'tag', names: ['old']}, {action: 'stop'}],
  })
  const {decisions, memory, wanted, wakes, asked} = new Passes(rule).run([done])
  expect(decisions).toEqual([
    {
      at: AT,
      subject: {kind: 'torrent', key: 'a', serverId: 'qBit'},
      ruleId: 'done',
      ruleRevision: 4,
      mode: 'live',
      concern: 'fate',
      reason: 'seedingDone',
      actions: [
        {action: 'tag', params: {names: ['old']}, class: 'reversible', losesBytes: false},
        {action: 'stop', params: {}, class: 'reversible', losesBytes: false},
      ],
      evidence: {
        verdict: 'yes',
        fact: 'complete',
        op: 'eq',
        threshold: true,
        window: null,
        actual: {value: true, observedAt: AT, source: 'qBit'},
      },
      hold: null,
      preconditions: [
        {fact: 'state', value: 'seeding'},
        {fact: 'complete', value: true},
        {fact: 'progress', value: 1},
        {fact: 'category', value: 'tv'},
        {fact: 'tags', value: ['x']},
      ],
    },
  ])
  expect([memory, wanted, [...wakes], asked]).toEqual([[], [], [], ['done']])
})

for (const [action, kind] of Object.entries(actionKinds)) {
  test(`${action} is ${kind.class}${kind.losesBytes ? ' and loses bytes' : ''}`, () => {
    const params: Readonly<Record<string, object>> = {
      tag: {names: ['a']},
      untag: {names: ['x']},
      limits: {down: 5},
      category: {name: ''},
      queue: {to: 'top'},
      filePriority: {to: 'skip'},
      superSeed: {on: true},
      sequential: {on: true},
      'tracker.add': {urls: ['http://t/a']},
      'tracker.replace': {from: 'a', to: 'http://t/b'},
      move: {path: '/a'},
      copyTo: {server: 'b'},
      quarantine: {for: '1d'},
      'arr.monitor': {on: false},
      'arr.profile': {name: 'HD'},
      'extraFiles.recycle': {set: 'Radarr'},
      exec: {program: 'a'},
    }
    const isOfPaths = !subjectsOf(action as ActionName).includes('torrent')
    const ofPaths = {subject: 'path', when: {fact: 'path.size', op: 'gt', value: 0}}
    const rule = aRule({...(isOfPaths && ofPaths), do: [{action, ...params[action]}]})
    // Neither running nor stopped: what is so already would be nothing to do.
    const checked: Row = {...done, state: 'checking', 'path.size': 1}
    expect(new Passes(rule).run([checked]).decisions[0]?.actions[0]).toMatchObject({action, ...kind})
  })
}

test('only what is true fires: not what is false, unknown, out of scope or of a rule that is off', () => {
  const scoped = aRule({scope: {categories: ['tv']}})
  expect(new Passes(scoped).decided([done, {...done, key: 'b', category: 'film'}])).toEqual(['done a'])
  const {category: _, ...elsewhere} = done
  expect(new Passes(scoped).decided([elsewhere, {key: 'c', category: 'tv'}])).toEqual([])
  expect(new Passes(aRule()).decided([{complete: false}])).toEqual([])
  expect(new Passes(aRule({mode: 'off'})).run([done]).asked).toEqual([])
  for (const mode of ['simulate', 'ask', 'live']) {
    expect(new Passes(aRule({mode})).run([done]).decisions).toMatchObject([{mode}])
  }
})

const rule = (id: string, order: number, changes: object = {}) => aRule({id, order, ...changes})

for (const [name, rules, decided] of [
  ['the first by order', [rule('b', 2), rule('a', 3), rule('c', 1)], ['c a']],
  ['of equal order the first of the list, whatever its id', [rule('b', 1), rule('a', 1)], ['b a']],
  ['of equal order the first of the list', [rule('a', 1), rule('b', 1)], ['a a']],
  ['one for each concern', [rule('a', 1), rule('b', 2, {concern: 'limits'}), rule('c', 3)], ['a a', 'b a']],
  [
    'additive ones beside it',
    [rule('a', 1), rule('b', 2, {conflict: 'additive'}), rule('c', 3)],
    ['a a', 'b a'],
  ],
  ['additive ones keep nobody back', [rule('a', 1, {conflict: 'additive'}), rule('b', 2)], ['a a', 'b a']],
  [
    'nobody behind a skip, whatever his concern',
    [
      rule('a', 1, {do: [{action: 'skip'}]}),
      rule('b', 2, {concern: 'limits'}),
      rule('c', 3, {conflict: 'additive'}),
    ],
    ['a a'],
  ],
  [
    'an additive skip keeps back as well',
    [rule('a', 1, {do: [{action: 'skip'}], conflict: 'additive'}), rule('b', 2)],
    ['a a'],
  ],
  [
    'a skip among other actions keeps back as well',
    [rule('a', 1, {do: [{action: 'stop'}, {action: 'skip'}]}), rule('b', 2, {concern: 'limits'})],
    ['a a'],
  ],
  [
    'a simulated rule does not keep back one that acts',
    [rule('a', 1, {mode: 'simulate'}), rule('b', 2)],
    ['a a', 'b a'],
  ],
  ['one that acts keeps back a simulated one', [rule('a', 1), rule('b', 2, {mode: 'simulate'})], ['a a']],
  [
    'a simulated one keeps back the next simulated',
    [rule('a', 1, {mode: 'simulate'}), rule('b', 2, {mode: 'simulate'})],
    ['a a'],
  ],
  [
    'a simulated skip keeps back no acting one',
    [rule('a', 1, {mode: 'simulate', do: [{action: 'skip'}]}), rule('b', 2)],
    ['a a', 'b a'],
  ],
  ['one that asks acts', [rule('a', 1, {mode: 'ask'}), rule('b', 2)], ['a a']],
] as const) {
  test(`of rules that fire there decides ${name}`, () => {
    expect(new Passes(...rules).decided([done])).toEqual(decided)
  })
}

test('rules keep each other back subject by subject', () => {
  const passes = new Passes(rule('a', 1, {scope: {categories: ['film']}}), rule('b', 2))
  expect(passes.decided([done, {...done, key: 'b', category: 'film'}])).toEqual(['a b', 'b a'])
})

test('a hold lets its rule decide when it is over, and remembers', () => {
  const passes = new Passes(aRule({hold: {for: '1m'}}))
  expect(passes.run([done]).wakes).toEqual(new Map([['a', 60]]))
  expect(passes.decided([done], {s: 59})).toEqual([])
  expect(passes.run([done], {s: 60}).decisions).toMatchObject([
    {hold: {kind: 'for', held: 60, needed: 60, left: 0}},
  ])
  expect(passes.decided([{...done, complete: false}], {s: 61})).toEqual([])
  expect(passes.memory.get(aRule().id)?.size).toBe(0)
  expect(passes.run([{...done, complete: false}], {s: 62}).memory).toEqual([])
})

test('S01 S24 a hold stands while the server is not watched', () => {
  const passes = new Passes(aRule({hold: {for: '1m'}}))
  passes.run([done])
  passes.run([done], {s: 30})
  passes.run([done], {s: 40, steady: false})
  expect(passes.decided([done], {s: 90})).toEqual([])
  expect(passes.decided([done], {s: 119})).toEqual([])
  expect(passes.decided([done], {s: 120})).toEqual(['done a'])
})

test('who leaves the scope begins again, one whose scope is unknown waits', () => {
  const passes = new Passes(aRule({hold: {for: '1m'}, scope: {categories: ['tv']}}))
  passes.run([done])
  passes.run([done], {s: 30})
  const {category: _, ...unseen} = done
  passes.run([unseen], {s: 31})
  expect(passes.run([done], {s: 40}).memory).toMatchObject([{memory: {ms: 30_000}}])
  passes.run([{...done, category: 'film'}], {s: 41})
  expect(passes.run([done], {s: 42}).memory).toMatchObject([{memory: {ms: 0}}])
})

test('what resets a hold is asked at each look', () => {
  const resetOn = {fact: 'downloaded', op: 'gte', value: '1 MiB'}
  const passes = new Passes(aRule({hold: {strikes: 2, gap: '10s', resetOn}}))
  passes.run([done])
  expect(passes.decided([{...done, downloaded: 1024 ** 2}], {s: 10})).toEqual([])
  expect(passes.decided([done], {s: 20})).toEqual([])
  expect(passes.decided([done], {s: 30})).toEqual(['done a'])
  expect(passes.memory.get(aRule().id)?.get('a')?.strikes).toMatchObject([{seen: {complete: true}}, {}])
})

test('simulated holds are their own, and a changed condition or hold begins again', () => {
  const hold = {for: '1m'}
  const passes = new Passes(aRule({hold, mode: 'simulate'}))
  passes.run([done])
  passes.run([done], {s: 50})
  for (const [change, kept] of [
    [{hold, mode: 'live'}, false],
    [{hold, mode: 'simulate', when: {fact: 'complete', op: 'ne', value: false}}, false],
    [{hold: {for: '2m'}, mode: 'simulate'}, false],
    [{hold, mode: 'simulate', name: 'Other', revision: 2}, true],
  ] as const) {
    const changed = new Passes(aRule(change))
    for (const [id, memory] of passes.memory) changed.memory.set(id, new Map(memory))
    expect(changed.decided([done], {s: 61})).toEqual(kept ? ['done a'] : [])
  }
  const [asking, living] = [new Passes(aRule({hold, mode: 'ask'})), new Passes(aRule({hold}))]
  asking.run([done])
  living.memory.set(aRule().id, asking.memory.get(aRule().id)!)
  expect(living.decided([done], {s: 60})).toEqual(['done a'])
})

const links = {fact: 'content.linksOutside', op: 'eq', value: 0}
const seeding = {all: [aRule().when, links]}

test('lazy facts are wanted only where nothing cheap speaks against it', () => {
  const passes = new Passes(aRule({when: seeding, scope: {categories: ['tv']}}))
  const {wanted, decisions} = passes.run([
    done,
    {...done, key: 'b', complete: false},
    {...done, key: 'c', category: 'film'},
    {key: 'd', category: 'tv'},
    {...done, key: 'e', 'content.linksOutside': 1},
    {...done, key: 'f', 'content.linksOutside': 0},
  ])
  expect(wanted).toEqual([
    {fact: 'content.linksOutside', window: null, subject: {kind: 'torrent', key: 'a', serverId: 'qBit'}},
  ])
  expect(decisions.map(({subject}) => subject.key)).toEqual(['f'])
  expect(decisions[0]?.preconditions).toContainEqual({fact: 'content.linksOutside', value: 0})
})

test('S21 what cannot be read makes nothing true, also not turned round', () => {
  const why = {'content.linksOutside': 'unreadable'} as const
  const unreadable: Row = {...done, why}
  for (const when of [
    seeding,
    {all: [aRule().when, {not: links}]},
    {not: {fact: 'content.linksOutside', op: 'exists'}},
  ]) {
    expect(new Passes(aRule({when})).decided([unreadable])).toEqual([])
  }
})

test('two rules want a fact once', () => {
  const passes = new Passes(rule('a', 1, {when: seeding}), rule('b', 2, {when: seeding}))
  expect(passes.run([done]).wanted).toHaveLength(1)
})

test('an action with a condition is left out where that is not true', () => {
  const condition = {fact: 'category', op: 'eq', value: 'tv'}
  const passes = new Passes(
    rule('a', 1, {do: [{action: 'stop', if: condition}, {action: 'recheck'}]}),
    rule('b', 2, {do: [{action: 'start'}]}),
  )
  const actions = (row: Row) =>
    passes.run([row]).decisions.flatMap((decision) => decision.actions.map(({action}) => action))
  expect(actions(done)).toEqual(['stop', 'recheck'])
  expect(actions({...done, category: 'film'})).toEqual(['recheck'])
  expect(actions({key: 'a', complete: true})).toEqual(['recheck'])
})

test('a parameter may be what a fact is; while that is nothing, the action is left out', () => {
  const back = {action: 'category', name: {fact: 'memory.categoryBefore'}}
  const passes = new Passes(rule('a', 1, {do: [{action: 'recheck'}, back]}))
  const actions = (row: Row) => passes.run([row]).decisions.flatMap((decision) => decision.actions)
  expect(actions({...done, 'memory.categoryBefore': 'films/old'})).toMatchObject([
    {action: 'recheck', params: {}},
    {action: 'category', params: {name: 'films/old'}, class: 'reversible'},
  ])
  expect(actions({...done, 'memory.categoryBefore': null})).toMatchObject([{action: 'recheck'}])
  expect(actions(done)).toMatchObject([{action: 'recheck'}])
})

test('a rule that has nothing to do blocks no other rule, one that still looks up does', () => {
  const only = (condition: object) => rule('a', 1, {do: [{action: 'stop', if: condition}]})
  const other = rule('b', 2)
  expect(new Passes(only({fact: 'category', op: 'eq', value: 'film'}), other).decided([done])).toEqual([
    'b a',
  ])
  const waiting = new Passes(only(links), other)
  expect(waiting.decided([done])).toEqual([])
  expect(waiting.run([done]).wanted).toMatchObject([{fact: 'content.linksOutside'}])
  expect(waiting.decided([{...done, 'content.linksOutside': 0}])).toEqual(['a a'])
  expect(waiting.decided([{...done, 'content.linksOutside': 1}])).toEqual(['b a'])
  const hopeless = only({all: [{fact: 'category', op: 'eq', value: 'film'}, links]})
  expect(new Passes(hopeless, other).decided([done])).toEqual(['b a'])
})

test('a rule that selects takes those it needs, and leaves the others to the next', () => {
  const selects = rule('a', 1, {
    select: {order: ['-size'], until: {fact: 'path.freeBytes', op: 'gte', value: 12}},
  })
  const row = (key: string, size: number): Row => ({
    ...done,
    key,
    size,
    'path.freeBytes': 10,
    'content.exclusiveBytes': size,
    'content.device': '1',
  })
  const passes = new Passes(selects, rule('b', 2))
  expect(passes.decided([row('x', 1), row('y', 2)])).toEqual(['a y', 'b x'])
  expect(passes.decided([row('x', 1), row('y', 2)], {isWhole: false})).toEqual(['b x', 'b y'])
  const {'content.exclusiveBytes': _, ...unseen} = row('z', 3)
  expect(new Passes(selects).run([unseen]).wanted).toMatchObject([{fact: 'content.exclusiveBytes'}])
})

test('what was decided before is no candidate', () => {
  const selects = rule('b', 2, {select: {order: ['size']}})
  const passes = new Passes(rule('a', 1, {scope: {categories: ['tv']}}), selects)
  expect(passes.decided([done, {...done, key: 'b', category: 'film'}])).toEqual(['a a', 'b b'])
})

test('a rule is asked when its schedule says so', () => {
  const passes = new Passes(aRule({schedule: {every: '1h'}}), rule('z', 1, {schedule: {on: ['completed']}}))
  expect(passes.run([done], {s: 3599}).asked).toEqual([])
  expect(passes.run([done], {s: 3600}).asked).toEqual(['done'])
  expect(passes.run([done], {s: 3600, isWhole: false}).asked).toEqual([])
  expect(passes.run([done], {s: 1, events: ['completed'], isWhole: false}).asked).toEqual(['z'])
})

const onCompletion = {schedule: {on: ['completed']}, when: seeding}
const ofEvent = {events: ['completed'], isWhole: false} as const

test('who is asked for what happened, and has to look something up first, waits for that, and for nothing else', () => {
  const passes = new Passes(rule('a', 1, onCompletion), rule('b', 2, {when: seeding}))
  const rows: readonly Row[] = [
    done,
    {...done, key: 'b'},
    {...done, key: 'c', complete: false},
    {...done, key: 'd', 'content.linksOutside': 0},
  ]
  const {open, decisions} = passes.run(rows, ofEvent)
  expect([...open].map(([id, keys]) => [id, [...keys]])).toEqual([['a', ['a', 'b']]])
  expect(decisions.map(({ruleId, subject}) => `${ruleId} ${subject.key}`)).toEqual(['a d'])
  expect(passes.run(rows, {isWhole: false}).open.size).toBe(0)
  // Asked by its own times, too: nobody has to tell it again.
  const timed = new Passes(rule('a', 1, {...onCompletion, schedule: {on: ['completed'], every: '1h'}}))
  expect(timed.run(rows, {s: 3_600}).open.size).toBe(0)
})

test('an event is repeated to those that waited, and to no others', () => {
  const passes = new Passes(rule('a', 1, onCompletion), rule('b', 2, {...onCompletion, concern: 'limits'}))
  const known: Row = {...done, 'content.linksOutside': 0}
  expect(passes.run([known], ofEvent).asked).toEqual(['a', 'b'])
  const {asked, decisions} = passes.run([known], {...ofEvent, again: [rule('b', 2).id]})
  expect([asked, decisions.map(({ruleId}) => ruleId)]).toEqual([['b'], ['b']])
  expect(passes.run([known], {...ofEvent, again: []}).asked).toEqual([])
})

test('a rule that selects looks at all of them: in whole passes, and when a disk gets low', () => {
  const selects = {select: {order: ['size']}, schedule: {on: ['diskLow', 'completed']}}
  const passes = new Passes(rule('a', 1, selects))
  expect(passes.run([done], {events: ['completed'], isWhole: true}).asked).toEqual(['a'])
  expect(passes.run([done], {events: ['diskLow'], isWhole: false}).asked).toEqual(['a'])
  expect(passes.run([done], {events: ['completed'], isWhole: false}).asked).toEqual([])
})

test('a hold is watched also while its rule is not asked, and it acts when it is', () => {
  const passes = new Passes(aRule({hold: {for: '2m'}, schedule: {every: '1h'}, when: seeding}))
  const known: Row = {...done, 'content.linksOutside': 0}
  for (const s of [0, 60, 119]) passes.run([known], {s})
  expect(passes.run([known], {s: 3000}).asked).toEqual([])
  expect(passes.run([known], {s: 3001}).decisions).toEqual([])
  // Nobody looked for longer than belongs together.
  expect(passes.memory.get(aRule().id)?.get('a')?.ms).toBe(120_000)
  expect(passes.decided([known], {s: 3600})).toEqual(['done a'])
  expect(passes.decided([{...known, complete: false}], {s: 3601})).toEqual([])
  expect(passes.memory.get(aRule().id)?.size).toBe(0)
  expect(passes.run([done], {s: 3602, isWhole: false}).wanted).toHaveLength(1)
})

test('what only its action needs is not looked up before its rule is asked', () => {
  const links = {fact: 'content.linksOutside', op: 'eq', value: 0}
  const passes = new Passes(
    aRule({hold: {for: 0}, schedule: {every: '1h'}, do: [{action: 'stop', if: links}]}),
  )
  expect(passes.run([done], {s: 60}).wanted).toEqual([])
  expect(passes.run([done], {s: 3600}).wanted).toHaveLength(1)
})

test('a torrent whose values change with time is looked at again in time', () => {
  const passes = new Passes(
    aRule({when: {all: [aRule().when, {fact: 'age', op: 'gt', value: '2h'}]}}),
    rule('b', 2, {do: [{action: 'stop', if: {fact: 'sinceActivity', op: 'gt', value: 60}}]}),
  )
  expect([...passes.run([{...done, age: 7000}]).wakes]).toEqual([['a', 200]])
  expect([...passes.run([{...done, age: 7000, sinceActivity: 50}]).wakes]).toEqual([['a', 10]])
  expect([...passes.run([{...done, age: 9000}]).wakes]).toEqual([])
  expect([...passes.run([{...done, complete: false, age: 7000}]).wakes]).toEqual([])
})

const rows = (count: number) => Array.from({length: count}, (_, at): Row => ({...done, key: `k${at}`}))

test('a pass gives way after each 64 subjects', () => {
  const passes = new Passes(aRule())
  passes.run(rows(63))
  expect(passes.breaks).toBe(0)
  expect(passes.decided(rows(130))).toHaveLength(130)
  expect(passes.breaks).toBe(2)
})

test('many decisions are handed out a thousand at a time, in the order of rules, with what is to be remembered', () => {
  const [first, second] = [aRule({id: 'first', hold: {for: '0s'}}), aRule({id: 'second', concern: 'limits'})]
  const passes = new Passes(first, second)
  const {decisions, memory} = passes.run(rows(1_300))
  expect(passes.parts).toEqual([1_000, 1_000, 600])
  expect(decisions.map(({ruleId, subject}) => `${ruleId} ${subject.key}`)).toEqual(
    ['first', 'second'].flatMap((id) => rows(1_300).map(({key}) => `${id} ${key}`)),
  )
  expect(memory).toHaveLength(1_300)
  passes.run(rows(1))
  expect(passes.parts).toEqual([2])
})

test('what rests for certain is not decided again, and keeps other rules back as before', () => {
  const passes = new Passes(aRule({id: 'first'}), aRule({id: 'second'}))
  passes.rests = (id, key) => id === 'first' && key === 'k1'
  expect(passes.decided(rows(3))).toEqual(['first k0', 'first k2'])
})

test('the book knows who looks at what', () => {
  const {ruleSet} = new Passes(
    rule('a', 1, {scope: {categories: ['tv']}}),
    rule('b', 2, {mode: 'off'}),
    rule('c', 3, {
      do: [{action: 'stop', if: {fact: 'ratio', op: 'gt', value: 1}}],
      hold: {for: 1, resetOn: links},
    }),
  )
  const affected = (...facts: Parameters<typeof ruleSet.affectedBy>[0][]) =>
    facts.map((names) => [...ruleSet.affectedBy(names)].map((it) => it.rule.id).join(''))
  expect(affected(['complete'], ['category'], ['ratio'], ['content.linksOutside'], ['name'], [])).toEqual([
    'ac',
    'a',
    'c',
    'c',
    '',
    '',
  ])
})

const anyRow = fc.record<Row>(
  {complete: fc.boolean(), category: fc.constantFrom('tv', 'film'), 'content.linksOutside': fc.nat({max: 1})},
  {requiredKeys: []},
)

test('whatever is known and unknown: one rule decides for a concern, and only by a yes', () => {
  const passes = new Passes(
    rule('a', 1, {when: {any: [seeding, {fact: 'category', op: 'eq', value: 'tv'}]}}),
    rule('b', 2, {when: {not: links}}),
    rule('c', 3, {scope: {categories: ['film']}}),
  )
  fc.assert(
    fc.property(fc.array(anyRow, {maxLength: 5}), (rows) => {
      const {decisions} = passes.run(rows.map((row, at) => ({...row, key: `${at}`})))
      expect(decisions.every(({evidence}) => evidence.verdict === 'yes')).toBe(true)
      expect(new Set(decisions.map(({subject}) => subject.key)).size).toBe(decisions.length)
    }),
  )
})
