import {usePreference} from '../../api/preferences.ts'
import {useIsGone} from '../../live/connection.ts'
import {useServers} from '../../live/servers.ts'
import type {MenuEntry} from '../../ui/menu-entry.ts'
import {keysOf, shownKeys} from '../commands/key-names.ts'
import {objectionTo, whyLookOnly} from './ability.ts'
import {actionEntries} from './action-entries.ts'
import type {ActionDefinition} from './actions.ts'
import {useChosenFacts} from './dialogs/use-chosen-facts.ts'
import {doAction} from './do-action.ts'
import {countOf, type ActionTarget} from './target.ts'
import {useSelectionFigures} from './use-selection-figures.ts'

/** The menu of a target. @param isOpen only then it is asked how the torrents are */
export function useActionEntries(target: ActionTarget, isOpen = true): readonly MenuEntry[] {
  const [own] = usePreference('hotkeys')
  const figures = useSelectionFigures(target, isOpen)
  const facts = useChosenFacts(isOpen ? target : null, figures)
  const servers = useServers()
  return actionEntries({
    count: countOf(target),
    objection: objectionTo(target, useIsGone()),
    figures,
    facts,
    lookOnly: whyLookOnly(target, figures, servers),
    keysOf: (action) => shownKeys(firstKeys(action, own)),
    run: (name) => void doAction(name, target),
  })
}

function firstKeys({id, keys}: ActionDefinition, own: Parameters<typeof keysOf>[1]): string {
  return keysOf({id, keys}, own)[0] ?? ''
}
