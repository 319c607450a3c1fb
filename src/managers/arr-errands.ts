/**
 * What people and rules want of an Arr, in the Arr's own terms. What it has in its queue and its history is asked for
 * anew before something is given up; nothing is ever deleted through it, as removals go through our guards alone.
 * Source: protocols/arr.md §3.6, §5, §6.
 */
import type {ArrPort} from '#arr/api/port.ts'
import {sleep, type Clock} from '#kit/clock.ts'
import {researchAfter, willResearch} from '#arr/will-research.ts'
import {mediaKey, type DownloadId, type HistoryRow, type ImportMode, type QueueDownload} from '#model/arr.ts'
import type {ArrAction} from '#model/arr-service.ts'
import type {WantedAction} from '#model/decision.ts'
import {CommandRefused, NotSupported} from '#model/errors.ts'
import type {EpochMs} from '#model/units.ts'
import type {GrabTold} from './messages.ts'

/** A download that a rule wants something for. */
export interface ErrandFor {
  readonly downloadId: DownloadId
  /** In the queue, as it was read last; `null` = it is not in it. */
  readonly inQueue: QueueDownload | null
}

const untouched = {removeFromClient: false, changeCategory: false} as const

/** Torrents finish in bursts, and one look of the Arr takes in all of them: the first is not kept waiting. */
const FIRST_MS = 100
const APART_MS = 1_000

export class ArrErrands {
  readonly #port: ArrPort
  readonly #clock: Clock
  #refreshing: Promise<void> | null = null
  /** By the duration clock. */
  #refreshedAt = Number.NEGATIVE_INFINITY

  constructor(port: ArrPort, clock: Clock) {
    this.#port = port
    this.#clock = clock
  }

  /** @throws {CommodarrError} what the Arr refused, or what ails it */
  async act(action: ArrAction, queued: (downloadId: DownloadId) => QueueDownload | null): Promise<void> {
    switch (action.what) {
      case 'refresh':
        return this.#refresh()
      case 'rssSync':
        return this.#rssSync()
      case 'search':
        return this.search(action.items.map(mediaKey))
      case 'importAnyway':
        return this.#importAll(action.downloadId, action.mode)
      case 'blocklist':
        return this.blocklist(action.downloadId, !action.searchAgain, queued(action.downloadId))
      case 'ignore':
        return this.#forget(queued(action.downloadId))
    }
  }

  /** @throws {CommodarrError} the same; {NotSupported} */
  async errand({action, params}: WantedAction, {downloadId, inQueue}: ErrandFor): Promise<void> {
    const media = inQueue?.media ?? []
    switch (action) {
      case 'arr.refresh':
        return this.#refresh()
      case 'arr.rssSync':
        return this.#rssSync()
      case 'arr.search':
        return this.search(media.map(mediaKey))
      case 'arr.monitor':
        return this.#port.setMonitored(
          demanded(media).map(({id}) => id),
          params['on'] === true,
        )
      case 'arr.profile':
        return this.#profile(
          demanded(media).map(({id, parentId}) => parentId ?? id),
          String(params['name']),
        )
      case 'arr.import':
        return this.#scan(inQueue, (params['mode'] as ImportMode | undefined) ?? 'auto')
      case 'arr.blocklist':
        return this.blocklist(downloadId, params['search'] === false, inQueue)
      case 'arr.queueRemove':
        return this.#forget(inQueue)
      default:
        throw new NotSupported(`An Arr does not do ${action}.`)
    }
  }

  /** `null` = it did not grab it. @throws {CommodarrError} */
  async grab(downloadId: DownloadId): Promise<GrabTold | null> {
    const rows = await this.#port.historyOf(downloadId)
    const grabs = rows.filter(({event}) => event === 'grabbed')
    const last = latest(grabs)
    if (last === null) return null
    const media = grabs.flatMap((row) => (row.media ? [mediaKey(row.media)] : []))
    const cameIn = (row: HistoryRow) => row.event === 'imported' || row.event === 'downloadImported'
    return {
      at: last.at,
      media: [...new Set(media)],
      isImportedInPart: rows.some((row) => cameIn(row) && row.id > last.id),
      searchesItself: willResearch(await this.#port.downloadHandling(), last.interactive),
    }
  }

  /** @throws {CommodarrError} */
  async isFailed(downloadId: DownloadId, grabbedAt: EpochMs): Promise<boolean> {
    const rows = await this.#port.historyOf(downloadId)
    const grab = latest(rows.filter(({event, at}) => event === 'grabbed' && at === grabbedAt))
    return rows.some(({event, at, id}) => event === 'failed' && (grab ? id > grab.id : at >= grabbedAt))
  }

  /**
   * By its row in the queue; one that is not in it any more by its grab, where the Arr cannot be told not to search.
   * @throws {CommodarrError}
   */
  async blocklist(
    downloadId: DownloadId,
    skipRedownload: boolean,
    inQueue: QueueDownload | null,
  ): Promise<void> {
    const row = inQueue?.rows[0]
    const removal = {...untouched, blocklist: true, skipRedownload}
    if (row && (await this.#port.removeFromQueue(row.id, removal))) return
    const grab = (await this.#port.historyOf(downloadId)).find(({event}) => event === 'grabbed')
    if (!grab) throw new CommandRefused('This Arr did not grab it, so there is nothing to blocklist.')
    const {arrSearches} = researchAfter(
      !skipRedownload,
      'history',
      await this.#port.downloadHandling(),
      grab.interactive,
    )
    if (skipRedownload && arrSearches) {
      throw new CommandRefused(
        'It left the queue of its Arr, which would search again if it were marked now.',
      )
    }
    await this.#port.markFailed(grab.id)
  }

  /** @param media as `mediaKey` gives it. @throws {CommodarrError} */
  async search(media: readonly string[]): Promise<void> {
    const ids = media.map((key) => Number(key.slice(key.indexOf('/') + 1))).filter((id) => id > 0)
    if (ids.length === 0)
      throw new CommandRefused('Which items it belongs to is not known, so none is searched.')
    await this.#port.command({what: 'search', ids})
  }

  /**
   * Whether some search was asked of it since then. Which items it was for the Arr does not say, so a search too few is
   * possible, one too many is not.
   * @throws {CommodarrError}
   */
  async heardOf(since: EpochMs): Promise<boolean> {
    const commands = await this.#port.commands()
    return commands.some(({name, queuedAt}) => /search$/i.test(name) && (queuedAt ?? 0) >= since)
  }

  /** Everybody who asks within a moment gets the same one, which is sent after they all asked. */
  #refresh(): Promise<void> {
    this.#refreshing ??= this.#refreshSoon()
    return this.#refreshing
  }

  async #refreshSoon(): Promise<void> {
    const since = this.#clock.monotonic() - this.#refreshedAt
    await sleep(this.#clock, Math.max(FIRST_MS, APART_MS - since))
    this.#refreshing = null
    this.#refreshedAt = this.#clock.monotonic()
    await this.#port.command({what: 'refreshDownloads'})
  }

  async #rssSync(): Promise<void> {
    await this.#port.command({what: 'rssSync'})
  }

  async #profile(ids: readonly number[], name: string): Promise<void> {
    const profile = (await this.#port.qualityProfiles()).find((it) => it.name === name)
    if (!profile) throw new CommandRefused(`This Arr has no quality profile ${name}.`)
    await this.#port.setProfile(ids, profile.id)
  }

  /** Only what it tracks: of anything else it would take the folder for its own and empty it. */
  async #scan(inQueue: QueueDownload | null, mode: ImportMode): Promise<void> {
    const row = inQueue?.rows.find(({outputPath, state}) => outputPath !== '' && state === 'importPending')
    if (!inQueue || !row) throw new CommandRefused('This Arr does not wait to import it.')
    // `auto` would move what the Arr takes for finished, and the torrent goes on seeding.
    const gentle = mode === 'auto' ? 'copy' : mode
    const {downloadId} = inQueue
    await this.#port.command({what: 'scanDownload', path: row.outputPath, downloadId, mode: gentle})
  }

  async #importAll(downloadId: DownloadId, mode: ImportMode): Promise<void> {
    const found = await this.#port.importCandidates(downloadId)
    const files = found.filter(({media}) => media.length > 0)
    if (files.length === 0) throw new CommandRefused('The Arr knows for none of its files what it is.')
    await this.#port.command({what: 'import', files, mode: mode === 'auto' ? 'copy' : mode})
  }

  async #forget(inQueue: QueueDownload | null): Promise<void> {
    const row = inQueue?.rows[0]
    if (!row) return
    await this.#port.removeFromQueue(row.id, {...untouched, blocklist: false, skipRedownload: true})
  }
}

function demanded(media: QueueDownload['media']): QueueDownload['media'] {
  if (media.length > 0) return media
  throw new CommandRefused('Which items it belongs to is not known.')
}

/** By its number: the clock of an Arr may have been set back meanwhile. */
function latest(rows: readonly HistoryRow[]): HistoryRow | null {
  return rows.reduce<HistoryRow | null>((best, row) => (best && best.id >= row.id ? best : row), null)
}
