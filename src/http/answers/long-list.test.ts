import Fastify from 'fastify'
import {expect, test} from 'vitest'
import {sendLongList, sendLongListWith} from './long-list.ts'

/** An answer of so many rows, and how often the others had their turn while it was written. */
async function answerOf(count: number) {
  const app = Fastify()
  let given = 0
  const turns = {due: () => true, next: async () => void given++}
  const rows = Array.from({length: count}, (_, at) => ({atIndex: at, name: `"${at}`, none: undefined}))
  app.get('/', async (_request, reply) => sendLongList(reply, 'rows', {rows, turns}))
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

test('a list after other members is worked out piece by piece', async () => {
  const app = Fastify()
  let [worked, longest] = [0, 0]
  const turns = {
    due: () => true,
    next: async () => {
      longest = Math.max(longest, worked)
      worked = 0
    },
  }
  const rows = Array.from({length: 1_000}, (_, at) => ({at}))
  app.get('/', async (_request, reply) =>
    sendLongListWith(reply, {ready: true}, 'rows', {
      rows,
      turns,
      wire: ({at}) => {
        worked++
        return {twice: 2 * at}
      },
    }),
  )
  const answer = await app.inject('/')
  await app.close()
  expect(answer.json()).toEqual({ready: true, rows: rows.map(({at}) => ({twice: 2 * at}))})
  expect(longest).toBe(100)
})
