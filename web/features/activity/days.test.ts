import {beforeAll, expect, test} from 'vitest'
import {loadWords} from '../../i18n/text.ts'
import {byDay} from './stories.ts'

beforeAll(() => loadWords('activity'))

const now = new Date(2026, 10, 20, 0, 30).getTime()
const at = (...moment: [number, number, number]) => ({
  at: new Date(2026, moment[0], moment[1], moment[2]).getTime(),
})

test('actions stand under their days, newest first', () => {
  const entries = [at(10, 20, 0), at(10, 19, 23), at(10, 19, 1), at(10, 18, 12), at(9, 18, 12)]
  expect(byDay(entries, now).map((it) => [it.title, it.its.length])).toEqual([
    ['Today', 1],
    ['Yesterday', 2],
    ['Wednesday 18 November', 1],
    ['Sunday 18 October', 1],
  ])
})

test('where nothing was done there is no day', () => {
  expect(byDay([], now)).toEqual([])
})
