/** What all views with the same question are answered: reckoned once, whoever asks. */
import type {Rows} from '#fleet/rows.ts'
import type {FacetCount, TorrentTotals} from '#model/query.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {Facets} from './facets.ts'
import type {LiveScope, ViewSpec} from './live-views.ts'
import type {Ranking, Reckoned} from './ranking.ts'

/** What is another one than before. */
export interface AnswerChange {
  readonly facets: boolean
  readonly totals: boolean
}

export class LiveAnswer implements LiveScope {
  readonly question: string
  readonly wish: ViewSpec
  readonly scope: readonly ServerId[]
  readonly sight: readonly ServerId[]
  /** `null` = never reckoned yet. */
  reckoned: Reckoned | null = null
  /** The fleet's generation up to which changes are in it. */
  generation = -1
  /** Monotonic ms at which its last reckoning began, and ms that were worked for it. */
  reckonedAt = Number.NEGATIVE_INFINITY
  worked = 0

  constructor(question: string, wish: ViewSpec, {scope, sight}: LiveScope) {
    this.question = question
    this.wish = wish
    this.scope = scope
    this.sight = sight
  }

  /** Rows that stand as before stay the same array, so that nobody keeps two. */
  take(reckoned: Reckoned, rows: Rows): AnswerChange {
    const before = this.reckoned
    const {ranking} = reckoned
    this.generation = reckoned.basis.generation
    const kept = before && isSameOrder(before.ranking, ranking, rows)
    this.reckoned = kept ? {...reckoned, ranking: renewed(before.ranking, ranking)} : reckoned
    return {
      facets: !before || !sameFacets(before.facets, reckoned.facets),
      totals: !before || !sameSums(before, reckoned),
    }
  }
}

/** Do the same torrents stand at the same ranks, in the same groups? */
export function isSameOrder(shown: Ranking, latest: Ranking, {births}: Rows): boolean {
  if (shown.rows === latest.rows) return true
  if (shown.rows.length !== latest.rows.length || !sameBounds(shown, latest)) return false
  for (let rank = 0; rank < shown.rows.length; rank++) {
    const row = shown.rows[rank]!
    if (row !== latest.rows[rank] || births[row]! > shown.generation) return false
  }
  return true
}

/** The order of before, with the sums of now. */
export function renewed(shown: Ranking, latest: Ranking): Ranking {
  return {...latest, rows: shown.rows, generation: shown.generation}
}

function sameBounds({groups: before}: Ranking, {groups: now}: Ranking): boolean {
  if (!before || !now) return before === now
  return (
    before.length === now.length &&
    before.every(({value, count}, i) => value === now[i]!.value && count === now[i]!.count)
  )
}

function sameSums(before: Reckoned, now: Reckoned): boolean {
  const [shown, latest] = [before.ranking, now.ranking]
  if (!sameTotals(shown.totals, latest.totals) || !sameTotals(before.scopeTotals, now.scopeTotals))
    return false
  if (!shown.groups || !latest.groups) return shown.groups === latest.groups
  if (shown.groups.length !== latest.groups.length) return false
  return shown.groups.every((group, i) => sameTotals(group, latest.groups![i]!))
}

function sameTotals(a: TorrentTotals, b: TorrentTotals): boolean {
  return a.count === b.count && a.size === b.size && a.downSpeed === b.downSpeed && a.upSpeed === b.upSpeed
}

/** Both were asked for the same ones. */
function sameFacets(before: Facets, now: Facets): boolean {
  return (Object.keys(now) as (keyof Facets)[]).every((name) => sameCounts(before[name]!, now[name]!))
}

function sameCounts(before: readonly FacetCount[], now: readonly FacetCount[]): boolean {
  if (before.length !== now.length) return false
  return before.every(({value, count, size}, i) => {
    const other = now[i]!
    return value === other.value && count === other.count && size === other.size
  })
}
