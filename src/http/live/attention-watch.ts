/** What a page is told of what waits for somebody: all of it, when it is another than was told last. */
import type {Principal} from '#model/access.ts'
import type {AttentionNews} from '#model/live.ts'
import type {Scope} from '../scope/scope.ts'
import {LastSent} from './last-sent.ts'
import {alertsSeen, needsOf} from './needs.ts'
import type {AttentionSources} from './parts.ts'

const MINUTE_MS = 60_000

export class AttentionWatch {
  readonly #sent = new LastSent()

  /** `null` = it is as it was told. */
  take(by: Principal, scope: Scope, sources: AttentionSources): AttentionNews | null {
    const news = {
      type: 'attention',
      clock: doubted(sources),
      alerts: alertsSeen(by, scope, sources).map(wireAlert),
      needs: needsOf(by, scope, sources),
    } as const
    return this.#sent.fresh('attention', news) ?? null
  }
}

/** That it heals decides whether it is among the needs, and no more. */
function wireAlert(seen: ReturnType<typeof alertsSeen>[number]): AttentionNews['alerts'][number] {
  const {heals: _, ...alert} = seen
  return alert
}

/** In whole minutes: the two clocks go a little apart, and that is no news. */
function doubted({clock}: AttentionSources): AttentionNews['clock'] {
  const leapMs = clock.leapMs?.() ?? null
  return leapMs === null ? null : {ahead_ms: Math.round(leapMs / MINUTE_MS) * MINUTE_MS}
}
