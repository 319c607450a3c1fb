import {expect, test} from 'vitest'
import {asArrId} from '#model/arr.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {KnownLibraryFolders} from './library-folders.ts'

const id = asArrId('Radarr')
const folders = {roots: ['/media'], mappings: [{host: 'nas', remotePath: '/srv', localPath: '/mnt'}]}

/** A store of one setting. */
function storeOf() {
  const logged: string[] = []
  const rows = new Map<string, string>()
  const has = {fails: false, writes: 0}
  const db = {
    selectFrom: () => ({
      selectAll: () => ({execute: async () => [...rows].map(([name, value]) => ({name, value}))}),
    }),
    insertInto: () => ({
      values: ({name, value}: {name: string; value: string}) => ({
        onConflict: () => ({execute: async () => void rows.set(name, value)}),
      }),
    }),
  } as never
  const store = {
    read: <T>(work: (it: never) => Promise<T>) => work(db),
    async write<T>(work: (it: never) => Promise<T>) {
      has.writes++
      if (has.fails) throw new Error('full')
      return work(db)
    },
  }
  const open = () =>
    KnownLibraryFolders.open({
      store,
      clock: new VirtualClock(),
      log: {error: (_about, text) => void logged.push(text)},
    })
  return {open, has, rows, logged}
}

test('S51 what an Arr said last of its folders is known after a restart, and written once', async () => {
  const {open, has} = storeOf()
  const known = await open()
  expect(known.of(id)).toBeNull()
  await known.take(id, folders)
  await known.take(id, folders)
  expect(has.writes).toBe(1)
  expect((await open()).of(id)).toEqual(folders)
  await known.take(id, {...folders, roots: []})
  expect((await open()).of(id)).toEqual({...folders, roots: []})
})

test('S51 what could not be written is known all the same, and what can not be read is nothing', async () => {
  const {open, has, rows, logged} = storeOf()
  const known = await open()
  has.fails = true
  await known.take(id, folders)
  expect(known.of(id)).toEqual(folders)
  expect(logged).toHaveLength(1)
  rows.set('arr_libraries', '{"Radarr": {"roots": 1}}')
  expect((await open()).of(id)).toBeNull()
})
