/**
 * Commands on torrents, one method per verb. Bulk calls take up to 500 hashes and silently ignore those the server
 * does not have; calls for a single torrent are sent one by one and each has its own outcome. Source: Web API sheet §6,
 * recordings of 4.5.2, 5.1.0 and 5.3.0; what was tried by hand says so.
 */
import type {CommandResult, TorrentVerb, TorrentVerbs} from '#model/command.ts'
import {BadArgument, CommandRefused, CommodarrError, NotSupported} from '#model/errors.ts'
import {limitWords} from '#model/limit-end.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import type {CallBounds, TorrentControl} from '../port.ts'
import {renameInTurn} from '../rename-in-turn.ts'
import {joinedTags, joinedUrls, tierLines} from './arguments.ts'
import {eachAlone, hashesOf, type Outcomes} from './batches.ts'
import {readCategories} from './details.ts'
import type {Dialect} from './features.ts'
import {filePriorityNumber} from './normalise.ts'
import {flagIn, foreign, isRecord, type NativeTorrent, numberIn, tagsIn} from './native.ts'
import {readLimitEndsOfStarted} from './limit-ends.ts'
import {readTorrents} from './reading.ts'
import {setShareLimits} from './share-limits.ts'
import type {Params, Wire, Connection} from './wire.ts'

type Hashes = readonly InfoHash[]
type Answer = Promise<Outcomes | void>

export class QbittorrentControl implements TorrentControl {
  /** About 20 kB of hashes a call. */
  readonly batchLimit = 500
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  get #wire(): Wire {
    return this.#connection.wire
  }

  get #dialect(): Dialect {
    return this.#connection.detected().dialect
  }

  /* ───────────────────────────── running ───────────────────────────── */

  async start(hashes: Hashes, _args: TorrentVerbs['start'], bounds: CallBounds): Answer {
    return this.#bulk(this.#dialect.start, hashes, {}, bounds)
  }

  async stop(hashes: Hashes, _args: TorrentVerbs['stop'], bounds: CallBounds): Answer {
    return this.#bulk(this.#dialect.stop, hashes, {}, bounds)
  }

  async forceStart(hashes: Hashes, _args: TorrentVerbs['forceStart'], bounds: CallBounds): Answer {
    return this.#bulk('torrents/setForceStart', hashes, {value: true}, bounds)
  }

  /**
   * The check of one that misses files goes on only when it is started, and nobody had stopped it [run 4.5.2]. One that was
   * forced is forced again: share limits spare it only so long, and it may have passed one at which its files are deleted.
   * Another one that may have passed such a limit is not checked, as the start would let its server delete it, and neither
   * is one of which that is not known.
   */
  async recheck(hashes: Hashes, _args: TorrentVerbs['recheck'], bounds: CallBounds): Answer {
    const rows = await readTorrents(this.#wire, hashes, bounds)
    const stuck = hashes.filter((hash) => rows.get(hash)?.['state'] === 'missingFiles')
    const isForced = (hash: InfoHash) => flagIn(rows.get(hash)?.['force_start'])
    const forced = stuck.filter(isForced)
    const unforced = stuck.filter((hash) => !isForced(hash))
    const refused = await this.#removedOnceStarted(unforced, bounds)
    const others = unforced.filter((hash) => !refused.has(hash))
    const checked = hashes.filter((hash) => !refused.has(hash))
    if (checked.length > 0) await this.#bulk('torrents/recheck', checked, {}, bounds)
    if (forced.length > 0) await this.forceStart(forced, {}, bounds)
    if (others.length > 0) await this.start(others, {}, bounds)
    if (refused.size === 0) return
    return new Map(hashes.map((hash) => [hash, refused.get(hash) ?? {outcome: 'done'}]))
  }

  async #removedOnceStarted(hashes: Hashes, bounds: CallBounds): Promise<Map<InfoHash, CommandResult>> {
    if (hashes.length === 0) return new Map()
    const {wire, clock} = this.#connection
    try {
      const ends = await readLimitEndsOfStarted(wire, hashes, bounds, clock.now())
      return new Map(
        [...ends].flatMap(([hash, end]) =>
          end.is === 'stays' ? [] : [[hash, notStarted(null, end)] as const],
        ),
      )
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      // Who does not tell it is not believed to leave them there; all others are checked.
      return new Map(hashes.map((hash) => [hash, notStarted(error, null)]))
    }
  }

  async reannounce(hashes: Hashes, _args: TorrentVerbs['reannounce'], bounds: CallBounds): Answer {
    return this.#bulk('torrents/reannounce', hashes, {}, bounds)
  }

  /** @throws {CommandRefused} queueing is switched off in the server (409) */
  async moveInQueue(hashes: Hashes, {to}: TorrentVerbs['moveInQueue'], bounds: CallBounds): Answer {
    return this.#bulk(`torrents/${queueWords[to]}`, hashes, {}, bounds)
  }

  async setPriority(): Answer {
    throw this.#unsupported('setPriority')
  }

  async setSuperSeeding(hashes: Hashes, {on}: TorrentVerbs['setSuperSeeding'], bounds: CallBounds): Answer {
    return this.#bulk('torrents/setSuperSeeding', hashes, {value: on}, bounds)
  }

  async setAutoManaged(hashes: Hashes, {on}: TorrentVerbs['setAutoManaged'], bounds: CallBounds): Answer {
    return this.#bulk('torrents/setAutoManagement', hashes, {enable: on}, bounds)
  }

  async setSequential(hashes: Hashes, {on}: TorrentVerbs['setSequential'], bounds: CallBounds): Answer {
    return this.#toggle('torrents/toggleSequentialDownload', 'seq_dl', hashes, on, bounds)
  }

  async setFirstLast(hashes: Hashes, {on}: TorrentVerbs['setFirstLast'], bounds: CallBounds): Answer {
    return this.#toggle('torrents/toggleFirstLastPiecePrio', 'f_l_piece_prio', hashes, on, bounds)
  }

  /* ───────────────────────────── place and names ───────────────────────────── */

  /**
   * The server does it in its own time (state `moving`) and switches automatic management off. It knows no other way
   * than moving what lies at the old place; where nothing lies there, it takes over what is at the new one.
   */
  async setLocation(hashes: Hashes, {path}: TorrentVerbs['setLocation'], bounds: CallBounds): Answer {
    if (path === '') throw new BadArgument('The path is empty; an absolute path is needed.')
    return this.#bulk('torrents/setLocation', hashes, {location: path}, bounds)
  }

  async rename(hashes: Hashes, {name}: TorrentVerbs['rename'], bounds: CallBounds): Answer {
    return this.#each('torrents/rename', hashes, {name}, bounds)
  }

  async renameFile(hashes: Hashes, {from, to}: TorrentVerbs['renameFile'], bounds: CallBounds): Answer {
    return this.#each('torrents/renameFile', hashes, {oldPath: from, newPath: to}, bounds)
  }

  async renameFiles(hashes: Hashes, {files}: TorrentVerbs['renameFiles'], bounds: CallBounds): Answer {
    return eachAlone(hashes, (hash) =>
      renameInTurn(files, async ({from, to}) => {
        await this.#wire.post('torrents/renameFile', {hash, oldPath: from, newPath: to}, bounds, {hash})
      }),
    )
  }

  async renameFolder(hashes: Hashes, {from, to}: TorrentVerbs['renameFolder'], bounds: CallBounds): Answer {
    return this.#each('torrents/renameFolder', hashes, {oldPath: from, newPath: to}, bounds)
  }

  async setFilePriority(hashes: Hashes, args: TorrentVerbs['setFilePriority'], bounds: CallBounds): Answer {
    const priority = filePriorityNumber(args.priority)
    if (priority === null) throw this.#unsupported('setFilePriority')
    const id = args.files.join('|')
    return this.#each('torrents/filePrio', hashes, {id, priority}, bounds)
  }

  async setComment(hashes: Hashes, {comment}: TorrentVerbs['setComment'], bounds: CallBounds): Answer {
    if (!this.#dialect.setComment) throw this.#unsupported('setComment')
    return this.#bulk('torrents/setComment', hashes, {comment}, bounds)
  }

  /* ───────────────────────────── category and tags ───────────────────────────── */

  /** An unknown category is refused (409, nothing done), so it is made first and the call repeated. */
  async setCategory(hashes: Hashes, {category}: TorrentVerbs['setCategory'], bounds: CallBounds): Answer {
    try {
      return await this.#bulk('torrents/setCategory', hashes, {category}, bounds)
    } catch (error) {
      if (!(error instanceof CommandRefused) || error.about['status'] !== 409 || category === '') throw error
      await ensureCategory(this.#wire, category, bounds)
    }
    return this.#bulk('torrents/setCategory', hashes, {category}, bounds)
  }

  async addTags(hashes: Hashes, {tags}: TorrentVerbs['addTags'], bounds: CallBounds): Answer {
    if (tags.length === 0) return
    return this.#bulk('torrents/addTags', hashes, {tags: joinedTags(tags)}, bounds)
  }

  /** Without any tag the server would take all of them away: then nothing is sent. */
  async removeTags(hashes: Hashes, {tags}: TorrentVerbs['removeTags'], bounds: CallBounds): Answer {
    if (tags.length === 0) return
    return this.#bulk('torrents/removeTags', hashes, {tags: joinedTags(tags)}, bounds)
  }

  /** Before 5.1: the wanted ones added, then whatever any of the torrents has besides taken away. */
  async setTags(hashes: Hashes, {tags}: TorrentVerbs['setTags'], bounds: CallBounds): Answer {
    const wanted = joinedTags(tags)
    if (this.#dialect.setTags) return this.#bulk('torrents/setTags', hashes, {tags: wanted}, bounds)
    if (tags.length === 0) return this.#bulk('torrents/removeTags', hashes, {tags: ''}, bounds)
    const rows = await readTorrents(this.#wire, hashes, bounds)
    const surplus = new Set([...rows.values()].flatMap((row) => tagsIn(row['tags'])))
    for (const tag of tags) surplus.delete(tag)
    await this.addTags(hashes, {tags}, bounds)
    await this.removeTags(hashes, {tags: [...surplus]}, bounds)
    return missingOf(hashes, rows)
  }

  /* ───────────────────────────── trackers, peers, web seeds ───────────────────────────── */

  /** A blank line is the next tier; the first list joins the torrent's first tier. */
  async addTrackers(hashes: Hashes, {tiers}: TorrentVerbs['addTrackers'], bounds: CallBounds): Answer {
    return this.#each('torrents/addTrackers', hashes, {urls: tierLines(tiers)}, bounds)
  }

  /** `origUrl` up to 5.1, `url` from 5.2 on: each ignores the other's. */
  async editTracker(hashes: Hashes, {from, to}: TorrentVerbs['editTracker'], bounds: CallBounds): Answer {
    return this.#each('torrents/editTracker', hashes, {origUrl: from, url: from, newUrl: to}, bounds)
  }

  async removeTrackers(hashes: Hashes, {urls}: TorrentVerbs['removeTrackers'], bounds: CallBounds): Answer {
    return this.#each('torrents/removeTrackers', hashes, {urls: this.#joinedUrls(urls)}, bounds)
  }

  async addPeers(hashes: Hashes, {peers}: TorrentVerbs['addPeers'], bounds: CallBounds): Answer {
    const params = {hashes: hashesOf(hashes), peers: peers.join('|')}
    const counts = await this.#wire.postJson('torrents/addPeers', params, bounds)
    if (!isRecord(counts)) throw foreign('the result of torrents/addPeers')
    return peerOutcomes(hashes, counts)
  }

  /** Percent-encoded each, else the server refuses what it decodes (tried on 5.1.0 and 5.3.0). */
  async addWebSeeds(hashes: Hashes, {urls}: TorrentVerbs['addWebSeeds'], bounds: CallBounds): Answer {
    if (!this.#dialect.editWebSeeds) throw this.#unsupported('addWebSeeds')
    return this.#each('torrents/addWebSeeds', hashes, {urls: this.#joinedUrls(urls)}, bounds)
  }

  async removeWebSeeds(hashes: Hashes, {urls}: TorrentVerbs['removeWebSeeds'], bounds: CallBounds): Answer {
    if (!this.#dialect.editWebSeeds) throw this.#unsupported('removeWebSeeds')
    return this.#each('torrents/removeWebSeeds', hashes, {urls: this.#joinedUrls(urls)}, bounds)
  }

  /* ───────────────────────────── limits ───────────────────────────── */

  /** bytes/s as they are; the server's 0 is no limit. */
  async setSpeedLimits(hashes: Hashes, args: TorrentVerbs['setSpeedLimits'], bounds: CallBounds): Answer {
    const {down, up} = args
    if (down !== undefined) await this.#bulk('torrents/setDownloadLimit', hashes, {limit: down ?? 0}, bounds)
    if (up !== undefined) await this.#bulk('torrents/setUploadLimit', hashes, {limit: up ?? 0}, bounds)
  }

  async setShareLimits(hashes: Hashes, args: TorrentVerbs['setShareLimits'], bounds: CallBounds): Answer {
    if (args.idleTime !== undefined && !this.#dialect.idleLimit) throw this.#unsupported('setShareLimits')
    const rows = await readTorrents(this.#wire, hashes, bounds)
    await setShareLimits(this.#wire, rows, args, bounds)
    return missingOf(hashes, rows)
  }

  /* ───────────────────────────── how they are sent ───────────────────────────── */

  async #bulk(path: string, hashes: Hashes, params: Params, bounds: CallBounds): Promise<void> {
    await this.#wire.post(path, {hashes: hashesOf(hashes), ...params}, bounds)
  }

  #each(path: string, hashes: Hashes, params: Params, bounds: CallBounds): Answer {
    return eachAlone(hashes, async (hash) => {
      await this.#wire.post(path, {hash, ...params}, bounds, {hash})
    })
  }

  /**
   * The server only knows to turn it round: sent to those alone that are read to differ. Never sent twice: when the
   * answer is lost, the outcome is unknown.
   */
  async #toggle(path: string, field: string, hashes: Hashes, on: boolean, bounds: CallBounds): Answer {
    const rows = await readTorrents(this.#wire, hashes, bounds)
    const others = hashes.filter((hash) => {
      const row = rows.get(hash)
      return row !== undefined && flagIn(row[field]) !== on
    })
    if (others.length > 0) await this.#bulk(path, others, {}, bounds)
    return missingOf(hashes, rows)
  }

  #joinedUrls(urls: readonly string[]): string {
    return joinedUrls(urls, this.#dialect.encodedUrls)
  }

  #unsupported(verb: TorrentVerb): NotSupported {
    return new NotSupported(this.#connection.detected().features[verb].reason, {verb})
  }
}

function notStarted(fault: CommodarrError | null, end: Parameters<typeof limitWords>[0]): CommandResult {
  const {code = 'command_refused', message} = fault ?? {}
  const words = `${limitWords(end)} It may have reached one, so it is not started for a check.`
  return {outcome: 'refused', code, message: message === undefined ? words : `${words} ${message}`}
}

const notThere: CommandResult = {
  outcome: 'failed',
  code: 'torrent_not_found',
  message: 'The server has no torrent with this hash.',
}

function missingOf(hashes: Hashes, rows: ReadonlyMap<InfoHash, NativeTorrent>): Outcomes {
  return new Map(
    hashes.map((hash) => [
      hash,
      rows.has(hash)
        ? {outcome: 'done'}
        : {
            outcome: 'failed',
            code: 'torrent_not_found',
            message: 'The server has no torrent with this hash.',
          },
    ]),
  )
}

/** `{hash: {added, failed}}` for the torrents the server has. */
function peerOutcomes(hashes: Hashes, counts: Readonly<Record<string, unknown>>): Outcomes {
  const outcomes = new Map<InfoHash, CommandResult>()
  for (const hash of hashes) {
    const count = counts[hash]
    if (!isRecord(count)) outcomes.set(hash, notThere)
    else if ((numberIn(count['added']) ?? 0) > 0) outcomes.set(hash, {outcome: 'done'})
    else outcomes.set(hash, {outcome: 'failed', code: 'command_refused', message: 'No peer was taken.'})
  }
  return outcomes
}

const queueWords = {top: 'topPrio', up: 'increasePrio', down: 'decreasePrio', bottom: 'bottomPrio'} as const

/**
 * A server knows it before something is put into it: with a name that it does not know or like it adds a torrent without
 * any category. An Arr, or another command of ours, may make the same one in the same moment: who is told so (409, the
 * words are those for a bad name) looks once more.
 *
 * @param category '' = none
 * @throws {CommandRefused} it is no name
 */
export async function ensureCategory(wire: Wire, category: string, bounds: CallBounds): Promise<void> {
  const isThere = async () => (await readCategories(wire, bounds)).some(({name}) => name === category)
  if (category === '' || (await isThere())) return
  try {
    await wire.post('torrents/createCategory', {category, savePath: ''}, bounds)
  } catch (error) {
    if (!(error instanceof CommandRefused) || !(await isThere())) throw error
  }
}
