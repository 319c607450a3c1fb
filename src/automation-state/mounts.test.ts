import {expect, test} from 'vitest'
import {away, memoryHarness} from '#test/automation-state/memory.fixture.ts'

const disk = {device: '7', inode: '2', fileSystem: '61267', totalBytes: 8e12, hadFiles: true}

test('S08 the disk of a path is known over a restart, until a person forgets it', async () => {
  const {open, clock} = await memoryHarness()
  const first = await open()
  first.mounts.set('/data', disk)
  first.mounts.set('/other', {...disk, hadFiles: false})
  await first.written()
  const second = await open()
  const seenAt = clock.now()
  expect(second.mounts.get('/data')).toEqual({path: '/data', ...disk, seenAt})
  expect(second.mounts.all()).toHaveLength(2)
  expect([second.mounts.forget('/data'), second.mounts.forget('/data')]).toEqual([true, false])
  expect(second.mounts.get('/data')).toBeUndefined()
  await second.written()
  expect((await open()).mounts.all()).toEqual([{path: '/other', ...disk, hadFiles: false, seenAt}])
})

test('what is as it was is not written again', async () => {
  const harness = await memoryHarness()
  const {mounts, written} = await opened(harness)
  mounts.set('/data', disk)
  await written()
  const before = harness.writes
  mounts.set('/data', {...disk})
  await written()
  expect(harness.writes).toBe(before)
  mounts.set('/data', {...disk, device: '8'})
  await written()
  expect(harness.writes).toBe(before + 1)
})

test('while the database is away it is known anyway, and written afterwards', async () => {
  const harness = await memoryHarness()
  const {mounts, written} = await opened(harness)
  harness.setFault(away)
  mounts.set('/data', disk)
  await expect(written()).rejects.toBe(away)
  expect(mounts.get('/data')).toMatchObject(disk)
  harness.setFault(null)
  await written()
  expect((await harness.open()).mounts.get('/data')).toMatchObject(disk)
})

async function opened({open}: Awaited<ReturnType<typeof memoryHarness>>) {
  const memory = await open()
  return {mounts: memory.mounts, written: () => memory.written()}
}
