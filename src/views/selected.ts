/**
 * What a filter lets in of a scope. Open views differ in their order more often than in what they are of: twenty that
 * are sorted in twenty ways are judged, summed up and counted once.
 */
import type {Fleet} from '#fleet/fleet.ts'
import {isAboutTime, type FacetName, type NamedTracker, type TorrentTotals} from '#model/query.ts'
import {facets, namesKey, type Facets, type KnownFacets} from './facets.ts'
import {refusals, type Prepared, type Selection} from './filter.ts'
import type {Refusals} from './filter-bits.ts'
import {totalsOf} from './totals.ts'

/** How often something was done for all rows: what the sharing saves. */
interface Effort {
  evaluated: number
  /** Facets whose values were counted. */
  counted: number
}

/** Of one moment; who shares it changes nothing of it. */
export class Selected {
  readonly refused: Refusals
  /** Of the fleet. */
  readonly generation: number
  readonly #fleet: Fleet
  readonly #effort: Effort
  /** Counts of an earlier moment, taken over where nothing that counts changed since. */
  readonly #before: KnownFacets | null
  #totals: {readonly found: TorrentTotals; readonly inScope: TorrentTotals} | null = null
  #facets: Facets = {}
  /** By which trackers were counted. */
  #trackers = ''

  constructor(fleet: Fleet, refused: Refusals, effort: Effort, before: KnownFacets | null) {
    this.#fleet = fleet
    this.refused = refused
    this.generation = fleet.rows.generation
    this.#effort = effort
    this.#before = before
  }

  /** What was counted last; `null` = nothing was. */
  get known(): KnownFacets | null {
    if (Object.keys(this.#facets).length === 0) return this.#before
    const {refused, generation} = this
    return {facets: this.#facets, refused, generation, trackers: this.#trackers}
  }

  /** Of what is let in, and of all in the scope. */
  get totals(): {readonly found: TorrentTotals; readonly inScope: TorrentTotals} {
    this.#totals ??= totalsOf(this.#fleet, this.refused)
    return this.#totals
  }

  /** @param called trackers of one name are one value; who has other names has them counted again */
  facets(names: readonly FacetName[], called: readonly NamedTracker[] = []): Facets {
    const trackers = names.includes('tracker') ? namesKey(called) : this.#trackers
    const isCalledSo = trackers === this.#trackers
    this.#trackers = trackers
    const missing = names.filter(
      (name) => this.#facets[name] === undefined || (name === 'tracker' && !isCalledSo),
    )
    if (missing.length > 0) {
      const found = facets(missing, this.#fleet, this.refused, this.#before, called)
      this.#effort.counted += missing.filter((name) => found[name] !== this.#before?.facets[name]).length
      this.#facets = {...this.#facets, ...found}
    }
    return Object.fromEntries(names.map((name) => [name, this.#facets[name]!]))
  }
}

/** What was asked longest ago is forgotten then. */
const MOST_KEPT = 32

/**
 * By what was asked, as it was when it was asked last. Of the present generation of the fleet it is the answer; of an
 * earlier one its counts are taken over, whoever asks, and in whatever order he wants to see it.
 */
export class Selections {
  readonly effort: Effort = {evaluated: 0, counted: 0}
  readonly #fleet: Fleet
  /** Asked for last at the end. */
  readonly #known = new Map<string, Selected>()

  constructor(fleet: Fleet) {
    this.#fleet = fleet
  }

  of(selection: Selection, prepared: Prepared): Selected {
    const key = keyOf(selection)
    const known = this.#known.get(key)
    // Ages are of the moment in which they are asked for.
    const isNow = known?.generation === this.#fleet.rows.generation && !isAboutTime(selection.filter)
    const selected = isNow ? known : this.#evaluate(selection, prepared, known?.known ?? null)
    this.#known.delete(key)
    this.#known.set(key, selected)
    for (const first of this.#known.keys()) if (this.#known.size > MOST_KEPT) this.#known.delete(first)
    return selected
  }

  #evaluate(selection: Selection, prepared: Prepared, before: KnownFacets | null): Selected {
    this.effort.evaluated++
    return new Selected(this.#fleet, refusals(this.#fleet, selection, prepared), this.effort, before)
  }
}

function keyOf({scope, sight = scope, filter}: Selection): string {
  return JSON.stringify([scope.toSorted(), sight.toSorted(), filter], inOneOrder)
}

/** The parts of a filter mean the same in whatever order they were written. */
export function inOneOrder(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
