import {expect, test} from 'vitest'
import type {SpentRecord} from '#model/memory.ts'
import type {RuleId} from '#model/rule.ts'
import {asServerId} from '#model/torrent-key.ts'
import {everyStore} from '../every-store.ts'
import {deleteSpent, pruneSpent, putSpent, readSpent} from './spent.ts'

const spent = (id: string, at: number): SpentRecord => ({
  ...{
    id,
    at,
    ruleId: 'r1' as RuleId,
    serverId: asServerId('A'),
    trackers: ['a.example', 'b.example'],
    bytes: 5,
  },
})

everyStore('what was spent', (open) => {
  test('a command is charged once, and given back when it was never sent', async () => {
    const store = await open()
    const ofPerson = {...spent('c2', 2), ruleId: null, trackers: []}
    for (const one of [spent('c1', 1), ofPerson, spent('c3', 3), spent('c1', 1)])
      await store.write((db) => putSpent(db, one))
    expect(await store.read(readSpent)).toEqual([spent('c1', 1), ofPerson, spent('c3', 3)])
    await store.write((db) => deleteSpent(db, 'c3'))
    expect(await store.read(readSpent)).toEqual([spent('c1', 1), ofPerson])
  })

  test('what is older than every budget goes', async () => {
    const store = await open()
    for (const one of [spent('c1', 1), spent('c2', 2)]) await store.write((db) => putSpent(db, one))
    await store.write((db) => pruneSpent(db, 2))
    expect(await store.read(readSpent)).toEqual([spent('c2', 2)])
  })

  test('damaged trackers leave the rule and the server charged', async () => {
    const store = await open()
    await store.write((db) => putSpent(db, spent('c1', 1)))
    await store.write((db) => db.updateTable('spent').set({trackers: '{'}).execute())
    expect(await store.read(readSpent)).toEqual([{...spent('c1', 1), trackers: []}])
  })
})
