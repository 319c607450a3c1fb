/**
 * What qBittorrent does with a torrent that reaches a share limit: `max_ratio_act` of its settings (0 stop, 1 remove,
 * 2 super seeding, 3 remove with the files), and from 5.2 on before that `share_limit_action` of the torrent, then that
 * of its category. Source: Web API sheet §6.1, §6.4; recordings of 4.5.2, 5.1.0 and 5.3.0.
 */
import {staysAtLimit, type LimitEnd} from '#model/limit-end.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import type {CallBounds} from '../port.ts'
import {foreign, isRecord, numberIn, textIn} from './native.ts'
import {readTorrents} from './reading.ts'
import type {Wire} from './wire.ts'

type Rows = Readonly<Record<string, unknown>>

/** Of torrents that it has; what it does not list is not in it. @throws {CommodarrError} */
export async function readLimitEnds(
  wire: Wire,
  hashes: readonly InfoHash[],
  bounds: CallBounds,
): Promise<ReadonlyMap<InfoHash, LimitEnd>> {
  const [whole, rows] = [await readSettings(wire, bounds), await readTorrents(wire, hashes, bounds)]
  return new Map(
    [...rows].map(([hash, row]) => [
      hash,
      endByName(row['share_limit_action'], "set the torrent's action at share limits to stop it") ??
        endIn(whole, textIn(row['category'])),
    ]),
  )
}

/** Of one that would be added. @throws {CommodarrError} */
export async function readLimitEndOfAdded(
  wire: Wire,
  category: string | null,
  bounds: CallBounds,
): Promise<LimitEnd> {
  return endIn(await readSettings(wire, bounds), category ?? '')
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
