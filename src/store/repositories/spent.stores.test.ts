import {expect, test} from 'vitest'
import type {SpentRecord} from '#model/automation-state.ts'
import type {RuleId} from '#model/rule.ts'
import {asServerId} from '#model/torrent-key.ts'
import {everyStore} from '#test/store/every-store.ts'
import {deleteSpent, putSpent, readSpent} from './rule-memory.ts'

const spent = (id: string, at: number): SpentRecord => ({
  id,
  at,
  ruleId: 'r1' as RuleId,
  serverId: asServerId('A'),
  trackers: ['a.example', 'b.example'],
  folder: null,
  bytes: 5,
})

everyStore('what was spent', (open) => {
  test('a command is charged once, and forgotten when it is named', async () => {
    const store = await open()
    const ofPerson = {...spent('c2', 2), ruleId: null, trackers: [], folder: '/mnt/films'}
    for (const one of [spent('c1', 1), ofPerson, spent('c3', 3), spent('c1', 1)])
      await store.write((db) => putSpent(db, one))
    expect(await store.read(readSpent)).toEqual([spent('c1', 1), ofPerson, spent('c3', 3)])
    await store.write((db) => deleteSpent(db, ['c3', 'c0']))
    expect(await store.read(readSpent)).toEqual([spent('c1', 1), ofPerson])
  })

  test('damaged trackers leave the rule and the server charged', async () => {
    const store = await open()
    await store.write((db) => putSpent(db, spent('c1', 1)))
    await store.write((db) => db.updateTable('spent').set({trackers: '{'}).execute())
    expect(await store.read(readSpent)).toEqual([{...spent('c1', 1), trackers: []}])
  })
})
