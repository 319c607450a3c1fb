import Fastify from 'fastify'
import {expect, test} from 'vitest'
import {sendLongList} from './long-list.ts'

/** An answer of so many rows, and how often the others had their turn while it was written. */
async function answerOf(count: number) {
  const app = Fastify()
  let given = 0
  const turns = {due: () => true, next: async () => void given++}
  const rows = Array.from({length: count}, (_, at) => ({atIndex: at, name: `"${at}`, none: undefined}))
  app.get('/', async (_request, reply) => sendLongList(reply, 'rows', rows, turns))
  const answer = await app.inject('/')
  await app.close()
  return {answer, given}
}

test('a long list is the JSON that it would be in one go', async () => {
  for (const count of [0, 1, 100, 101, 250]) {
    const {answer} = await answerOf(count)
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
    const rows = Array.from({length: count}, (_, at) => ({at_index: at, name: `"${at}`}))
    expect(answer.json()).toEqual({rows})
  }
})

test('others have their turn every hundred rows', async () => {
  expect((await answerOf(10_000)).given).toBe(100)
})
