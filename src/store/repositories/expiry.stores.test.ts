import {expect, test} from 'vitest'
import type {DeadlineRecord} from '#model/automation-state.ts'
import {everyStore} from '#test/store/every-store.ts'
import type {Store} from '../store.ts'
import {deleteExpiry, putExpiry, readExpiry} from './rule-memory.ts'

const deadline = (kind: string, subject: string, dueAt: number): DeadlineRecord => ({
  kind,
  subject,
  dueAt,
  version: 1,
  detail: {tags: ['ü']},
  createdAt: 1,
})

everyStore('deadlines', (open) => {
  const all = async (store: Store) => [...(await store.read(readExpiry))].sort((a, b) => a.dueAt - b.dueAt)

  test('there is one of a kind for a subject, which can be moved and taken away', async () => {
    const store = await open()
    const [first, second, third] = [
      deadline('quarantine', 'A/1', 10),
      deadline('quarantine', 'A/2', 20),
      deadline('hold', 'A/1', 30),
    ]
    await store.write((db) => putExpiry(db, [first, second, third]))
    const moved = {...first, dueAt: 25, detail: null}
    await store.write((db) => putExpiry(db, [moved]))
    expect(await all(store)).toEqual([second, moved, third])
    await store.write((db) => deleteExpiry(db, 'quarantine', ['A/1', 'A/3']))
    expect(await all(store)).toEqual([second, third])
  })

  test('they come in the order in which they began', async () => {
    const store = await open()
    const later = {...deadline('approval', 'A/1', 10), createdAt: 2}
    const first = deadline('approval', 'A/2', 20)
    await store.write((db) => putExpiry(db, [later]))
    await store.write((db) => putExpiry(db, [first]))
    expect(await store.read(readExpiry)).toEqual([first, later])
  })

  test('one whose detail cannot be read is still due', async () => {
    const store = await open()
    await store.write((db) => putExpiry(db, [deadline('hold', 'A/1', 30)]))
    await store.write((db) => db.updateTable('expiry').set({detail: '{'}).execute())
    expect(await all(store)).toEqual([{...deadline('hold', 'A/1', 30), detail: undefined}])
  })
})
