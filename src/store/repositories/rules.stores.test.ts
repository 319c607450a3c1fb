import {expect, test} from 'vitest'
import type {RuleId} from '#model/rule.ts'
import {everyStore} from '#test/store/every-store.ts'
import type {Store} from '../store.ts'
import {
  insertRuleRevision,
  readRules,
  removeRule,
  revisionsOfRule,
  updateRule,
  type RuleRow,
} from './rules.ts'

const id = 'r-stuck' as RuleId
const other = 'r-slow' as RuleId
const row: RuleRow = {
  id,
  revision: 1,
  ownerId: 'ann',
  name: 'Stuck',
  mode: 'simulate',
  position: 2,
  version: 1,
  document: {when: {fact: 'state', op: 'eq', value: 'it’s “stuck”'}},
  createdAt: 10,
  revisedAt: 10,
  revisedBy: 'ann',
  changedAt: 10,
  ceiling: {keyId: 'k', scopes: ['read', 'control'], servers: null},
}
const edited: RuleRow = {...row, revision: 2, document: {when: {all: []}}, revisedAt: 20, changedAt: 20}

everyStore('rules', (open) => {
  const insert = (store: Store, it: RuleRow) => store.write((db) => insertRuleRevision(db, it))

  test('an edit is a revision, and those before it stay', async () => {
    const store = await open()
    await insert(store, row)
    await insert(store, edited)
    expect(await store.read(readRules)).toEqual([edited])
    expect(await store.read((db) => revisionsOfRule(db, id))).toEqual([edited, row])
  })

  test('of two edits of one revision one fails, and changes nothing', async () => {
    const store = await open()
    await insert(store, row)
    await insert(store, edited)
    await expect(insert(store, {...edited, name: 'Late'})).rejects.toThrow()
    expect(await store.read(readRules)).toEqual([edited])
  })

  test('rules come in their order, which with their mode changes without a revision', async () => {
    const store = await open()
    const slow: RuleRow = {...row, id: other, position: 1, ownerId: null, revisedBy: null}
    await insert(store, row)
    await insert(store, edited)
    await insert(store, slow)
    expect(await store.read(readRules)).toEqual([slow, edited])
    const changed = await store.write((db) => updateRule(db, id, {mode: 'live', position: 0}, 30))
    expect(changed).toBe(true)
    const now: RuleRow = {...edited, mode: 'live', position: 0, changedAt: 30}
    expect(await store.read(readRules)).toEqual([now, slow])
    // What was before stays as the journal knew it.
    expect(await store.read((db) => revisionsOfRule(db, id))).toEqual([now, row])
  })

  test('of rules with the same order the older one comes first, whatever their ids', async () => {
    const store = await open()
    const newer: RuleRow = {...row, id: other, createdAt: 11}
    await insert(store, newer)
    await insert(store, row)
    expect(id > other).toBe(true)
    expect(await store.read(readRules)).toEqual([row, newer])
  })

  test('a removed rule is gone, and its revisions can still be read', async () => {
    const store = await open()
    await insert(store, row)
    await insert(store, edited)
    await store.write((db) => removeRule(db, id, 40))
    expect(await store.read(readRules)).toEqual([])
    expect(await store.read((db) => revisionsOfRule(db, id))).toEqual([{...edited, changedAt: 40}, row])
    expect(await store.write((db) => updateRule(db, id, {mode: 'live'}, 50))).toBe(false)
  })

  test('a document that is no JSON any more is reported, and no other rule is lost', async () => {
    const store = await open()
    await insert(store, row)
    await insert(store, {...row, id: other, position: 3})
    await store.write((db) => db.updateTable('rules').set({document: '{'}).where('id', '=', id).execute())
    expect((await store.read(readRules)).map(({document}) => document)).toEqual([undefined, row.document])
  })
})
