import {expect, test} from 'vitest'
import {away, memoryHarness} from '#test/automation-state/memory.fixture.ts'

const begun = (id: string, startedAt: number, subject = 'A/1') => ({
  id,
  kind: 'failDownload',
  subject,
  step: 'blocklist',
  version: 1,
  state: {queueId: 5},
  startedAt,
})

test('a saga is found after a restart at the step it had begun, and a finished one is not', async () => {
  const {open} = await memoryHarness()
  const {sagas} = await open()
  await sagas.begin(begun('s2', 2, 'A/2'))
  await sagas.begin(begun('s1', 1))
  await sagas.begin(begun('s3', 3, 'A/3'))
  await sagas.step('s1', {step: 'remove', version: 1, state: {queueId: 5, blocklisted: true}}, 9)
  await sagas.end('s3', 'done', 9)
  const after = (await open()).sagas
  expect(after.unfinished().map(({id, step}) => [id, step])).toEqual([
    ['s1', 'remove'],
    ['s2', 'blocklist'],
  ])
  expect(after.of('s1')).toEqual(sagas.of('s1'))
  expect(after.about('failDownload', 'A/2')?.id).toBe('s2')
  expect(after.about('failDownload', 'A/3')).toBeNull()
  expect(after.about('import', 'A/2')).toBeNull()
})

test('a step that could not be written has not begun', async () => {
  const {open, setFault} = await memoryHarness()
  const {sagas} = await open()
  const saga = await sagas.begin(begun('s1', 1))
  setFault(away)
  await expect(sagas.begin(begun('s2', 1))).rejects.toBe(away)
  await expect(sagas.step('s1', {step: 'remove', version: 1, state: {}}, 9)).rejects.toBe(away)
  await expect(sagas.end('s1', 'done', 9)).rejects.toBe(away)
  expect(sagas.unfinished()).toEqual([saga])
})

test('a finished saga takes no more steps', async () => {
  const {open} = await memoryHarness()
  const {sagas} = await open()
  await sagas.begin(begun('s1', 1))
  await sagas.end('s1', 'done', 2)
  await expect(sagas.step('s1', {step: 'remove', version: 1, state: {}}, 3)).rejects.toThrow('s1')
})

test('a step that comes while the end is being written does not open it again', async () => {
  const {open} = await memoryHarness()
  const {sagas} = await open()
  await sagas.begin(begun('s1', 1))
  const ended = sagas.end('s1', 'restored', 2)
  await expect(sagas.step('s1', {step: 'remove', version: 1, state: {}}, 3)).rejects.toThrow('s1')
  await ended
  expect([sagas.unfinished(), (await open()).sagas.unfinished()]).toEqual([[], []])
})
