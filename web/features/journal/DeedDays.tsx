import type {ReactNode} from 'react'
import type {Deed, Milestone} from '../../api/explanation.ts'
import {byDay} from './by-day.ts'
import {DeedRow} from './DeedRow.tsx'
import {MilestoneRow} from './MilestoneRow.tsx'

const none: readonly Milestone[] = []

/** Deeds under their days, and beside them what happened without one. */
export function DeedDays({
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
            <DeedRow
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
