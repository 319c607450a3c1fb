/**
 * The queue as an Arr makes it: a snapshot of what its torrent servers say at a refresh, judged by history.
 * Source: protocol notes §3.1, §3.3, §3.4.
 */
import {existsSync} from 'node:fs'
import {mapped, type Arr, type ArrClient, type Tracked} from './arr.ts'
import type {BackendTorrent} from './backends/backend.ts'
import type {ApiVersion} from './dialects.ts'
import {retryPending} from './grab.ts'
import {interactionPayload} from './payloads.ts'
import type {Release} from './releases.ts'
import {queueCounters} from './rows-queue.ts'

/** One pass over all clients, then the imports are asked for. */
export async function refresh(arr: Arr): Promise<void> {
  if (arr.faults.domain('refreshStopped')) return
  arr.stats.refreshes++
  await retryPending(arr)
  const seen = new Set<string>()
  for (const client of arr.clients) {
    if (!client.enable || client.protocol !== 'torrent') continue
    try {
      for (const torrent of await arr.time.outside(client.backend.list())) {
        if (torrent.category === client.category || torrent.category === client.postImportCategory) {
          if (await judge(arr, client, torrent)) seen.add(torrent.hash)
        }
      }
      arr.downClients.delete(client.id)
    } catch {
      // Its rows vanish until it answers again, and a health check says why.
      arr.downClients.add(client.id)
    }
  }
  for (const id of arr.queue.keys()) if (!seen.has(id)) arr.queue.delete(id)
  tellQueue(arr)
  tellHealth(arr)
  arr.commands.post('ProcessMonitoredDownloads', {}, 'scheduled', 'high')
}

/** Told at every refresh, whether anything changed or not. */
export function tellQueue(arr: Arr): void {
  arr.live.tell('queue', 'sync')
  arr.live.tell('queue/details', 'sync')
  arr.live.tell('queue/status', 'updated', (version) => {
    const api = version === undefined ? arr.dialect.apis[0]! : (`v${version}` as ApiVersion)
    return queueCounters({arr, api, description: arr.described(api)})
  })
}

/** A check that becomes red or well says so. */
function tellHealth(arr: Arr): void {
  const found = [...arr.downClients, ...(lostDownload(arr) ? ['lost'] : [])].join(' ')
  if (found !== arr.healthTold) arr.live.tell('health', 'sync')
  arr.healthTold = found
}

/** One whose files it does not see. */
export function lostDownload(arr: Arr): Tracked | undefined {
  return [...arr.queue.values()].find(({warning}) => warning[0]?.includes('is not a valid local path'))
}

/** @returns whether it shows in the queue */
async function judge(arr: Arr, client: ArrClient, torrent: BackendTorrent): Promise<boolean> {
  const past = arr.history.of(torrent.hash)
  const last = past.at(-1)
  if (last?.event === 'downloadFailed' || last?.event === 'downloadIgnored') return false
  if (
    arr.imported.has(torrent.hash) ||
    (last && last.event === arr.dialect.imported && !arr.queue.has(torrent.hash))
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

/**
 * A row that it could not place, and a grab that says since where it belongs: a server may list a torrent before the Arr
 * has written down that it grabbed it. Arrs read their history anew at each refresh.
 */
function isGrabbedSince(arr: Arr, {parentId, state, downloadId}: Tracked): boolean {
  if (parentId !== null || state === 'importing') return false
  return arr.history.of(downloadId).some(({event}) => event === 'grabbed')
}

function begin(arr: Arr, client: ArrClient, torrent: BackendTorrent): Tracked {
  const grabs = arr.history.of(torrent.hash).filter((row) => row.event === 'grabbed')
  const release: Release | undefined = arr.releases.byHash(torrent.hash)
  const guess = grabs.length > 0 ? null : arr.library.match(torrent.name)
  return {
    client,
    downloadId: torrent.hash,
    title: torrent.name,
    release,
    parentId: grabs[0]?.parentId ?? guess?.parent.id ?? null,
    unitIds:
      grabs.length > 0
        ? [...new Set(grabs.map((row) => row.unitId))]
        : (guess?.units.map((unit) => unit.id) ?? []),
    addedAt: grabs[0]?.at ?? null,
    size: torrent.size,
    left: torrent.left,
    speed: 0,
    outputPath: '',
    status: 'queued',
    state: 'downloading',
    warning: [],
    errorMessage: null,
    attempts: 0,
    told: false,
  }
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
    tracked.warning = []
    return
  }
  if (tracked.state === 'importing' || tracked.state === 'importFailed') return
  const obstacle = obstacleTo(arr, tracked)
  if (obstacle === null) {
    tracked.state = 'importPending'
    return
  }
  tracked.warning = [obstacle.message]
  if (obstacle.blocks) block(arr, tracked)
  else tracked.state = 'downloading'
}

/** What keeps a finished download from being tried at all. */
export function obstacleTo(arr: Arr, tracked: Tracked): {message: string; blocks: boolean} | null {
  const {outputPath, release} = tracked
  if (!visible(arr, outputPath)) {
    return {
      message: `[${outputPath}] is not a valid local path. You may need a Remote Path Mapping.`,
      blocks: false,
    }
  }
  const noun = {movies: 'Movie', series: 'Series', music: 'Artist', books: 'Author'}[arr.dialect.family]
  if (tracked.parentId === null) return {message: `Unknown ${noun}`, blocks: true}
  if (release?.import === 'titleMismatch') {
    const what = arr.dialect.family === 'music' ? 'name' : 'title'
    return {
      message: `${noun} ${what} mismatch, automatic import is not possible. Manual Import required.`,
      blocks: true,
    }
  }
  if (release?.import === 'matchedById') {
    const id = arr.dialect.family === 'movies' ? 'movie' : 'series'
    return {
      message: `Found matching ${id} via grab history, but release was matched to ${id} by ID. Automatic import is not possible.`,
      blocks: true,
    }
  }
  return null
}

function visible(arr: Arr, path: string): boolean {
  if (arr.faults.domain('pathMappingMissing')) return false
  return arr.config.files === 'real' ? existsSync(path) : path !== ''
}

/** Stuck until somebody helps; told once for each download and run. */
export function block(arr: Arr, tracked: Tracked): void {
  tracked.state = arr.dialect.hasImportBlocked ? 'importBlocked' : 'importPending'
  if (arr.told.has(tracked.downloadId) || !arr.dialect.hasManualInteraction) return
  arr.told.add(tracked.downloadId)
  arr.hooks.tell(['onManualInteractionRequired'], interactionPayload(arr, tracked))
}

/** The Arr's own removal: stopped, its goal reached, and the client told to. */
async function removeWhenDone(arr: Arr, client: ArrClient, torrent: BackendTorrent): Promise<void> {
  const always = arr.faults.domain('secondManagerDeletes') !== null
  if (!always && !(client.removeCompletedDownloads && torrent.seedingDone)) return
  await arr.time.outside(client.backend.remove(torrent.hash))
  arr.stats.deletes.push(torrent.hash)
}

export function cdhDisabled(arr: Arr): boolean {
  return !arr.settings.enableCompletedDownloadHandling || arr.faults.domain('cdhDisabled') !== null
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
