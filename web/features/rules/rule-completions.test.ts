import {expect, test} from 'vitest'
import {offersAt, withOffer, type RuleWords} from './rule-completions.ts'

const words: RuleWords = {
  facts: [
    {
      name: 'ratio',
      says: 'ratio',
      type: 'number',
      values: [],
      operators: ['gt', 'gte'],
      windowed: false,
      subjects: ['torrent'],
    },
    {
      name: 'seedingTime',
      says: 'seeding time',
      type: 'number',
      values: [],
      operators: ['gt', 'gte'],
      windowed: false,
      subjects: ['torrent'],
    },
    {
      name: 'state',
      says: 'state',
      type: 'choice',
      values: ['seeding', 'stalledUp'],
      operators: ['eq', 'in'],
      windowed: false,
      subjects: ['torrent'],
    },
    {
      name: 'complete',
      says: 'complete',
      type: 'boolean',
      values: [],
      operators: ['eq'],
      windowed: false,
      subjects: ['torrent'],
    },
    {
      name: 'path.size',
      says: 'size of its files',
      type: 'number',
      values: [],
      subjects: ['path'],
      operators: ['gt', 'gte'],
      windowed: false,
    },
  ],
  actions: [
    {name: 'removeWithData', params: [], hint: 'destructive', subjects: ['torrent']},
    {name: 'quarantine', params: ['for', 'end'], hint: 'reversible', subjects: ['torrent']},
    {name: 'orphan.delete', params: [], hint: 'destructive', subjects: ['path']},
  ],
  values: {
    mode: ['off', 'simulate'],
    privacy: ['public', 'private'],
    servers: ['nas', 'box'],
    categories: ['tv'],
  },
}

/** `|` is the cursor. */
function at(text: string): string[] | null {
  const cursor = text.indexOf('|')
  const offers = offersAt(text.replace('|', ''), cursor, words)
  return offers && offers.all.map((it) => it.text)
}

test.each([
  ['subject: path\nwhen: {fact: |', ['path.size']],
  ['subject: path\ndo:\n  - action: |', ['orphan.delete']],
  ['mode: |', ['off', 'simulate']],
  ['mode: s|', ['simulate']],
  ['mode: simulate|', null],
  ['scope: {privacy: p|}', ['public', 'private']],
  ['scope: {servers: [nas, |', ['nas', 'box']],
  ['scope:\n  categories:\n    - |', ['tv']],
  ['when:\n  all:\n    - {fact: |}', ['ratio', 'seedingTime', 'state', 'complete']],
  ['when:\n  all:\n    - {fact: seed|}', ['seedingTime']],
  // By what it is called in words, too.
  ['when: {fact: time|}', ['seedingTime']],
  ['when: {fact: ratio, op: |}', ['gt', 'gte']],
  ['when:\n  - fact: ratio\n    op: gt\n  - fact: state\n    op: |', ['eq', 'in']],
  ['when: {fact: state, op: in, value: [seeding, |]}', ['seeding', 'stalledUp']],
  ['when: {fact: complete, op: eq, value: |}', ['true', 'false']],
  ['when: {fact: ratio, op: gt, value: |}', null],
  ['do:\n  - {action: rem|}', ['removeWithData']],
  ['do:\n  - {action: quarantine, |}', ['for: ', 'end: ', 'if: ']],
  ['when: {fact: ratio, |}', ['op: ', 'value: ', 'window: ', 'cs: ']],
  ['guards: {maxPer|}', ['maxPerRun: ', 'maxPerHour: ', 'maxPerDay: ', 'maxPerTracker: ']],
  ['select:\n  order: [-r|', ['ratio', 'complete', 'state'].slice(0, 1)],
  ['name: Anything that |', null],
])('at the cursor of %j could stand %j', (text, offered) => {
  expect(at(text)).toEqual(offered)
})

test('at the beginning of a line stand the parts of a rule, in a part what it is made of', () => {
  expect(at('name: x\n|')).toContain('when: ')
  expect(at('name: x\nsc|')).toEqual(['scope: ', 'schedule: '])
  expect(at('scope:\n  |')).toContain('privacy: ')
  expect(at('hold:\n  s|')).toEqual(['strikes: ', 'resetOn: '])
})

test('what is taken stands in the place of what was written of it', () => {
  const text = 'when: {fact: seed, op: gt}'
  const cursor = text.indexOf('seed') + 2
  const offers = offersAt(text, cursor, words)!
  expect(withOffer(text, offers, offers.all[0]!)).toEqual({
    text: 'when: {fact: seedingTime, op: gt}',
    cursor: 'when: {fact: seedingTime'.length,
  })
})
