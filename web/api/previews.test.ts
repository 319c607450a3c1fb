import {QueryClient} from '@tanstack/react-query'
import {afterEach, expect, test, vi} from 'vitest'
import {FairTurns} from '#lib/fair-turns.ts'
import {previewQuery} from './rules.ts'

afterEach(() => vi.unstubAllGlobals())

test('of a row of twelve Arrs all previews are answered, two of each, though the server lets few wait', async () => {
  // As in `registry/rules/previews.ts`.
  const turns = new FairTurns({atOnce: 4, ofOne: 1, mostWaiting: 8})
  vi.stubGlobal('fetch', async (_: string, {body}: {readonly body: string}) => {
    const {yaml} = JSON.parse(body) as {readonly yaml: string}
    return turns.run('ann', async () => {
      await Promise.resolve()
      return Response.json({looked: yaml})
    })
  })
  const client = new QueryClient({defaultOptions: {queries: {retry: false}}})
  const texts = Array.from({length: 12}, (_, at) => [`before ${at}`, `after ${at}`]).flat()
  const answers = await Promise.allSettled(texts.map((yaml) => client.fetchQuery(previewQuery(yaml, null))))
  expect(answers).toEqual(texts.map((looked) => ({status: 'fulfilled', value: {looked}})))
  client.clear()
})
