/**
 * What qBittorrent does with a torrent that reaches a share limit: `max_ratio_act` of its settings (0 stop, 1 remove,
 * 2 super seeding, 3 remove with the files), and from 5.2 on before that `share_limit_action` of the torrent, then that
 * of its category. Source: Web API sheet §6.1, §6.4; recordings of 4.5.2, 5.1.0 and 5.3.0.
 */
import {isNoWorse, staysAtLimit, takesFiles, type LimitEnd} from '#model/limit-end.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import type {CallBounds} from '../port.ts'
import {flagIn, foreign, isRecord, numberIn, textIn} from './native.ts'
import {readRecords, readTorrents} from './reading.ts'
import type {Wire, Connection} from './wire.ts'

type Rows = Readonly<Record<string, unknown>>

/** Of torrents that it has; what it does not list is not in it. @throws {CommodarrError} */
export async function readLimitEnds(
  wire: Wire,
  hashes: readonly InfoHash[],
  bounds: CallBounds,
): Promise<ReadonlyMap<InfoHash, LimitEnd>> {
  return readEnds(wire, hashes, bounds, () => true)
}

/** What no limit acts on stays when it is force started no longer. @throws {CommodarrError} */
export async function readLimitEndsOfForced(
  wire: Wire,
  hashes: readonly InfoHash[],
  bounds: CallBounds,
): Promise<ReadonlyMap<InfoHash, LimitEnd>> {
  return readEnds(wire, hashes, bounds, mayReachLimit)
}

/** By the limits that act on it, whoever set them; −1 = there is none. Before 4.6 there is none for idle time. */
function mayReachLimit(row: Rows): boolean {
  const {max_ratio, max_seeding_time, max_inactive_seeding_time: idle = -1} = row
  return [max_ratio, max_seeding_time, idle].some((limit) => !(Number(limit) < 0))
}

/**
 * Of those that are started as others are. What is force started is spared until then, whatever limit it has; of what is
 * stopped, or misses its files, what has passed a limit already is removed as soon as it runs. @throws {CommodarrError}
 */
export async function readLimitEndsOfStarted(
  wire: Wire,
  hashes: readonly InfoHash[],
  bounds: CallBounds,
  now: EpochMs,
): Promise<ReadonlyMap<InfoHash, LimitEnd>> {
  // Its clock may be ahead of ours, or behind: what is idle counts as idle for as much longer.
  const latest = now + Math.abs(wire.clockAheadMs ?? 0)
  return readEnds(wire, hashes, bounds, (row) =>
    flagIn(row['force_start']) ? mayReachLimit(row) : mayBePastLimit(row, latest),
  )
}

/**
 * Limits are in minutes, but for the ratio, and act on what is complete alone. What misses its files, or is being checked, is
 * so once that is done. A ratio of −1 is higher than any limit; what is not told may be past it.
 */
function mayBePastLimit(row: Rows, now: EpochMs): boolean {
  if (Number(row['amount_left']) > 0 && !/^(?:missingFiles|checking)/.test(textIn(row['state']))) return false
  const {ratio, seeding_time, last_activity, max_inactive_seeding_time: idle = -1} = row
  const isPast = (limit: unknown, reached: number) => !(Number(limit) < 0) && !(reached < Number(limit))
  return (
    isPast(row['max_ratio'], Number(ratio) < 0 ? Infinity : Number(ratio)) ||
    isPast(row['max_seeding_time'], Number(seeding_time) / 60) ||
    isPast(idle, (now / 1_000 - Number(last_activity)) / 60)
  )
}

/** @param isConcerned what is not stays */
async function readEnds(
  wire: Wire,
  hashes: readonly InfoHash[],
  bounds: CallBounds,
  isConcerned: (row: Rows) => boolean,
): Promise<ReadonlyMap<InfoHash, LimitEnd>> {
  const [whole, rows] = [await readSettings(wire, bounds), await readTorrents(wire, hashes, bounds)]
  const endOf = (row: Rows) => ownEnd(row) ?? endIn(whole, textIn(row['category']))
  return new Map([...rows].map(([hash, row]) => [hash, isConcerned(row) ? endOf(row) : staysAtLimit]))
}

/** Of one that would be added. @throws {CommodarrError} */
export async function readLimitEndOfAdded(
  wire: Wire,
  category: string | null,
  bounds: CallBounds,
): Promise<LimitEnd> {
  return endIn(await readSettings(wire, bounds), category ?? '')
}

/**
 * Of what has no category once these are removed; with each go those below it. What a category spares, or removes without
 * files, the server may delete then. @throws {CommodarrError}
 */
export async function readLimitEndOfRemoved(
  wire: Wire,
  removed: readonly string[],
  bounds: CallBounds,
): Promise<LimitEnd> {
  const settings = await readSettings(wire, bounds)
  const goes = (name: string) => removed.some((it) => name === it || name.startsWith(`${it}/`))
  const isWorse = (name: string) => goes(name) && !isNoWorse(settings.server, endIn(settings, name))
  return Object.keys(settings.categories).some(isWorse) ? settings.server : staysAtLimit
}

/** The gravest that categories or torrents are set to themselves. @throws {CommodarrError} */
export async function readOwnLimitEnds(
  connection: Pick<Connection, 'wire' | 'turns'>,
  bounds: CallBounds,
): Promise<LimitEnd> {
  const settings = await readSettings(connection.wire, bounds)
  const ends = Object.keys(settings.categories).map((name) =>
    endIn({...settings, server: staysAtLimit}, name),
  )
  const list = {params: {}, about: {}, bounds}
  await readRecords(connection, 'torrents/info', list, (row) => void ends.push(ownEnd(row) ?? staysAtLimit))
  return ends.find(takesFiles) ?? ends.find(({is}) => is === 'goes') ?? staysAtLimit
}

/** `null` = it has none of its own. */
function ownEnd(torrent: Rows): LimitEnd | null {
  return endByName(torrent['share_limit_action'], "set the torrent's action at share limits to stop it")
}

interface Settings {
  readonly server: LimitEnd
  readonly categories: Rows
}

async function readSettings(wire: Wire, bounds: CallBounds): Promise<Settings> {
  const preferences = await wire.record('app/preferences', {}, bounds, {field: 'max_ratio_act'})
  const server = endsByNumber[numberIn(preferences['max_ratio_act']) ?? -1]
  if (server === undefined) throw foreign('max_ratio_act of app/preferences')
  return {server, categories: await wire.record('torrents/categories', {}, bounds, {field: null})}
}

/** That of the category, of the one around it, and so on, or of the server. */
function endIn({server, categories}: Settings, category: string): LimitEnd {
  for (let name = category; name !== ''; name = name.includes('/') ? name.replace(/\/[^/]*$/, '') : '') {
    const its = categories[name]
    const end = isRecord(its)
      ? endByName(its['share_limit_action'], `set the action at share limits of category "${name}" to stop`)
      : null
    if (end) return end
  }
  return server
}

/** `null` = it has none of its own. */
function endByName(action: unknown, wayOut: string): LimitEnd | null {
  const name = textIn(action)
  if (name === '' || name === 'Default') return null
  if (name === 'Stop' || name === 'EnableSuperSeeding') return staysAtLimit
  return {is: 'goes', mayTakeFiles: name !== 'Remove', wayOut}
}

const serversWayOut =
  'select "Stop torrent" as the action at share limits in the BitTorrent options of that qBittorrent'

const endsByNumber: Readonly<Record<number, LimitEnd>> = {
  0: staysAtLimit,
  1: {is: 'goes', mayTakeFiles: false, wayOut: serversWayOut},
  2: staysAtLimit,
  3: {is: 'goes', mayTakeFiles: true, wayOut: serversWayOut},
}
