import {expect, test} from 'vitest'
import {asArrId} from '#model/arr.ts'
import {putSetting} from '#store/repositories/settings.ts'
import {away, memoryHouse} from '#test/automation-state/memory.fixture.ts'
import {KnownLibraryFolders} from './library-folders.ts'

const id = asArrId('Radarr')
const folders = {roots: ['/media'], mappings: [{host: 'nas', remotePath: '/srv', localPath: '/mnt'}]}

async function house() {
  const memory = await memoryHouse()
  const logged: string[] = []
  const {
    clock,
    parts: {store},
  } = memory
  const log = {error: (_about: object, text: string) => void logged.push(text)}
  return {memory, logged, open: () => KnownLibraryFolders.open(store, clock, log)}
}

test('S51 what an Arr said last of its folders is known after a restart, and written once', async () => {
  const {open, memory} = await house()
  const known = await open()
  expect(known.of(id)).toBeNull()
  await known.take(id, folders)
  await known.take(id, folders)
  expect(memory.writes).toBe(1)
  expect((await open()).of(id)).toEqual(folders)
  await known.take(id, {...folders, roots: []})
  expect((await open()).of(id)).toEqual({...folders, roots: []})
})

test('S51 what could not be written is known all the same, and what can not be read is nothing', async () => {
  const {open, memory, logged} = await house()
  const known = await open()
  memory.setFault(away)
  await known.take(id, folders)
  expect(known.of(id)).toEqual(folders)
  expect(logged).toEqual(['where an Arr keeps its library could not be written'])
  memory.setFault(null)
  await memory.store.write((db) => putSetting(db, 'arr_libraries', {Radarr: {roots: 1}}, 1))
  expect((await open()).of(id)).toBeNull()
})
