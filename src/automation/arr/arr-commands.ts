/**
 * What people and rules want of an Arr, in the Arr's own terms. What it has in its queue and its history is asked for
 * again before something is given up; nothing is ever deleted through it, as removals go through our guards alone.
 * Source: Sonarr and Radarr.
 */
import type {ArrPort} from '#arr-client/api/port.ts'
import {commandEnd} from '#arr-client/command-end.ts'
import type {RefusalWatch} from '#arr-client/refusal-watch.ts'
import {classOfRejection} from '#arr-client/reject-class.ts'
import {classesOf} from '#arr-client/release-class.ts'
import {heardIn, searchOutcome, type SearchWords} from '#arr-client/search-outcome.ts'
import {researchAfter, willResearch} from '#arr-client/search-policy.ts'
import {isGoing, SearchWatch} from '#arr-client/search-watch.ts'
import {sleep, type Clock} from '#lib/clock.ts'
import {
  failureOf,
  mediaIdIn,
  mediaKey,
  mediaKindIn,
  type ArrCommand,
  type BlockedRelease,
  type DownloadId,
  type FoundRelease,
  type GrabbedQuality,
  type HistoryRow,
  type ImportCandidate,
  type ImportMode,
  type LibraryItem,
  type MediaKind,
  type MediaRef,
  type QualityProfile,
  type QueueDownload,
  type QueueRow,
} from '#model/arr.ts'
import type {ArrAction} from '#model/arr-service.ts'
import type {SearchEnd, SearchGrab} from '#model/automation-state.ts'
import type {ArrChange, WantedAction} from '#model/decision.ts'
import {CommandRefused, CommodarrError, NotSupported} from '#model/errors.ts'
import {importTriage, type ImportProof} from '#model/import-triage.ts'
import {containerForeignId, type SeenContainer} from '#model/profile-switches.ts'
import {seasonIn} from '#model/searching.ts'
import {DAY, type EpochMs} from '#model/units.ts'
import {asInfoHash} from '#model/torrent-key.ts'
import type {
  ArrCommandResult,
  GrabMessage,
  SearchAsked,
  SearchOwed,
  SearchSent,
  WantedSearch,
} from '../manager/messages.ts'
import {blocklisted, feedsRead, ignored, imported, lookedFor, monitored, profiled} from './arr-actions.ts'
import {mediaTitle} from './title-cache.ts'

/** A download that a rule wants something for. */
interface ActionSubject {
  readonly downloadId: DownloadId
  /** In the queue, as it was read last; `null` = it is not in it. */
  readonly inQueue: QueueDownload | null
  /** Only what would be given up, and nothing is. */
  readonly isDry: boolean
  /** For who reads the history of the Arr. */
  readonly why: string
  readonly isOfPerson?: true
}

interface Failure {
  readonly downloadId: DownloadId
  readonly skipRedownload: boolean
  /** For who reads the history of the Arr. */
  readonly why: string
}

const BY_A_PERSON = 'Commodarr: a person gave it up.'
const untouched = {removeFromClient: false, changeCategory: false} as const

/** Torrents finish in bursts, and one look of the Arr takes in all of them: the first is not kept waiting. */
const FIRST_MS = 100
const APART_MS = 1_000
/** Not every Arr keeps parts of a second. */
const SECOND_MS = 1_000
/** One look of an Arr at its servers, all of which answer, and more; or most imports. */
const LOOK_MS = 60_000
/** One look: who asked only to have it begun is told what failed at once, and is not kept waiting. */
const NOW_MS = 0

export class ArrCommands {
  readonly #port: ArrPort
  readonly #clock: Clock
  readonly #log: Pick<RefusalWatch, 'refusedGrabs'>
  readonly #blocklisting: (downloadId: DownloadId, is: boolean) => void
  readonly #watch: SearchWatch
  readonly #queue: () => readonly QueueRow[] | null
  #refreshing: Promise<ArrCommand> | null = null
  /** By the duration clock. */
  #refreshedAt = Number.NEGATIVE_INFINITY

  /**
   * @param log who reads it: what it tells beside what was asked for is news to somebody else
   * @param blocklisting hears what a rule has blocklisted before it is sent, and when it was refused
   * @param heard of its searches and its queue; absent = nothing
   */
  constructor(
    port: ArrPort,
    clock: Clock,
    log: Pick<RefusalWatch, 'refusedGrabs'>,
    blocklisting: (downloadId: DownloadId, is: boolean) => void = () => undefined,
    heard: {readonly watch: SearchWatch; readonly queue: () => readonly QueueRow[] | null} = {
      watch: new SearchWatch(),
      queue: () => null,
    },
  ) {
    this.#port = port
    this.#clock = clock
    this.#log = log
    this.#blocklisting = blocklisting
    this.#watch = heard.watch
    this.#queue = heard.queue
  }

  /** By the clock: nobody waits for what comes of it. @throws {CommodarrError} */
  async begin(what: 'refresh' | 'rssSync'): Promise<void> {
    await (what === 'refresh' ? this.#refresh() : this.#rssSync())
  }

  /**
   * For a person, who is told when nothing comes of it.
   * @returns which command a search is there; `null` = it is no search
   * @throws {CommodarrError} what the Arr refused, or what ails it
   */
  async act(
    action: Exclude<ArrAction, {readonly what: 'resumeSearches'}>,
    queued: (downloadId: DownloadId) => QueueDownload | null,
  ): Promise<number | null> {
    if (action.what !== 'search') {
      await this.#actOnDownload(action, queued)
      return null
    }
    const id = await this.search(action.items.map(mediaKey))
    await this.#end(id, NOW_MS)
    return id
  }

  async #actOnDownload(
    action: Exclude<ArrAction, {readonly what: 'search' | 'resumeSearches'}>,
    queued: (downloadId: DownloadId) => QueueDownload | null,
  ): Promise<void> {
    switch (action.what) {
      case 'refresh':
        return void (await this.#end((await this.#refresh()).id, NOW_MS))
      case 'rssSync':
        return void (await this.#end((await this.#rssSync()).id, NOW_MS))
      case 'importAnyway':
        if (action.isProven) await this.#demandProof(action.downloadId)
        return this.#importAll(action.downloadId, action.mode, queued(action.downloadId))
      case 'blocklist': {
        const {downloadId} = action
        const inQueue = queued(downloadId)
        const about = {downloadId, inQueue, isDry: false, why: BY_A_PERSON, isOfPerson: true} as const
        const {change} = await this.#giveUp(about, action.searchAgain)
        if (change === null) throw new CommandRefused('This Arr has blocklisted it already.')
        return
      }
      case 'ignore': {
        const inQueue = queued(action.downloadId)
        if (!inQueue) throw new CommandRefused('It is not in the queue of its Arr any more.')
        return this.#forget(ignorable(inQueue), BY_A_PERSON)
      }
    }
  }

  /**
   * What would have to be searched by us, were this blocklisted; `null` = nothing.
   * @throws {CommodarrError} it cannot be
   */
  async owes(about: Omit<ActionSubject, 'isDry' | 'why'>, search: boolean): Promise<SearchOwed | null> {
    return (await this.#giveUp({...about, isDry: true, why: ''}, search)).owed
  }

  /**
   * For a rule: what is so already is done. What is owed has `failure` '' where none made it necessary.
   * @throws {CommodarrError} the same; {NotSupported}
   */
  async ruleAction(wanted: WantedAction, about: ActionSubject): Promise<ArrCommandResult> {
    const {action, params} = wanted
    const {inQueue, isDry, why} = about
    if (action === 'arr.search') {
      const media = await this.#monitored(demanded(inQueue?.media ?? []))
      return {change: null, owed: {media: media.map(mediaKey), failure: '', given: null}}
    }
    if (action === 'arr.blocklist') return this.#giveUp(about, params['search'] !== false)
    if (action !== 'arr.queueRemove') return {change: await this.#do(wanted, inQueue), owed: null}
    if (!inQueue) return {change: null, owed: null}
    const row = ignorable(inQueue)
    if (!isDry) await this.#forget(row, why)
    return {change: ignored(inQueue), owed: null}
  }

  /** @throws {CommodarrError} */
  async #do({action, params}: WantedAction, inQueue: QueueDownload | null): Promise<ArrChange> {
    switch (action) {
      case 'arr.refresh':
        return lookedFor(await this.#refresh())
      case 'arr.rssSync':
        return feedsRead(await this.#rssSync())
      case 'arr.monitor': {
        const [media, on] = [demanded(inQueue?.media ?? []), params['on'] === true]
        await this.#port.setMonitored(
          media.map(({id}) => id),
          on,
        )
        return monitored(media, on)
      }
      case 'arr.profile': {
        const [media, name] = [demanded(inQueue?.media ?? []), String(params['name'])]
        await this.#profile(
          media.map(({id, parentId}) => parentId ?? id),
          name,
        )
        return profiled(media, name)
      }
      case 'arr.import':
        return this.#scan(inQueue, (params['mode'] as ImportMode | undefined) ?? 'auto')
      default:
        throw new NotSupported(`An Arr does not do ${action}.`)
    }
  }

  /**
   * Blocklists it, so that it is searched once where that is wanted: by the Arr if it does so by itself, else by us.
   * Without a grab the Arr would say yes and do nothing.
   * @returns no action = it has failed there already
   * @throws {CommodarrError}
   */
  async #giveUp(
    {downloadId, inQueue, isDry, why, isOfPerson}: ActionSubject,
    search: boolean,
  ): Promise<ArrCommandResult> {
    const rows = await this.#port.historyOf(downloadId)
    const grabs = rows.filter(({event}) => event === 'grabbed')
    const last = latest(grabs)
    if (!last) throw notGrabbed()
    if (rows.some(({event, id}) => event === 'failed' && id > last.id)) return {change: null, owed: null}
    const handling = await this.#port.downloadHandling()
    const queueId = isDry ? (inQueue?.rows[0]?.id ?? null) : await this.#queueIdOf(downloadId, inQueue)
    const way = queueId === null ? 'history' : 'queue'
    const {skipRedownload, searchOurselves, arrSearches} = researchAfter(
      search,
      way,
      handling,
      last.interactive,
    )
    const media = mediaOf(grabs)
    if (searchOurselves && media.length === 0)
      throw new CommandRefused('Which items it belongs to is not known, so none could be searched.')
    const give = () => this.#blocklist({downloadId, skipRedownload, why}, queueId)
    if (!isDry) await (isOfPerson ? give() : this.#ofARule(downloadId, give))
    const failure = failureOf(downloadId, last.at)
    const searchedBy = searchOurselves ? 'us' : arrSearches ? 'arr' : 'none'
    const given = {downloadId, title: last.title, media, failure, grabbedAt: last.at, searchedBy} as const
    const owed = {media, failure, given: {downloadId, grabbedAt: last.at}}
    return {change: blocklisted(given), owed: searchOurselves ? owed : null}
  }

  /** `null` = it did not grab it. @throws {CommodarrError} */
  async grab(downloadId: DownloadId): Promise<GrabMessage | null> {
    const rows = await this.#port.historyOf(downloadId)
    const grabs = rows.filter(({event}) => event === 'grabbed')
    const last = latest(grabs)
    if (last === null) return null
    return {
      at: last.at,
      title: last.title,
      media: mediaOf(grabs),
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
  async blocklist(failure: Failure, inQueue: QueueDownload | null): Promise<void> {
    const queueId = await this.#queueIdOf(failure.downloadId, inQueue)
    return this.#ofARule(failure.downloadId, () => this.#blocklist(failure, queueId))
  }

  /** The history of an Arr does not tell who had it blocklist a download: that is remembered here. */
  async #ofARule<T>(downloadId: DownloadId, blocklist: () => Promise<T>): Promise<T> {
    this.#blocklisting(downloadId, true)
    try {
      return await blocklist()
    } catch (error) {
      if (error instanceof CommandRefused) this.#blocklisting(downloadId, false)
      throw error
    }
  }

  /**
   * Of a row that stands for it; `null` = none. What its Arr grabbed a moment ago, it finds at its next look: it is told
   * to look first. Marked by its grab and found before the search that follows, it would be in the way of that search:
   * an Arr takes nothing in place of what its queue has, and drops what failed at the look after.
   */
  async #queueIdOf(downloadId: DownloadId, inQueue: QueueDownload | null): Promise<number | null> {
    const known = inQueue?.rows[0]
    if (known) return known.id
    await this.#commandEnd((await this.#refresh()).id, LOOK_MS)
    const rows = await this.#port.queue()
    return rows.find((row) => row.downloadId === downloadId)?.id ?? null
  }

  #commandEnd(id: number, mostMs: number) {
    return commandEnd(this.#port, id, {clock: this.#clock, mostMs})
  }

  /** An Arr takes every command; what came of it its end says. @throws {CommandRefused} it failed, or achieved nothing */
  async #end(id: number, mostMs: number): Promise<ArrCommand | null> {
    const command = await this.#commandEnd(id, mostMs)
    if (command === null || command === 'running') return null
    const {status, result, failure, message} = command
    const isGood = status === 'completed' && result !== 'unsuccessful'
    if (isGood || status === 'unknown') return command
    const why = failure || message
    const what = status === 'completed' ? 'achieved nothing' : `ended as ${status}`
    throw new CommandRefused(`Its command ${id} ${what}${why === '' ? '' : `: ${why}`}.`, {command: id})
  }

  async #blocklist({downloadId, skipRedownload, why}: Failure, queueId: number | null): Promise<void> {
    const removal = {...untouched, blocklist: true, skipRedownload, message: why}
    if (queueId !== null && (await this.#port.removeFromQueue(queueId, removal))) return
    const grab = (await this.#port.historyOf(downloadId)).find(({event}) => event === 'grabbed')
    if (!grab) throw notGrabbed()
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

  /**
   * Lets a release be grabbed again: its entries go, all else of the failure stays. They are known by its name, by what
   * it is for, and by the time, as no Arr tells the download of an entry.
   * @returns how many went; 0 = there was none (any more)
   * @throws {CommodarrError}
   */
  async unblock({title, items, grabbedAt}: BlockedRelease): Promise<number> {
    const wanted = new Set(items.map(numberOf))
    const found: number[] = []
    await this.#port.blocklist((row) => {
      const isFor = wanted.size === 0 || row.items.some((id) => wanted.has(id))
      const isSince = row.at === null || row.at + SECOND_MS > grabbedAt
      if (row.title === title && isFor && isSince) found.push(row.id)
    })
    let gone = 0
    for (const id of found) if (await this.#port.removeFromBlocklist(id)) gone++
    return gone
  }

  /** @param media as `mediaKey` gives it. @returns which command it is there. @throws {CommodarrError} */
  async search(media: readonly string[]): Promise<number> {
    return (await this.#searchFor(media)).id
  }

  async #searchFor(media: readonly string[]): Promise<ArrCommand> {
    const season = media.length === 1 ? seasonIn(media[0]!) : null
    if (season)
      return this.#port.command({
        what: 'searchSeason',
        parentId: season.seriesId,
        seasonNumber: season.seasonNumber,
      })
    const ids = media.map(numberOf).filter((id) => id > 0)
    if (ids.length === 0)
      throw new CommandRefused('Which items it belongs to is not known, so none is searched.')
    return this.#port.command({what: 'search', ids})
  }

  /**
   * The same on a schedule, after a last look: an Arr does not report all that changes, and searches what is not monitored
   * as well.
   * @returns `null` = nothing of it is wanted any more
   * @throws {CommodarrError}
   */
  async searchWanted({media, isLookedAt, ...about}: WantedSearch): Promise<SearchSent | null> {
    const wanted = isLookedAt ? media : await this.#wantedOf(media, about)
    if (wanted.length === 0) return null
    const running = this.#watch.running
    const {id} = await this.#searchFor(wanted)
    return {commandId: id, isOthers: running.includes(id)}
  }

  /**
   * The same as a list, which says of each release why it is not taken; the best one that would be is. It takes no worker of
   * the Arr, and may take minutes.
   * @returns `null` = nothing of it is wanted any more
   * @throws {CommodarrError}
   */
  async searchExplained({media, isLookedAt, ...about}: WantedSearch): Promise<SearchEnd | null> {
    const wanted = isLookedAt ? media : await this.#wantedOf(media, about)
    const [unit] = wanted
    if (unit === undefined) return null
    const begun = this.#clock.now()
    const season = seasonIn(unit)
    const found = await this.#port.releases(season ?? {id: numberOf(unit)})
    const title = await this.#grabBest(found)
    return {
      outcome: title !== null ? 'grabbed' : found.length === 0 ? 'nothing_found' : 'all_rejected',
      endedAt: this.#clock.now(),
      title: null,
      said: null,
      found: found.length,
      indexers: null,
      grabs: title === null ? [] : [await this.#grabOf(title, begun)],
      refused: [],
      rejects: classesOf(found),
    }
  }

  /** Of indexers that search automatically. @returns its name; `null` = none could be taken */
  async #grabBest(found: readonly FoundRelease[]): Promise<string | null> {
    const approved = found.filter(({approved: is}) => is)
    if (approved.length === 0) return null
    const indexers = await this.#port.indexers()
    const automatic = new Set(indexers.flatMap(({id, automaticSearch}) => (automaticSearch ? [id] : [])))
    const best = approved
      .filter(({indexerId}) => automatic.has(indexerId))
      .sort((a, b) => a.weight - b.weight)
    for (const release of best.slice(0, MOST_TRIED)) if (await this.#isGrabbed(release)) return release.title
    return null
  }

  async #isGrabbed(release: FoundRelease): Promise<boolean> {
    try {
      return await this.#port.grab(release)
    } catch (error) {
      // Its indexer did not give it: the next one may.
      if (error instanceof CommandRefused) return false
      throw error
    }
  }

  /** As its history has it, which tells its download. */
  async #grabOf(title: string, since: EpochMs): Promise<SearchGrab> {
    const rows = await this.#port.historySince(since - BEFORE_MS)
    const row = rows.findLast((one) => one.event === 'grabbed' && one.title === title)
    return {title, downloadId: row?.downloadId ?? null}
  }

  async #wantedOf(
    media: readonly string[],
    {unmonitored, missing, notSince = Infinity}: Omit<WantedSearch, 'media' | 'isLookedAt'>,
  ): Promise<readonly string[]> {
    const isWanted = ({monitored: is, hasFile, searchedAt}: LibraryItem) =>
      (is || unmonitored) && !(missing && hasFile) && (searchedAt ?? -Infinity) < notSince
    if (media.length > 1 && this.#port.media !== 'movie') {
      // All of them are of one season: two questions tell of all.
      const parent = await this.#parentOf(media)
      const items = parent > 0 ? await this.#port.itemsOf(parent) : []
      const left = new Set(items.filter(isWanted).map(({id}) => id))
      return media.filter((one) => left.has(numberOf(one)))
    }
    const wanted: string[] = []
    for (const one of media) {
      const season = seasonIn(one)
      const kind = mediaKindIn(one)
      if (season) {
        if ((await this.#episodesOf(season)).some(isWanted)) wanted.push(one)
        continue
      }
      const id = mediaIdIn(one)
      if (id === null) continue
      const item = kind === 'movie' ? await this.#port.item(id) : await this.#port.itemBelow(id)
      if (item && isWanted(item)) wanted.push(one)
    }
    return wanted
  }

  /**
   * What came of a search, by its command and by what was grabbed for its items since it began.
   * @returns `null` = it is under way, or nobody can say yet
   * @throws {CommodarrError}
   */
  async searchEnd({media, commandId, since, title, indexers}: SearchAsked): Promise<SearchEnd | null> {
    const heard = commandId === null ? null : this.#watch.of(commandId)
    // As long as it is heard to go on, nothing is asked.
    if (heard && isGoing(heard.command)) return null
    const command = heard?.command ?? (commandId === null ? null : await this.#port.commandState(commandId))
    if (command && isGoing(command)) return null
    const words = heard?.words ?? heardIn(command ? [command.message] : [])
    const begun = command?.queuedAt ?? since
    const ended = command?.endedAt ?? this.#clock.now()
    const about = {command, words, expectedIndexers: indexers ?? null}
    if (title !== undefined && saysNothing(words))
      return {
        ...searchOutcome({...about, ...nothingSeen}),
        endedAt: ended,
        title,
        grabs: [],
        refused: [],
        rejects: {},
      }
    const items = await this.#itemsIn(media)
    const rows = (await this.#port.historySince(begun - LATELY_MS)).filter(
      (row) => row.media !== null && items.includes(mediaKey(row.media)),
    )
    const isOfIt = (at: EpochMs) => at >= begun - BEFORE_MS && at <= ended + BEHIND_MS
    const grabs = rows.flatMap(({event, at, interactive, downloadId, title: release}) =>
      event === 'grabbed' && !interactive && isOfIt(at) ? [{downloadId, title: release}] : [],
    )
    if (commandId === null && grabs.length === 0) return null
    const owner = await this.#ownerOf(
      items,
      rows.flatMap((row) => row.media ?? []),
    )
    const below = owner === null || this.#port.media === 'movie' ? [] : await this.#port.itemsOf(owner.id)
    const its = below.filter(({kind, id}) => items.includes(mediaKey({kind: kind as MediaKind, id})))
    const refused =
      grabs.length > 0 || owner === null
        ? []
        : (await this.#log.refusedGrabs()).filter(
            ({at, title: release}) => isOfIt(at) && isOf(owner.title, release),
          )
    const end = searchOutcome({
      ...about,
      grabs: grabs.length,
      refused: refused.length,
      isHeldByClient: this.#waitsForClient(items),
      wasSearched: wasSearchedSince(owner?.kind === 'movie' ? [owner] : its, begun - BEFORE_MS),
    })
    return {
      ...end,
      endedAt: ended,
      title: title ?? (owner && mediaTitle(owner, its)),
      grabs,
      refused: refused.map(({title: name, why}) => ({title: name, why})),
      rejects: {},
    }
  }

  /** With the episodes of each season in place of it. */
  async #itemsIn(media: readonly string[]): Promise<readonly string[]> {
    const items: string[] = []
    for (const one of media) {
      const season = seasonIn(one)
      if (season === null) items.push(one)
      else items.push(...(await this.#episodesOf(season)).map(({id}) => mediaKey({kind: 'episode', id})))
    }
    return items
  }

  async #episodesOf({
    seriesId,
    seasonNumber,
  }: {
    seriesId: number
    seasonNumber: number
  }): Promise<LibraryItem[]> {
    const all = await this.#port.itemsOf(seriesId)
    return all.filter((item) => item.seasonNumber === seasonNumber)
  }

  #waitsForClient(items: readonly string[]): boolean {
    return (this.#queue() ?? []).some(
      ({status, media}) =>
        status === 'downloadClientUnavailable' && media.some((one) => items.includes(mediaKey(one))),
    )
  }

  /** @param about of rows of its history that tell of it. @returns `null` = none of it is in the library any more */
  async #ownerOf(media: readonly string[], about: readonly MediaRef[]): Promise<LibraryItem | null> {
    const isMovie = this.#port.media === 'movie'
    const owner = isMovie ? numberOf(media[0] ?? '/0') : (about[0]?.parentId ?? (await this.#parentOf(media)))
    return owner > 0 ? this.#port.item(owner) : null
  }

  /** Of episodes, albums or books by their numbers alone, as the history has nothing of what was never grabbed. 0 = of none. */
  async #parentOf(media: readonly string[]): Promise<number> {
    for (const key of media.slice(0, MOST_ASKED)) {
      const item = await this.#port.itemBelow(numberOf(key))
      if (item?.parentId) return item.parentId
    }
    return 0
  }

  /** Whether it was asked for a search of these since then. @throws {CommodarrError} */
  async heardOf(media: readonly string[], since: EpochMs): Promise<boolean> {
    return heardOf(this.#port, await this.#itemsIn(media), since)
  }

  /**
   * Asked by its API, an Arr searches and grabs what nobody monitors as well: what a person gave up stays so.
   * Source: Sonarr and Radarr.
   * @throws {CommodarrError} none of these is monitored; what ails the Arr
   */
  async #monitored(media: readonly MediaRef[]): Promise<readonly MediaRef[]> {
    const wanted: MediaRef[] = []
    for (const [owner, some] of Map.groupBy(media, ({kind, id, parentId}) =>
      kind === 'movie' ? id : parentId,
    )) {
      const whole = owner === null ? null : await this.#port.item(owner)
      if (!whole?.monitored) continue
      const items = whole.kind === 'movie' ? [whole] : await this.#port.itemsOf(owner!)
      const watched = new Set(items.flatMap(({id, monitored: isOn}) => (isOn ? [id] : [])))
      wanted.push(...some.filter(({id}) => watched.has(id)))
    }
    if (wanted.length > 0) return wanted
    throw new CommandRefused('None of its items is monitored there: a person gave it up.')
  }

  /** Everybody who asks within a moment gets the same one, which is sent after they all asked. */
  #refresh(): Promise<ArrCommand> {
    this.#refreshing ??= this.#refreshSoon()
    return this.#refreshing
  }

  async #refreshSoon(): Promise<ArrCommand> {
    const since = this.#clock.monotonic() - this.#refreshedAt
    await sleep(this.#clock, Math.max(FIRST_MS, APART_MS - since))
    this.#refreshing = null
    this.#refreshedAt = this.#clock.monotonic()
    return this.#port.command({what: 'refreshDownloads'})
  }

  #rssSync(): Promise<ArrCommand> {
    return this.#port.command({what: 'rssSync'})
  }

  async #profile(ids: readonly number[], name: string): Promise<void> {
    const profile = (await this.#port.qualityProfiles()).find((it) => it.name === name)
    if (!profile) throw new CommandRefused(`This Arr has no quality profile ${name}.`)
    await this.#port.setProfile(ids, profile.id)
  }

  /** Movies, series, artists or authors as they are now; `null` = it is not there (any more). @throws {CommodarrError} */
  async containers(ids: readonly number[]): Promise<readonly (SeenContainer | null)[]> {
    const seen: (SeenContainer | null)[] = []
    for (const id of ids) {
      const found = await this.#port.item(id)
      seen.push(
        found && {
          foreignId: containerForeignId(found),
          title: found.title,
          profileId: found.profileId,
          monitored: found.monitored,
          missing: found.kind === 'movie' ? Number(found.hasFile !== true) : found.missing,
        },
      )
    }
    return seen
  }

  /** @throws {CommodarrError} */
  qualityProfiles(): Promise<readonly QualityProfile[]> {
    return this.#port.qualityProfiles()
  }

  /** Of movies, series, artists or authors: nothing else of them changes. @throws {CommodarrError} */
  async setProfile(ids: readonly number[], profileId: number): Promise<void> {
    await this.#port.setProfile(ids, profileId)
  }

  /** Only what it tracks: of anything else it would take the folder for its own and empty it. */
  async #scan(inQueue: QueueDownload | null, mode: ImportMode): Promise<ArrChange> {
    const row = inQueue?.rows.find(({outputPath, state}) => outputPath !== '' && state === 'importPending')
    if (!inQueue || !row) throw new CommandRefused('This Arr does not wait to import it.')
    // `auto` would move what the Arr takes for finished, and the torrent goes on seeding.
    const gentle = mode === 'auto' ? 'copy' : mode
    const {downloadId} = inQueue
    const {outputPath: path} = row
    const command = await this.#port.command({what: 'scanDownload', path, downloadId, mode: gentle})
    await this.#end(command.id, LOOK_MS)
    return imported(inQueue, gentle, command)
  }

  /** Done is what its history says came in: the command of an Arr may end well, and nothing did. */
  async #importAll(downloadId: DownloadId, mode: ImportMode, inQueue: QueueDownload | null): Promise<void> {
    if (inQueue?.rows.some(({state}) => state === 'downloading'))
      throw new CommandRefused('It has not come in yet.')
    if (mode === 'move' && asInfoHash(downloadId) !== null)
      throw new CommandRefused(
        'The Arr would move the files away from its torrent, and from others that seed them. Import with `copy`, and remove the torrent later.',
      )
    const before = await this.#port.historyOf(downloadId)
    const files = await this.#importable(downloadId, inQueue, before)
    const wish = {what: 'import', files, mode: mode === 'auto' ? 'copy' : mode} as const
    const {id} = await this.#port.command(wish)
    if ((await this.#end(id, LOOK_MS)) === null) {
      throw new CommodarrError('unconfirmed', `The Arr has not ended it yet (its command ${id}).`, {
        command: id,
      })
    }
    const rows = await this.#port.historyOf(downloadId)
    if (rows.some((row) => cameIn(row) && !before.some(({id: old}) => old === row.id))) return
    throw new CommandRefused(`The Arr ended its command ${id}, and imported nothing.`, {command: id})
  }

  /**
   * Each file that the Arr finds has to be of what it grabbed it for, and it may have nothing against one but that it
   * cannot tell which item it is.
   * @throws {CommodarrError}
   */
  async importProof(downloadId: DownloadId): Promise<ImportProof> {
    const history = await this.#port.historyOf(downloadId)
    const grabbed = history.flatMap(({event, media}) => (event === 'grabbed' && media ? [media] : []))
    if (grabbed.length === 0)
      return {files: 0, doubt: 'This Arr did not grab it, so what it is for is not proven.'}
    const found = await this.#port.importCandidates(downloadId)
    const asGrabbed = await this.#port.grabbedQuality(downloadId)
    return proofOf({found, wanted: grabbed, asGrabbed, downloadId})
  }

  /** @throws {CommandRefused} */
  async #demandProof(downloadId: DownloadId): Promise<void> {
    const {doubt} = await this.importProof(downloadId)
    if (doubt !== null) throw new CommandRefused(`It is not imported: ${doubt}`)
  }

  /** @throws {CommandRefused} of none is known what it is */
  async #importable(
    downloadId: DownloadId,
    inQueue: QueueDownload | null,
    history: readonly HistoryRow[],
  ): Promise<readonly ImportCandidate[]> {
    const found = await this.#port.importCandidates(downloadId)
    const asGrabbed = await this.#port.grabbedQuality(downloadId)
    const grabbed = history.flatMap(({event, media}) => (event === 'grabbed' && media ? [media] : []))
    const wanted = inQueue && isKnown(inQueue) ? inQueue.media : grabbed
    const {files, missing} = importable({found, wanted, asGrabbed, downloadId})
    if (files.length > 0) return files
    throw new CommandRefused(
      found.length === 0
        ? 'The Arr finds no file of it.'
        : `The Arr can import none of its files: ${missing}.`,
    )
  }

  async #forget({id}: QueueDownload['rows'][number], why: string): Promise<void> {
    const removal = {...untouched, blocklist: false, skipRedownload: true, message: why}
    await this.#port.removeFromQueue(id, removal)
  }
}

function cameIn({event}: HistoryRow): boolean {
  return event === 'imported' || event === 'downloadImported'
}

function isKnown({media}: {readonly media: readonly MediaRef[]}): boolean {
  return media.some(({id}) => id > 0)
}

const hasOneFile: ReadonlySet<MediaKind> = new Set<MediaKind>(['movie', 'episode'])

interface Importing {
  readonly found: readonly ImportCandidate[]
  /** What the download is for. */
  readonly wanted: readonly MediaRef[]
  /** `null` = it was not grabbed. */
  readonly asGrabbed: GrabbedQuality | null
  readonly downloadId: DownloadId
}

/**
 * Files with all that an Arr needs to import them. What it could not read from a name is taken from the grab, where
 * nothing else can be meant: one file is left, for what no other file is. Of several files of one movie or episode the
 * largest is it, the others are samples.
 * @returns and what is missing of the others, for people
 */
function importable({found, wanted, asGrabbed, downloadId}: Importing): {
  readonly files: readonly ImportCandidate[]
  readonly missing: string
} {
  const known = matchedWith({found, wanted, asGrabbed, downloadId}).filter(isKnown)
  const whole = known.filter(isWholeFile)
  const byItem = Map.groupBy(whole, ({media, path}) =>
    hasOneFile.has(media[0]!.kind) ? media.map(mediaKey).join() : path,
  )
  const files = [...byItem.values()].map((some) => some.reduce((one, it) => (it.size > one.size ? it : one)))
  return {
    files,
    missing:
      known.length === 0 ? 'which item they are is not known' : 'their quality or tracks are not known',
  }
}

/** With what the grab says of files that say nothing themselves. */
function matchedWith({found, wanted, asGrabbed, downloadId}: Importing): readonly ImportCandidate[] {
  const taken = new Set(found.flatMap(({media}) => media.map(mediaKey)))
  const left = wanted.filter((one) => one.id > 0 && !taken.has(mediaKey(one)))
  const unread = found.filter((file) => !isKnown(file))
  return found.map((file) => ({
    ...file,
    downloadId,
    media: !isKnown(file) && unread.length === 1 ? left : file.media,
    sendBack: {...file.sendBack, ...missingIn(file.sendBack, asGrabbed)},
  }))
}

function isWholeFile({sendBack}: ImportCandidate): boolean {
  return Boolean(sendBack['quality']) && !isEmptyList(sendBack['trackIds'])
}

/** @param importing `wanted` is what it was grabbed for */
function proofOf(importing: Importing): ImportProof {
  const {found, wanted} = importing
  const grabbed = new Set(wanted.map(mediaKey))
  const doubts = matchedWith(importing).flatMap((file) => doubtOf(file, grabbed) ?? [])
  if (found.length === 0) doubts.push('The Arr finds no file of it.')
  const {files} = importable(importing)
  if (doubts.length === 0 && files.length < found.length)
    doubts.push('It has several files for one item, and which of them is meant is not known.')
  return {files: files.length, doubt: doubts[0] ?? null}
}

function doubtOf(file: ImportCandidate, grabbed: ReadonlySet<string>): string | null {
  const name = file.path.split(/[/\\]/).at(-1) ?? file.path
  const against = file.rejections.find((one) => !importTriage[classOfRejection(one)].isProvable)
  if (against) return `${name}: ${against.text.replace(/\.?$/, '.')}`
  if (!isKnown(file)) return `What ${name} is cannot be read from its name or its grab.`
  if (!file.media.every((one) => grabbed.has(mediaKey(one))))
    return `${name} is for something else than it was grabbed for.`
  return isWholeFile(file) ? null : `The quality or the tracks of ${name} are not known.`
}

function missingIn(
  sendBack: ImportCandidate['sendBack'],
  asGrabbed: GrabbedQuality | null,
): ImportCandidate['sendBack'] {
  if (asGrabbed === null) return {}
  const {quality, languages} = asGrabbed
  return {
    ...(!sendBack['quality'] && {quality}),
    ...('languages' in sendBack && isEmptyList(sendBack['languages']) && {languages}),
  }
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}

/** What it could match with nothing it does not ignore, and says yes anyway. @throws {CommandRefused} */
function ignorable({rows, media}: QueueDownload): QueueDownload['rows'][number] {
  const row = rows[0]
  if (row && media.length > 0) return row
  throw new CommandRefused(
    'Its Arr does not know what it is, and ignores only what it knows: it would stay in the queue.',
  )
}

/** Of an item, by its `mediaKey`. */
function numberOf(key: string): number {
  return Number(key.slice(key.indexOf('/') + 1))
}

function notGrabbed(): CommandRefused {
  return new CommandRefused('This Arr did not grab it, so there is nothing to blocklist.')
}

function mediaOf(grabs: readonly HistoryRow[]): readonly string[] {
  return [...new Set(grabs.flatMap(({media}) => (media ? [mediaKey(media)] : [])))]
}

function demanded(media: QueueDownload['media']): QueueDownload['media'] {
  if (media.length > 0) return media
  throw new CommandRefused('Which items it belongs to is not known.')
}

/** By its number: the clock of an Arr may have been set back meanwhile. */
function latest(rows: readonly HistoryRow[]): HistoryRow | null {
  return rows.reduce<HistoryRow | null>((best, row) => (best && best.id >= row.id ? best : row), null)
}

/*
 * Whether an Arr was asked for a search, after a crash or a lost answer that came before it was written down. An Arr
 * tells of a command for some minutes after its end alone, and not which items it was for; for longer it tells when it
 * searched an item last, and what it grabbed. Source: Sonarr and Radarr.
 */

/** A grab of a search is written at most so long before its command is told, and so long after its end. */
const BEFORE_MS = 5_000
const BEHIND_MS = 60_000

/** Releases that are tried until one is taken. */
const MOST_TRIED = 3

/** It asked indexers, and speaks neither of a release nor of a grab: there is nothing to look for. */
function saysNothing({indexers, found, grabbed}: SearchWords): boolean {
  return indexers !== null && (found ?? 0) === 0 && grabbed === 0
}

const nothingSeen = {grabs: 0, refused: 0, isHeldByClient: false, wasSearched: null} as const

/** @returns `null` = it has none of them, or keeps no such time */
function wasSearchedSince(items: readonly LibraryItem[], at: EpochMs): boolean | null {
  if (items.length === 0) return null
  return items.some(({searchedAt}) => searchedAt !== null && searchedAt >= at)
}

/** Whether a release is called like it: releases bear dots for blanks, and no marks. Another name than the Arr's is not known. */
export function isOf(title: string, release: string): boolean {
  const words = (text: string) =>
    text
      .normalize('NFKD')
      .toLowerCase()
      .replaceAll(/[\p{M}'’`]/gu, '')
      .replaceAll('&', ' and ')
      .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
      .trim()
  const wanted = words(title.replace(/\s*\(\d{4}\)$/, ''))
  return wanted !== '' && ` ${words(release)} `.startsWith(` ${wanted} `)
}

/** Of what was searched at once, so many are asked for until one is in the library. */
const MOST_ASKED = 3

/** What is searched again failed no longer before. */
const LATELY_MS = DAY * 1_000

/**
 * By whoever, since then. Of commands any search counts: one too few is possible, one too many is not, unless the Arr
 * has forgotten the command, found nothing, and keeps no time of its searches.
 * @param media as `mediaKey` gives it
 * @throws {CommodarrError}
 */
export async function heardOf(
  port: Pick<ArrPort, 'commands' | 'historySince' | 'item' | 'itemBelow' | 'itemsOf'>,
  media: readonly string[],
  since: EpochMs,
): Promise<boolean> {
  const isSince = (at: EpochMs | null) => at !== null && at + SECOND_MS > since
  const commands = await port.commands()
  if (commands.some(({name, queuedAt}) => /search$/i.test(name) && (queuedAt ?? 0) >= since)) return true
  const rows = await port.historySince(since - LATELY_MS)
  const about = rows.filter((row) => row.media !== null && media.includes(mediaKey(row.media)))
  if (about.some(({event, at}) => event === 'grabbed' && isSince(at))) return true
  const items =
    about.length === 0
      ? await itemsAlone(port, media)
      : await itemsBeside(
          port,
          about.map((row) => row.media!),
        )
  return items.some(
    ({kind, id, searchedAt}) =>
      media.includes(mediaKey({kind: kind as MediaKind, id})) && isSince(searchedAt),
  )
}

/** Of which the history has nothing. */
async function itemsAlone(
  port: Pick<ArrPort, 'item' | 'itemBelow'>,
  media: readonly string[],
): Promise<readonly LibraryItem[]> {
  const found: LibraryItem[] = []
  for (const key of media.slice(0, MOST_ASKED)) {
    const id = numberOf(key)
    const item = mediaKindIn(key) === 'movie' ? await port.item(id) : await port.itemBelow(id)
    if (item) found.push(item)
  }
  return found
}

/** They, and all others of the same series, artist or author. */
async function itemsBeside(
  port: Pick<ArrPort, 'item' | 'itemsOf'>,
  media: readonly MediaRef[],
): Promise<readonly LibraryItem[]> {
  const found: LibraryItem[] = []
  for (const id of new Set(media.flatMap(({parentId}) => parentId ?? [])))
    found.push(...(await port.itemsOf(id)))
  for (const id of new Set(media.filter(({parentId}) => parentId === null).map((one) => one.id))) {
    const item = await port.item(id)
    if (item) found.push(item)
  }
  return found
}
