import {expect, test} from 'vitest'
import type {SelectionFigures} from '../../../api/actions.ts'
import {missing, queryFor, serversOf, sumsOf} from '../../actions/selection-figures.ts'

const nameOf = (id: string) => ({a: 'seedbox', b: 'attic'})[id] ?? id
const some = {kind: 'some', names: new Set(['a~1', 'a~2', 'b~1'])} as const
const live = {count: 3, size: 30, down_speed: 1, up_speed: 2}
const figures = {count: 3, size: 40, down_speed: 3, up_speed: 4, ratio: 0.99} as unknown as SelectionFigures

test('a small selection is summed live, with the ratio as the server reckons it', () => {
  expect(sumsOf(some, {named: live, matching: null}, figures, nameOf)).toEqual({
    count: 3,
    size: 30,
    down: 1,
    up: 2,
    ratio: 0.99,
    servers: ['seedbox', 'attic'],
  })
})

test('everything that matches is summed by what the list says, less what is left out', () => {
  const all = {count: 9, size: 40, down_speed: 3, up_speed: 4}
  const matching = {kind: 'matching', q: '', servers: null, except: new Set<string>(), matched: 8} as const
  expect(sumsOf(matching, {named: null, matching: all}, null, nameOf)).toMatchObject({count: 9, size: 40})
  expect(sumsOf(matching, {named: null, matching: null}, null, nameOf)).toBeNull()

  const without = {...matching, except: new Set(['a~1', 'gone~2'])}
  const left = {count: 1, size: 5, down_speed: 1, up_speed: 0}
  expect(sumsOf(without, {named: left, matching: all}, null, nameOf)).toMatchObject({
    count: 8,
    size: 35,
    down: 2,
    up: 4,
  })
  // More are left out than a view takes: then it is not known.
  expect(sumsOf(without, {named: null, matching: all}, null, nameOf)).toBeNull()
})

test('a server is named once, however many torrents are on it', () => {
  expect(serversOf(some.names)).toEqual(['a', 'b'])
})

test('those that are not there are named', () => {
  expect(
    missing(some.names, [
      ['a', '1'],
      ['b', '1'],
    ]),
  ).toEqual(['a~2'])
})

test('a few torrents can be asked for by hash, many cannot', () => {
  expect(queryFor(['a~1', 'b~1', 'a~2'])).toBe('hash:1,2')
  expect(queryFor([])).toBeNull()
  expect(queryFor(Array.from({length: 41}, (_, at) => `a~${at}`))).toBeNull()
})
