import type {TorrentFacts} from '#automation-state/torrent-facts.ts'
import type {JournalEntry} from '#journal/entry.ts'
import type {WholeServers} from '../whole-server/whole-servers.ts'

/** Whoever does one of these to a torrent says whether it shall run. */
const startsOrStops: ReadonlySet<string> = new Set(['start', 'forceStart', 'stop'])

/**
 * Remembers what people change, by hand or by a program with their key: rules leave that alone for a while. It counts
 * from when it is sent, whatever comes of it.
 * @param entries as they are written in the journal
 */
export function noteManualChanges(
  entries: readonly JournalEntry[],
  torrents: Pick<TorrentFacts, 'change'>,
  wholes: Pick<WholeServers, 'changedManually'>,
): void {
  for (const {actor, phase, subject, serverId, hash, at, verb} of entries) {
    const isManual = actor.origin === 'user' || actor.origin === 'api'
    if (!isManual || phase !== 'sending' || subject !== 'torrent') continue
    if (serverId === null || hash === null) continue
    torrents.change({serverId, hash}, {lastManualChangeAt: at}, at)
    if (startsOrStops.has(verb)) wholes.changedManually({serverId, hash})
  }
}
