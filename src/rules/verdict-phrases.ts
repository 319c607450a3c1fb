/** What sentences and reasons of a verdict are put together from. */
import type {RuleStanding} from '#model/decision.ts'
import type {HealthStatus} from '#model/server.ts'
import type {EpochMs} from '#model/units.ts'
import type {VerdictKey} from '#model/verdict-texts.ts'
import type {Phrase, PhraseUnit, PhraseValue} from '#model/verdict.ts'
import {textOf, type Forecast, type KnownFacts} from './removal-forecast.ts'

export interface VerdictAround {
  /** `null` = its server is not known any more. */
  readonly server: {
    readonly name: string
    readonly status: HealthStatus | 'unknown'
    readonly since: EpochMs
  } | null
  /** `null` = who asks may not see it, or it is gone. */
  readonly arrName: (id: string) => string | null
  /** Why its removal waits, as a sentence; `null` = none waits. */
  readonly removalWaits: string | null
}

/** A rule that may remove it, and what it waits for. */
export interface Candidate {
  readonly rule: RuleStanding
  readonly forecast: Forecast
}

export function phrase(key: VerdictKey, values: Phrase['values'] = {}): Phrase {
  return {key, values}
}

export function text(value: string): PhraseValue {
  return {unit: 'text', value}
}

export function valueAs(unit: Exclude<PhraseUnit, 'text' | 'phrase'>, value: number): PhraseValue {
  return {unit, value}
}

export function arrValues(facts: KnownFacts, {arrName}: VerdictAround): Phrase['values'] {
  const id = textOf(facts, 'arr.id') ?? ''
  return {arr: text(arrName(id) ?? id)}
}
