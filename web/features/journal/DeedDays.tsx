import type {ReactNode} from 'react'
import type {Deed} from '../../api/explanation.ts'
import {byDay} from './by-day.ts'
import {DeedRow} from './DeedRow.tsx'

/** Deeds under their days. */
export function DeedDays({
  deeds,
  now,
  withTorrent,
  onActor,
  actionOf,
}: {
  deeds: readonly Deed[]
  now: number
  withTorrent: boolean
  onActor?: ((actor: string) => void) | undefined
  actionOf?: ((deed: Deed) => ReactNode) | undefined
}) {
  return byDay(deeds, now).map(({title, deeds: its}) => (
    <section key={title} aria-label={title}>
      <h2 className="bg-sunken px-4 py-1 text-11 font-bold text-text-3 max-phone:px-3.5">{title}</h2>
      <ol>
        {its.map((deed) => (
          <DeedRow
            key={deed.id}
            deed={deed}
            now={now}
            withTorrent={withTorrent}
            onActor={onActor}
            action={actionOf?.(deed)}
          />
        ))}
      </ol>
    </section>
  ))
}
