import type {ActionVerb, SelectionFigures} from '../../api/actions.ts'
import {text} from '../../i18n/text.ts'
import {count} from '../../ui/format.ts'
import {Note} from '../../ui/Note.tsx'
import {reasonWords} from './ability.ts'

/** Which of the chosen torrents cannot take it, and why. Nothing when all can. */
export function AbilityNote({figures, verb}: {figures: SelectionFigures | null; verb: ActionVerb}) {
  const ability = figures?.abilities.find((it) => it.verb === verb)
  if (!figures || !ability || ability.possible === figures.count) return null
  const possible = count(ability.possible)
  return (
    <Note tone="warn">
      <b>{text('action.only-for', {possible, of: count(figures.count)})}</b>{' '}
      {reasonWords(ability.reasons, figures)}
    </Note>
  )
}
