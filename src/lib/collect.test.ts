import {setFlagsFromString} from 'node:v8'
import {runInNewContext} from 'node:vm'
import {afterEach, expect, test, vi} from 'vitest'
import {collect} from './collect.ts'

afterEach(() => vi.unstubAllGlobals())

test('what nobody holds any more is given back', async () => {
  setFlagsFromString('--expose-gc')
  vi.stubGlobal('gc', runInNewContext('gc') as object)
  const gone = new WeakRef(Array.from({length: 100_000}, (_, n) => n))
  await new Promise((done) => setTimeout(done))
  await collect()
  expect(gone.deref()).toBeUndefined()
})

test('in a Node that lets nobody ask for it nothing happens', async () => {
  vi.stubGlobal('gc', undefined)
  await expect(collect()).resolves.toBeUndefined()
})
