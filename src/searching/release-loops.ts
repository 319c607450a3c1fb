/**
 * Whether releases of an item are given up again and again: whatever is grabbed next would go the same way, and each round
 * costs its indexers questions and somebody's ratio. Pure.
 */
import type {GivenUpRecord} from '#model/automation-state.ts'
import type {ReleaseLoop} from '#model/searching.ts'
import {DAY, type EpochMs} from '#model/units.ts'

const DAY_MS = DAY * 1_000
const WEEK_MS = 7 * DAY_MS
/** Because of their score, so many within a week: rules and the profile of the Arr want different things. */
const MOST_BY_SCORE = 2

/**
 * @param givenUp of one item, those that count, oldest first
 * @param perDay so many within 24 hours are none yet; 0 = however many there are
 * @returns `null` = it is searched on. Else it is held until they are a week old.
 */
export function loopIn(
  givenUp: readonly Pick<GivenUpRecord, 'at' | 'reason' | 'title'>[],
  perDay: number,
  now: EpochMs,
): ReleaseLoop | null {
  const lately = givenUp.filter(({at}) => at > now - WEEK_MS)
  const byScore = lately.filter(({reason}) => reason === 'scoreUnmet')
  const ends = [
    ...(perDay === 0 ? [] : endsOf(lately, perDay, DAY_MS)),
    ...endsOf(byScore, MOST_BY_SCORE, WEEK_MS),
  ]
  if (ends.length === 0) return null
  return {count: lately.length, until: Math.max(...ends), release: lately.at(-1)!.title}
}

/** When each row of more than `most` within that time is a week old. */
function endsOf(givenUp: readonly {readonly at: EpochMs}[], most: number, withinMs: number): EpochMs[] {
  return givenUp.slice(most).flatMap(({at}, place) => {
    const first = givenUp[place]!.at
    return at - first < withinMs ? [first + WEEK_MS] : []
  })
}
