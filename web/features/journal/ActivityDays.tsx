import {useQuery} from '@tanstack/react-query'
import {CircleCheck, CircleX, Download, FolderInput, Plus, type LucideIcon} from 'lucide-react'
import type {ReactNode} from 'react'
import {arrsQuery} from '../../api/arrs.ts'
import type {Deed, Milestone} from '../../api/explanation.ts'
import {text} from '../../i18n/text.ts'
import {fullTime, timeOfDay} from '../../ui/format-time.ts'
import {Icon} from '../../ui/Icon.tsx'
import {ActivityRow} from './ActivityRow.tsx'
import {byDay} from './by-day.ts'

const none: readonly Milestone[] = []

/** Deeds under their days, and beside them what happened without one. */
export function ActivityDays({
  deeds,
  milestones = none,
  now,
  withTorrent,
  onActor,
  actionOf,
}: {
  /** Newest first. */
  deeds: readonly Deed[]
  milestones?: readonly Milestone[] | undefined
  now: number
  withTorrent: boolean
  onActor?: ((actor: string) => void) | undefined
  actionOf?: ((deed: Deed) => ReactNode) | undefined
}) {
  const all = [...deeds, ...milestones].toSorted((one, other) => other.at - one.at)
  return byDay(milestones.length === 0 ? deeds : all, now).map(({title, its}) => (
    <section key={title} aria-label={title}>
      <h2 className="bg-sunken px-4 py-1 text-11 font-bold text-text-3 max-phone:px-3.5">{title}</h2>
      <ol>
        {its.map((it) =>
          'what' in it ? (
            <MilestoneRow key={`${it.what} ${it.arr_id}`} milestone={it} />
          ) : (
            <ActivityRow
              key={it.id}
              deed={it}
              now={now}
              withTorrent={withTorrent}
              onActor={onActor}
              action={actionOf?.(it)}
            />
          ),
        )}
      </ol>
    </section>
  ))
}

/** Something that nobody did here: its server or its Arr tells it. */
function MilestoneRow({milestone: {at, what, arr_id: arrId}}: {milestone: Milestone}) {
  const {data: arrs} = useQuery({...arrsQuery, enabled: arrId !== null})
  const arr = arrs?.find(({id}) => id === arrId)?.name ?? text('timeline.an-arr')
  return (
    <li className="grid grid-cols-[44px_16px_minmax(0,1fr)] items-start gap-x-2.5 border-b border-line px-4 py-2 last:border-0 max-phone:px-3.5">
      <time dateTime={new Date(at).toISOString()} title={fullTime(at)} className="num text-text-3">
        {timeOfDay(at)}
      </time>
      <Icon icon={icons[what]} className="mt-0.5 text-text-3" />
      <span className="min-w-0 wrap-anywhere">{text(`timeline.${what}`, {arr})}</span>
    </li>
  )
}

const icons: Readonly<Record<Milestone['what'], LucideIcon>> = {
  added: Plus,
  completed: CircleCheck,
  grabbed: Download,
  imported: FolderInput,
  failed: CircleX,
}
