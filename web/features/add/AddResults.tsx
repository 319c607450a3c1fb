import {CircleCheck, CircleDashed, CircleHelp, CircleX, Clock, type LucideIcon} from 'lucide-react'
import {text, type TextKey} from '../../i18n/text.ts'
import {Icon} from '../../ui/Icon.tsx'
import {joined} from '../../ui/joined.ts'
import {MiddleText} from '../../ui/MiddleText.tsx'
import {ServerName} from '../servers/list/ServerName.tsx'
import type {Task} from './use-sending.ts'
import type {Target} from './use-targets.ts'

/** What became of each torrent, server by server, as the answers come. */
export function AddResults({tasks, targets}: {tasks: readonly Task[]; targets: readonly Target[]}) {
  const used = targets.filter(({server}) => tasks.some(({serverId}) => serverId === server.server_id))
  return (
    <div className="grid gap-4" aria-live="polite">
      {used.map(({server, place}) => (
        <section key={server.server_id} className="grid gap-1.5">
          <h3 className="font-medium">
            <ServerName server={server} place={place} />
          </h3>
          <ul className="divide-y divide-line rounded-m border border-line-strong">
            {tasks
              .filter(({serverId}) => serverId === server.server_id)
              .map((task) => (
                <TaskRow key={task.itemId} task={task} />
              ))}
          </ul>
        </section>
      ))}
    </div>
  )
}

interface Look {
  readonly icon: LucideIcon
  readonly ink: string
  readonly word: TextKey
}

const looks: Readonly<Record<'waits' | 'sending' | NonNullable<Task['sent']>['status'], Look>> = {
  waits: {icon: CircleDashed, ink: 'text-text-3', word: 'add.state.waits'},
  sending: {icon: CircleDashed, ink: 'text-accent', word: 'add.state.sending'},
  added: {icon: CircleCheck, ink: 'text-st-seeding', word: 'add.state.added'},
  duplicate: {icon: CircleCheck, ink: 'text-text-2', word: 'add.state.duplicate'},
  pending: {icon: Clock, ink: 'text-text-2', word: 'add.state.pending'},
  failed: {icon: CircleX, ink: 'text-st-error', word: 'add.state.failed'},
  unconfirmed: {icon: CircleHelp, ink: 'text-st-stalled', word: 'add.state.unconfirmed'},
}

function TaskRow({task: {name, state, sent}}: {task: Task}) {
  const look = looks[sent?.status ?? (state === 'sending' ? 'sending' : 'waits')]
  return (
    <li className="grid grid-cols-[18px_minmax(0,1fr)_auto] items-center gap-x-2.5 px-2.5 py-1.5">
      <Icon icon={look.icon} className={look.ink} />
      <MiddleText>{name}</MiddleText>
      <span className={joined('text-12', sent?.status === 'failed' ? 'text-st-error' : 'text-text-2')}>
        {text(look.word)}
      </span>
      {sent && sent.words !== '' && (
        <span className="col-span-2 col-start-2 text-12 text-pretty wrap-anywhere text-text-2">
          {sent.words}
        </span>
      )}
    </li>
  )
}
