/**
 * Torrents that may be on their way to another place since an earlier run of the program. The journal has each command
 * before it goes out, and when each server told its list last is written down: what went out after that, or shortly
 * before, no list has shown for certain. Of a category or a setting that moves torrents, all that it may be about count.
 */
import {z} from 'zod'
import type {Journal} from '#journal/journal.ts'
import type {TorrentKey, ServerId} from '#model/torrent-key.ts'
import {DAY, MINUTE, type EpochMs} from '#model/units.ts'
import {movingVerbs} from '#ownership/file-changes.ts'

type TorrentsOf = (id: ServerId, categories: readonly string[] | null) => readonly TorrentKey[]
type MovesBySettings = (id: ServerId, values: Readonly<Record<string, unknown>>) => boolean

/** A list that was read so soon after the command may show a torrent as it was. */
const SHOWN_MS = 5 * MINUTE * 1_000
/** A server that was away for so long has ended what it was told before. */
const MOST_MS = 7 * DAY * 1_000
const serverVerbs = ['editCategory', 'removeCategories', 'setPreferences'] as const

const argsShape = z.object({
  name: z.string().optional(),
  names: z.array(z.string()).optional(),
  values: z.record(z.string(), z.unknown()).optional(),
})

/**
 * @param listedAt those that are configured, and those that left since the last run, with when each sent its list last,
 *   as far as it was written down; `null` = not known
 * @param torrents its last known torrents; of these categories alone, `null` = of all
 * @param movesBySettings whether these settings of a server move its torrents
 * @throws {StorageFault}
 */
export async function movesSentBefore(
  journal: Pick<Journal, 'sentSince' | 'sentToServersSince'>,
  listedAt: ReadonlyMap<ServerId, EpochMs | null>,
  torrents: TorrentsOf,
  movesBySettings: MovesBySettings,
  now: EpochMs,
): Promise<readonly TorrentKey[]> {
  const sinceOf = new Map(
    Array.from(listedAt, ([id, at]) => [id, Math.max(now - MOST_MS, (at ?? 0) - SHOWN_MS)]),
  )
  const since = Math.min(...sinceOf.values())
  if (since === Infinity) return []
  const isUnshown = (id: ServerId, at: EpochMs) => at >= (sinceOf.get(id) ?? Infinity)
  const sent = await journal.sentSince(since, movingVerbs)
  const toServers = await journal.sentToServersSince(since, serverVerbs)
  return [
    ...sent.flatMap(({key, at}) => (isUnshown(key.serverId, at) ? [key] : [])),
    ...toServers.flatMap(({serverId, at, args}) =>
      serverId !== null && isUnshown(serverId, at) ? movedBy(serverId, args, torrents, movesBySettings) : [],
    ),
  ]
}

/** Arguments that cannot be read, as they were cut, may be about all. */
function movedBy(
  id: ServerId,
  args: unknown,
  torrents: TorrentsOf,
  movesBySettings: MovesBySettings,
): readonly TorrentKey[] {
  const read = argsShape.safeParse(args)
  const {name, names, values} = read.success ? read.data : {}
  if (values !== undefined && !movesBySettings(id, values)) return []
  const categories = name === undefined ? names : [name]
  return torrents(id, values === undefined ? (categories ?? null) : null)
}
