import {readFile} from 'node:fs/promises'
import {expect, test} from 'vitest'
import {quiet} from './quiet.ts'

test('any number of those who wait for quiet have it, and none before what is under way has ended', async () => {
  const ended: string[] = []
  const read = readFile(import.meta.filename).then(() => ended.push('read'))
  await Promise.all([quiet(), quiet(), quiet().then(() => quiet())])
  expect(ended).toEqual(['read'])
  await read
})

test('who waits once more waits for what was begun since', async () => {
  await quiet()
  let turns = 0
  const turn = () => void (++turns < 5 && setImmediate(turn))
  setImmediate(turn)
  await quiet()
  expect(turns).toBe(5)
})
