import {expect, test} from 'vitest'
import * as z from 'zod'
import {asArrId} from '#model/arr.ts'
import {putSetting} from '#store/repositories/settings.ts'
import {away, memoryHarness} from '#test/automation-state/memory.fixture.ts'
import {LastAnswers} from './last-answers.ts'

const [id, other] = [asArrId('Radarr'), asArrId('Sonarr')]
const shape = z.object({roots: z.array(z.string())})
const folders = {roots: ['/media']}

async function harness() {
  const memory = await memoryHarness()
  const logged: string[] = []
  const {
    clock,
    parts: {store},
  } = memory
  const log = {error: (_about: object, text: string) => void logged.push(text)}
  const left = new Set<string>()
  const open = () => LastAnswers.open({name: 'arr_libraries', shape}, store, clock, log, (it) => left.has(it))
  return {memory, logged, left, open}
}

test('S51 what an Arr said last of its folders is known after a restart, and written once', async () => {
  const {open, memory} = await harness()
  const known = await open()
  expect(known.of(id)).toBeNull()
  await known.take(id, folders)
  await known.take(id, {...folders, more: 1} as typeof folders)
  expect(memory.writes).toBe(1)
  expect((await open()).of(id)).toEqual(folders)
  await known.take(id, {roots: []})
  expect((await open()).of(id)).toEqual({roots: []})
})

test('S51 what could not be written is known anyway, and what cannot be read is nothing', async () => {
  const {open, memory, logged} = await harness()
  const known = await open()
  memory.setFault(away)
  await known.take(id, folders)
  expect(known.of(id)).toEqual(folders)
  expect(logged).toEqual(['what an Arr answered could not be written'])
  memory.setFault(null)
  await memory.store.write((db) => putSetting(db, 'arr_libraries', {Radarr: {roots: 1}, Sonarr: folders}, 1))
  const again = await open()
  expect([again.of(id), again.of(other)]).toEqual([null, folders])
})

test('what an Arr said that is not configured any more is forgotten, and takes no room', async () => {
  const {open, left} = await harness()
  const known = await open()
  await known.take(id, folders)
  left.add(id)
  await known.take(other, folders)
  expect([known.of(id), (await open()).of(id), (await open()).of(other)]).toEqual([null, null, folders])
})
