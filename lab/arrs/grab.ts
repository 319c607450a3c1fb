/** From a release to a torrent: added, written down, reported. Source: protocol notes §3.6, §5.1. */
import type {Arr, ArrClient, GrabSource, PendingGrab} from './arr.ts'
import {RefusedTorrent} from './backends/backend.ts'
import {reportGrabbed} from './frames.ts'
import {rowId} from './hash.ts'
import {clientType, grabPayload, unitsOf} from './payloads.ts'
import {scoreOf} from './profiles.ts'
import type {Release} from './releases.ts'

const DEBOUNCE = 5_000

/** The enabled client for this item: by its tags, else the first without any. */
function clientFor(arr: Arr, parentId: number): ArrClient | undefined {
  const tags = arr.library.parent(parentId)?.tags ?? []
  const enabled = arr.clients.filter((client) => client.enable && client.protocol === 'torrent')
  return (
    enabled.find((client) => client.tags.some((tag) => tags.includes(tag))) ??
    enabled.find((client) => client.tags.length === 0)
  )
}

/**
 * grabbed · gone: the indexer does not give it · refused: its torrent server has it already, or the Arr found it on the
 * blocklist · waiting: its torrent server did not answer · nowhere: no torrent server is for it.
 */
export type GrabOutcome = 'grabbed' | 'gone' | 'refused' | 'waiting' | 'nowhere'

/**
 * Adds the torrent and writes it down. A server that does not answer makes it wait as a pending row; what a server has
 * already, be it for another Arr, is refused, and nothing is left of it but a line in the log.
 */
export async function grab(arr: Arr, release: Release, source: GrabSource): Promise<GrabOutcome> {
  const client = clientFor(arr, release.parentId)
  if (!client) return 'nowhere'
  // It looks into the torrent itself before it hands it on, when it is told to.
  const indexer = arr.indexers.find(({config}) => config.name === release.indexer)
  const isRefused = (indexer?.config.source?.grab().status ?? 200) >= 400
  if (isRefused || arr.faults.domain('grabFails', release.indexer)) return 'gone'
  if (indexer?.rejectsBlocklisted && arr.blocklist.hasHash(release.hash)) return 'refused'
  try {
    const {hash, title: name, content, life} = release
    await arr.time.outside(client.backend.add({hash, name, category: client.category, content, life}))
  } catch (error) {
    if (error instanceof RefusedTorrent) {
      arr.stats.refusedGrabs.push(release.hash)
      const why = 'Download client failed to add torrent'
      arr.log.push({
        time: arr.time.now(),
        level: 'warn',
        logger: 'ProcessDownloadDecisions',
        message:
          arr.dialect.family === 'music' || arr.dialect.family === 'books'
            ? `Couldn't add report to download queue. ${release.title}: ${why}`
            : `Couldn't add release '${release.title}' from Indexer ${release.indexer} to download queue.: ${why}`,
        exception: `NzbDrone.Core.Download.Clients.DownloadClientException: ${why}`,
        exceptionType: 'NzbDrone.Core.Download.Clients.DownloadClientException',
      })
      return 'refused'
    }
    // The Arr keeps the release and tries again at a later refresh.
    keep(arr, release, source, 'downloadClientUnavailable')
    return 'waiting'
  }
  if (!arr.faults.domain('manualTorrent')) record(arr, release, client, source)
  if (source === 'InteractiveSearch') arr.interactive.add(release.hash)
  arr.imported.delete(release.hash)
  arr.ignored.delete(release.hash)
  arr.stats.grabs.push(release.hash)
  arr.hooks.send(['onGrab'], grabPayload(arr, release, client))
  for (const unit of unitsOf(arr, release.unitIds)) reportGrabbed(arr, unit)
  // What else waited for the same has lost.
  for (const [id, {release: other}] of Array.from(arr.pending)) {
    if (other.unitIds.some((one) => release.unitIds.includes(one))) arr.pending.delete(id)
  }
  scheduleRefresh(arr)
  return 'grabbed'
}

/** It waits, as a row of the queue. */
export function keep(arr: Arr, release: Release, source: GrabSource, reason: PendingGrab['reason']): void {
  const id = rowId(`pending-${release.guid}`)
  if (arr.pending.get(id)?.reason === reason) return
  arr.pending.set(id, {release, source, since: arr.time.now(), reason})
  arr.live.send('queue', 'sync')
}

/** Once, 5 s after the last thing that asked for it. */
export function scheduleRefresh(arr: Arr): void {
  arr.debounce?.()
  arr.debounce = arr.time.after(DEBOUNCE, () => {
    arr.debounce = null
    arr.commands.post('RefreshMonitoredDownloads', {}, 'unspecified', 'high')
  })
}

/** Releases that wait for a torrent server that was away. */
export async function retryPending(arr: Arr): Promise<void> {
  // A copy: what fails again comes back under the same id.
  for (const [id, {release, source, reason}] of Array.from(arr.pending)) {
    if (reason !== 'downloadClientUnavailable') continue
    arr.pending.delete(id)
    await grab(arr, release, source)
  }
}

function grabbedAt(arr: Arr, release: Release): number {
  return release.grabbedAt ?? arr.time.now()
}

function record(arr: Arr, release: Release, client: ArrClient, source: GrabSource): void {
  for (const unitId of release.unitIds) {
    arr.history.add({
      at: grabbedAt(arr, release),
      event: 'grabbed',
      downloadId: release.hash,
      sourceTitle: release.title,
      parentId: release.parentId,
      unitId,
      qualityId: release.qualityId,
      score: release.score,
      data: grabData(arr, release, client, source),
    })
  }
}

function grabData(
  arr: Arr,
  release: Release,
  client: ArrClient,
  source: GrabSource,
): Record<string, string | null | undefined> {
  const minutes = (grabbedAt(arr, release) - release.publishedAt) / 60_000
  const ofSeries = {
    tvdbId: '0',
    tvRageId: '0',
    imdbId: null,
    seriesMatchType: 'Title',
    releaseType: release.unitIds.length > 1 ? 'SeasonPack' : 'SingleEpisode',
  }
  const parent = arr.library.parent(release.parentId)
  const ofOthers = {
    tmdbId: String(parent?.externalId ?? 0),
    imdbId: '0',
    movieMatchType: 'Title',
    indexerId: String(release.indexerId),
  }
  return {
    indexer: release.indexer,
    nzbInfoUrl: null,
    releaseGroup: 'SIM',
    age: String(Math.floor(minutes / 1_440)),
    ageHours: String(minutes / 60),
    ageMinutes: String(minutes),
    publishedDate: new Date(release.publishedAt).toISOString(),
    downloadClient: clientType(client),
    downloadClientName: client.name,
    size: String(release.size),
    downloadUrl: `${release.guid}/download?apikey=a-secret-of-the-indexer`,
    guid: release.guid,
    protocol: '2',
    customFormatScore: String(scoreOf(arr, release.parentId, release)),
    releaseSource: source,
    indexerFlags: '0',
    torrentInfoHash: release.infoHash ? release.hash.toLowerCase() : undefined,
    ...(arr.dialect.family === 'series' ? ofSeries : ofOthers),
  }
}
