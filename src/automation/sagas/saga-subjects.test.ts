import {expect, test} from 'vitest'
import type {SagaRecord} from '#model/automation-state.ts'
import type {RuleId} from '#model/rule.ts'
import {asServerId} from '#model/torrent-key.ts'
import {endSagasOfServer, isOfDecision} from './saga-subjects.ts'

const nas = asServerId('nas')
const decision = {ruleId: 'ratio' as RuleId, subject: {kind: 'torrent', key: 'nas/1', serverId: nas}} as const
const saga = (step: string, state: object) => ({step, state}) as unknown as SagaRecord

test.each([
  ['about a torrent of the server', saga('remove', {decision}), true],
  ['that copies to the server', saga('add', {target: nas}), true],
  ['about another server', saga('remove', {decision: {subject: {serverId: 'box'}}, target: 'box'}), false],
  ['that moves files of ours', saga('move', {decision}), false],
  ['that has an Arr search', saga('search', {decision}), false],
  ['that waits for an Arr that left', saga('arrAway', {decision}), false],
  ['about no server', saga('search', {arrId: 'films'}), false],
])(
  'where another daemon answers, a saga %s ends only if it would be sent something',
  async (_title, one, ends) => {
    const ended: unknown[] = []
    await endSagasOfServer(
      {
        async endAll(isMeant, {end}) {
          if (isMeant(one)) ended.push(end)
        },
      },
      nas,
    )
    expect(ended).toEqual(ends ? ['another_server'] : [])
  },
)

test('a saga is of a decision when the same rule began it of the same subject', () => {
  const begun = saga('remove', {decision})
  expect(isOfDecision(begun, decision)).toBe(true)
  expect(isOfDecision(begun, {...decision, ruleId: 'age' as RuleId})).toBe(false)
  expect(isOfDecision(begun, {...decision, subject: {...decision.subject, key: 'nas/2'}})).toBe(false)
  expect(isOfDecision(saga('search', {arrId: 'films'}), decision)).toBe(false)
})
