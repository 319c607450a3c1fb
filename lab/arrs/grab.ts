/** From a wish to a torrent: search, choose, add. Source: protocol notes §3.6, §5.1. */
import type {Arr, ArrClient, GrabSource} from './arr.ts'
import {RefusedTorrent} from './backends/backend.ts'
import {reportGrabbed} from './frames.ts'
import {rowId} from './hash.ts'
import {checkSoon, indexerChecks} from './health.ts'
import type {Unit} from './library.ts'
import {clientType, grabPayload, unitsOf} from './payloads.ts'
import {rankOf} from './quality.ts'
import type {Release} from './releases.ts'

const DEBOUNCE = 5_000

/**
 * One search at the indexers for these units together (a season, an album, a film), and the grab of the best.
 */
export async function searchFor(arr: Arr, units: readonly Unit[], source: GrabSource): Promise<boolean> {
  await arr.time.sleep(arr.settings.searchDuration)
  for (const unit of units) {
    unit.lastSearchAt = arr.time.now()
    arr.stats.searched(unit.id)
  }
  const indexers = spend(arr)
  const found = new Set(units.flatMap((unit) => arr.releases.forUnit(unit)))
  const candidates = [...found].filter((release) => indexers.has(release.indexer) && acceptable(arr, release))
  return grabBest(arr, candidates, new Set(units.map((unit) => unit.id)), source)
}

/** The newest of every indexer: what is monitored, out and better than what is there. @returns how many they had */
export async function rssSync(arr: Arr): Promise<number> {
  const indexers = new Set(usable(arr).map(({config}) => config.name))
  const found = arr.releases.all.filter(
    (release) => (indexers.size === 0 && arr.indexers.length === 0) || indexers.has(release.indexer),
  )
  const wanted = found.filter(
    (release) =>
      isThere(arr, release) &&
      unitsOf(arr, release.unitIds).every((unit) => isWanted(arr, unit)) &&
      acceptable(arr, release),
  )
  await grabBest(arr, wanted, new Set(wanted.flatMap((release) => release.unitIds)), 'Rss')
  return found.length
}

/** Nothing that it is for was deleted. */
function isThere(arr: Arr, {unitIds}: Release): boolean {
  return unitsOf(arr, unitIds).length === unitIds.length
}

function isWanted(arr: Arr, unit: Unit): boolean {
  const parent = arr.library.parent(unit.parentId)!
  const out = arr.library.family === 'movies' ? parent.available : unit.airAt <= arr.time.now()
  return parent.monitored && unit.monitored && out
}

async function grabBest(
  arr: Arr,
  candidates: Release[],
  open: Set<number>,
  source: GrabSource,
): Promise<boolean> {
  const ranked = candidates.sort(
    (a, b) =>
      b.unitIds.length - a.unitIds.length ||
      rankOf(b.qualityId) - rankOf(a.qualityId) ||
      b.score - a.score ||
      b.seeders - a.seeders ||
      a.number - b.number,
  )
  let any = false
  for (const release of ranked) {
    if (!release.unitIds.some((id) => open.has(id))) continue
    for (const id of release.unitIds) open.delete(id)
    await grab(arr, release, source)
    any = true
  }
  return any
}

/** Not blocklisted, not worse than the file that is there or what is on its way. */
function acceptable(arr: Arr, release: Release): boolean {
  if (arr.blocklist.has(release) || !isThere(arr, release)) return false
  const rank = rankOf(release.qualityId)
  for (const tracked of arr.queue.values()) {
    if (tracked.downloadId === release.hash) return false
    const same = tracked.unitIds.some((id) => release.unitIds.includes(id))
    if (
      same &&
      tracked.release &&
      rankOf(tracked.release.qualityId) >= rank &&
      tracked.release.score >= release.score
    )
      return false
  }
  if (
    [...arr.pending.values()].some(({release: other}) =>
      other.unitIds.some((id) => release.unitIds.includes(id)),
    )
  )
    return false
  return release.unitIds.some((id) => {
    const unit = arr.library.unit(id)!
    if (!arr.library.has(unit)) return true
    const file = arr.library.filesOfUnit(unit)[0]!
    return rank > rankOf(file.qualityId) || (rank === rankOf(file.qualityId) && release.score > file.score)
  })
}

function usable(arr: Arr) {
  if (arr.faults.domain('indexersDisabled')) return []
  return arr.indexers.filter((indexer) => indexer.disabledUntil <= arr.time.now())
}

/** One query at each indexer; who has none left switches itself off for a while. */
function spend(arr: Arr): ReadonlySet<string> {
  const used = usable(arr)
  for (const indexer of used) {
    if (--indexer.left > 0) continue
    indexer.disabledUntil = arr.time.now() + (indexer.config.disabledMinutes ?? 15) * 60_000
    indexer.left = indexer.config.budget ?? Infinity
    checkSoon(arr, indexerChecks)
  }
  return new Set(used.map(({config}) => config.name))
}

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
 * Adds the torrent and writes it down. A server that does not answer makes it wait as a pending row; what a server has
 * already, be it for another Arr, is refused, and nothing is left of it but a line in the log.
 */
export async function grab(arr: Arr, release: Release, source: GrabSource): Promise<boolean> {
  const client = clientFor(arr, release.parentId)
  if (!client) return false
  // It looks into the torrent itself before it hands it on, when it is told to.
  const indexer = arr.indexers.find(({config}) => config.name === release.indexer)
  if (indexer?.rejectsBlocklisted && arr.blocklist.hasHash(release.hash)) return false
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
      return false
    }
    // The Arr keeps the release and tries again at a later refresh.
    arr.pending.set(rowId(`pending-${release.guid}`), {
      release,
      source,
      since: arr.time.now(),
      reason: 'downloadClientUnavailable',
    })
    arr.live.send('queue', 'sync')
    return false
  }
  if (!arr.faults.domain('manualTorrent')) record(arr, release, client, source)
  if (source === 'InteractiveSearch') arr.interactive.add(release.hash)
  arr.imported.delete(release.hash)
  arr.ignored.delete(release.hash)
  arr.stats.grabs.push(release.hash)
  arr.hooks.send(['onGrab'], grabPayload(arr, release, client))
  for (const unit of unitsOf(arr, release.unitIds)) reportGrabbed(arr, unit)
  scheduleRefresh(arr)
  return true
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
    customFormatScore: String(release.score),
    releaseSource: source,
    indexerFlags: '0',
    torrentInfoHash: release.infoHash ? release.hash.toLowerCase() : undefined,
    ...(arr.dialect.family === 'series' ? ofSeries : ofOthers),
  }
}
