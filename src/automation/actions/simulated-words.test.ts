import {expect, test} from 'vitest'
import type {VerdictRecord} from '#model/automation-state.ts'
import {actionKinds, type ActionName} from '#model/rule.ts'
import {aRule} from '#rules/rule.fixture.ts'
import {simulatedBy, simulatedWords} from './simulated-words.ts'

const rule = aRule({id: 'r1', revision: 7})
const wants = (...names: ActionName[]) =>
  simulatedWords({actions: names.map((action) => ({action, params: {}, ...actionKinds[action]}))})
const record = (subject: string, said: string): VerdictRecord => ({
  journalId: subject,
  ruleId: rule.id,
  subject,
  said,
  count: 2,
  firstAt: 1,
  lastAt: 5,
})

test('what this revision of a rule simulated is listed with its actions, and nothing else of it', () => {
  const records = [
    record('torrent A/1', `7 ${wants('stop', 'tag')}`),
    record('path A/with a space/in it', `7 ${wants('orphan.recycle')}`),
    record('torrent A/2', `6 ${wants('stop')}`),
    record('torrent A/3', '7 blocked stop busy'),
    record('nothing A/4', `7 ${wants('stop')}`),
  ]
  const asked: unknown[] = []
  const verdicts = {
    of(...what: unknown[]) {
      asked.push(what)
      return records
    },
  }
  expect([...simulatedBy(verdicts, rule, 3)]).toEqual([
    {kind: 'torrent', key: 'A/1', actions: ['stop', 'tag'], at: 5},
    {kind: 'path', key: 'A/with a space/in it', actions: ['orphan.recycle'], at: 5},
  ])
  expect(asked).toEqual([[rule.id, 3]])
})
