import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {filterOf} from './filter-of.ts'
import {mistakeCodes, saidInFull} from './mistakes.ts'
import {reader} from './reader.fixture.ts'

/** Text, code, what it is about, what would do, the sentence. */
const examples = [
  [
    '-server_epoch:x',
    'not_in_search',
    'server_epoch',
    '',
    '`-server_epoch:x`: only rules can ask this: it is a number of ours.',
  ],
  [
    'obligation_mett:no',
    'unknown_field',
    'obligation_mett',
    'obligation_met',
    '`obligation_mett:no`: unknown field. Did you mean obligation_met?',
  ],
  ['rule:seded', 'unknown_rule', 'seded', '', '`rule:seded`: unknown rule.'],
  [
    '-rule:"Seeded enuogh"',
    'unknown_rule',
    '"Seeded enuogh"',
    '"Seeded enough"',
    '`-rule:"Seeded enuogh"`: unknown rule. Did you mean "Seeded enough"?',
  ],
  [
    'rule:orphans',
    'rule_not_evaluated',
    'orphans',
    '',
    '`rule:orphans`: this rule is about no torrents, or does nothing anywhere now.',
  ],
  ['rule:', 'value_missing', '', '', '`rule:`: a value is missing.'],
  ['stalled_for>lots', 'not_a_number', 'lots', '', '`stalled_for>lots`: not a number.'],
  ['stalled_for>', 'value_missing', '', '', '`stalled_for>`: a value is missing.'],
  ['size>10BG', 'unknown_unit', '10BG', '10GB', '`size>10BG`: unknown unit. Did you mean 10GB?'],
  ['down>3Mbit', 'unknown_unit', '3Mbit', '', '`down>3Mbit`: unknown unit.'],
  ['eta<3huor', 'unknown_unit', '3huor', '3hour', '`eta<3huor`: unknown unit. Did you mean 3hour?'],
  ['added<7', 'unknown_unit', '7', '7d', '`added<7`: a unit is missing. Did you mean 7d?'],
  ['added:7d..3x', 'unknown_unit', '3x', '3s', '`added:7d..3x`: unknown unit. Did you mean 3s?'],
  ['siez>1GB', 'unknown_field', 'siez', 'size', '`siez>1GB`: unknown field. Did you mean size?'],
  ['Re:Zero', 'unknown_field', 'Re:Zero', '"Re:Zero"', '`Re:Zero`: unknown field. Did you mean "Re:Zero"?'],
  [
    'server:seedbx',
    'unknown_server',
    'seedbx',
    'Seedbox',
    '`server:seedbx`: unknown server. Did you mean Seedbox?',
  ],
  [
    'server:mybox',
    'unknown_server',
    'mybox',
    '"my box"',
    '`server:mybox`: unknown server. Did you mean "my box"?',
  ],
  [
    'arr:raddar-4k',
    'unknown_arr',
    'raddar-4k',
    'Radarr-4K',
    '`arr:raddar-4k`: unknown Arr. Did you mean Radarr-4K?',
  ],
  [
    'state:paused',
    'unknown_value',
    'paused',
    'stopped',
    '`state:paused`: unknown state. Did you mean stopped?',
  ],
  ['-state:eror', 'unknown_value', 'eror', 'error', '`-state:eror`: unknown state. Did you mean error?'],
  [
    'kind:qbit',
    'unknown_value',
    'qbit',
    'qbittorrent',
    '`kind:qbit`: unknown kind. Did you mean qbittorrent?',
  ],
  ['private:maybe', 'unknown_value', 'maybe', '', '`private:maybe`: neither yes nor no.'],
  [
    'is:completed',
    'unknown_value',
    'completed',
    'complete',
    '`is:completed`: unknown word. Did you mean complete?',
  ],
  ['size>big', 'not_a_number', 'big', '', '`size>big`: not a number.'],
  ['added<soon', 'not_a_time', 'soon', '', '`added<soon`: not an age or a date.'],
  ['added:2026-02-30', 'not_a_time', '2026-02-30', '', '`added:2026-02-30`: not an age or a date.'],
  ['added:tody', 'not_a_time', 'tody', 'today', '`added:tody`: not an age or a date. Did you mean today?'],
  ['hash:xyz', 'not_a_hash', 'xyz', '', '`hash:xyz`: a hash begins with up to 64 digits 0 to 9 and a to f.'],
  ['-hash:abc', 'not_excludable', 'abc', '', '`-hash:abc`: a hash cannot be excluded.'],
  ['progress<50', 'out_of_range', '50', '50%', '`progress<50`: not between 0% and 100%. Did you mean 50%?'],
  ['seeds>-1', 'out_of_range', '-1', '', '`seeds>-1`: less than 0.'],
  ['size>', 'value_missing', '', '', '`size>`: a value is missing.'],
  ['size:..', 'value_missing', '..', '', '`size:..`: a value is missing.'],
  ['path:""', 'value_missing', '""', '', '`path:""`: a value is missing.'],
  [
    'state>error',
    'wrong_operator',
    'state>error',
    'state:error',
    '`state>error`: state is not compared by >. Did you mean state:error?',
  ],
  [
    'size>1..2',
    'wrong_operator',
    'size>1..2',
    'size:1..2',
    '`size>1..2`: size is not compared by >. Did you mean size:1..2?',
  ],
  ['size:1,2', 'one_value_only', '1,2', '', '`size:1,2`: size takes one value; a range is written 1..2.'],
  [
    'is:active,stale',
    'one_value_only',
    'is:active,stale',
    'is:active is:stale',
    '`is:active,stale`: is takes one word at a time. Did you mean is:active is:stale?',
  ],
  ['tag:a,b tag:c,d', 'one_list_only', 'tag:c,d', '', '`tag:c,d`: there is room for one list of tags.'],
  [
    'added:2026..7d',
    'not_one_range',
    '2026..7d',
    '',
    '`added:2026..7d`: a range is of two dates or of two ages.',
  ],
  [
    'a (tag:b OR c',
    'unmatched_parenthesis',
    '(tag:b OR c',
    '(tag:b OR c)',
    '`(`: a closing parenthesis is missing; in a name it is written in quotes. Did you mean (tag:b OR c)?',
  ],
  [
    'tag:b)',
    'unmatched_parenthesis',
    ')',
    '',
    '`)`: it closes what is not open; in a name it is written in quotes.',
  ],
  [
    'tag:(b',
    'unmatched_parenthesis',
    '(b',
    '',
    '`tag:(b`: values of one field are joined by commas; a parenthesis in a value is written in quotes.',
  ],
  [
    'a -( ) b',
    'empty_group',
    '-( )',
    '',
    '`-(`: nothing is in the parentheses; in a name they are written in quotes.',
  ],
  [
    'OR a',
    'side_missing',
    'OR',
    '',
    '`OR`: it needs something on both sides; as a word it is written small or in quotes.',
  ],
  [
    'a OR ',
    'side_missing',
    'OR ',
    '',
    '`OR`: it needs something on both sides; as a word it is written small or in quotes.',
  ],
  [
    '(a NOT) b',
    'side_missing',
    'NOT',
    '',
    '`NOT`: something to exclude must follow; as a word it is written small or in quotes.',
  ],
  ['a || tag:b', 'unknown_operator', '||', 'OR', '`||`: unknown operator. Did you mean OR?'],
  ['a && tag:b', 'unknown_operator', '&&', 'AND', '`&&`: unknown operator. Did you mean AND?'],
  ['!tag:b', 'unknown_operator', '!tag:b', '-tag:b', '`!tag:b`: unknown operator. Did you mean -tag:b?'],
  ['2 < 1', 'field_missing', '<', '"<"', '`<`: a field is missing before it. Did you mean "<"?'],
  ['ration < 1', 'unknown_field', 'ration', 'ratio', '`ration < 1`: unknown field. Did you mean ratio?'],
  ['size > ', 'value_missing', '', '', '`size >`: a value is missing.'],
  ['ratio < x OR a', 'not_a_number', 'x', '', '`ratio < x`: not a number.'],
  [
    `${'('.repeat(11)}a${')'.repeat(11)}`,
    'too_deep',
    '(',
    '',
    '`(`: more than 10 parentheses within each other.',
  ],
  [`${'a '.repeat(50)}b c`, 'too_many_terms', 'b c', '', '`b`: a query has at most 50 terms.'],
  ['/s01', 'open_pattern', '/s01', '/s01/', '`/s01`: a pattern ends with a slash. Did you mean /s01/?'],
] as const

for (const [text, code, found, suggestion, message] of examples) {
  test(`reported: ${message}`, () => {
    const {mistakes} = filterOf(text, reader)
    expect(mistakes).toHaveLength(1)
    expect(mistakes[0]).toMatchObject({code, found, suggestion, message})
  })
}

test('every code has an example', () => {
  expect(new Set(examples.map(([, code]) => code))).toEqual(new Set([...mistakeCodes, ...saidInFull]))
})

test('a suggestion in place of what was found is understood', () => {
  for (const [text] of examples) {
    for (const {from, to, suggestion} of filterOf(text, reader).mistakes) {
      if (suggestion === '') continue
      const corrected = text.slice(0, from) + suggestion + text.slice(to)
      expect(filterOf(corrected, reader), corrected).toMatchObject({mistakes: []})
    }
  }
})

test('what is understood is found beside what is not', () => {
  const understood = filterOf('bunny tag:a', reader).filter
  fc.assert(
    fc.property(fc.constantFrom(...examples), ([wrong]) => {
      // These ask for something else, too.
      if (wrong.startsWith('tag:') || /^\w |[ (]a?(?:OR|NOT)|^OR|\(a/.test(wrong)) return
      expect(filterOf(`bunny tag:a ${wrong}`, reader).filter).toEqual(understood)
    }),
  )
})

test('of an alternative that is not understood, the others are asked for', () => {
  expect(filterOf('siez>1 OR tag:b', reader).filter).toEqual({groups: [[{tags: {any: ['b']}}]]})
  expect(filterOf('(siez>1) a', reader).filter).toEqual({text: 'a'})
})

test('of thousands of servers some are named', () => {
  const servers = Array.from({length: 5000}, (_, n) => ({
    id: `s${n}`,
    name: `box ${n}`,
    kind: 'rtorrent' as const,
  }))
  const [mistake] = filterOf('server:nowhere', {servers, arrs: [], now: 0}).mistakes
  expect(mistake!.accepted).toHaveLength(50)
})

test.each([
  ['content_on_other_server:yes', 'write is:duplicate instead'],
  ['content_owners_other>0', 'write is:duplicate instead'],
  ['content_owners_other_complete=1', 'write is:duplicate instead'],
  ['obligation_profile:a', 'write obligation_met: or tracker: instead'],
])(
  'a search cannot ask %s, which knows what not everybody may see: the mistake says what to write instead',
  (text, instead) => {
    const {filter, mistakes} = filterOf(text, reader)
    expect(filter.facts ?? []).toEqual([])
    expect(mistakes).toMatchObject([{code: 'not_in_search', message: expect.stringContaining(instead)}])
  },
)
