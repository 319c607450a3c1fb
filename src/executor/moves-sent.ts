/**
 * Torrents that may be on their way to another place since an earlier run of the program. The journal has each command
 * before it goes out, and when each server told its list last is written down: what went out after that, or shortly
 * before, no list has shown for certain.
 */
import type {Journal} from '#journal/journal.ts'
import type {TorrentKey, ServerId} from '#model/torrent-key.ts'
import {DAY, MINUTE, type EpochMs} from '#model/units.ts'
import {movingVerbs} from '#ownership/file-changes.ts'

interface MovesSentDeps {
  readonly journal: Pick<Journal, 'sentSince'>
  /** Those that are configured, and those that left since the last run. */
  readonly servers: readonly ServerId[]
  /** When it told its list last, as far as it was written down; `null` = nobody knows. */
  readonly lastListedAt: (id: ServerId) => EpochMs | null
  readonly now: EpochMs
}

/** A list that was read so soon after the command may show a torrent as it was. */
const SHOWN_MS = 5 * MINUTE * 1_000
/** A server that was away for so long has ended what it was told before. */
const MOST_MS = 7 * DAY * 1_000

/** @throws {StorageFault} */
export async function movesSentBefore({
  journal,
  servers,
  lastListedAt,
  now,
}: MovesSentDeps): Promise<readonly TorrentKey[]> {
  const sinceOf = new Map(
    servers.map((id) => [id, Math.max(now - MOST_MS, (lastListedAt(id) ?? 0) - SHOWN_MS)]),
  )
  const since = Math.min(...sinceOf.values())
  if (since === Infinity) return []
  const sent = await journal.sentSince(since, movingVerbs)
  return sent.flatMap(({key, at}) => (at >= (sinceOf.get(key.serverId) ?? Infinity) ? [key] : []))
}
