import {expect, test} from 'vitest'
import type {RuleId} from '#model/rule.ts'
import {readVerdicts} from '#store/repositories/rule-memory.ts'
import {memoryHarness} from '#test/automation-state/memory.fixture.ts'

const [r1, r2] = ['r1', 'r2'] as RuleId[] as [RuleId, RuleId]
const verdict = {journalId: 'j1', ruleId: r1, subject: 'torrent A/1', said: 'would stop'}

test('the same verdict is counted, also after a restart; another one, of another rule or subject, is new', async () => {
  const {open, store} = await memoryHarness()
  const memory = await open()
  expect(memory.verdicts.isAgain(r1, verdict.subject, verdict.said, 5)).toBe(false)
  memory.verdicts.written(verdict, 5)
  expect(memory.verdicts.isAgain(r1, verdict.subject, verdict.said, 6)).toBe(true)
  await memory.close()
  const {verdicts} = await open()
  expect(verdicts.isAgain(r1, verdict.subject, verdict.said, 7)).toBe(true)
  expect(verdicts.isAgain(r2, verdict.subject, verdict.said, 7)).toBe(false)
  expect(verdicts.isAgain(r1, 'torrent A/2', verdict.said, 7)).toBe(false)
  expect(verdicts.isAgain(r1, verdict.subject, 'would start', 7)).toBe(false)
  expect(await store.read((db) => readVerdicts(db, 9))).toEqual([
    {...verdict, count: 2, firstAt: 5, lastAt: 6},
  ])
})

test('what was not said for long is forgotten, and new when it comes again', async () => {
  const {open, store} = await memoryHarness()
  const memory = await open()
  memory.verdicts.written(verdict, 5)
  await memory.written()
  await memory.verdicts.expire(6)
  expect(memory.verdicts.isAgain(r1, verdict.subject, verdict.said, 7)).toBe(false)
  expect(await store.read((db) => readVerdicts(db, 9))).toEqual([])
})

test('what a rule said lately is listed, of each subject the last', async () => {
  const {open} = await memoryHarness()
  const {verdicts} = await open()
  verdicts.written(verdict, 5)
  verdicts.written({...verdict, journalId: 'j2', said: 'would start'}, 8)
  verdicts.written({...verdict, journalId: 'j3', subject: 'torrent A/2'}, 6)
  verdicts.written({...verdict, journalId: 'j4', ruleId: r2}, 9)
  const said = (since: number) => [...verdicts.of(r1, since)].map((it) => [it.subject, it.said])
  expect(said(0)).toEqual([
    ['torrent A/1', 'would start'],
    ['torrent A/2', 'would stop'],
  ])
  expect(said(8)).toEqual([['torrent A/1', 'would start']])
})
