import {setFlagsFromString} from 'node:v8'
import {runInNewContext} from 'node:vm'
import {expect, test} from 'vitest'
import {collect} from './collect.ts'

test('what is no longer held is given back', async () => {
  setFlagsFromString('--expose-gc')
  const gone = new WeakRef(Array.from({length: 100_000}, (_, n) => n))
  await new Promise((done) => setTimeout(done))
  await collect(runInNewContext('gc') as NodeJS.GCFunction)
  expect(gone.deref()).toBeUndefined()
})

test('in a Node that does not offer it nothing happens', async () => {
  await expect(collect(null)).resolves.toBeUndefined()
})
