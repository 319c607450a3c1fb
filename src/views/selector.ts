/**
 * Which torrents a filter lets through. What of it takes long (words, patterns, pieces of text, duplicates) is prepared
 * in pieces; then all of it is judged in one go.
 */
import type {Fleet} from '#fleet/fleet.ts'
import type {Clock} from '#lib/clock.ts'
import type {Choice, NamePattern, PiecesAcross, SearchableField, TorrentFilter} from '#model/query.ts'
import {arrMatch} from './arr-match.ts'
import type {Prepared} from './filter.ts'
import {checkNumbers} from './filter-numbers.ts'
import type {FoldedNames} from './folded-names.ts'
import {HashGroups} from './hash-groups.ts'
import {compilePattern} from './name-pattern.ts'
import {RowTests} from './row-tests.ts'
import type {ShownText} from './sort-keys.ts'
import {TextPieces} from './text-pieces.ts'
import {parseTextQuery} from './text-query.ts'
import {TextSearches} from './text-search.ts'
import type {RowMatch} from './work.ts'

export class Selector {
  readonly #fleet: Fleet
  readonly #clock: Clock
  readonly #names: FoldedNames
  readonly #tests: RowTests
  readonly #searches: TextSearches
  readonly #pieces: TextPieces
  readonly #hashes: HashGroups

  constructor(fleet: Fleet, clock: Clock, names: FoldedNames, shown: ShownText) {
    this.#fleet = fleet
    this.#clock = clock
    this.#names = names
    this.#tests = new RowTests(fleet.rows)
    this.#searches = new TextSearches(names)
    this.#pieces = new TextPieces({fleet, tests: this.#tests, searches: this.#searches, shown})
    this.#hashes = new HashGroups(fleet.rows)
  }

  /** @throws {BadArgument} a pattern that is none, a range or an age over a column that has none */
  check(filter: TorrentFilter): void {
    checkNumbers(this.#fleet, filter)
    for (const {pattern} of filter.patterns ?? []) compilePattern(pattern)
  }

  /** Of one moment when it ran without a pause. */
  *prepare(filter: TorrentFilter): Generator<void, Prepared, void> {
    checkNumbers(this.#fleet, filter)
    const {text = '', patterns = [], duplicate} = filter
    const pieces = piecesOf(filter)
    const matches: RowMatch[] = []
    if (text !== '' || pieces.some(({fields}) => fields.includes('name'))) yield* this.#names.refresh()
    if (text !== '') matches.push(yield* this.#searches.match(parseTextQuery(text)))
    for (const pattern of patterns) matches.push(yield* this.#pattern(pattern))
    for (const across of pieces) matches.push(yield* this.#pieces.match(across))
    const ofArr = yield* arrMatch(this.#fleet, filter)
    if (ofArr) matches.push(ofArr)
    if (duplicate !== undefined) yield* this.#hashes.refresh()
    return {
      matches,
      copies: duplicate === undefined ? null : (inSight) => this.#hashes.copied(inSight),
      now: this.#clock.now(),
    }
  }

  *#pattern({pattern, negated}: NamePattern): Generator<void, RowMatch, void> {
    const {name} = this.#fleet.rows.columns
    const passes = yield* this.#tests.passing(`name ${pattern}`, name, () => {
      const matches = compilePattern(pattern)
      return (row) => matches(name.read(row))
    })
    return negated ? (row) => !passes(row) : passes
  }
}

function piecesOf({contains = {}, containsAcross = []}: TorrentFilter): readonly PiecesAcross[] {
  const single = Object.entries(contains) as [SearchableField, Choice<string> | undefined][]
  return [...single.map(([field, choice]) => ({fields: [field], choice: choice ?? {}})), ...containsAcross]
}
