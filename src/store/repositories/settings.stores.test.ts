import {expect, test} from 'vitest'
import {everyStore} from '#test/store/every-store.ts'
import {putSetting, readSettings} from './settings.ts'

everyStore('settings', (open) => {
  test('the last value of a setting is kept', async () => {
    const store = await open()
    await store.write((db) => putSetting(db, 'days', 30, 1))
    await store.write((db) => putSetting(db, 'days', 31, 2))
    expect(await store.read(readSettings)).toEqual(new Map([['days', 31]]))
  })
})
