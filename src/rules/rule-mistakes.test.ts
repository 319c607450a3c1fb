import {expect, test} from 'vitest'
import {askedFacts, factNames, factOf} from '#model/fact.ts'
import {actionKinds} from '#model/rule.ts'
import {parseRules, ruleOf} from './parse.ts'

const right = {id: 'a', name: 'A', when: {fact: 'complete', op: 'eq', value: true}, do: [{action: 'stop'}]}

for (const [wrong, said] of [
  [
    {when: {fact: 'ratio', op: 'contains', value: 1}},
    '`when.op` does not compare ratio; found "contains". Accepted: eq, ne, lt, lte, gt, gte, between, in, notIn, exists.',
  ],
  [
    {when: {fact: 'complete', op: 'lt', value: 1}},
    '`when.op` does not compare complete; found "lt". Accepted: eq, ne, exists.',
  ],
  [
    {when: {fact: 'state', op: 'gt', value: 1}},
    '`when.op` does not compare state; found "gt". Accepted: eq, ne, in, notIn, exists.',
  ],
  [
    {when: {fact: 'tags', op: 'eq', value: 'a'}},
    '`when.op` does not compare tags; found "eq". Accepted: hasAny, hasAll, hasNone, in, contains, startsWith, endsWith, glob, matches, exists.',
  ],
  [
    {when: {fact: 'name', op: 'gt', value: 'a'}},
    '`when.op` does not compare name; found "gt". Accepted: eq, ne, in, notIn, contains, startsWith, endsWith, glob, matches, exists.',
  ],
  [
    {when: {fact: 'ratio', op: 'lt', value: 'much'}},
    '`when.value` is not accepted; found "much". Accepted: a number.',
  ],
  [
    {when: {fact: 'age', op: 'gt', value: 'old'}},
    '`when.value` is not accepted; found "old". Accepted: seconds, or a duration like "90s", "30m", "2h", "1d 12h", "2w".',
  ],
  [
    {when: {fact: 'size', op: 'gt', value: 'big'}},
    '`when.value` is not accepted; found "big". Accepted: bytes, or a size like "700 MB" (1000) or "500 GiB" (1024).',
  ],
  [
    {when: {fact: 'downSpeed', op: 'gt', value: 'fast'}},
    '`when.value` is not accepted; found "fast". Accepted: bytes per second, or a speed like "100 kB/s" (1000) or "1 MiB/s" (1024).',
  ],
  [
    {when: {fact: 'progress', op: 'gt', value: '2'}},
    '`when.value` is not accepted; found "2". Accepted: a share from 0 to 1, or "0%" to "100%".',
  ],
  [
    {when: {fact: 'addedAt', op: 'gt', value: 'soon'}},
    '`when.value` is not accepted; found "soon". Accepted: a date like "2026-01-31" (UTC) or "2026-01-31T12:00:00Z".',
  ],
  [
    {when: {fact: 'fileCount', op: 'gt', value: -1}},
    '`when.value` is not accepted; found -1. Accepted: a whole number from 0 on.',
  ],
  [
    {when: {fact: 'downLimit', op: 'eq', value: 'x'}},
    '`when.value` is not accepted; found "x". Accepted: bytes per second, or a speed like "100 kB/s" (1000) or "1 MiB/s" (1024), null (none).',
  ],
  [
    {when: {fact: 'downLimit', op: 'lt', value: null}},
    '`when.value` is not accepted; found null. Accepted: bytes per second, or a speed like "100 kB/s" (1000) or "1 MiB/s" (1024).',
  ],
  [
    {when: {fact: 'infoHashV2', op: 'eq', value: 1}},
    '`when.value` is no text; found 1. Accepted: text, in quotes, null (none).',
  ],
  [
    {when: {fact: 'category', op: 'eq', value: 1}},
    '`when.value` is no text; found 1. Accepted: text, in quotes.',
  ],
  [
    {when: {fact: 'complete', op: 'eq', value: 'yes'}},
    '`when.value` is neither; found "yes". Accepted: true, false.',
  ],
  [
    {when: {fact: 'time.weekday', op: 'eq', value: 'monday'}},
    '`when.value` is not one of them; found "monday". Accepted: mon, tue, wed, thu, fri, sat, sun.',
  ],
  [
    {when: {fact: 'ratio', op: 'between', value: [1]}},
    '`when.value` is no range; found [1]. Accepted: [least, most].',
  ],
  [
    {when: {fact: 'ratio', op: 'between', value: [2, 1]}},
    '`when.value` is an empty range; found [2,1]. Accepted: [least, most].',
  ],
  [
    {when: {fact: 'ratio', op: 'between', value: 5}},
    '`when.value` is no list; found 5. Accepted: a list of values.',
  ],
  [
    {when: {fact: 'ratio', op: 'in', value: []}},
    '`when.value` is no list; found []. Accepted: a list of values.',
  ],
  [
    {when: {fact: 'name', op: 'contains', value: ''}},
    '`when.value` is no text to look for; found "". Accepted: 1 to 256 characters.',
  ],
  [
    {when: {fact: 'name', op: 'exists', value: 1}},
    '`when.value` is not asked for; found 1. Accepted: nothing.',
  ],
  [
    {when: {fact: 'name', op: 'eq', value: 'a', cs: 1}},
    '`when.cs` is neither; found 1. Accepted: true, false.',
  ],
  [
    {when: {fact: 'name', op: 'eq', value: 'a', window: 60}},
    '`when.window` is not asked for; found 60. Accepted: nothing.',
  ],
  [
    {when: {fact: 'gained', op: 'lt', value: 1}},
    '`when.window` is no time span; found nothing. Accepted: seconds, or a duration like "90s", "30m", "2h", "1d 12h", "2w".',
  ],
  [
    {when: {fact: 'gained', op: 'lt', value: 1, window: 0}},
    '`when.window` is no time span; found 0. Accepted: seconds, or a duration like "90s", "30m", "2h", "1d 12h", "2w".',
  ],
  [
    {when: {fact: 'name', op: 'eq', valu: 'a'}},
    '`when.valu` is not known; found "a". Accepted: fact, op, value, window, cs.',
  ],
  [{when: {all: []}}, '`when.all` is empty; found []. Accepted: at least one condition.'],
  [{when: {any: 1}}, '`when.any` is no list; found 1. Accepted: a list of conditions.'],
  [
    {when: {some: []}},
    '`when` is no condition; found {"some":[]}. Accepted: {all: [...]}, {any: [...]}, {not: ...}, {fact, op, value}, a search like "is:complete ratio>2".',
  ],
  [
    {when: {all: [], any: []}},
    '`when` is more than one condition; found {"all":[],"any":[]}. Accepted: {all: [...]}, {any: [...]}, {not: ...}, {fact, op, value}, a search like "is:complete ratio>2".',
  ],
  [
    {when: 5},
    '`when` is no condition; found 5. Accepted: {all: [...]}, {any: [...]}, {not: ...}, {fact, op, value}, a search like "is:complete ratio>2".',
  ],
  [
    {when: []},
    '`when` is no condition; found []. Accepted: {all: [...]}, {any: [...]}, {not: ...}, {fact, op, value}, a search like "is:complete ratio>2".',
  ],
  [
    {when: {not: 5}},
    '`when.not` is no condition; found 5. Accepted: {all: [...]}, {any: [...]}, {not: ...}, {fact, op, value}, a search like "is:complete ratio>2".',
  ],
  [
    {when: null},
    '`when` is no condition; found null. Accepted: {all: [...]}, {any: [...]}, {not: ...}, {fact, op, value}, a search like "is:complete ratio>2".',
  ],
  [
    {hold: {for: 1, each: 'tags'}},
    '`hold.each` is not compared in its condition; found "tags". Accepted: complete.',
  ],
  [
    {do: [{action: 'tracker.remove', hosts: {held: 'tracker.messages'}}]},
    '`do[0].hosts.held` is not what its hold is of; found "tracker.messages".',
  ],
  [{hold: {}}, '`hold` is no hold; found {}. Accepted: {for, each}, {strikes, gap, expireAfter}.'],
  [
    {hold: {for: 'x'}},
    '`hold.for` is not accepted; found "x". Accepted: seconds, or a duration like "90s", "30m", "2h", "1d 12h", "2w".',
  ],
  [{hold: {strikes: 1001, gap: 1}}, '`hold.strikes` is not accepted; found 1001. Accepted: at most 1000.'],
  [
    {hold: {strikes: 1, gap: 0}},
    '`hold.gap` is not accepted; found 0. Accepted: seconds, or a duration like "90s", "30m", "2h", "1d 12h", "2w", at least 1.',
  ],
  [
    {hold: {strikes: 1, gap: 1, expireAfter: 0}},
    '`hold.expireAfter` is not accepted; found 0. Accepted: seconds, or a duration like "90s", "30m", "2h", "1d 12h", "2w", at least 1.',
  ],
  [{hold: 5}, '`hold` is not accepted; found 5. Accepted: object.'],
  [{schedule: {}}, '`schedule` says nothing; found {}. Accepted: every, cron, on, window.'],
  [
    {schedule: {every: 29}},
    '`schedule.every` is not accepted; found 29. Accepted: seconds, or a duration like "90s", "30m", "2h", "1d 12h", "2w", at least 30.',
  ],
  [
    {schedule: {cron: '0 0 30 2 *'}},
    '`schedule.cron` is no cron pattern (it never comes); found "0 0 30 2 *". Accepted: "0 3 * * 0".',
  ],
  [
    {schedule: {every: 60, cron: '0 0 * * *'}},
    '`schedule.cron` stands beside every; found "0 0 * * *". Accepted: one of both.',
  ],
  [
    {schedule: {every: 60, timeZone: 'UTC'}},
    '`schedule.timeZone` is not asked for; found "UTC". Accepted: cron.',
  ],
  [
    {schedule: {cron: '0 0 * * *', timeZone: 'Moon'}},
    '`schedule.timeZone` is no time zone; found "Moon". Accepted: a name like "Europe/Berlin" or "UTC".',
  ],
  [{schedule: {on: []}}, '`schedule.on` is not accepted; found []. Accepted: at least 1.'],
  [
    {schedule: {on: ['x']}},
    '`schedule.on[0]` is not accepted; found "x". Accepted: completed, added, queueChanged, diskLow, trackerChanged.',
  ],
  [
    {schedule: {window: {from: '08:00', to: '09:00', weekdays: ['x']}}},
    '`schedule.window.weekdays[0]` is not accepted; found "x". Accepted: mon, tue, wed, thu, fri, sat, sun.',
  ],
  [{select: {order: []}}, '`select.order` is not accepted; found []. Accepted: at least 1.'],
  [
    {select: {order: ['age'], until: {fact: 'size', op: 'gte', value: 1}}},
    '`select.until.fact` does not grow by removing; found "size". Accepted: server.freeBytes, path.freeBytes.',
  ],
  [
    {select: {order: ['age'], until: {fact: 'path.freeBytes', op: 'lt', value: 1}}},
    '`select.until.op` is no goal; found "lt". Accepted: gte, gt.',
  ],
  [
    {select: {order: ['age'], until: 5}},
    '`select.until` is no comparison; found 5. Accepted: {fact, op, value}.',
  ],
  [{guards: {maxPerRun: 0}}, '`guards.maxPerRun` is not accepted; found 0. Accepted: at least 1.'],
  [
    {guards: {maxShare: 2}},
    '`guards.maxShare` is not accepted; found 2. Accepted: a share from 0 to 1, or "0%" to "100%".',
  ],
  [
    {guards: {obligationOverride: 'x'}},
    '`guards.obligationOverride` is not accepted; found "x". Accepted: at least 10 characters.',
  ],
  [
    {guards: {maxPerDai: 1}},
    '`guards.maxPerDai` is not known; found 1. Did you mean `maxPerDay`? Accepted: maxPerRun, maxPerHour, maxPerDay, maxBytesPerRun, maxShare, maxPerTracker, minAgeComplete, minAgeIncomplete, quarantine, obligationOverride.',
  ],
  [
    {hold: {for: '1d', eech: 1}},
    '`hold.eech` is not known; found 1. Did you mean `each`? Accepted: for, each, strikes, gap, expireAfter, resetOn.',
  ],
  [{scope: {privacy: 'x'}}, '`scope.privacy` is not accepted; found "x". Accepted: public, private, any.'],
  [{scope: {servers: ['']}}, '`scope.servers[0]` is not accepted; found "". Accepted: at least 1 character.'],
  [{scope: {servers: 'a'}}, '`scope.servers` is not accepted; found "a". Accepted: array.'],
  [{scope: {owner: ''}}, '`scope.owner` is not accepted; found "". Accepted: at least 1 character.'],
  [{id: 'A b'}, '`id` is no id: small letters, digits, ".", "_" and "-"; found "A b".'],
  [
    {
      id: 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
    },
    '`id` is no id: small letters, digits, ".", "_" and "-"; found "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx….',
  ],
  [{name: ''}, '`name` is not accepted; found "". Accepted: at least 1 character.'],
  [{revision: 0}, '`revision` is not accepted; found 0. Accepted: at least 1.'],
  [{order: 'first'}, '`order` is not accepted; found "first". Accepted: number.'],
  [{order: 1.5}, '`order` is not accepted; found 1.5. Accepted: int.'],
  [{mode: 'on'}, '`mode` is not accepted; found "on". Accepted: off, simulate, ask, live.'],
  [
    {subject: 'x'},
    '`subject` is not accepted; found "x". Accepted: torrent, file, group, queueItem, wanted, path, server.',
  ],
  [{concern: 'Fate'}, '`concern` is no word; found "Fate".'],
  [{conflict: 'x'}, '`conflict` is not accepted; found "x". Accepted: exclusive, additive.'],
  [{do: []}, '`do` is not accepted; found []. Accepted: at least 1.'],
  [{do: 5}, '`do` is not accepted; found 5. Accepted: array.'],
  [
    {other: 1},
    '`other` is not known; found 1. Accepted: id, revision, name, order, mode, subject, concern, conflict, reason, scope, when, hold, schedule, select, do, guards.',
  ],
  [
    {mode: 'simulated'},
    '`mode` is not accepted; found "simulated". Did you mean `simulate`? Accepted: off, simulate, ask, live.',
  ],
  [{do: [{action: 'tag'}]}, '`do[0].names` is not accepted; found nothing. Accepted: array.'],
  [{do: [{action: 'tag', names: []}]}, '`do[0].names` is not accepted; found []. Accepted: at least 1.'],
  [
    {do: [{action: 'limits', up: 'fast'}]},
    '`do[0].up` is not accepted; found "fast". Accepted: inherit, null, bytes per second, or a speed like "100 kB/s" (1000) or "1 MiB/s" (1024).',
  ],
  [
    {do: [{action: 'limits', ratio: 'x'}]},
    '`do[0].ratio` is not accepted; found "x". Accepted: inherit, null, a number.',
  ],
  [
    {do: [{action: 'queue', to: 'x'}]},
    '`do[0].to` is not accepted; found "x". Accepted: top, bottom, up, down.',
  ],
  [{do: [{action: 'category', name: 5}]}, '`do[0].name` is not accepted; found 5. Accepted: string, object.'],
  [{do: [{action: 'superSeed'}]}, '`do[0].on` is not accepted; found nothing. Accepted: boolean.'],
  [
    {do: [{action: 'quarantine', for: 'x'}]},
    '`do[0].for` is not accepted; found "x". Accepted: seconds, or a duration like "90s", "30m", "2h", "1d 12h", "2w".',
  ],
  [{do: [{action: 'recycle', days: 0}]}, '`do[0].days` is not accepted; found 0. Accepted: at least 1.'],
  [
    {do: [{action: 'exec', program: ''}]},
    '`do[0].program` is not accepted; found "". Accepted: at least 1 character.',
  ],
  [{do: [{action: 'stop', now: 1}]}, '`do[0].now` is not known; found 1.'],
  [
    {do: [{action: 'stop', if: 5}]},
    '`do[0].if` is no condition; found 5. Accepted: {all: [...]}, {any: [...]}, {not: ...}, {fact, op, value}, a search like "is:complete ratio>2".',
  ],
  [{do: [5]}, '`do[0]` is not accepted; found 5. Accepted: object.'],
] as const) {
  test(`of ${JSON.stringify(wrong)} it says: ${said}`, () => {
    const {rules, mistakes} = ruleOf({...right, ...wrong})
    expect(rules).toEqual([])
    expect(mistakes.map(({message}) => message)).toEqual([said])
  })
}

test('a pattern that cannot be read is refused in the words of those who read it', () => {
  const [pattern] = ruleOf({...right, when: {fact: 'name', op: 'matches', value: '('}}).mistakes
  expect(pattern?.message).toMatch(
    /^`when.value` is no regular expression: .*missing closing.*; found "\("\. Accepted: .*RE2/,
  )
  const [cron] = ruleOf({...right, schedule: {cron: 'x'}}).mistakes
  expect(cron?.message).toMatch(
    /^`schedule.cron` is no cron pattern \(.*\); found "x"\. Accepted: "0 3 \* \* 0"\.$/,
  )
})

test('where many words are accepted all of them are listed', () => {
  const acceptedBy = (action: object) => ruleOf({...right, do: [action]}).mistakes[0]?.accepted
  expect(acceptedBy({action: 'explode'})).toEqual(Object.keys(actionKinds))
  expect(acceptedBy({action: 'category', name: {fact: 'ratio'}})).toEqual([
    'string',
    ...factNames.filter((name) => factOf(name).type === 'text'),
  ])
  expect(ruleOf({...right, when: {fact: 'speed', op: 'exists'}}).mistakes[0]?.accepted).toEqual(askedFacts)
  const ofTorrents = factNames.filter((name) => factOf(name).subjects.includes('torrent'))
  const notSortable = {select: {order: ['gained']}}
  expect(ruleOf({...right, ...notSortable}).mistakes[0]?.accepted).toEqual(ofTorrents)
  const ofFiles = {when: {fact: 'file.name', op: 'exists'}}
  expect(ruleOf({...right, ...ofFiles}).mistakes).toMatchObject([
    {
      message: expect.stringMatching(/^`when.fact` is no fact of a torrent; found "file.name"\./),
      accepted: ofTorrents,
    },
  ])
})

test('every mistake is reported, and of what is long only the beginning is shown', () => {
  const {mistakes} = ruleOf({...right, name: 'x'.repeat(201), order: 'first', other: 1, more: 2})
  expect(mistakes.map(({path, found}) => [path, found])).toEqual([
    ['name', `"${'x'.repeat(59)}…`],
    ['order', '"first"'],
    ['other', '1'],
    ['more', '2'],
  ])
  expect(ruleOf({...right, id: 'X'.repeat(58)}).mistakes[0]?.found).toBe(`"${'X'.repeat(58)}"`)
})

test('what is no rule at all is refused as a whole', () => {
  expect(ruleOf('text').mistakes.map(({message}) => message)).toEqual([
    'The rule is not accepted; found "text". Accepted: object.',
  ])
})

const line = (id: string) =>
  `- {id: ${id}, name: A, when: {fact: complete, op: exists}, do: [{action: stop}]}\n`
const saidOf = (yaml: string) => parseRules(yaml).mistakes.map(({message}) => message)

test('the fact that was probably meant is named before all that there are', () => {
  const {mistakes} = ruleOf({...right, when: {fact: 'categry', op: 'exists'}})
  expect(mistakes[0]!.message).toMatch(
    /^`when\.fact` is no fact; found "categry"\. Did you mean `category`\? Accepted: /,
  )
})

test('a text that cannot be read as rules is refused in a sentence', () => {
  expect(saidOf('#'.repeat(1_000_001))).toEqual([
    'The rule is too long; found 1000001. Accepted: 1000000 characters.',
  ])
  expect(parseRules(line('a') + '#'.repeat(1_000_000 - line('a').length)).mistakes).toEqual([])
  for (const nothing of ['', '\n# later\n'])
    expect(saidOf(nothing)).toEqual([
      'The rule is empty; found null. Accepted: at least `name`, `when` and `do`.',
    ])
  const [broken] = saidOf('id: a\nid: b')
  expect(broken).toMatch(/^The rule is no YAML: .*unique.*; found nothing\.$/)
  const many = 'x, '.repeat(8)
  const bomb = `a: &a [${many}]\nb: &b [${'*a, '.repeat(8)}]\nc: &c [${'*b, '.repeat(8)}]\nd: [${'*c, '.repeat(8)}]`
  expect(saidOf(bomb)).toEqual([
    'The rule refers to itself too often; found nothing. Accepted: a rule, or a list of rules.',
  ])
  for (const text of [bomb, 'id: a\nid: b']) expect(parseRules(text).rules).toEqual([])
})

test('an id that another rule has is refused, and what is missing is reported where it would belong', () => {
  expect(saidOf(line('a') + line('a'))).toEqual([
    '`[1].id` is the id of another rule; found "a". Accepted: one of its own.',
  ])
  const {rules, mistakes} = parseRules(`${line('a')}- {id: b, name: B, do: [{action: stop}]}\n`)
  expect(rules.map(({id}) => id)).toEqual(['a'])
  expect(mistakes).toMatchObject([{path: '[1].when', line: 2, column: 3, found: 'nothing'}])
})
