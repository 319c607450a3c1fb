import {expect, test} from 'vitest'
import {
  copiesSquares,
  haveSquares,
  heldPieces,
  MOST_SQUARES,
  pieceRuns,
  piecesPerSquare,
  summarise,
} from './piece-map.ts'

test('each piece of a small torrent is a square, and many share one', () => {
  expect(haveSquares('2012')).toEqual(['held', 'missing', 'arriving', 'held'])
  expect(piecesPerSquare(MOST_SQUARES)).toBe(1)
  expect(piecesPerSquare(MOST_SQUARES + 1)).toBe(2)
  const many = haveSquares('2'.repeat(MOST_SQUARES) + '0'.repeat(MOST_SQUARES - 1))
  expect(many).toHaveLength(MOST_SQUARES)
  expect(many[0]).toBe('held')
  expect(many.at(-1)).toBe('missing')
})

test('pieces that share a square are held together, in part, or arriving', () => {
  const pad = '2'.repeat(2 * MOST_SQUARES - 4)
  expect(haveSquares(`2010${pad}`).slice(0, 2)).toEqual(['part', 'arriving'])
})

test('a square is as rare as its rarest piece, and what is not reported is not called rare', () => {
  expect(copiesSquares([0, 1, 3, 4, 9, 10, null])).toEqual([
    'none',
    'rare',
    'rare',
    'some',
    'some',
    'many',
    'untold',
  ])
  const pad = Array.from({length: 2 * MOST_SQUARES - 4}, () => 5)
  expect(copiesSquares([null, 12, null, null, ...pad]).slice(0, 3)).toEqual(['many', 'untold', 'some'])
})

test('the rarest piece, what few others have, and what no peer has are counted', () => {
  expect(summarise('2202', [3, 4, 0, 0])).toEqual({least: 0, keptAlive: 2, nowhere: 1, untold: 0})
  expect(summarise('22', [null, null])).toEqual({least: null, keptAlive: 0, nowhere: 0, untold: 2})
  expect(summarise('00', [null, 2])).toEqual({least: 2, keptAlive: 0, nowhere: 0, untold: 1})
})

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
