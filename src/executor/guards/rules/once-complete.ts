/**
 * Rules about downloads that do not come in are about what never was there. What was complete once, or was on the disk
 * before its torrent, lacks something now: its disk lost a little, a person wants one more file of it, or put the torrent
 * over files of their own. To give that up for standing still would take all that is there.
 */
import type {ReasonCode} from '#model/decision.ts'
import {LEAST_DOWNLOADED} from '#model/torrent.ts'
import {
  leavesTorrent,
  movesFiles,
  numberOf,
  valueOf,
  type DecisionGuard,
  type DecisionItem,
  type Objection,
} from './decision-guard.ts'

/** What is judged while a download comes in. */
const ofComingIn: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'stalled',
  'unavailable',
  'metadataStuck',
  'slow',
  'nothingWanted',
  'scoreUnmet',
  'worseThanFile',
])

export const onceComplete: DecisionGuard = {
  name: 'onceComplete',
  // A person who said yes decided it.
  guards: ({action, decision, isAnswered}) =>
    action.action === 'failDownload' && ofComingIn.has(decision.reason) && !isAnswered,
  look: notFromSwarm,
}

/** It never was complete, and all that it has came from its peers. What is not known was not so. */
export function isUnfinishedDownload(item: DecisionItem): boolean {
  return valueOf(item, 'complete') === false && notFromSwarm(item) === null
}

function notFromSwarm(item: DecisionItem): Objection | null {
  const wasComplete = valueOf(item, 'wasComplete')
  if (wasComplete !== false) {
    const lift =
      wasComplete === undefined
        ? 'It is not known whether it ever was complete: its server has to list it.'
        : 'It was complete once, so rules do not give it up: recheck it, leave out the files that do not come, or remove it yourself.'
    return {verdict: 'block', code: 'once_complete', detail: {wasComplete: wasComplete ?? null}, lift}
  }
  // Without its list of files it has nothing.
  if (valueOf(item, 'hasMetadata') === false) return null
  const [downloaded, size, progress] = (['downloaded', 'size', 'progress'] as const).map((fact) =>
    numberOf(item, fact),
  )
  const has = size === undefined || progress === undefined ? undefined : Math.round(size * progress)
  if (has === 0) return null
  if (has !== undefined && downloaded !== undefined && downloaded >= has * LEAST_DOWNLOADED) return null
  const lift =
    has === undefined || downloaded === undefined
      ? 'It is not known how much of what it has was downloaded: its server has to report it.'
      : 'It has files that it did not download, which were there before it, so rules do not give it up: remove it yourself if they may go.'
  return {
    verdict: 'block',
    code: 'not_downloaded',
    detail: {has: has ?? null, downloaded: downloaded ?? null},
    lift,
  }
}

/**
 * What never had a byte has no data of its own: whatever lies in its place was there before, or is nobody's to say. So
 * the torrent goes alone.
 */
export const unwritten: DecisionGuard = {
  name: 'unwritten',
  guards: (item) => {
    const {losesBytes, action} = item.action
    const takes = (losesBytes && action !== 'purge') || (movesFiles(item) && !leavesTorrent(item))
    return takes && item.key !== null
  },
  look: (item) =>
    numberOf(item, 'progress') === 0 && (numberOf(item, 'downloaded') ?? 0) === 0
      ? {
          verdict: 'degrade',
          code: 'nothing_written',
          detail: {},
          lift: 'It goes without data: it never had a byte, so what lies in its place is not its own.',
        }
      : null,
}
