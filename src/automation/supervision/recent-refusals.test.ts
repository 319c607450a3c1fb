import {expect, test} from 'vitest'
import type {RuleSuspension} from '#model/automation-state.ts'
import type {RuleActionEnded, Explanation, RuleExplanation} from '#model/decision.ts'
import type {RuleId} from '#model/rule.ts'
import {RecentRefusals} from './recent-refusals.ts'

const ruleId = 'seeded' as RuleId
const subject = {kind: 'torrent', key: 'qBit/a', serverId: null} as const
const lift = 'It has to seed as its tracker asks.'

function explanation(change: Partial<RuleExplanation> = {}): Explanation {
  const rule: RuleExplanation = {
    ruleId,
    ruleRevision: 1,
    name: 'Seeded',
    mode: 'live',
    concern: 'fate',
    reason: 'conditionTrue',
    overridesObligation: false,
    isHeldForCost: false,
    blockedBy: null,
    outcome: 'due',
    scope: [],
    hold: null,
    keptBackBy: null,
    needs: [],
    sentence: 'Is to be removed.',
    evidence: {verdict: 'yes', branch: 'all', parts: []},
    actions: [{action: 'remove', params: {}, class: 'destructive', losesBytes: false}],
    ...change,
  }
  return {at: 1, subject, rules: [rule], facts: {}}
}
const sentenceIn = ({rules}: Explanation) => rules[0]!.sentence
const end = (change: Partial<RuleActionEnded> = {}): RuleActionEnded => ({
  by: 'rule',
  ruleId,
  ruleRevision: 1,
  subject,
  action: 'remove',
  outcome: 'blocked',
  code: 'obligation_owed',
  message: lift,
  ...change,
})
const harness = (suspension: RuleSuspension | null = null) =>
  new RecentRefusals({of: () => suspension}, {refusalChanged: () => {}})

test('what a guard blocks is said to be blocked, by what, and what would lift it', () => {
  const noes = harness()
  noes.take(end())
  const reported = noes.annotate(explanation())
  expect(reported.rules[0]).toMatchObject({
    sentence: `Not removed, it is blocked (obligation_owed): ${lift}`,
    needs: ['It has to seed as its tracker asks'],
    outcome: 'due',
  })
})

test('what a suspended rule wants is said not to be done', () => {
  const noes = harness({ruleId, revision: 1, at: 1, reason: 'share', detail: {}})
  expect(sentenceIn(noes.annotate(explanation()))).toBe(
    'Not removed, it is blocked (share): Its rule is suspended until a person reviews it.',
  )
})

test('what a suspended rule waits for is not promised: neither at the end of its hold nor when its condition is true', () => {
  const noes = harness({ruleId, revision: 1, at: 1, reason: 'share', detail: {}})
  const outcomes = ['held', 'closed', 'no', 'keptBack'] as const
  const all = outcomes.map((outcome) => noes.annotate(explanation({outcome})).rules[0]!)
  expect(all.map(({blockedBy}) => blockedBy?.isSuspension ?? false)).toEqual([true, true, true, false])
  expect(all.map(({sentence}) => sentence.startsWith('Not removed'))).toEqual([true, true, false, false])
  expect(noes.has(ruleId, subject.key, false)).toBe(true)
})

test('what was refused before says nothing of later', () => {
  const noes = harness()
  noes.take(end())
  expect([true, false].map((isDue) => noes.has(ruleId, subject.key, isDue))).toEqual([true, false])
})

for (const [what, change] of [
  ['it is not wanted', {outcome: 'no'}],
  ['its rule only says what it would do', {mode: 'simulate'}],
  ['its rule was changed since', {ruleRevision: 2}],
] as const) {
  test(`a no counts no more when ${what}`, () => {
    const noes = harness()
    noes.take(end())
    expect(noes.annotate(explanation(change))).toEqual(explanation(change))
  })
}

test('a no is forgotten when it was done after all', () => {
  const noes = harness()
  noes.take(end())
  noes.take(end({outcome: 'confirmed', code: '', message: ''}))
  expect(noes.annotate(explanation())).toEqual(explanation())
})

test('what stood in the way of one action is not over because another one of its rule was done', () => {
  const noes = harness()
  noes.take(end())
  noes.take(end({action: 'tag', outcome: 'confirmed', code: '', message: ''}))
  expect(sentenceIn(noes.annotate(explanation()))).toMatch(/^Not removed/)
  // Of all that the rule wanted together.
  noes.take(end({action: null, outcome: 'waiting', code: '', message: ''}))
  expect(noes.annotate(explanation())).toEqual(explanation())
})

test('why an action that has begun waits is not forgotten because it is heard late that it began', () => {
  const noes = harness()
  noes.hold(end({outcome: 'postponed', code: 'server_not_online', message: 'Its server has to answer.'}))
  noes.take(end({outcome: 'sent', code: '', message: ''}))
  expect(sentenceIn(noes.annotate(explanation()))).toMatch(/Its server has to answer/)
  noes.take(end({outcome: 'confirmed', code: '', message: ''}))
  expect(noes.annotate(explanation())).toEqual(explanation())
})

test('that a person keeps it the explanation says itself, as it is now', () => {
  const noes = harness()
  noes.take(end({code: 'kept'}))
  expect(noes.annotate(explanation())).toEqual(explanation())
})

test('only so many are kept, the latest', () => {
  const noes = harness()
  noes.take(end())
  const others = Array.from({length: 20_000}, (_, n) => ({...subject, key: `qBit/${n}`}))
  for (const other of others) noes.take(end({subject: other}))
  expect(sentenceIn(noes.annotate(explanation()))).toBe('Is to be removed.')
  expect(sentenceIn(noes.annotate({...explanation(), subject: others[0]!}))).toMatch(/^Not removed/)
})

test.each(['waits_for_person', 'undone_by_hand', 'kept'])(
  'what a person said (%s) explanations see for themselves, and what stood in the way before is over',
  (code) => {
    const noes = harness()
    noes.take(end())
    noes.take(end({outcome: 'postponed', code, message: 'Waits until tomorrow, because Mara said so.'}))
    expect([noes.has(ruleId, subject.key, true), noes.annotate(explanation()).rules[0]!.blockedBy]).toEqual([
      false,
      null,
    ])
  },
)
