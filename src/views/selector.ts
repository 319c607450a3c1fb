/**
 * Which torrents a filter lets through. What of it takes long (words, patterns, pieces of text, duplicates) is prepared
 * in pieces; then all of it is judged in one go.
 */
import type {Fleet} from '#fleet/fleet.ts'
import type {Rows} from '#fleet/rows.ts'
import {BoundedPattern, PatternBudget} from '#lib/bounded-pattern.ts'
import {hashOfBytes} from '#lib/byte-hash.ts'
import type {Clock} from '#lib/clock.ts'
import {BadArgument} from '#model/errors.ts'
import type {Choice, NamePattern, PiecesAcross, SearchableField, TorrentFilter} from '#model/query.ts'
import type {Condition} from '#model/rule.ts'
import {FactTests, type FactSource, type FactTest} from './fact-tests.ts'
import type {Prepared, PreparedFilter} from './filter.ts'
import {checkNumbers} from './filter-numbers.ts'
import {fold} from '#lib/fold-text.ts'
import type {FoldedNames} from './folded-names.ts'
import {RowTests} from './row-tests.ts'
import type {Counted} from './search-costs.ts'
import type {ShownText} from './sort-keys.ts'
import {TextPieces} from './text-pieces.ts'
import {TextSearches, parseTextQuery} from './text-search.ts'
import type {RowMatch, Work} from './work.ts'

export class Selector {
  readonly #fleet: Fleet
  readonly #clock: Clock
  readonly #names: FoldedNames
  readonly #tests: RowTests
  readonly #searches: TextSearches
  readonly #pieces: TextPieces
  readonly #hashes: HashGroups

  readonly #facts: FactTests

  constructor(fleet: Fleet, clock: Clock, names: FoldedNames, shown: ShownText, facts: FactSource) {
    this.#fleet = fleet
    this.#clock = clock
    this.#names = names
    this.#tests = new RowTests(fleet.rows)
    this.#searches = new TextSearches(names)
    this.#pieces = new TextPieces(fleet, this.#tests, this.#searches, shown)
    this.#hashes = new HashGroups(fleet.rows)
    this.#facts = new FactTests(fleet.rows, facts)
  }

  /** @throws {BadArgument} a pattern that is none, a range or an age over a column that has none */
  check(filter: TorrentFilter): void {
    checkCount(filter)
    const budget = new PatternBudget(STEPS_OF_SEARCH)
    for (const part of partsOf(filter)) {
      checkNumbers(this.#fleet, part)
      for (const {pattern} of part.patterns ?? []) compilePattern(pattern, budget)
    }
  }

  /**
   * Of one moment when it ran without a pause.
   * @param counted what is looked for in each name; what all questions share is not
   * @throws {BadArgument} as `check`, but for how much it asks (`checkCount`); {CommodarrError} too_expensive
   */
  *prepare(filter: TorrentFilter, counted: Counted): Generator<void, Prepared, void> {
    const budget = new PatternBudget(STEPS_OF_SEARCH)
    return {...(yield* this.#prepared(filter, counted, budget)), now: this.#clock.now()}
  }

  *#prepared(
    filter: TorrentFilter,
    counted: Counted,
    budget: PatternBudget,
  ): Generator<void, PreparedFilter, void> {
    checkNumbers(this.#fleet, filter)
    const {text = '', patterns = [], duplicate} = filter
    const pieces = piecesOf(filter)
    const matches: RowMatch[] = []
    if (text !== '' || pieces.some(({fields}) => fields.includes('name'))) yield* this.#names.refresh()
    if (text !== '') matches.push(yield* counted(this.#searches.match(parseTextQuery(text))))
    for (const pattern of patterns) matches.push(yield* counted(this.#pattern(pattern, budget)))
    for (const across of pieces) matches.push(yield* counted(this.#pieces.match(across)))
    const ofArr = yield* arrMatch(this.#fleet, filter)
    if (ofArr) matches.push(ofArr)
    if (duplicate !== undefined) yield* this.#hashes.refresh()
    const facts: FactTest[] = []
    for (const condition of filter.facts ?? [])
      facts.push(yield* counted(this.#facts.test(condition, filter)))
    const groups: PreparedFilter[][] = []
    for (const alternatives of filter.groups ?? []) {
      const group: PreparedFilter[] = []
      for (const alternative of alternatives) group.push(yield* this.#prepared(alternative, counted, budget))
      groups.push(group)
    }
    return {
      matches,
      copies: duplicate === undefined ? null : (inSight) => this.#hashes.copied(inSight),
      facts,
      groups,
    }
  }

  *#pattern({pattern, negated}: NamePattern, budget: PatternBudget): Generator<void, RowMatch, void> {
    const {name} = this.#fleet.rows.columns
    const passes = yield* this.#tests.passing(`name ${pattern}`, name, () => {
      const compiled = compilePattern(pattern, budget)
      return (row) => compiled.isIn(name.read(row))
    })
    return negated ? (row) => !passes(row) : passes
  }
}

/** Each is one more question to every row, in the one go in which all of them are answered. */
const MOST_CONDITIONS = 64

/** @throws {BadArgument} it asks for too much at once */
export function checkCount(filter: TorrentFilter): void {
  const count = conditionsOf(filter)
  if (count <= MOST_CONDITIONS) return
  throw new BadArgument(
    `This search has ${count} words, texts, patterns and alternatives; ${MOST_CONDITIONS} are the most (a text in several columns counts for each).`,
    {most: MOST_CONDITIONS},
  )
}

function conditionsOf(filter: TorrentFilter): number {
  const {text = '', patterns = [], facts = [], groups = []} = filter
  const {wanted, unwanted} = parseTextQuery(text)
  const pieces = piecesOf(filter).map(({fields, choice: {any = [], all = [], none = []}}) => {
    return fields.length * (any.length + all.length + none.length)
  })
  const alternatives = groups.flat().map((alternative) => 1 + conditionsOf(alternative))
  const sum = [...pieces, ...alternatives].reduce((total, count) => total + count, 0)
  return wanted.length + unwanted.length + patterns.length + facts.flatMap(leavesOf).length + sum
}

function leavesOf(condition: Condition): readonly Condition[] {
  if ('all' in condition) return condition.all.flatMap(leavesOf)
  if ('any' in condition) return condition.any.flatMap(leavesOf)
  return 'not' in condition ? leavesOf(condition.not) : [condition]
}

/** The filter, and all within its groups. */
function partsOf(filter: TorrentFilter): readonly TorrentFilter[] {
  return [filter, ...(filter.groups ?? []).flat().flatMap(partsOf)]
}

function piecesOf({contains = {}, containsAcross = []}: TorrentFilter): readonly PiecesAcross[] {
  const single = Object.entries(contains) as [SearchableField, Choice<string> | undefined][]
  return [...single.map(([field, choice]) => ({fields: [field], choice: choice ?? {}})), ...containsAcross]
}

/**
 * Torrents by their Arr, by what they are for there, and by how far it got with importing them. For who asks there are no Arrs but those in his sight: what any
 * other says of a torrent is not found, and does not keep it from being nobody's.
 */

const STRIDE = 256

/** Words that repeat are looked at once each. `null` = nothing of the kind is asked for. */
function* arrMatch(
  fleet: Fleet,
  {arrs, arrItems, arrImports, arrsInSight = []}: TorrentFilter,
): Generator<void, RowMatch | null, void> {
  if (!arrs && !arrItems && !arrImports) return null
  const {arrId, arrItem, importStatus} = fleet.rows.columns
  const inSight = new Set<string>(arrsInSight)
  const ids = arrId.interner.values
  const isSeen = ids.map((id) => id !== undefined && inSight.has(id))
  const isHidden = ids.map((id, code) => typeof id === 'string' && !isSeen[code])
  const isSelected = ids.map((id, code) => isOneOf(isSeen[code] ? id! : '', arrs))
  // Of an Arr out of sight nobody knows what it is for: it is for nothing, as one of no Arr.
  const isForNothing = holds('', arrItems)
  const isFor: boolean[] = []
  for (const [code, item] of arrItem.interner.values.entries()) {
    isFor[code] = holds(item === undefined ? null : fold(item), arrItems)
    if (code % STRIDE === 0) yield
  }
  return (row) => {
    const code = arrId.code(row)
    if (!isSelected[code]! || !(isSeen[code] ? isFor[arrItem.code(row)]! : isForNothing)) return false
    return !arrImports || isOneOf(isHidden[code] ? 'none' : importStatus.read(row), arrImports)
  }
}

/** @param word `undefined` = unknown: it is none of any words, and none but them */
function isOneOf(word: string | undefined, {any, none}: Choice<string> = {}): boolean {
  if (word === undefined) return false
  return (any === undefined || any.includes(word)) && none?.includes(word) !== true
}

/** @param text `null` = unknown: it neither holds a piece nor lacks one */
function holds(text: string | null, {any, all = [], none = []}: Choice<string> = {}): boolean {
  if (text === null) return any === undefined && all.length + none.length === 0
  const has = (piece: string) => text.includes(fold(piece))
  return (any === undefined || any.some(has)) && all.every(has) && !none.some(has)
}

/**
 * Regular expressions over names, in the syntax of RE2, without regard to case. 100,000 names: 50 to 100 ms, in pieces.
 * The library itself looks for words that must be in a name first.
 */

const LONGEST_PATTERN = 500
/** Of all patterns of one search together (`lib/bounded-pattern.ts`). */
const STEPS_OF_SEARCH = 2_000

/** @throws {BadArgument} it is none, or too large, by itself or with the others of its search */
export function compilePattern(pattern: string, budget: PatternBudget): BoundedPattern {
  const compiled =
    pattern.length > LONGEST_PATTERN
      ? {detail: 'is too large: write a shorter one'}
      : BoundedPattern.read(pattern, {caseSensitive: false}, budget)
  if (compiled instanceof BoundedPattern) return compiled
  throw new BadArgument(`The pattern "${pattern.slice(0, 80)}" ${compiled.detail}.`, {pattern})
}

const HASH_STRIDE = 1000
const NO_ROW = -1

/**
 * Rows with the same hash, on whatever server. Made in pieces when somebody asks for duplicates
 * and rows came or went since.
 */
class HashGroups {
  readonly #rows: Rows
  /** By row: the first row with its hash. */
  #first = new Int32Array(0)
  #membership = -1

  constructor(rows: Rows) {
    this.#rows = rows
  }

  *refresh(): Work {
    const rows = this.#rows
    if (this.#membership === rows.membership) return
    const {membership, end} = rows
    const first = new Int32Array(end).fill(NO_ROW)
    const places = new Int32Array(2 ** Math.ceil(Math.log2(end * 2 + 2))).fill(NO_ROW)
    for (let row = 0; row < end; row++) {
      if (rows.isShown(row)) first[row] = firstLike(rows, row, places)
      if (row % HASH_STRIDE === 0) yield
    }
    // Whoever changed meanwhile raised the fleet's membership, and this is done again.
    this.#first = first
    this.#membership = membership
  }

  /**
   * A server has a hash once, so two rows of a hash are two servers.
   *
   * @param inSight rows that count as copies: all that who asks may see, also where he wants to see a few of them
   */
  copied(inSight: RowMatch): RowMatch {
    const first = this.#first
    const counts = new Uint32Array(first.length)
    for (let row = 0; row < first.length; row++) if (inSight(row)) counts[first[row]!]!++
    return (row) => (counts[first[row]!] ?? 0) > 1
  }
}

function firstLike(rows: Rows, row: number, places: Int32Array): number {
  const hash = rows.hashBytes(row)
  const mask = places.length - 1
  let place = hashOfBytes(hash, 0, hash.length) & mask
  for (;;) {
    const other = places[place]!
    if (other === NO_ROW) {
      places[place] = row
      return row
    }
    if (rows.compareHashes(other, row) === 0) return other
    place = (place + 1) & mask
  }
}
