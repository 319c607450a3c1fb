/** What is remembered of a torrent as a download of Arrs, and when which of it happened. */
import type {Memory} from '#automation-state/memory.ts'
import {asArrId, asDownloadId, type ArrId} from '#model/arr.ts'
import type {DownloadRecord} from '#model/automation-state.ts'
import type {Arrival, Milestone} from '#model/decision.ts'
import type {FleetReader} from '#model/services.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'

interface DownloadSources {
  readonly fleet: Pick<FleetReader, 'get'>
  readonly memory: Pick<Memory, 'downloads'>
}

/** Of every Arr that knows it; an Arr may know it by another of its hashes. */
export function downloadRecords(
  {fleet, memory}: DownloadSources,
  key: TorrentKey,
): readonly DownloadRecord[] {
  const ids = [key.hash, fleet.get(key)?.infoHashV1 ?? '']
  return [...new Set(ids.flatMap((id) => asDownloadId(id) ?? []))].flatMap((id) => [
    ...memory.downloads.ofDownload(id),
  ])
}

/** What an Arr imported at `from` or later, in no order that means anything. */
export function arrivalsOf(
  {memory}: Pick<DownloadSources, 'memory'>,
  arr: ArrId,
  from: EpochMs,
): readonly Arrival[] {
  return memory.downloads.ofArr(arr).flatMap(({importedAt: at, downloadId, serverId, hash}) => {
    const id = asDownloadId(downloadId)
    if (at === null || at < from || id === null) return []
    return [{at, downloadId: id, key: serverId === null || hash === null ? null : {serverId, hash}}]
  })
}

/** What happened to a torrent without anybody's action here, the first first. */
export function milestonesOf(sources: DownloadSources, key: TorrentKey): readonly Milestone[] {
  const row = sources.fleet.get(key)
  const own = [
    {at: row?.addedAt, what: 'added', arrId: null},
    {at: row?.completedAt, what: 'completed', arrId: null},
  ] as const
  // An Arr may have the same torrent on another server, too.
  const here = downloadRecords(sources, key).filter(
    ({serverId}) => serverId === null || serverId === key.serverId,
  )
  const ofArrs = here.flatMap(({arrId: id, grabbedAt, importedAt, failedAt}) => {
    const arrId = asArrId(id)
    return [
      {at: grabbedAt, what: 'grabbed', arrId},
      {at: importedAt, what: 'imported', arrId},
      {at: failedAt, what: 'failed', arrId},
    ] as const
  })
  return [...own, ...ofArrs]
    .flatMap(({at, ...rest}) => (typeof at === 'number' ? [{at, ...rest}] : []))
    .toSorted((one, other) => one.at - other.at)
}
