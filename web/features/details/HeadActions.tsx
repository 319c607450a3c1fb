import {Play, Square, Tag, Trash2} from 'lucide-react'
import {useMemo, type ReactNode} from 'react'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {actions, type ActionName} from '../actions/actions.ts'
import {doAction} from '../actions/do-action.ts'
import {oneTarget} from '../actions/target.ts'
import type {TorrentName} from '../torrents/selection.ts'

const atRest: ReadonlySet<string> = new Set(['stopped', 'error', 'missingFiles'])

/** The three things that are done most. */
export function HeadActions({
  name,
  state,
  more,
}: {
  name: TorrentName
  state: string | undefined
  /** At their end. */
  more: ReactNode
}) {
  const target = useMemo(() => oneTarget(name), [name])
  const run = (action: ActionName) => () => void doAction(action, target)
  const turn = state !== undefined && atRest.has(state) ? 'start' : 'stop'
  return (
    <div className="flex gap-2 items-center max-phone:[&>*]:h-11 max-phone:[&>*]:flex-1">
      <Button icon={turn === 'start' ? Play : Square} onClick={run(turn)}>
        {text(actions[turn].label)}
      </Button>
      <Button icon={Tag} onClick={run('tags')}>
        {text('details.tags')}
      </Button>
      <Button variant="danger" icon={Trash2} onClick={run('delete')}>
        {text('details.delete')}
      </Button>
      {more}
    </div>
  )
}
