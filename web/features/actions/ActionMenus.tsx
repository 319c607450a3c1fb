import {useLocation} from '@tanstack/react-router'
import {Ellipsis, Undo2} from 'lucide-react'
import {useEffect, useState} from 'react'
import type {RecentAction} from '../../api/actions.ts'
import {usePreference} from '../../api/preferences.ts'
import {takeUnsent} from '../../api/problem.ts'
import {text} from '../../i18n/text.ts'
import {liveServers, useServers} from '../../live/servers.ts'
import {liveSocket, useIsGone, type Subscriber} from '../../live/socket.ts'
import {Button} from '../../ui/Button.tsx'
import {MenuAt, type MenuPoint} from '../../ui/ContextMenu.tsx'
import {DropdownMenu} from '../../ui/DropdownMenu.tsx'
import {IconButton} from '../../ui/IconButton.tsx'
import {joined} from '../../ui/joined.ts'
import {lazyDialog, lazyPart} from '../../ui/lazy-part.ts'
import type {MenuEntry} from '../../ui/menu-entry.ts'
import {useCommands, type Command} from '../commands/commands.ts'
import {keysOf, shownKeys} from '../commands/key-names.ts'
import {currentRow} from '../torrent-rows/current-row.ts'
import {
  abilityOf,
  actionNames,
  actions,
  objectionTo,
  whyLookOnly,
  type ActionDefinition,
  type ActionName,
} from './actions.ts'
import {actionEntries} from './action-entries.ts'
import {counted} from './action-words.ts'
import {useActionDialog} from './action-dialogs.ts'
import {useSelectedFacts} from './selected-facts.ts'
import {doAction} from './do-action.ts'
import {showUnsent, useResults, useRunning} from './results.ts'
import {heldRemovals, runningActions, undoLast} from './run-action.ts'
import {countOf, onlyOne, presentTarget, type ActionTarget} from './target.ts'
import {useSelectionFigures} from './selection-figures.ts'

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
  const facts = useSelectedFacts(isOpen ? target : null, figures)
  const servers = useServers()
  return actionEntries({
    count: countOf(target),
    objection: objectionTo(target, useIsGone()),
    figures,
    facts,
    lookOnly: whyLookOnly(target, figures, servers),
    hasOthers: (servers ?? []).filter(({access}) => access !== 'view').length > 1,
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

const ActionDialog = lazyDialog(
  ['action-dialogs'],
  async () => (await import('./dialogs/ActionDialog.tsx')).ActionDialog,
  'ahead',
)
const ResultsPanel = lazyPart(
  ['action-dialogs'],
  async () => (await import('./ResultsPanel.tsx')).ResultsPanel,
)

/** Once, in the shell: keys, the dialog that is open, and results. */
export function Actions() {
  useActionCommands()
  useEffect(reportUnsent, [])
  const dialog = useActionDialog()
  const {actions, unsent} = useResults()
  const running = useRunning(runningActions)
  return (
    <>
      {dialog && <ActionDialog state={dialog} />}
      {actions.length + unsent.length + running.length > 0 && <ResultsPanel />}
    </>
  )
}

/** What was refused because the session had ended stands in the panel until it was read, like all that was not done. */
function reportUnsent(): void {
  for (const title of takeUnsent()) showUnsent({title, words: text('result.unsent-then'), again: null})
}

/**
 * All actions by key and palette: on the selection, else on the torrent that is looked at. Only where these are in
 * sight, and the page of a torrent brings its own; elsewhere the palette says where, so that whoever types what they want
 * learns how.
 */
function useActionCommands(): void {
  const {pathname} = useLocation()
  useEffect(() => liveSocket.add(actionNews), [])
  const here = pathname === '/torrents' ? ofTorrents : pageOfTorrent.test(pathname) ? [] : elsewhere
  useCommands([...here, undo])
}

const pageOfTorrent = /^\/torrents\/[^/]+\/[0-9a-f]{40}$/

/** All actions by key and palette, on these. */
export function actionCommands(targetNow: () => ActionTarget | null): readonly Command[] {
  return actionNames.map((name) => commandOf(name, targetNow))
}

/** @param targetNow `null` = there is nothing that it could act on */
function commandOf(name: ActionName, targetNow: () => ActionTarget | null): Command {
  const action: ActionDefinition = actions[name]
  return {
    id: action.id,
    group: 'act',
    label: action.label,
    icon: action.icon,
    keys: action.keys,
    ...(action.danger && {danger: true}),
    reason: () => reasonAgainst(action, targetNow()),
    run: () => {
      const target = targetNow()
      if (target) void doAction(name, target)
    },
  }
}

function reasonAgainst({isOfOne, does}: ActionDefinition, target: ActionTarget | null): string | null {
  if (target === null) return text('action.nothing-chosen')
  if (isOfOne && !onlyOne(target)) return text('action.of-one')
  const objection = objectionTo(target, liveSocket.isGone)
  if (objection !== null || does.kind === 'copy' || does.kind === 'export') return objection
  return whyLookOnly(target, null, liveServers.list)
}

const undo: Command = {
  id: 'undo',
  group: 'act',
  label: 'action.undo',
  icon: Undo2,
  keys: ['$mod+z'],
  run: () => void undoLast(),
}

const ofTorrents = actionCommands(() => presentTarget(currentRow.name))
const elsewhere: readonly Command[] = ofTorrents.map((command) => ({
  ...command,
  isElsewhere: true,
  reason: () => text('action.on-torrents'),
}))

/** What the socket tells of actions: held removals begin elsewhere, and end when nobody asks. */
const actionNews: Subscriber = {
  // The topic is watched together with the servers (`live/servers.ts`).
  open: () => {
    heldRemovals.opened()
    void runningActions.opened()
  },
  receive: (message) => {
    if (message.type !== 'action') return
    runningActions.hear(message.action as RecentAction)
    heldRemovals.hear(message.action as RecentAction)
  },
}
