/**
 * Everything an Arr tells of itself with one key: what it is, which torrent servers it uses and under which categories,
 * how their paths are called here and there, where its library lies. Nothing is changed.
 */
import type {
  ArrClientSettings,
  ArrHealthItem,
  ArrIndexer,
  ArrNotification,
  ArrStatus,
  DownloadHandling,
  DownloadId,
  MediaManagement,
  QualityProfile,
  QueueRow,
  RemotePathMapping,
  RootFolder,
} from '#model/arr.ts'
import {CommodarrError} from '#model/errors.ts'
import type {EpochMs} from '#model/units.ts'
import type {ArrPort} from './api/port.ts'

export interface ArrSetup {
  /** Where it answers, with its URL base. */
  readonly url: string
  readonly status: ArrStatus
  readonly clients: readonly ArrClientSettings[]
  readonly mappings: readonly RemotePathMapping[]
  readonly rootFolders: readonly RootFolder[]
  readonly profiles: readonly QualityProfile[]
  readonly indexers: readonly ArrIndexer[]
  readonly handling: DownloadHandling
  readonly media: MediaManagement
  readonly health: readonly ArrHealthItem[]
  readonly queue: readonly QueueRow[]
  readonly requestManagers: readonly RequestManagerHint[]
}

/** An Arr does not know who sends it requests; some are told by webhook what became of them. */
interface RequestManagerHint {
  readonly kind: 'overseerr' | 'ombi'
  readonly name: string
  /** Scheme, host and port; the rest of the address may hold a secret. '' = not said. */
  readonly origin: string
}

/** One question after the other: an Arr has few threads, and this is done once. */
export async function discover(port: ArrPort, signal?: AbortSignal): Promise<ArrSetup> {
  return {
    url: port.url,
    status: await port.readStatus(signal),
    clients: await port.downloadClients(signal),
    mappings: await port.remotePathMappings(signal),
    rootFolders: await port.rootFolders(signal),
    profiles: await port.qualityProfiles(signal),
    indexers: await port.indexers(signal),
    handling: await port.downloadHandling(signal),
    media: await port.mediaManagement(signal),
    health: await port.health(signal),
    queue: await port.queue(signal),
    requestManagers: requestManagersIn(await port.notifications(signal)),
  }
}

/**
 * What was handed to each client since a moment, or stands in the queue, by the name that the client has in the Arr. Where
 * its history cannot be read the queue alone counts: it only helps to recognise a server, and the Arr is added without it.
 */
export async function recentDownloads(
  port: Pick<ArrPort, 'historySince'>,
  queue: readonly QueueRow[],
  from: EpochMs,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, readonly DownloadId[]>> {
  const history = await port.historySince(from, signal).catch(noneOrThrow)
  const rows = [...queue, ...history]
  const named = rows.flatMap(({client, downloadId}) =>
    client === '' || downloadId === null ? [] : [{client, downloadId}],
  )
  return new Map(
    [...Map.groupBy(named, ({client}) => client)].map(([client, its]) => [
      client,
      [...new Set(its.map(({downloadId}) => downloadId))],
    ]),
  )
}

function noneOrThrow(error: unknown): readonly never[] {
  if (error instanceof CommodarrError) return []
  throw error
}

export function requestManagersIn(notifications: readonly ArrNotification[]): RequestManagerHint[] {
  return notifications.flatMap(({name, url}) => {
    const words = `${name} ${url}`
    const kind = /seerr/i.test(words) ? 'overseerr' : /\bombi\b/i.test(words) ? 'ombi' : null
    return kind === null ? [] : [{kind, name, origin: URL.canParse(url) ? new URL(url).origin : ''}]
  })
}
