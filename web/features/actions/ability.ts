/** Whether an action can be done to what is chosen, in words. */
import type {SelectionFigures} from '../../api/actions.ts'
import {text} from '../../text/text.ts'
import {count} from '../../ui/format.ts'
import type {ActionDefinition} from './actions.ts'

/** Copying and exporting ask for each torrent: so many at most. */
const copiedAtMost = 500
const exportedAtMost = 20

export interface Ability {
  /** Why it cannot be done to any; `null` = it can. */
  readonly reason: string | null
  /** "for 11 of 12": some cannot take it; `null` = all can, or it is not known yet. */
  readonly part: string | null
}

const free: Ability = {reason: null, part: null}

/** @param figures `null` = not known yet: then nothing is held back, the server judges anyway. */
export function abilityOf(
  action: ActionDefinition,
  chosen: number,
  figures: Pick<SelectionFigures, 'abilities' | 'count'> | null,
): Ability {
  if (action.isOfOne && chosen > 1) return off(text('action.of-one'))
  if (action.does.kind === 'copy' && chosen > copiedAtMost) return tooMany(copiedAtMost)
  if (action.does.kind === 'export' && chosen > exportedAtMost) return tooMany(exportedAtMost)
  const judged = figures?.abilities.find(({verb}) => verb === action.verb)
  if (!figures || !judged) return free
  if (figures.count === 0) return off(text('action.gone'))
  if (judged.possible === 0) return off(judged.reasons.map(({message}) => message).join(' '))
  if (judged.possible === figures.count) return free
  const part = text('action.part', {possible: count(judged.possible), of: count(figures.count)})
  return {reason: null, part}
}

function off(reason: string): Ability {
  return {reason, part: null}
}

function tooMany(most: number): Ability {
  return off(text('action.at-most', {most: count(most)}))
}
