import {afterEach, expect, test, vi} from 'vitest'
import {ActingHarness} from './acting-harness.fixture.ts'

let house: ActingHarness
afterEach(() => house.stop())

test('the program may be crashed from within a request that it sends while time passes', async () => {
  let crash: (() => Promise<void>) | null = null
  house = await ActingHarness.start({
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
    await house.crash()
    crashes++
  }
  await house.pass(120)
  expect([house.isUp, crashes]).toEqual([false, 1])
  crash = null
  await house.rise()
  expect(house.isUp).toBe(true)
})

test('a program that is killed while it ends is not waited for', async () => {
  house = await ActingHarness.start({
    servers: [{name: 'qBit', kind: 'qbittorrent', version: '5.1.0'}],
    arrs: [],
    config: '',
    torrents: [],
  })
  vi.spyOn(house.app, 'stop').mockImplementation(() => {
    house.kill()
    return new Promise(() => {})
  })
  await house.stop()
  expect(house.isUp).toBe(false)
  await expect(house.store.read((db) => db.selectFrom('journal').execute())).rejects.toThrow()
})
