/** What is checked or moved goes on first, and not too much moves at once. */
import {isDelicate, movesData, unknownBlocks, valueOf, type DecisionGuard} from './decision-guard.ts'

const MOST_MOVES = 5

/** A disk takes a few moves at a time; the others wait, so that the room for each can be told. */
export const moving: DecisionGuard = {
  name: 'moving',
  guards: movesData,
  look({server: {movesUnderWay}}) {
    if (movesUnderWay < MOST_MOVES) return null
    const detail = {moves: movesUnderWay, most: MOST_MOVES}
    return {verdict: 'postpone', code: 'moves_under_way', detail, lift: 'Other moves have to end first.'}
  },
}

/** A check or a move is let through first: 99.8 % and no speed is no failure then. */
export const busy: DecisionGuard = {
  name: 'busy',
  guards: (item) => isDelicate(item) && item.key !== null,
  look(item) {
    const state = valueOf(item, 'state')
    if (state === undefined) return unknownBlocks(item, 'state', 'Its server has to report its state.')
    if (state !== 'checking' && state !== 'moving') return null
    return {verdict: 'postpone', code: 'busy', detail: {state}, lift: 'It has to end what it does.'}
  },
}
