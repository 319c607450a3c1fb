/** A disk takes a few moves at a time; the others wait, so that the room for each can be told. */
import {movesData, type DecisionGuard} from './decision-guard.ts'

const MOST_MOVES = 5

export const moving: DecisionGuard = {
  name: 'moving',
  guards: movesData,
  look({server: {movesUnderWay}}) {
    if (movesUnderWay < MOST_MOVES) return null
    const detail = {moves: movesUnderWay, most: MOST_MOVES}
    return {verdict: 'postpone', code: 'moves_under_way', detail, lift: 'Other moves have to end first.'}
  },
}
