/**
 * `torrents/setShareLimits` wants every limit in every call, and each version one more: the idle limit from 4.6, the
 * action from 5.2, the mode from 5.3. Older ones ignore the surplus. So all are always sent, those that shall stay
 * with the value they have, and torrents that end up with the same values share a call. Source: Web API sheet §6.3,
 * recordings (400 with the missing names).
 */
import type {TorrentVerbs} from '#model/command.ts'
import type {Limit} from '#model/torrent.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import type {CallBounds} from '../port.ts'
import {hashesOf} from './batches.ts'
import {numberIn, textIn, type NativeTorrent} from './native.ts'
import type {Wire} from './wire.ts'

/** @param rows the torrents as the server has them now */
export async function setShareLimits(
  wire: Wire,
  rows: ReadonlyMap<InfoHash, NativeTorrent>,
  args: TorrentVerbs['setShareLimits'],
  bounds: CallBounds,
): Promise<void> {
  const groups = new Map<string, {params: ReturnType<typeof limitsFor>; hashes: InfoHash[]}>()
  for (const [hash, row] of rows) {
    const params = limitsFor(row, args)
    const key = JSON.stringify(params)
    const group = groups.get(key) ?? {params, hashes: []}
    group.hashes.push(hash)
    groups.set(key, group)
  }
  for (const {params, hashes} of groups.values()) {
    await wire.post('torrents/setShareLimits', {hashes: hashesOf(hashes), ...params}, bounds)
  }
}

function limitsFor(
  row: NativeTorrent,
  args: TorrentVerbs['setShareLimits'],
): Record<string, string | number> {
  const current = (field: string): number => numberIn(row[field]) ?? -2
  return {
    ratioLimit: args.ratio === undefined ? current('ratio_limit') : limitNumber(args.ratio, 1),
    seedingTimeLimit:
      args.seedingTime === undefined ? current('seeding_time_limit') : limitNumber(args.seedingTime, 60),
    inactiveSeedingTimeLimit:
      args.idleTime === undefined ? current('inactive_seeding_time_limit') : limitNumber(args.idleTime, 60),
    shareLimitAction: textIn(row['share_limit_action']) || 'Default',
    shareLimitsMode: textIn(row['share_limits_mode']) || 'Default',
  }
}

/**
 * −2 = as the category or the server says, −1 = none.
 * @param unit seconds of one of the server's units; rounded up, so that a short time does not become none
 */
export function limitNumber(limit: Limit, unit: number): number {
  if (limit === 'inherit') return -2
  if (limit === null) return -1
  return unit === 1 ? limit : Math.ceil(limit / unit)
}
