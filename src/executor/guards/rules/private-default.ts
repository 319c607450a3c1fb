/** Private torrents of which nobody said what their tracker asks. Who does not tell counts as private. */
import {ratioPaid} from '#model/torrent.ts'
import {DAY} from '#model/units.ts'
import {
  isGrave,
  leavesTorrent,
  numberOf,
  valueOf,
  type DecisionGuard,
  type DecisionItem,
} from './decision-guard.ts'
import {isFailedDownload, isOverridden, overrideUnproven} from './obligation.ts'

const RATIO = 1
const SEEDED = 14 * DAY
const FROM_PROGRESS = 0.1

export const privateDefault: DecisionGuard = {
  name: 'privateDefault',
  guards: (item) => isGrave(item) && item.key !== null && !leavesTorrent(item),
  look(item) {
    if (valueOf(item, 'isPrivate') === false || typeof valueOf(item, 'obligation.profile') === 'string')
      return null
    if (isPaid(item)) return null
    if (isOverridden(item)) return overrideUnproven(item)
    const detail = {ratio: ratioOf(item) ?? null, seeded: seededFor(item) ?? null}
    const lift = 'Ratio 1 or 14 days of seeding; or say what its tracker asks.'
    return {verdict: 'block', code: 'private_default', detail, lift}
  },
}

function isPaid(item: DecisionItem): boolean {
  const complete = valueOf(item, 'complete')
  const seeded = seededFor(item) ?? 0
  if (complete === undefined) return false
  if (complete === false) {
    if (isFailedDownload(item)) return true
    if ((numberOf(item, 'progress') ?? 1) >= FROM_PROGRESS) return false
    // What was complete once its tracker counted, whatever a check of its disk finds today.
    if (seeded === 0 && valueOf(item, 'wasComplete') === false) return true
  }
  return (ratioOf(item) ?? 0) >= RATIO || seeded >= SEEDED
}

/** Of all that it has, whatever its client downloaded of it. */
function ratioOf(item: DecisionItem): number | undefined {
  const [size, progress] = [numberOf(item, 'size'), numberOf(item, 'progress')]
  const held = size === undefined || progress === undefined ? undefined : size * progress
  const [uploaded, downloaded] = [numberOf(item, 'uploaded'), numberOf(item, 'downloaded')]
  return ratioPaid(numberOf(item, 'ratio'), {uploaded, downloaded, held})
}

/** Both are lower bounds: a server may count again after a restart. */
function seededFor(item: DecisionItem): number | undefined {
  const [server, ours] = [numberOf(item, 'seedingTime'), numberOf(item, 'seedingObserved')]
  return server === undefined && ours === undefined ? undefined : Math.max(server ?? 0, ours ?? 0)
}
