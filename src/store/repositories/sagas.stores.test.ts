import {expect, test} from 'vitest'
import type {SagaRecord} from '#model/automation-state.ts'
import {everyStore} from '#test/store/every-store.ts'
import {pruneSagas, putSaga, readOpenSagas} from './sagas.ts'

const saga = (id: string, startedAt: number): SagaRecord => ({
  id,
  kind: 'failDownload',
  subject: 'A/1',
  step: 'blocklist',
  version: 1,
  state: {queueId: 5},
  startedAt,
  updatedAt: startedAt,
  endedAt: null,
  outcome: null,
})

everyStore('sagas', (open) => {
  test('those that are not finished are found, oldest first, at the step they are at', async () => {
    const store = await open()
    const [early, late, done] = [saga('b', 1), saga('a', 2), saga('c', 3)]
    for (const one of [late, early, done]) await store.write((db) => putSaga(db, one))
    const further = {...early, step: 'remove', state: {queueId: 5, done: ['blocklist']}, updatedAt: 9}
    await store.write((db) => putSaga(db, further))
    await store.write((db) => putSaga(db, {...done, endedAt: 9, outcome: 'done'}))
    expect(await store.read(readOpenSagas)).toEqual([further, late])
  })

  test('those of one moment come in the order of what they are about, whatever their ids', async () => {
    const store = await open()
    const [one, other] = [
      {...saga('z', 1), subject: 'A/1'},
      {...saga('a', 1), subject: 'A/2'},
    ]
    for (const it of [other, one]) await store.write((db) => putSaga(db, it))
    expect(await store.read(readOpenSagas)).toEqual([one, other])
  })

  test('finished ones are forgotten in time, open ones never', async () => {
    const store = await open()
    await store.write((db) => putSaga(db, saga('open', 1)))
    await store.write((db) => putSaga(db, {...saga('old', 1), endedAt: 9, outcome: 'done'}))
    await store.write((db) => putSaga(db, {...saga('new', 1), endedAt: 10, outcome: 'done'}))
    await store.write((db) => pruneSagas(db, 10))
    const left = await store.read((db) => db.selectFrom('sagas').select('id').orderBy('id').execute())
    expect(left).toEqual([{id: 'new'}, {id: 'open'}])
  })

  test('one whose state cannot be read is not taken for finished', async () => {
    const store = await open()
    await store.write((db) => putSaga(db, saga('a', 1)))
    await store.write((db) => db.updateTable('sagas').set({state: '{'}).execute())
    expect(await store.read(readOpenSagas)).toEqual([{...saga('a', 1), state: undefined}])
  })
})
