import {expect, test} from 'vitest'
import type {VerdictRecord} from '#model/automation-state.ts'
import type {RuleId} from '#model/rule.ts'
import {everyStore} from '#test/store/every-store.ts'
import {pruneVerdicts, putVerdicts, readVerdicts} from './rule-memory.ts'

const verdict = (journalId: string, lastAt: number, count = 1): VerdictRecord => ({
  journalId,
  ruleId: 'r1' as RuleId,
  subject: 'torrent A/1',
  said: '1 simulate stop',
  count,
  firstAt: 1,
  lastAt,
})

everyStore('verdicts', (open) => {
  test('the last word about each comes back, oldest first, and of many the newest', async () => {
    const store = await open()
    await store.write((db) => putVerdicts(db, [verdict('a', 1), verdict('b', 2)]))
    await store.write((db) => putVerdicts(db, [verdict('a', 3, 7)]))
    expect(await store.read((db) => readVerdicts(db, 5))).toEqual([verdict('b', 2), verdict('a', 3, 7)])
    expect(await store.read((db) => readVerdicts(db, 1))).toEqual([verdict('a', 3, 7)])
  })

  test('what was not said again for long is forgotten', async () => {
    const store = await open()
    await store.write((db) => putVerdicts(db, [verdict('a', 4), verdict('b', 5)]))
    await store.write((db) => pruneVerdicts(db, 5))
    expect(await store.read((db) => readVerdicts(db, 5))).toEqual([verdict('b', 5)])
  })
})
