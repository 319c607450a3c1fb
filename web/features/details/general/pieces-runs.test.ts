import {expect, test} from 'vitest'
import {heldPieces, pieceRuns} from './figures.ts'

test('neighbours of a kind are one run, missing pieces are none', () => {
  expect(pieceRuns('2200122')).toEqual([
    {from: 0, to: 2 / 7, kind: 'held'},
    {from: 4 / 7, to: 5 / 7, kind: 'arriving'},
    {from: 5 / 7, to: 1, kind: 'held'},
  ])
})

test('pieces that share a step are held together, in part, or arriving', () => {
  expect(pieceRuns('22200100', 4).map(({kind}) => kind)).toEqual(['held', 'part', 'arriving'])
})

test('no pieces, no runs', () => {
  expect(pieceRuns('')).toEqual([])
})

test('only what is whole is counted', () => {
  expect(heldPieces('22011')).toBe(2)
})
