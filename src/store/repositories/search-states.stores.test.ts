import {expect, test} from 'vitest'
import type {SearchState} from '#model/searching.ts'
import {everyStore} from '#test/store/every-store.ts'
import {deleteSearchStates, putSearchStates, readSearchStates} from './search-states.ts'

const known: SearchState = {
  arrId: 'sonarr',
  unit: 'season/5/3',
  foreignId: 'tvdb 81189 3',
  searchId: 's1',
  searchedAt: 1_767_225_600_000,
  reason: 'missing',
  round: 4,
  result: 'empty',
  restsUntil: 1_767_312_000_000,
  empties: 2,
  failures: 0,
  world: '1x2y3z 1,4 99,100',
  heldAt: 1_767_225_600_001,
  wish: {reason: 'request', at: 1_767_225_500_000},
}
const blank: SearchState = {
  ...known,
  unit: 'episode/99',
  foreignId: null,
  searchId: null,
  searchedAt: null,
  reason: null,
  result: null,
  restsUntil: null,
  world: null,
  heldAt: null,
  wish: null,
}

everyStore('states of what is searched', (open) => {
  test('of each unit of an Arr the last state is kept, until it is forgotten', async () => {
    const store = await open()
    const other = {...known, arrId: 'sonarr-4k'}
    const later = {...known, empties: 3, wish: null}
    await store.write((db) => putSearchStates(db, [known, blank, other]))
    await store.write((db) => putSearchStates(db, [later]))
    const all = await store.read(readSearchStates)
    expect(all).toHaveLength(3)
    expect(all).toEqual(expect.arrayContaining([later, blank, other]))
    await store.write((db) => deleteSearchStates(db, [known, {...blank, arrId: 'sonarr-4k'}]))
    expect(await store.read(readSearchStates)).toEqual(expect.arrayContaining([blank, other]))
    expect(await store.read(readSearchStates)).toHaveLength(2)
  })

  test('words of a later release are read as unknown', async () => {
    const store = await open()
    await store.write((db) => putSearchStates(db, [known]))
    await store.write((db) =>
      db.updateTable('searchState').set({reason: 'x', result: 'x', wish: 'x'}).execute(),
    )
    expect(await store.read(readSearchStates)).toEqual([{...known, reason: null, result: null, wish: null}])
  })
})
