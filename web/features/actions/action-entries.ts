/** The menu of what is chosen: all there is, what cannot be done now with its reason. Pure. */
import type {SelectionFigures} from '../../api/actions.ts'
import {text} from '../../i18n/text.ts'
import type {MenuAction, MenuEntry} from '../../ui/menu-entry.ts'
import {abilityOf, actions, type AbilityFigures, type ActionDefinition, type ActionName} from './actions.ts'
import {switched, type SelectedFacts} from './selected-facts.ts'

export interface EntryContext {
  readonly count: number
  /** Why nothing can be done to all of these; `null` = something may. */
  readonly objection: string | null
  /** Why he can do nothing with any of these but look, and whom to ask; `null` = he may more. */
  readonly lookOnly: string | null
  /** `null` = not known yet. */
  readonly figures: (AbilityFigures & Pick<SelectionFigures, 'states'>) | null
  readonly facts: SelectedFacts | null
  /** There is another server that they could go to. */
  readonly hasOthers: boolean
  /** As `Kbd` writes them; '' = none. */
  readonly keysOf: (action: ActionDefinition) => string
  readonly run: (name: ActionName) => void
}

const separator: MenuEntry = {separator: true}
/** What whoever may look may do, too. */
const copies = ['copyName', 'copyMagnet', 'copyHash', 'copyPath'] as const

export function actionEntries(context: EntryContext): readonly MenuEntry[] {
  const entry = (name: ActionName) => entryOf(name, context)
  if (context.lookOnly !== null) return [{heading: context.lookOnly}, separator, ...copies.map(entry)]
  return [
    ...runningEntries(context),
    entry('forceStart'),
    separator,
    ...(['category', 'tags', 'limits', 'location', 'rename'] as const).map(entry),
    ...(context.hasOthers ? [separator, ...(['copyTo', 'moveTo'] as const).map(entry)] : []),
    separator,
    sub('priority', (['priorityHigh', 'priorityNormal', 'priorityLow'] as const).map(entry)),
    sub('queue', (['queueTop', 'queueUp', 'queueDown', 'queueBottom'] as const).map(entry)),
    sub('more', [
      ...(['recheck', 'reannounce', 'trackers'] as const).map(entry),
      separator,
      ...(['sequential', 'firstLast', 'superSeeding', 'autoManaged'] as const).map(entry),
    ]),
    sub('copy', [...copies.map(entry), separator, entry('export')]),
    separator,
    entry('delete'),
  ]
}

/** One torrent that runs need not be started; of several both make sense. The key does what comes first. */
function runningEntries(context: EntryContext): MenuAction[] {
  const toggleKeys = context.keysOf(actions.startOrStop)
  const stopped = allStopped(context.figures)
  const start = {...entryOf('start', context), ...(stopped && {keys: toggleKeys})}
  const stop = {...entryOf('stop', context), ...(!stopped && {keys: toggleKeys})}
  if (context.figures === null || context.count > 1) return stopped ? [start, stop] : [stop, start]
  return stopped ? [start] : [stop]
}

/** Then the key starts them. */
export function allStopped(figures: EntryContext['figures']): boolean {
  const states = figures?.states ?? []
  return states.length > 0 && states.every(({state}) => atRest.has(state))
}

const atRest: ReadonlySet<string> = new Set(['stopped', 'error', 'missingFiles'])

function entryOf(name: ActionName, context: EntryContext): MenuAction {
  const {count, figures, facts, keysOf, run} = context
  const action: ActionDefinition = actions[name]
  const ability = abilityOf(action, count, figures)
  const reason = context.objection ?? ability.reason
  const {part} = ability
  const words = text(action.label)
  const keys = keysOf(action)
  return {
    id: name,
    icon: action.icon,
    label: part === null ? words : `${words} ${part}`,
    ...(keys !== '' && {keys}),
    ...(action.danger && {danger: true}),
    ...(reason !== null && {disabledReason: reason}),
    ...(action.does.kind === 'switch' && {checked: facts ? switched(facts, action.does.column) : 'mixed'}),
    onSelect: () => run(name),
  }
}

function sub(name: 'priority' | 'queue' | 'more' | 'copy', entries: readonly MenuEntry[]): MenuEntry {
  return {id: `sub ${name}`, label: text(`action.sub.${name}`), icon: subIcons[name], entries}
}

const subIcons = {
  priority: actions.priorityNormal.icon,
  queue: actions.sequential.icon,
  more: actions.recheck.icon,
  copy: actions.copyName.icon,
}
