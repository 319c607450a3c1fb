import {Ellipsis} from 'lucide-react'
import {useState} from 'react'
import {usePreference} from '../../api/preferences.ts'
import {text} from '../../i18n/text.ts'
import {useServers} from '../../live/servers.ts'
import {useIsGone} from '../../live/socket.ts'
import {Button} from '../../ui/Button.tsx'
import {MenuAt, type MenuPoint} from '../../ui/ContextMenu.tsx'
import {DropdownMenu} from '../../ui/DropdownMenu.tsx'
import {IconButton} from '../../ui/IconButton.tsx'
import {joined} from '../../ui/joined.ts'
import type {MenuEntry} from '../../ui/menu-entry.ts'
import {keysOf, shownKeys} from '../commands/key-names.ts'
import {abilityOf, objectionTo, whyLookOnly} from './ability.ts'
import {actionEntries} from './action-entries.ts'
import {counted} from './action-words.ts'
import {actions, type ActionDefinition, type ActionName} from './actions.ts'
import {useChosenFacts} from './dialogs/use-chosen-facts.ts'
import {doAction} from './do-action.ts'
import {countOf, type ActionTarget} from './target.ts'
import {useSelectionFigures} from './use-selection-figures.ts'

/** The one menu of all rows, at the pointer or below the row. On screen as long as it is open. */
export function TorrentMenu({
  target,
  point,
  onClose,
}: {
  target: ActionTarget
  point: MenuPoint
  onClose: () => void
}) {
  const entries = useActionEntries(target)
  const label = counted('action.torrents', countOf(target))
  return <MenuAt point={point} entries={entries} onClose={onClose} label={label} />
}

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

const usual: readonly ActionName[] = ['start', 'stop', 'category', 'tags', 'limits', 'delete']
const onPhone: ReadonlySet<ActionName> = new Set(['start', 'stop', 'delete'])

/** What can be done with the selection, in the ledger: the usual ones with words where there is room, the rest in "…". */
export function SelectionActions({target}: {target: ActionTarget}) {
  const figures = useSelectionFigures(target)
  const count = countOf(target)
  const isGone = useIsGone()
  const servers = useServers()
  // Known before what can be done is: rights follow from the servers.
  const objection = objectionTo(target, isGone) ?? whyLookOnly(target, figures, servers)
  return (
    <fieldset aria-label={text('action.actions')} className="flex shrink-0 items-center">
      {usual.map((name) => (
        <LedgerButton
          key={name}
          action={actions[name]}
          reason={objection ?? abilityOf(actions[name], count, figures).reason}
          className={onPhone.has(name) ? '' : 'max-phone:hidden'}
          onClick={() => void doAction(name, target)}
        />
      ))}
      <MoreActions target={target} />
    </fieldset>
  )
}

function LedgerButton({
  action,
  reason,
  className,
  onClick,
}: {
  action: ActionDefinition
  reason: string | null
  className: string
  onClick: () => void
}) {
  const off = reason === null ? undefined : reason
  // What cannot be done is no danger.
  const ink = action.danger && reason === null ? 'text-st-error!' : ''
  const words = text(shortLabels[action.id] ?? action.label)
  return (
    <>
      <Button
        variant="ghost"
        icon={action.icon}
        disabledReason={off}
        onClick={onClick}
        className={joined(ink, 'max-desk:hidden')}
      >
        {words}
      </Button>
      <IconButton
        label={words}
        icon={action.icon}
        disabledReason={off}
        onClick={onClick}
        className={joined(ink, className, 'desk:hidden')}
      />
    </>
  )
}

const shortLabels: Readonly<
  Record<string, 'ledger.category' | 'ledger.tags' | 'ledger.limits' | 'ledger.delete'>
> = {
  [actions.category.id]: 'ledger.category',
  [actions.tags.id]: 'ledger.tags',
  [actions.limits.id]: 'ledger.limits',
  [actions.delete.id]: 'ledger.delete',
}

function MoreActions({target}: {target: ActionTarget}) {
  const [isOpen, setOpen] = useState(false)
  const entries = useActionEntries(target, isOpen)
  return (
    <DropdownMenu
      trigger={<IconButton label={text('action.more')} icon={Ellipsis} />}
      entries={entries}
      onOpenChange={setOpen}
      align="end"
      side="top"
    />
  )
}
