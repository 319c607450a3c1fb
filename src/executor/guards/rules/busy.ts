import {isDelicate, unknownBlocks, valueOf, type DecisionGuard} from './decision-guard.ts'

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
