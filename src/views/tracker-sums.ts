/**
 * What torrents of the same trackers are together: one pass over raw cells, as `totals.ts` explains. 100,000 rows of a few
 * hundred sets of trackers take 15 ms.
 */
import type {Fleet} from '#fleet/fleet.ts'
import type {TrackerSum} from '#model/query.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {trackerCodes} from './facets.ts'
import {sizesOf} from './totals.ts'

type Sum = {-readonly [K in keyof TrackerSum]: TrackerSum[K]}

/**
 * @param scope servers that count
 * @param owes whether the torrent in a row still owes its tracker seeding
 */
export function trackerSums(
  fleet: Fleet,
  scope: readonly ServerId[],
  owes: (row: number) => boolean,
): readonly TrackerSum[] {
  const {rows} = fleet
  const {isPrivate, uploaded, downloaded, trackerProblem} = rows.columns
  const {codes, codeEnd, hostsOf} = trackerCodes(fleet)
  const sizes = sizesOf(fleet, rows.end)
  const inScope: boolean[] = []
  for (const id of scope) {
    const number = fleet.serverNumber(id)
    if (number !== null) inScope[number] = true
  }
  const sums = new Map<number, Sum>()
  for (let row = 0; row < rows.end; row++) {
    const server = rows.servers[row]!
    if (inScope[server] !== true || !rows.isVisible(row)) continue
    const place = server * codeEnd + codes[row]!
    let sum = sums.get(place)
    if (sum === undefined) {
      sum = newSum(fleet.serverIdOf(server), hostsOf(codes[row]!))
      sums.set(place, sum)
    }
    sum.torrents++
    if (isPrivate.number(row) === 1) sum.private++
    sum.size += sizes[row]!
    sum.uploaded += uploaded.number(row) || 0
    sum.downloaded += downloaded.number(row) || 0
    if (trackerProblem.number(row) === 1) sum.failing++
    if (owes(row)) sum.owing++
  }
  return [...sums.values()]
}

function newSum(serverId: ServerId, hosts: Pick<TrackerSum, 'hosts' | 'areAllKnown'>): Sum {
  const figures = {torrents: 0, private: 0, size: 0, uploaded: 0, downloaded: 0, owing: 0, failing: 0}
  return {serverId, ...hosts, ...figures}
}
