import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import type {RuleId} from '#model/rule.ts'
import {draftOf, parseRule, parseRules, ruleOf} from './parse.ts'
import {aRule} from './rule.fixture.ts'

const stalled = `
id: stalled
name: Stalled
reason: stalled
scope: {arrs: [Radarr-4K], privacy: public}
when:
  all:
    - {fact: state, op: in, value: [stalledDown, error]}
    - {fact: availability, op: lt, value: 1}
    - {fact: gained, window: 10m, op: lt, value: 1 MiB}
hold: {for: 15m, resetOn: {fact: gained, window: 10m, op: gte, value: 1 MiB}}
do:
  - {action: failDownload, if: {fact: age, op: gt, value: 2h}}
`

test('what is left out gets its default, values are in base units', () => {
  expect(parseRules(stalled)).toEqual({
    mistakes: [],
    rules: [
      {
        id: 'stalled',
        revision: 1,
        name: 'Stalled',
        order: 100,
        mode: 'simulate',
        subject: 'torrent',
        concern: 'fate',
        conflict: 'exclusive',
        reason: 'stalled',
        scope: {
          servers: [],
          arrs: ['Radarr-4K'],
          categories: [],
          subcategories: false,
          tagsAny: [],
          tagsAll: [],
          tagsNone: [],
          trackers: [],
          privacy: 'public',
          owner: null,
        },
        when: {
          all: [
            {fact: 'state', op: 'in', value: ['stalledDown', 'error']},
            {fact: 'availability', op: 'lt', value: 1},
            {fact: 'gained', window: 600, op: 'lt', value: 1_048_576},
          ],
        },
        hold: {for: 900, resetOn: {fact: 'gained', window: 600, op: 'gte', value: 1_048_576}},
        schedule: null,
        select: null,
        do: [{action: 'failDownload', params: {}, if: {fact: 'age', op: 'gt', value: 7200}}],
        guards: {},
      },
    ],
  })
})

test('hold, schedule, selection, parameters and guards are in base units, too', () => {
  const rule = aRule({
    hold: {strikes: 3, gap: '10m'},
    schedule: {cron: '0 3 * * 0', timeZone: 'Europe/Berlin', window: {from: '08:00', to: '23:00'}},
    select: {
      order: ['-obligation.met', 'lastActivityAt'],
      until: {fact: 'path.freeBytes', op: 'gte', value: '1 GiB'},
    },
    do: [{action: 'limits', up: '1 MB/s', down: null, seedTime: '2d', ratio: 'inherit'}],
    guards: {maxBytesPerRun: '1 TiB', maxShare: '5%', minAgeComplete: '1h'},
  })
  expect(rule.hold).toEqual({strikes: 3, gap: 600, expireAfter: 86_400})
  expect(rule.schedule).toEqual({
    cron: '0 3 * * 0',
    timeZone: 'Europe/Berlin',
    window: {weekdays: [], from: '08:00', to: '23:00', timeZone: 'UTC'},
  })
  expect(rule.select?.until?.value).toBe(1024 ** 3)
  expect(rule.do[0]?.params).toEqual({up: 1_000_000, down: null, seedTime: 172_800, ratio: 'inherit'})
  expect(rule.guards).toEqual({maxBytesPerRun: 1024 ** 4, maxShare: 0.05, minAgeComplete: 3600})
})

test('a list holds many rules; those that are right are read beside those that are not', () => {
  const {rules, mistakes} = parseRules(`
- {id: a, name: A, when: {fact: complete, op: eq, value: true}, do: [{action: stop}]}
- {id: b, name: B, when: {fact: complete, op: eq, value: maybe}, do: [{action: stop}]}
- {id: a, name: C, when: {fact: complete, op: eq, value: true}, do: [{action: stop}]}
`)
  expect(rules.map(({name}) => name)).toEqual(['A'])
  expect(mistakes).toMatchObject([
    {path: '[1].when.value', line: 3, column: 58, found: '"maybe"', accepted: ['true', 'false']},
    {path: '[2].id', line: 4, column: 8, found: '"a"'},
  ])
})

const small = (lines: string) => `id: a
name: A
when: {fact: complete, op: eq, value: true}
do: [{action: stop}]
${lines}`

for (const [lines, expected] of [
  [
    'mode: on',
    {path: 'mode', line: 5, column: 7, found: '"on"', accepted: ['off', 'simulate', 'ask', 'live']},
  ],
  ['mod: off', {path: 'mod', line: 5, column: 6, found: '"off"'}],
  ['order: first', {path: 'order', found: '"first"', accepted: ['number']}],
  ['revision: 0', {path: 'revision', found: '0', accepted: ['at least 1']}],
  ['hold: {for: soon}', {path: 'hold.for', line: 5, column: 13, found: '"soon"'}],
  ['hold: {strikes: 3}', {path: 'hold', accepted: ['{for, each}', '{strikes, gap, expireAfter}']}],
  ['hold: {for: 1h, gap: 1h}', {path: 'hold'}],
  ['hold: {for: 1h, strikes: 1, gap: 1h}', {path: 'hold'}],
  ['hold: {}', {path: 'hold'}],
  ['hold: {strikes: 0, gap: 1h}', {path: 'hold.strikes', accepted: ['at least 1']}],
  ['hold: {strikes: 1, gap: 0}', {path: 'hold.gap'}],
  ['schedule: {every: 29s}', {path: 'schedule.every', found: '"29s"'}],
  ['schedule: {}', {path: 'schedule', accepted: ['every', 'cron', 'on', 'window']}],
  ['schedule: {cron: tomorrow}', {path: 'schedule.cron'}],
  ['schedule: {cron: "0 0 30 2 *"}', {path: 'schedule.cron'}],
  ['schedule: {cron: "0 * * * * *"}', {path: 'schedule.cron'}],
  ['schedule: {every: 1h, cron: "0 0 * * *"}', {path: 'schedule.cron'}],
  ['schedule: {every: 1h, timeZone: UTC}', {path: 'schedule.timeZone'}],
  ['schedule: {cron: "0 0 * * *", timeZone: Moon}', {path: 'schedule.timeZone', found: '"Moon"'}],
  ['schedule: {window: {from: "8:00", to: "24:00"}}', {path: 'schedule.window.from', found: '"8:00"'}],
  ['select: {order: [tags]}', {path: 'select.order[0]', found: '"tags"'}],
  ['select: {order: [-gained]}', {path: 'select.order[0]'}],
  ['select: {order: [file.name]}', {path: 'select.order[0]'}],
  [
    'select: {order: [age], until: {fact: size, op: gte, value: 1}}',
    {path: 'select.until.fact', accepted: ['server.freeBytes', 'path.freeBytes']},
  ],
  [
    'select: {order: [age], until: {fact: path.freeBytes, op: lt, value: 1}}',
    {path: 'select.until.op', accepted: ['gte', 'gt']},
  ],
  ['select: {order: [age], until: 5}', {path: 'select.until', found: '5'}],
  ['guards: {maxShare: 2}', {path: 'guards.maxShare', found: '2'}],
  [
    'guards: {obligationOverride: because}',
    {path: 'guards.obligationOverride', accepted: ['at least 10 characters']},
  ],
  ['scope: {privacy: some}', {path: 'scope.privacy', accepted: ['public', 'private', 'any']}],
  ['concern: Fate', {path: 'concern'}],
] as const) {
  test(`\`${lines}\` is refused at its place`, () => {
    const {rules, mistakes} = parseRules(small(lines))
    expect(rules).toEqual([])
    expect(mistakes[0]).toMatchObject(expected)
    expect(mistakes[0]?.line).toBe(5)
  })
}

for (const [when, path, found] of [
  [{fact: 'speed', op: 'lt', value: 1}, 'when.fact', '"speed"'],
  [{fact: 'ratio', op: 'contains', value: 1}, 'when.op', '"contains"'],
  [{fact: 'ratio', value: 1}, 'when.op', 'nothing'],
  [{fact: 'ratio', op: 'lt'}, 'when.value', 'nothing'],
  [{fact: 'ratio', op: 'lt', value: null}, 'when.value', 'null'],
  [{fact: 'downLimit', op: 'lt', value: null}, 'when.value', 'null'],
  [{fact: 'downLimit', op: 'between', value: [null, 1]}, 'when.value[0]', 'null'],
  [{fact: 'ratio', op: 'eq', value: null}, 'when.value', 'null'],
  [{fact: 'ratio', op: 'between', value: [1]}, 'when.value', '[1]'],
  [{fact: 'ratio', op: 'between', value: [2, 1]}, 'when.value', '[2,1]'],
  [{fact: 'ratio', op: 'in', value: 1}, 'when.value', '1'],
  [{fact: 'ratio', op: 'in', value: []}, 'when.value', '[]'],
  [{fact: 'ratio', op: 'in', value: [1, 'x']}, 'when.value[1]', '"x"'],
  [{fact: 'state', op: 'eq', value: 'unknown'}, 'when.value', '"unknown"'],
  [{fact: 'obligation.met', op: 'in', value: ['unknown']}, 'when.value[0]', '"unknown"'],
  [{fact: 'category', op: 'eq', value: 2024}, 'when.value', '2024'],
  [{fact: 'name', op: 'contains', value: ''}, 'when.value', '""'],
  [{fact: 'name', op: 'matches', value: '('}, 'when.value', '"("'],
  [{fact: 'name', op: 'matches', value: 'a'.repeat(257)}, 'when.value', `"${'a'.repeat(59)}…`],
  [{fact: 'name', op: 'exists', value: true}, 'when.value', 'true'],
  [{fact: 'name', op: 'eq', value: 'a', cs: 'yes'}, 'when.cs', '"yes"'],
  [{fact: 'name', op: 'eq', value: 'a', window: '1h'}, 'when.window', '"1h"'],
  [{fact: 'gained', op: 'lt', value: 1}, 'when.window', 'nothing'],
  [{fact: 'gained', op: 'lt', value: 1, window: 0}, 'when.window', '0'],
  [{fact: 'name', op: 'eq', values: 'a'}, 'when.values', '"a"'],
  [{fact: 'file.name', op: 'eq', value: 'a'}, 'when.fact', '"file.name"'],
  [{all: []}, 'when.all', '[]'],
  [{all: 1}, 'when.all', '1'],
  [{all: [{any: [1]}]}, 'when.all[0].any[0]', '1'],
  [{not: {not: {fact: 'file.name', op: 'eq', value: 'a'}}}, 'when.not.not.fact', '"file.name"'],
  [{some: []}, 'when', '{"some":[]}'],
  [{all: [], any: []}, 'when', '{"all":[],"any":[]}'],
  [[], 'when', '[]'],
  [undefined, 'when', 'nothing'],
] as const) {
  test(`the condition ${JSON.stringify(when)?.slice(0, 80)} is refused at ${path}`, () => {
    const {rules, mistakes} = ruleOf({id: 'a', name: 'A', when, do: [{action: 'stop'}]})
    expect(rules).toEqual([])
    expect(mistakes[0]).toMatchObject({path, found, line: null, column: null})
    expect(mistakes[0]?.message).toContain(`\`${path}\``)
    expect(mistakes[0]?.message).toContain(found)
  })
}

test('ten levels of conditions are read, eleven are not', () => {
  const nested = (levels: number): unknown =>
    levels === 0 ? {fact: 'complete', op: 'eq', value: true} : {all: [nested(levels - 1)]}
  expect(ruleOf({id: 'a', name: 'A', when: nested(10), do: [{action: 'stop'}]}).rules).toHaveLength(1)
  expect(ruleOf({id: 'a', name: 'A', when: nested(11), do: [{action: 'stop'}]}).rules).toHaveLength(0)
})

for (const [action, path] of [
  [{action: 'explode'}, 'do[0].action'],
  [{action: 'tag', names: 'x'}, 'do[0].names'],
  [{action: 'tag', names: []}, 'do[0].names'],
  [{action: 'tag'}, 'do[0].names'],
  [{action: 'stop', now: true}, 'do[0].now'],
  [{action: 'limits', up: 'fast'}, 'do[0].up'],
  [{action: 'stop', if: {fact: 'file.name', op: 'exists'}}, 'do[0].if.fact'],
  [{action: 'stop', if: {fact: 'age', op: 'gt', value: 'old'}}, 'do[0].if.value'],
] as const) {
  test(`the action ${JSON.stringify(action)} is refused at ${path}`, () => {
    expect(ruleOf({id: 'a', name: 'A', when: aRule().when, do: [action]}).mistakes).toMatchObject([{path}])
  })
}

test('a fact that another subject has is refused in the reset of a hold, too', () => {
  const resetOn = {fact: 'file.name', op: 'exists'}
  const data = {id: 'a', name: 'A', when: aRule().when, do: [{action: 'stop'}]}
  expect(ruleOf({...data, hold: {for: 1, resetOn}}).mistakes).toMatchObject([{path: 'hold.resetOn.fact'}])
  expect(ruleOf({...data, select: {order: ['age'], until: resetOn}}).mistakes).toMatchObject([
    {path: 'select.until.fact'},
    {path: 'select.until.op'},
  ])
})

test('text that is no YAML is refused where it breaks', () => {
  expect(parseRules('id: a\nname: [').mistakes).toMatchObject([{path: '', line: 2}])
  expect(parseRules('id: a\nid: b').mistakes).toMatchObject([{path: '', line: 2, column: 1}])
  expect(parseRules('').mistakes).toMatchObject([{path: '', line: 1, found: 'null'}])
  expect(parseRules('x'.repeat(1_000_001)).mistakes).toMatchObject([{path: '', found: '1000001'}])
})

test('a text that refers to itself without end is refused', () => {
  const bomb = `a: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]
c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: [*c, *c, *c, *c, *c, *c, *c, *c, *c]`
  expect(parseRules(bomb).mistakes).toMatchObject([{found: 'nothing'}])
  const given = {id: 'r-1' as RuleId, revision: 1}
  for (const circle of ['a: &a [*a]', '&a {name: *a}', 'name: x\nwhen: &w {all: [*w]}\ndo: [{action: stop}]'])
    expect(parseRule(circle, given)).toMatchObject({rules: [], mistakes: [{path: '', found: 'nothing'}]})
})

test('the name of a rule that a user writes is one line', () => {
  const given = {id: 'r-1' as RuleId, revision: 1}
  const written = (name: string) => ({
    name,
    when: {fact: 'complete', op: 'eq', value: true},
    do: [{action: 'stop'}],
  })
  for (const name of ['a\nb', 'a\r\n00:00 Otto: all is well', 'a\u001b[31m', 'a\u2028b']) {
    const mistakes = [{path: 'name', accepted: ['text on one line']}]
    expect(draftOf(written(name), given)).toMatchObject({rules: [], mistakes})
    expect(parseRule(JSON.stringify(written(name)), given)).toMatchObject({rules: [], mistakes})
  }
  expect(draftOf(written('Größe ≥ 5 👍'), given).mistakes).toEqual([])
})

test('a number that is none is shown as it was written', () => {
  const text = (value: string) =>
    `name: x\nwhen: {fact: ratio, op: gt, value: ${value}}\ndo: [{action: stop}]\n`
  const given = {id: 'r-1' as RuleId, revision: 1}
  expect(parseRule(text('.nan'), given).mistakes).toMatchObject([{path: 'when.value', found: 'NaN'}])
  expect(parseRule(text('1e999'), given).mistakes).toMatchObject([{path: 'when.value', found: 'Infinity'}])
})

test('a merge key as a value is a mistake like any other', () => {
  expect(parseRules('x: !!merge <<').mistakes).toContainEqual(
    expect.objectContaining({path: 'x', found: 'Symbol(<<)', line: 1}),
  )
})

test('any text is read or refused, never thrown at', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const {rules, mistakes} = parseRules(text)
      expect(rules.length + mistakes.length).toBeGreaterThanOrEqual(text.trim() === '[]' ? 0 : 1)
    }),
  )
})

test('of a rule that a user edits its id and revision are ours, and everything else is theirs', () => {
  const given = {id: 'r-1' as RuleId, revision: 4}
  const text = 'name: Done\nwhen: {fact: complete, op: eq, value: true}\ndo: [{action: stop}]\n'
  expect(parseRule(text, given)).toMatchObject({mistakes: [], rules: [{...given, name: 'Done'}]})
  expect(parseRule(`id: other\nrevision: 9\n${text}`, given).rules).toMatchObject([given])
  expect(draftOf({id: 'other', name: 'Done'}, given).mistakes.map(({path}) => path)).toEqual(['when', 'do'])
  for (const many of [`[{${text.trim().replaceAll('\n', ', ')}}]`, '[]', 'text', '']) {
    expect(parseRule(many, given)).toMatchObject({rules: [], mistakes: [{path: ''}]})
  }
})

test('a mistake in the text of one rule has its line', () => {
  const [wrong] = parseRule('name: Done\nwhen: 7\ndo: [{action: stop}]\n', {
    id: 'r-1' as RuleId,
    revision: 1,
  }).mistakes
  expect(wrong).toMatchObject({path: 'when', line: 2, column: 7, found: '7'})
})

test.each(['file', 'group', 'queueItem', 'server', 'x', 7, null])(
  'a rule about a subject that no rule can have (%j) is refused as a draft, with what was found and what is accepted',
  (subject) => {
    const text = `name: Big\nsubject: ${JSON.stringify(subject)}\nwhen: {fact: size, op: gt, value: 1 GB}\ndo: [{action: stop}]\n`
    const wrong = {path: 'subject', found: JSON.stringify(subject), accepted: ['torrent', 'path', 'wanted']}
    const given = {id: 'r-1' as RuleId, revision: 1}
    expect(parseRule(text, given)).toMatchObject({rules: [], mistakes: [{...wrong, line: 2}]})
    const {rules, mistakes} = draftOf({name: 'Big', subject}, given)
    expect([rules, mistakes]).toEqual([
      [],
      [{...wrong, line: null, column: null, message: mistakes[0]!.message}],
    ])
    expect(mistakes[0]!.message).toBe(
      `\`subject\` is not a subject of rules; found ${JSON.stringify(subject)}. Accepted: torrent, path, wanted.`,
    )
  },
)

test('one that was saved by an older version is read anyway', () => {
  const stored = {id: 'r-1', name: 'Big', subject: 'file', when: {fact: 'file.size', op: 'gt', value: 1}}
  expect(ruleOf({...stored, do: [{action: 'stop'}]}).rules).toMatchObject([{subject: 'file'}])
})

test('a condition may be written as in the search box, whole or in part, and is the tree that it stands for', () => {
  const rule = (when: string) => `id: a\nname: A\nwhen: ${when}\ndo: [{action: stop}]\n`
  const tree = `
  all:
    - {fact: complete, op: eq, value: true}
    - any:
        - {fact: ratio, op: gte, value: 2}
        - {fact: seedingTime, op: gt, value: 14d}
    - {not: {fact: tags, op: hasAny, value: [keep]}}`
  const whole = parseRules(rule('"is:complete (ratio>=2 OR seeding_time>14d) -tag:keep"'))
  expect(whole.mistakes).toEqual([])
  expect(whole.rules[0]!.when).toEqual(parseRules(rule(tree)).rules[0]!.when)
  const mixed = parseRules(rule('{all: ["tag:a", {fact: gained, window: 10m, op: lte, value: 0}]}'))
  expect(mixed.rules[0]!.when).toEqual({
    all: [
      {fact: 'tags', op: 'hasAny', value: ['a']},
      {fact: 'gained', window: 600, op: 'lte', value: 0},
    ],
  })
})

test.each([
  ['"is:stale"', 'is not understood: `is:stale`: rules cannot ask this'],
  ['"size>10BG"', 'unknown unit'],
  ['""', 'asks nothing'],
  ['"sever:nas"', 'Did you mean server'],
  [`"${'a '.repeat(1_001)}"`, 'is too long'],
  ['"/(/"', 'regular expression'],
])('a text that is no condition is refused where it stands: %s', (when, says) => {
  const {rules, mistakes} = parseRules(`id: a\nname: A\nwhen: ${when}\ndo: [{action: stop}]\n`)
  expect(rules).toEqual([])
  expect(mistakes[0]).toMatchObject({line: 3, message: expect.stringContaining(says)})
  expect(mistakes[0]!.path).toMatch(/^when/)
})

test('a text counts as what it asks: many of them are more than a rule has room for', () => {
  const text = Array.from({length: 45}, (_, at) => `tag:t${at}`).join(' ')
  const {mistakes} = parseRules(
    `id: a\nname: A\nwhen: {any: [${Array.from({length: 5}, () => `"${text}"`).join(', ')}]}\ndo: [{action: stop}]\n`,
  )
  expect(mistakes[0]!.message).toContain('200 comparisons in all')
})
