import {afterEach, expect, test, vi} from 'vitest'
import {ActingHarness} from './acting-harness.fixture.ts'

let harness: ActingHarness
afterEach(() => harness.stop())

test('the program may be crashed from within a request that it sends while time passes', async () => {
  let crash: (() => Promise<void>) | null = null
  harness = await ActingHarness.start({
    servers: [{name: 'qBit', kind: 'qbittorrent', version: '5.1.0'}],
    arrs: [],
    config: '',
    torrents: [],
    passing: async () => {
      await crash?.()
    },
  })
  let crashes = 0
  crash = async () => {
    await harness.crash()
    crashes++
  }
  await harness.pass(120)
  expect([harness.isUp, crashes]).toEqual([false, 1])
  crash = null
  await harness.rise()
  expect(harness.isUp).toBe(true)
})

test('a program that is killed while it ends is not waited for', async () => {
  harness = await ActingHarness.start({
    servers: [{name: 'qBit', kind: 'qbittorrent', version: '5.1.0'}],
    arrs: [],
    config: '',
    torrents: [],
  })
  vi.spyOn(harness.app, 'stop').mockImplementation(() => {
    harness.kill()
    return new Promise(() => {})
  })
  await harness.stop()
  expect(harness.isUp).toBe(false)
  await expect(harness.store.read((db) => db.selectFrom('journal').execute())).rejects.toThrow()
})
