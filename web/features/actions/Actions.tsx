import {useLocation} from '@tanstack/react-router'
import {Undo2} from 'lucide-react'
import {Suspense, useEffect} from 'react'
import type {RecentAction} from '../../api/actions.ts'
import {takeUnsent} from '../../api/problem.ts'
import {text} from '../../i18n/text.ts'
import {liveServers} from '../../live/servers.ts'
import {liveSocket, type Subscriber} from '../../live/socket.ts'
import {lazyPart} from '../../ui/lazy-part.ts'
import {useCommands, type Command} from '../commands/commands.ts'
import {currentRow} from '../torrent-rows/current-row.ts'
import {objectionTo, whyLookOnly} from './ability.ts'
import {actionNames, actions, type ActionDefinition, type ActionName} from './actions.ts'
import {useActionDialog} from './dialogs/action-dialogs.ts'
import {doAction} from './do-action.ts'
import {showUnsent, useResults} from './results/results.ts'
import {useRunning} from './results/running.ts'
import {heldRemovals, runningActions, undoLast} from './run-action.ts'
import {onlyOne, presentTarget} from './target.ts'

const ActionDialog = lazyPart(
  ['action-dialogs'],
  async () => (await import('./dialogs/ActionDialog.tsx')).ActionDialog,
  'ahead',
)
const ResultsPanel = lazyPart(
  ['action-dialogs'],
  async () => (await import('./results/ResultsPanel.tsx')).ResultsPanel,
)

/** Once, in the shell: keys, the dialog that is open, and results. */
export function Actions() {
  useActionCommands()
  useEffect(tellUnsent, [])
  const dialog = useActionDialog()
  const {actions, unsent} = useResults()
  const running = useRunning(runningActions)
  return (
    <Suspense>
      {dialog && <ActionDialog state={dialog} />}
      {actions.length + unsent.length + running.length > 0 && <ResultsPanel />}
    </Suspense>
  )
}

/** What was refused because the session had ended stands in the panel until it was read, like all that was not done. */
function tellUnsent(): void {
  for (const title of takeUnsent()) showUnsent({title, words: text('result.unsent-then'), again: null})
}

/**
 * All actions by key and palette: on the selection, else on the torrent that is looked at. Only where these are in
 * sight; elsewhere the palette says where, so that whoever types what they want learns how.
 */
function useActionCommands(): void {
  const {pathname} = useLocation()
  useEffect(() => liveSocket.add(actionNews), [])
  useCommands(pathname === '/torrents' ? [...ofTorrents, undo] : [...elsewhere, undo])
}

function commandOf(name: ActionName): Command {
  const action: ActionDefinition = actions[name]
  return {
    id: action.id,
    group: 'act',
    label: action.label,
    icon: action.icon,
    keys: action.keys,
    ...(action.danger && {danger: true}),
    reason: () => reasonAgainst(action),
    run: () => {
      const target = presentTarget(currentRow.name)
      if (target) void doAction(name, target)
    },
  }
}

function reasonAgainst({isOfOne, does}: ActionDefinition): string | null {
  const target = presentTarget(currentRow.name)
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

const ofTorrents: readonly Command[] = actionNames.map(commandOf)
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
