/**
 * What never had a byte has no data of its own: whatever lies in its place was there before, or is nobody's to say. So
 * the torrent goes alone.
 */
import {leavesTorrent, movesFiles, numberOf, type DecisionGuard} from './decision-guard.ts'

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
