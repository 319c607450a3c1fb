import {afterEach, beforeEach, expect, test, vi} from 'vitest'
import {VerdictTitles} from './row-pointer.ts'

let asked: string[]
let answers: PromiseWithResolvers<string | null>[]
let titles: VerdictTitles

beforeEach(() => {
  vi.useFakeTimers()
  asked = []
  answers = []
  titles = new VerdictTitles(({info_hash: hash}) => {
    asked.push(hash)
    const answer = Promise.withResolvers<string | null>()
    answers.push(answer)
    return answer.promise
  })
})
afterEach(() => void vi.useRealTimers())

const row = (hash: string) => ({key: `nas~${hash}`, serverId: 'nas', infoHash: hash})
const said = async (sentence: string | null, at = 0) => {
  answers[at]!.resolve(sentence)
  await vi.advanceTimersByTimeAsync(0)
}

test('who only passes asks nothing', async () => {
  titles.point({title: ''}, row('a'))
  await vi.advanceTimersByTimeAsync(100)
  titles.point({title: ''}, row('b'))
  await vi.advanceTimersByTimeAsync(100)
  titles.point({title: ''}, null)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(asked).toEqual([])
})

test('who rests on a state reads why it stays, once, before what its server says', async () => {
  const cell = {title: 'No space left on device'}
  titles.point(cell, row('a'))
  titles.point(cell, row('a'))
  await vi.advanceTimersByTimeAsync(1_000)
  expect(asked).toEqual(['a'])
  await said('Stays for good: no rule removes it.')
  expect(cell.title).toBe('Stays for good: no rule removes it.\nNo space left on device')
})

test('an answer that comes late is not written of another torrent in that place', async () => {
  const cell = {title: ''}
  titles.point(cell, row('a'))
  await vi.advanceTimersByTimeAsync(1_000)
  titles.point(cell, row('b'))
  await said('of the first')
  expect(cell.title).toBe('')
  await vi.advanceTimersByTimeAsync(1_000)
  await said('of the second', 1)
  expect(cell.title).toBe('of the second')
})

test('where it is unknown the title stays as it is', async () => {
  const cell = {title: 'stalled'}
  titles.point(cell, row('a'))
  await vi.advanceTimersByTimeAsync(1_000)
  await said(null)
  expect(cell.title).toBe('stalled')
  titles.stop()
})
