/**
 * The queue as an Arr makes it: a snapshot of what its torrent servers say at a refresh, judged by history.
 * Source: protocol notes §3.1, §3.3, §3.4, §12.
 */
import {mapped, type Arr, type ArrClient, type StatusMessage, type Tracked} from './arr.ts'
import {speaking} from './asked.ts'
import type {BackendTorrent} from './backends/backend.ts'
import {retryPending} from './grab.ts'
import {cdhDisabled, check, clientChecks, reportEarlierFailures} from './health.ts'
import {interactionPayload, unitsOf} from './payloads.ts'
import {matchedByIdText, rejectionText} from './rejections.ts'
import type {Release} from './releases.ts'
import {queueCounters} from './rows-queue.ts'

/** One pass over all clients, then the imports are asked for. */
export async function refresh(arr: Arr): Promise<void> {
  if (arr.faults.domain('refreshStopped')) return
  arr.stats.refreshes++
  await retryPending(arr)
  const seen = new Set<string>()
  let hasTurned = false
  for (const client of arr.clients) {
    if (!client.enable || client.protocol !== 'torrent') continue
    try {
      for (const torrent of await arr.time.outside(client.backend.list())) {
        if (torrent.category === client.category || torrent.category === client.postImportCategory) {
          if (await evaluate(arr, client, torrent)) seen.add(torrent.hash)
        }
      }
      hasTurned = arr.downClients.delete(client.id) || hasTurned
    } catch {
      // Its rows vanish until it answers again, and a health check says why.
      if (arr.downClients.has(client.id)) continue
      arr.downClients.set(client.id, arr.time.now())
      hasTurned = true
    }
  }
  for (const id of arr.queue.keys()) if (!seen.has(id)) arr.queue.delete(id)
  reportQueue(arr)
  if (hasTurned) await check(arr, clientChecks)
  await reportEarlierFailures(arr)
  arr.commands.post('ProcessMonitoredDownloads', {}, 'unspecified', 'high')
}

const COUNTERS_AFTER = 5_000

/** Told at every refresh and after every round of imports, whether anything changed or not; the counters later, once. */
export function reportQueue(arr: Arr): void {
  arr.live.send('queue', 'sync')
  arr.live.send('queue/details', 'sync')
  if (arr.countersAreDue || !arr.live.listening) return
  arr.countersAreDue = true
  arr.time.after(COUNTERS_AFTER, () => {
    arr.countersAreDue = false
    arr.live.send('queue/status', 'updated', (version) => queueCounters(speaking(arr, version)))
  })
}

/** @returns whether it shows in the queue */
async function evaluate(arr: Arr, client: ArrClient, torrent: BackendTorrent): Promise<boolean> {
  const last = arr.history.of(torrent.hash).at(-1)
  if (last?.event === 'downloadIgnored') arr.ignored.add(torrent.hash)
  if (last?.event === 'downloadFailed' || arr.ignored.has(torrent.hash)) return false
  if (
    arr.imported.has(torrent.hash) ||
    (last?.event === arr.dialect.imported && !arr.queue.has(torrent.hash) && isAllIn(arr, torrent.hash))
  ) {
    await removeWhenDone(arr, client, torrent)
    return false
  }
  if (torrent.category !== client.category) return false
  if (torrent.state === 'completed' && cdhDisabled(arr)) return false
  const known = arr.queue.get(torrent.hash)
  const tracked = known && !isGrabbedSince(arr, known) ? known : begin(arr, client, torrent)
  arr.queue.set(torrent.hash, tracked)
  update(arr, tracked, torrent)
  return true
}

/** All that it was grabbed for came in since. */
function isAllIn(arr: Arr, downloadId: string): boolean {
  const past = arr.history.of(downloadId)
  const since = past.slice(past.findLastIndex(({event}) => event === 'grabbed') + 1)
  const wanted = new Set(past.filter(({event}) => event === 'grabbed').map(({unitId}) => unitId))
  const imported = new Set(
    since.filter(({event}) => event === arr.dialect.imported).map(({unitId}) => unitId),
  )
  return [...wanted].every((id) => imported.has(id))
}

/**
 * A row that it could not place, and a grab that says since where it belongs: a server may list a torrent before the Arr
 * has written down that it grabbed it. Arrs read their history again at each refresh.
 */
function isGrabbedSince(arr: Arr, {parentId, state, downloadId}: Tracked): boolean {
  if (parentId !== null || state === 'importing') return false
  return arr.history.of(downloadId).some(({event}) => event === 'grabbed')
}

function begin(arr: Arr, client: ArrClient, torrent: BackendTorrent): Tracked {
  const grabs = arr.history.of(torrent.hash).filter((row) => row.event === 'grabbed')
  const release: Release | undefined = arr.releases.byHash(torrent.hash)
  const guess = grabs.length > 0 ? null : arr.library.match(torrent.name)
  const units =
    grabs.length > 0 ? unitsOf(arr, [...new Set(grabs.map((row) => row.unitId))]) : (guess?.units ?? [])
  return {
    client,
    downloadId: torrent.hash,
    name: torrent.name,
    release,
    parentId: grabs[0]?.parentId ?? guess?.parent.id ?? null,
    unitIds: units.map(({id}) => id),
    seasons: [...new Set(units.length > 0 ? units.map(({season}) => season) : seasonsIn(torrent.name))],
    withFiles: units.filter((unit) => arr.library.has(unit)).length,
    addedAt: grabs[0]?.at ?? null,
    size: torrent.size,
    left: torrent.left,
    speed: 0,
    outputPath: '',
    status: 'queued',
    state: 'downloading',
    messages: [],
    errorMessage: null,
    attempts: 0,
    reported: false,
  }
}

function seasonsIn(name: string): number[] {
  return [...name.matchAll(/\bS(\d{1,2})(?=E|\b)/gi)].map(([, digits]) => Number(digits))
}

function update(arr: Arr, tracked: Tracked, torrent: BackendTorrent): void {
  tracked.size = torrent.size
  tracked.left = torrent.left
  tracked.speed = torrent.speed
  tracked.outputPath = mapped(arr, tracked.client, torrent.outputPath)
  tracked.status = statusOf(torrent)
  tracked.errorMessage = errorOf(arr, torrent)
  if (torrent.state !== 'completed') {
    tracked.state = 'downloading'
    // That its episodes are gone is said at once.
    tracked.messages = hasLostUnits(arr, tracked) ? aboutAll(tracked, LOST_UNITS) : []
    return
  }
  if (tracked.state === 'importing' || tracked.state === 'importFailed') return
  const obstacle = obstacleTo(arr, tracked)
  // What an import said before stays until the next one.
  if (obstacle === null) {
    tracked.state = 'importPending'
    return
  }
  tracked.messages = aboutAll(tracked, obstacle.message)
  if (obstacle.blocks) block(arr, tracked)
  else tracked.state = 'downloading'
}

/** Of the whole download, under the name that it has on its server. */
export function aboutAll({name}: Tracked, message: string): StatusMessage[] {
  return [{title: name, messages: [message]}]
}

const LOST_UNITS = 'Unable to parse episodes from title'

/** What keeps a finished download from being tried at all. */
export function obstacleTo(arr: Arr, tracked: Tracked): {message: string; blocks: boolean} | null {
  const {outputPath, release} = tracked
  const {family} = arr.dialect
  // A server on Windows.
  if (outputPath !== '' && !outputPath.startsWith('/')) {
    return {
      message: `[${outputPath}] is not a valid local path. You may need a Remote Path Mapping.`,
      blocks: false,
    }
  }
  if (tracked.parentId === null || release?.import === 'titleMismatch') {
    return {message: rejectionText('unmatched_title', family), blocks: true}
  }
  if (hasLostUnits(arr, tracked)) return {message: LOST_UNITS, blocks: true}
  if (release?.import === 'matchedById') return {message: matchedByIdText(family), blocks: true}
  return null
}

/** The series is known, and its episodes are not. */
function hasLostUnits(arr: Arr, {parentId, unitIds}: Tracked): boolean {
  return arr.dialect.family === 'series' && parentId !== null && unitIds.length === 0
}

/** Stuck until somebody helps; told once for each download and run. */
export function block(arr: Arr, tracked: Tracked): void {
  tracked.state = arr.dialect.hasImportBlocked ? 'importBlocked' : 'importPending'
  if (arr.leftAlone.has(tracked.downloadId) || !arr.dialect.hasManualInteraction) return
  arr.leftAlone.add(tracked.downloadId)
  arr.hooks.send(['onManualInteractionRequired'], interactionPayload(arr, tracked))
}

/** The Arr's own removal: stopped, its goal reached, and the client told to. */
async function removeWhenDone(arr: Arr, client: ArrClient, torrent: BackendTorrent): Promise<void> {
  const always = arr.faults.domain('secondManagerDeletes') !== null
  if (!always && !(client.removeCompletedDownloads && torrent.seedingDone)) return
  await arr.time.outside(client.backend.remove(torrent.hash))
  arr.stats.deletes.push(torrent.hash)
}

const statuses: Readonly<Record<BackendTorrent['state'], string>> = {
  metadata: 'queued',
  queued: 'queued',
  checking: 'queued',
  downloading: 'downloading',
  stalled: 'warning',
  error: 'warning',
  missingFiles: 'warning',
  stopped: 'paused',
  completed: 'completed',
}

function statusOf(torrent: BackendTorrent): string {
  return statuses[torrent.state]
}

const errors: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  en: {
    stalled: 'The download is stalled with no connections',
    error: 'qBittorrent is reporting an error',
    missingFiles: 'qBittorrent is reporting missing files',
  },
  de: {
    stalled: 'Der Download ist ohne Verbindungen blockiert',
    error: 'qBittorrent meldet einen Fehler',
    missingFiles: 'qBittorrent meldet fehlende Dateien',
  },
}

function errorOf(arr: Arr, torrent: BackendTorrent): string | null {
  return (errors[arr.settings.uiLanguage] ?? errors.en!)[torrent.state] ?? null
}
