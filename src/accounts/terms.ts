/**
 * How long what lets somebody in lasts: sessions, keys, links, known browsers. Each end of theirs is compared with a
 * clock here and nowhere else (`terms.test.ts` looks).
 *
 * The program goes by a time of its own, in which nothing ends while the clock of the machine is not believed
 * (`lib/instance-clock.ts`): right for what would be thrown away, wrong for what opens a door. So there are two questions:
 *
 *   isOver: does it let nobody in?   by the later of both clocks: it may be that late, and then it has ended
 *   isPast: may it be thrown away?   by believed time alone: what only a wrong clock ended lets in again
 *
 * A doubt ends when the clock is put right, or when an administrator says that it is; what is begun meanwhile counts from
 * the later of both clocks, so whoever logs in stays logged in. What was begun at a time that has not come yet lets
 * nobody in: a clock that was far ahead would make it last for years.
 */
import type {Clock} from '#lib/clock.ts'
import type {EpochMs} from '#model/units.ts'

/** By so much the believed time may be set back at any time, for what was begun in it. */
const SET_BACK_MS = 86_400_000

type AccessClock = Pick<Clock, 'now' | 'leapMs'>

export interface Term {
  readonly from: EpochMs
  /** `null` = it does not end. */
  readonly to: EpochMs | null
}

/** The latest that it may be now: from then on lasts what is begun now. */
export function latestTime(clock: AccessClock): EpochMs {
  return clock.now() + Math.max(0, clock.leapMs?.() ?? 0)
}

/** It lets nobody in; again, perhaps, when the clock is put right. */
export function isOver({from, to}: Term, clock: AccessClock): boolean {
  const latest = latestTime(clock)
  return from - latest > SET_BACK_MS || (to !== null && to <= latest)
}

/** It has ended permanently. */
export function isPast({to}: Pick<Term, 'to'>, clock: AccessClock): boolean {
  return to !== null && to <= clock.now()
}
