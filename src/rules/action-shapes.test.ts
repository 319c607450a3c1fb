import {expect, test} from 'vitest'
import {actionKinds, type ActionName} from '#model/rule.ts'
import {DAY, HOUR} from '#model/units.ts'
import {paramsOf, subjectsOf} from './action-shapes.ts'
import {parseRules, ruleOf} from './parse.ts'
import {aRule} from './rule.fixture.ts'
import {writeRule} from './write.ts'

/** Every action with all that it may be told: as people write it, and as it is kept where that differs. */
const whole: readonly (readonly [written: Readonly<Record<string, unknown>>, kept?: object])[] = [
  [{action: 'notify', target: 'phone', template: 'It happened'}],
  [{action: 'note', template: 'It happened'}],
  [{action: 'skip'}],
  [{action: 'reannounce', wait: true, maxAttempts: 3}],
  [{action: 'arr.refresh'}],
  [{action: 'arr.rssSync'}],
  [{action: 'tag', names: ['a', 'b c']}],
  [{action: 'untag', names: ['a']}],
  [{action: 'category', name: 'tv', moveData: false}],
  [{action: 'category', name: ''}],
  [{action: 'category', name: {fact: 'memory.categoryBefore'}}],
  [{action: 'stop'}],
  [{action: 'start'}],
  [{action: 'forceStart'}],
  ...['top', 'bottom', 'up', 'down'].map((to) => [{action: 'queue', to}] as const),
  [
    {action: 'limits', down: '1 MB/s', up: '2 KiB/s', ratio: 1.5, seedTime: '2d', idle: '1h'},
    {down: 1e6, up: 2048, ratio: 1.5, seedTime: 2 * DAY, idle: HOUR},
  ],
  [{action: 'limits', down: null, up: null, ratio: null, seedTime: null, idle: null}],
  [
    {
      action: 'limits',
      down: 'inherit',
      up: 'inherit',
      ratio: 'inherit',
      seedTime: 'inherit',
      idle: 'inherit',
    },
  ],
  ...['skip', 'normal', 'high'].map(
    (to) => [{action: 'filePriority', patterns: ['[.]nfo$'], set: 'unwanted', to}] as const,
  ),
  [{action: 'recheck'}],
  [{action: 'superSeed', on: true}],
  [{action: 'sequential', on: false}],
  [{action: 'tracker.add', urls: ['https://t.test/a']}],
  [{action: 'tracker.remove', hosts: ['t.test'], messages: ['gone']}],
  [{action: 'tracker.replace', from: 'https://a.test', to: 'https://b.test'}],
  [{action: 'move', path: '/done'}],
  [{action: 'move', path: 'D:\\done'}],
  [{action: 'move', path: {fact: 'categoryPath'}}],
  [{action: 'move', server: 'box'}],
  [{action: 'copyTo', server: 'box', path: '/done', verify: true}],
  ...['restore', 'remove', 'removeWithData'].map(
    (end) =>
      [
        {action: 'quarantine', for: '7d', end},
        {for: 7 * DAY, end},
      ] as const,
  ),
  [{action: 'arr.search'}],
  [{action: 'arr.monitor', on: false}],
  [{action: 'arr.profile', name: 'HD'}],
  ...['auto', 'move', 'copy'].map((mode) => [{action: 'arr.import', mode}] as const),
  [{action: 'arr.blocklist', search: true}],
  [{action: 'arr.queueRemove'}],
  [{action: 'recycle', days: 7}],
  [{action: 'extraFiles.recycle', set: 'Radarr-4K', days: 7}],
  [{action: 'remove'}],
  [{action: 'removeWithData'}],
  [{action: 'failDownload', search: true, blocklist: false}],
  [{action: 'orphan.recycle', days: 1}],
  [{action: 'orphan.delete'}],
  [{action: 'purge'}],
  [
    {action: 'exec', program: 'tidy', arguments: ['', 'a'], timeout: '2m'},
    {program: 'tidy', arguments: ['', 'a'], timeout: 120},
  ],
  [{action: 'exec', program: 'tidy'}],
]

for (const [written, kept] of whole) {
  test(`${JSON.stringify(written)} is taken, kept and written as the same`, () => {
    const {action, ...params} = written
    const rule = aRule({...ruleOn(written['action'] as ActionName), do: [written]})
    expect(rule.do).toEqual([{action, params: kept ?? params}])
    expect(parseRules(writeRule(rule))).toEqual({rules: [rule], mistakes: []})
  })
}

/** What it can be done to, and a fact of that. */
function ruleOn(action: ActionName): Readonly<Record<string, unknown>> {
  if (subjectsOf(action).includes('torrent')) return {}
  return {subject: 'path', when: {fact: 'path.size', op: 'gt', value: 0}}
}

test('every action is among them', () => {
  expect(new Set(whole.map(([{action}]) => action))).toEqual(new Set(Object.keys(actionKinds)))
})

for (const written of [
  {action: 'notify', target: ''},
  {action: 'note', template: 'x'.repeat(1001)},
  {action: 'reannounce', maxAttempts: 0},
  {action: 'reannounce', wait: 'yes'},
  {action: 'tag'},
  {action: 'tag', names: []},
  {action: 'untag', names: ['']},
  {action: 'category'},
  {action: 'category', name: {fact: 'ratio'}},
  {action: 'category', name: {fact: 'name', or: 'a'}},
  {action: 'queue', to: 'middle'},
  {action: 'limits', down: 'fast'},
  {action: 'limits', seedTime: -1},
  {action: 'filePriority', to: 'low'},
  {action: 'filePriority', patterns: [], to: 'skip'},
  {action: 'superSeed'},
  {action: 'tracker.add', urls: []},
  {action: 'tracker.replace', from: 'https://a.test'},
  {action: 'move'},
  {action: 'move', path: 'done'},
  {action: 'move', path: 'films/done'},
  {action: 'move', server: ''},
  {action: 'move', path: '/done/../etc'},
  {action: 'move', path: {fact: 'ratio'}},
  {action: 'copyTo', path: '/done'},
  {action: 'copyTo', server: 'box', path: 'done'},
  {action: 'copyTo', server: 'box', verify: false},
  {action: 'quarantine'},
  {action: 'quarantine', for: '7d', end: 'forget'},
  {action: 'arr.import', mode: 'link'},
  {action: 'recycle', days: 0},
  {action: 'reannounce', wait: '59s'},
  {action: 'reannounce', maxAttempts: 0},
  {action: 'exec'},
  {action: 'exec', program: 'tidy', arguments: 'a'},
  {action: 'exec', program: 'tidy', arguments: ['a\0b']},
  {action: 'exec', program: 'tidy', timeout: 0},
  {action: 'stop', now: true},
  {action: 'stop', if: {}},
]) {
  test(`${JSON.stringify(written).slice(0, 60)} is refused`, () => {
    const {rules, mistakes} = ruleOf({id: 'a', name: 'A', when: aRule().when, do: [written]})
    expect(rules).toEqual([])
    expect(mistakes[0]?.path).toMatch(/^do\[0\]\./)
  })
}

test('where to move is asked for with what may stand there', () => {
  const {mistakes} = ruleOf({id: 'a', name: 'A', when: aRule().when, do: [{action: 'move'}]})
  expect(mistakes).toMatchObject([
    {path: 'do[0].path', accepted: ['/folder/of/the/server', '{fact}', 'another `server`']},
  ])
  expect(mistakes[0]!.message).toContain('is missing')
})

for (const [action, reported] of [
  ['stop', []],
  ['tag', [['names', true, ['texts']]]],
  ['queue', [['to', true, ['top', 'bottom', 'up', 'down']]]],
  ['superSeed', [['on', true, ['yes or no']]]],
  ['recycle', [['days', false, ['count']]]],
  [
    'reannounce',
    [
      ['wait', false, ['yes or no', 'seconds']],
      ['maxAttempts', false, ['count']],
    ],
  ],
  [
    'exec',
    [
      ['program', true, ['text']],
      ['arguments', false, ['texts']],
      ['timeout', false, ['seconds']],
    ],
  ],
  [
    'category',
    [
      ['name', true, ['text', '{fact}']],
      ['moveData', false, ['yes or no']],
    ],
  ],
] as const) {
  test(`an unknown parameter of ${action} is answered with what it takes, and what it requires`, () => {
    expect(paramsOf(action).map(({name, isRequired, takes}) => [name, isRequired, takes])).toEqual(reported)
  })
}

test('limits are written with their units, with none, and with what the server has', () => {
  const takes = Object.fromEntries(paramsOf('limits').map((it) => [it.name, it.takes]))
  expect(takes['down']).toEqual(['inherit', 'null', 'bytesPerSecond'])
  expect(takes['seedTime']).toEqual(['inherit', 'null', 'seconds'])
  expect(paramsOf('limits').some(({isRequired}) => isRequired)).toBe(false)
})
