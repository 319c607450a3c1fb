import {useState} from 'react'
import {text} from '../../../i18n/text.ts'
import {unitStep} from '../../../ui/format.ts'
import {common, mixed, type ChosenFacts, type FactColumn} from './chosen-facts.ts'
import {lacksValue, limitField, limitSent, type LimitField} from './limit-fields.ts'
import type {Wish} from '../run-action.ts'

export const limitNames = ['down', 'up', 'ratio', 'seedingTime', 'idleTime'] as const
export type LimitName = (typeof limitNames)[number]

const columns: Readonly<Record<LimitName, FactColumn>> = {
  down: 'down_limit',
  up: 'up_limit',
  ratio: 'ratio_limit',
  seedingTime: 'seed_time_limit',
  idleTime: 'idle_limit',
}

export interface Limits {
  readonly fields: Readonly<Record<LimitName, LimitField>>
  readonly change: (name: LimitName, field: LimitField) => void
  readonly wishes: readonly Wish[]
  /** Why nothing can be sent yet; `null` = it can. */
  readonly reason: string | null
}

/** Minutes and KiB/s (or kB/s) on screen, seconds and bytes/s on the wire. */
function unitOf(name: LimitName): number {
  if (name === 'ratio') return 1
  return name === 'down' || name === 'up' ? unitStep() : 60
}

export function useLimits(facts: ChosenFacts | null): Limits {
  const [changed, setChanged] = useState<Partial<Record<LimitName, LimitField>>>({})
  const before = byName((name) => limitField(facts ? common(facts, columns[name]) : mixed, unitOf(name)))
  const fields = byName((name) => changed[name] ?? before[name])
  const sent = byName((name) => limitSent(fields[name], before[name], unitOf(name)))
  const wishes = wishesFor(sent)
  const isShort = limitNames.some((name) => lacksValue(fields[name]))
  return {
    ...{fields, wishes},
    change: (name, field) => setChanged({...changed, [name]: field}),
    reason: isShort ? text('set-limits.number') : wishes.length === 0 ? text('set-limits.unchanged') : null,
  }
}

function byName<T>(of: (name: LimitName) => T): Readonly<Record<LimitName, T>> {
  return Object.fromEntries(limitNames.map((name) => [name, of(name)])) as Record<LimitName, T>
}

function wishesFor({
  down,
  up,
  ratio,
  seedingTime: seeding_time,
  idleTime: idle_time,
}: Readonly<Record<LimitName, unknown>>): Wish[] {
  const speed = given({down, up})
  const share = given({ratio, seeding_time, idle_time})
  return [
    ...(speed ? [{verb: 'setSpeedLimits', args: speed} as const] : []),
    ...(share ? [{verb: 'setShareLimits', args: share} as const] : []),
  ]
}

/** Without what stays; `null` = all of it stays. */
function given(args: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | null {
  const kept = Object.entries(args).filter(([, value]) => value !== undefined)
  return kept.length === 0 ? null : Object.fromEntries(kept)
}
