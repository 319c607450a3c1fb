/**
 * What a filter lets in of a scope. Open views differ in their order more often than in what they are of: twenty that
 * are sorted in twenty ways are judged, summed up and counted once.
 */
import type {Fleet} from '#fleet/fleet.ts'
import {isAboutTime, type FacetName, type TorrentTotals} from '#model/query.ts'
import {facets, type Facets, type KnownFacets} from './facets.ts'
import {refusals, type Prepared, type Selection} from './filter.ts'
import type {Refusals} from './filter-bits.ts'
import {totalsOf} from './totals.ts'

/** Of one moment; who shares it changes nothing of it. */
export class Selected {
  readonly refused: Refusals
  readonly #fleet: Fleet
  #totals: {readonly found: TorrentTotals; readonly inScope: TorrentTotals} | null = null
  #facets: Facets = {}

  constructor(fleet: Fleet, refused: Refusals) {
    this.#fleet = fleet
    this.refused = refused
  }

  /** Of what is let in, and of all in the scope. */
  get totals(): {readonly found: TorrentTotals; readonly inScope: TorrentTotals} {
    this.#totals ??= totalsOf(this.#fleet, this.refused)
    return this.#totals
  }

  /** @param known counts of an earlier moment, taken over where nothing that counts changed since */
  facets(names: readonly FacetName[], known: KnownFacets | null = null): Facets {
    const missing = names.filter((name) => this.#facets[name] === undefined)
    if (missing.length > 0) {
      this.#facets = {...this.#facets, ...facets(missing, this.#fleet, this.refused, known)}
    }
    return Object.fromEntries(names.map((name) => [name, this.#facets[name]!]))
  }
}

/** A fleet in which nothing happens is asked many things, too: what was asked first is forgotten then. */
const MOST_KEPT = 32

/** Of the present generation of the fleet, by what was asked. */
export class Selections {
  /** How often rows were judged: what the sharing saves. */
  judged = 0
  readonly #fleet: Fleet
  readonly #known = new Map<string, Selected>()
  #generation = -1

  constructor(fleet: Fleet) {
    this.#fleet = fleet
  }

  of(selection: Selection, prepared: Prepared): Selected {
    const {generation} = this.#fleet.rows
    if (generation !== this.#generation) this.#known.clear()
    this.#generation = generation
    // Ages are of the moment in which they are asked for.
    if (isAboutTime(selection.filter)) return this.#judge(selection, prepared)
    const key = keyOf(selection)
    const known = this.#known.get(key) ?? this.#judge(selection, prepared)
    this.#known.set(key, known)
    for (const first of this.#known.keys()) if (this.#known.size > MOST_KEPT) this.#known.delete(first)
    return known
  }

  #judge(selection: Selection, prepared: Prepared): Selected {
    this.judged++
    return new Selected(this.#fleet, refusals(this.#fleet, selection, prepared))
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
