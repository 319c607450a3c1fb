import {expect, test} from 'vitest'
import type {HoldRecord} from '#model/automation-state.ts'
import type {RuleId} from '#model/rule.ts'
import {asServerId} from '#model/torrent-key.ts'
import {everyStore} from '#test/store/every-store.ts'
import {deleteRuleMemory, putRuleMemory, readRuleMemory} from './rule-memory.ts'

const hold: HoldRecord = {
  ruleId: 'r1' as RuleId,
  revision: 1,
  subject: 'A/00',
  serverId: asServerId('A'),
  version: 1,
  state: {held: 12.5},
  strikeCount: 3,
  firstAt: 1,
  lastAt: 9,
  expiresAt: 99,
  strikes: [{at: 9, evidence: {gained: 0, message: 'it’s “down”'}}],
}
const bare: HoldRecord = {
  ...hold,
  subject: '/data',
  serverId: null,
  state: null,
  strikeCount: 0,
  strikes: [],
  expiresAt: null,
}

everyStore('what rules remember', (open) => {
  test('it comes back as it was put, the newest of a subject', async () => {
    const store = await open()
    await store.write((db) => putRuleMemory(db, [hold, bare]))
    const later = {...hold, strikeCount: 4, lastAt: 12, state: {held: 13}}
    await store.write((db) => putRuleMemory(db, [later]))
    expect(await store.read(readRuleMemory)).toHaveLength(2)
    expect(await store.read(readRuleMemory)).toEqual(expect.arrayContaining([later, bare]))
  })

  test('each revision of a rule has its own, and is forgotten alone', async () => {
    const store = await open()
    const next = {...hold, revision: 2}
    await store.write((db) => putRuleMemory(db, [hold, next, bare]))
    await store.write((db) => deleteRuleMemory(db, [hold, bare]))
    expect(await store.read(readRuleMemory)).toEqual([next])
  })

  test('however many are forgotten at once, the others stay', async () => {
    const store = await open()
    const records = Array.from({length: 130}, (_, n) => ({...hold, revision: n % 3, subject: `A/${n}`}))
    await store.write((db) => putRuleMemory(db, records))
    await store.write((db) =>
      deleteRuleMemory(db, [...records.slice(0, 120), {...records[125]!, revision: 9}]),
    )
    const left = (await store.read(readRuleMemory)).map(({subject}) => subject)
    expect(left.sort()).toEqual(records.slice(120).map(({subject}) => subject))
    await store.write((db) => deleteRuleMemory(db, []))
    expect(await store.read(readRuleMemory)).toHaveLength(10)
  })

  test('what cannot be read begins again', async () => {
    const store = await open()
    await store.write((db) => putRuleMemory(db, [hold, bare]))
    await store.write((db) =>
      db.updateTable('ruleMemory').set({state: '{'}).where('subject', '=', 'A/00').execute(),
    )
    expect(await store.read(readRuleMemory)).toEqual([bare])
    await store.write((db) => db.updateTable('ruleMemory').set({state: '{}', strikes: '5'}).execute())
    expect(await store.read(readRuleMemory)).toEqual([])
  })
})
