/**
 * What is not believed for now, told to people: lists that lack too many torrents, servers that are not the ones that
 * they were, or are away and keep data of others, Arrs that do not answer or say themselves that they do not see their
 * downloads or reach no indexer, clocks that jumped or are wrong, and everything after a standstill.
 */
import {machineTime, type Clock} from '#lib/clock.ts'
import {TrustedTime} from '#lib/trusted-time.ts'
import {CATEGORIES_HIDDEN} from '#executor/guards/rules/freeze.ts'
import {doubtWords, type ArrCheck, type LibraryDoubt} from '#model/arr.ts'
import {hidesCategories, type ServerHealth} from '#model/server.ts'
import type {ListFreshness, ServerView} from '#model/services.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {DAY, HOUR, type EpochMs} from '#model/units.ts'
import type {OwnershipService} from '#ownership/ownership.ts'
import type {Managers} from '../supervision/managers.ts'
import {ActiveAlerts, type AlertBoard} from './active-alerts.ts'

export interface DoubtedArr {
  readonly id: string
  readonly name: string
  /** `null` = not known (yet). */
  readonly checks: readonly ArrCheck[] | null
  /** Each folder of its library once of which something was looked for and not seen. */
  readonly unseen: readonly LibraryDoubt[]
  /** Since when it has another database than what was remembered of it; `null` = it has not. */
  readonly replacedAt: EpochMs | null
  /** Why it does not answer; `null` = it does, or nothing is known yet. */
  readonly fault: string | null
}

/** Health checks turn red for minutes, and a person need not hear of that. */
const TOLD_AFTER_MS = HOUR * 1_000
/** So long it is told that an Arr has another database. */
const REPLACED_MS = DAY * 1_000
const LOOK_MS = 1_000
/** A clock of a server that was read before ours was put right is read again until then. */
const WRONG_MS = 10 * 60_000
const settling = 'The clock jumped: ages and hours are unknown until it has stayed where it is for an hour.'
const doubted =
  'The clock of this machine is implausible: ages and hours are unknown, and nothing expires or is deleted because of it, until the clock is corrected or an administrator opens the bell on a page and confirms it.'
/** Why a server is away that has an alert of its own. */
const shownElsewhere: ReadonlySet<ServerHealth['reason']> = new Set<ServerHealth['reason']>([
  'another_server',
  'address_forbidden',
  'list_dropped',
])
const CLOCK = 'clock'
const STANDSTILL = 'standstill'
/** One that only starts again, or misses one answer, is not worth a word. */
const AWAY_MS = 45_000
/** One that fails now and then is told of once: it is asked each quarter of an hour at least. */
const BACK_MS = 30 * 60_000

/** What follows from a red check of an Arr. */
const ofArrs = {
  removals: {
    code: 'arr_unwell',
    heals: false,
    meaning:
      'It does not see its downloads or its library, so rules remove nothing of what its message names, and import nothing, until it does. Fix it in the Arr; removals by a person still work.',
    afterMs: TOLD_AFTER_MS,
  },
  searches: {
    code: 'arr_without_indexers',
    heals: true,
    meaning: 'None of its indexers answers, so rules have it search for nothing until one does.',
    afterMs: 0,
  },
} as const

interface WatchedServers extends Pick<ListFreshness, 'standstills' | 'caughtUp'> {
  list(): readonly Pick<
    ServerView,
    'id' | 'enabled' | 'isNeverListed' | 'health' | 'clockAheadMs' | 'features'
  >[]
}

export class HealthMonitor {
  readonly #clock: Clock
  readonly #servers: WatchedServers
  readonly #managers: Pick<Managers, 'server'>
  readonly #ownership: Pick<OwnershipService, 'holdsOthers'>
  /** Those that are on. */
  readonly #arrs: {doubts(): readonly DoubtedArr[]}
  /** By the id of the server. */
  readonly #serverAlerts: ActiveAlerts
  /** By the id of the server at whose address another daemon answers. */
  readonly #others: ActiveAlerts
  /** By the id of the server of a member that is one of somebody else. */
  readonly #taken: ActiveAlerts
  /** By the id of the server that does not report its categories. */
  readonly #hidden: ActiveAlerts
  /** By the id of the server that is away, and keeps what others would remove. */
  readonly #holding: ActiveAlerts
  /** By the id of the server, by the duration clock. */
  readonly #awaySince = new Map<ServerId, number>()
  /** By the id of the Arr, and what is held back. */
  readonly #arrAlerts: ActiveAlerts
  readonly #serverClocks: ActiveAlerts
  /** By the id of the server, by the duration clock. */
  readonly #wrongSince = new Map<ServerId, number>()
  /** Since when a cause lasts, by the clock that does not jump. */
  readonly #since = new Map<string, number>()
  readonly #clockAlerts: ActiveAlerts
  readonly #standstill: ActiveAlerts
  readonly #time: TrustedTime
  /** Wall clock minus duration clock while it was believed, ms. */
  #offset: number
  /** How many are told of. */
  #standstills = 0
  #cancel: (() => void) | null = null

  constructor(
    board: AlertBoard,
    clock: Clock,
    servers: WatchedServers,
    managers: Pick<Managers, 'server'>,
    ownership: Pick<OwnershipService, 'holdsOthers'>,
    arrs: {doubts(): readonly DoubtedArr[]},
  ) {
    this.#clock = clock
    this.#servers = servers
    this.#managers = managers
    this.#ownership = ownership
    this.#arrs = arrs
    this.#serverAlerts = new ActiveAlerts(board)
    this.#others = new ActiveAlerts(board)
    this.#taken = new ActiveAlerts(board)
    this.#hidden = new ActiveAlerts(board)
    this.#holding = new ActiveAlerts(board)
    this.#arrAlerts = new ActiveAlerts(board)
    this.#serverClocks = new ActiveAlerts(board)
    this.#clockAlerts = new ActiveAlerts(board)
    this.#standstill = new ActiveAlerts(board)
    this.#time = new TrustedTime(clock)
    this.#offset = this.#offsetNow()
  }

  start(): void {
    this.#look()
  }

  stop(): void {
    this.#cancel?.()
  }

  #look(): void {
    this.#cancel = this.#clock.after(LOOK_MS, () => this.#look())
    const wasDoubted = this.#clockAlerts.open.length > 0
    this.#lookAtClock()
    this.#lookAtStandstills(wasDoubted || this.#clockAlerts.open.length > 0)
    this.#lookAtArrs()
    const servers = this.#servers.list()
    for (const server of servers) {
      this.#lookAt(server)
      this.#lookAtClockOf(server)
      this.#lookAtAbsenceOf(server)
      this.#lookAtCategoriesOf(server)
    }
    const here = new Set<string>(servers.map(({id}) => id))
    for (const alerts of [
      this.#serverAlerts,
      this.#others,
      this.#taken,
      this.#serverClocks,
      this.#hidden,
      this.#holding,
    ])
      for (const id of new Set(alerts.open).difference(here)) alerts.end(id)
    for (const id of this.#awaySince.keys()) if (!here.has(id)) this.#awaySince.delete(id)
  }

  /**
   * One that restarts is back before anybody notices; one that stays away, or whose address is mistyped, keeps data of
   * others until somebody does something about it. That another daemon answers there is told by itself.
   */
  #lookAtAbsenceOf({
    id,
    enabled,
    isNeverListed,
    health: {status, reason},
  }: Pick<ServerView, 'id' | 'enabled' | 'isNeverListed' | 'health'>): void {
    const isThere = status === 'online' || status === 'degraded'
    const isKnown = !enabled && !isNeverListed
    if (isKnown || isThere || shownElsewhere.has(reason)) {
      this.#awaySince.delete(id)
      return this.#holding.end(id)
    }
    const now = this.#clock.monotonic()
    const since = this.#awaySince.get(id) ?? now
    this.#awaySince.set(id, since)
    if (now - since < TOLD_AFTER_MS || !this.#ownership.holdsOthers(id)) return
    this.#holding.begin(id, {
      by: 'Freeze',
      subject: 'server',
      serverId: id,
      name: null,
      code: 'server_away',
      heals: true,
      args: {},
      message: isNeverListed
        ? 'Its list was never read, and it may use files of torrents on other servers, so rules keep those files. ' +
          `${enabled ? 'Bring it online or correct its address' : 'Switch it on until its list is read'}; or, if it ` +
          'works on another disk, say so by two names (Storage); or remove it, and confirm that it is permanently ' +
          'gone. A user may still confirm a removal.'
        : 'It has not been online for over an hour, and may use files of torrents on other servers, so rules keep ' +
          'those files. Bring it back or correct its address; or switch it off, then only what it listed last is ' +
          'kept. A user may still confirm a removal.',
    })
  }

  /** What began lasts until the server is believed again, also when it goes away in between. */
  #lookAt({id, health: {status, reason}}: Pick<ServerView, 'id' | 'health'>): void {
    if (status === 'paused' && reason === 'address_forbidden') {
      return this.#taken.begin(id, {
        by: 'Freeze',
        subject: 'server',
        serverId: id,
        name: null,
        code: 'address_forbidden',
        heals: false,
        args: {},
        message:
          'It lists the torrents of another user’s server, at another address: none of them is used, and it is not ' +
          'asked any more. If that is meant, an administrator allows its address (member_addresses).',
      })
    }
    this.#taken.end(id)
    if (status === 'online' || status === 'degraded') {
      this.#others.end(id)
      return this.#serverAlerts.end(id)
    }
    if (reason === 'another_server') {
      return this.#others.begin(id, {
        by: 'Freeze',
        subject: 'server',
        serverId: id,
        name: null,
        code: 'another_server',
        heals: false,
        args: {},
        message:
          'Another daemon seems to answer at its address: what waited for it was ended, and nothing is sent until ' +
          'a person confirms whether it is the same server.',
      })
    }
    if (status !== 'warming' || reason !== 'list_dropped') return
    this.#serverAlerts.begin(id, {
      by: 'Freeze',
      subject: 'server',
      serverId: id,
      name: null,
      code: 'population_drop',
      heals: true,
      args: {populationDrop: this.#managers.server(id)?.populationDrop ?? null},
      message: 'Its list lacks many torrents: nothing is concluded from it until two whole lists agree.',
    })
  }

  /** While ours is in doubt nobody can say. */
  #lookAtClockOf({id, clockAheadMs, health}: Pick<ServerView, 'id' | 'clockAheadMs' | 'health'>): void {
    const server = this.#managers.server(id)
    const isAway = health.status !== 'online' && health.status !== 'degraded'
    if (server === null || (clockAheadMs === null && isAway) || this.#clockAlerts.open.length > 0) {
      this.#wrongSince.delete(id)
      return
    }
    if (server.isClockRight) {
      this.#wrongSince.delete(id)
      return this.#serverClocks.end(id)
    }
    const now = this.#clock.monotonic()
    const since = this.#wrongSince.get(id) ?? now
    this.#wrongSince.set(id, since)
    if (now - since < WRONG_MS) return
    this.#serverClocks.begin(id, {
      by: 'Clock',
      subject: 'server',
      serverId: id,
      name: null,
      code: 'clock_wrong',
      heals: false,
      args: {seconds: clockAheadMs === null ? null : Math.round(clockAheadMs / 1_000)},
      message:
        'Its clock differs from ours, or it sends no time: its ages and seeding times count only as far as Commodarr observed them, and its activity times do not count at all. Correct its clock, or ours; a proxy in front of it must let the header Date through.',
    })
  }

  /** What began lasts until the server reports them, also when it goes away in between. */
  #lookAtCategoriesOf({id, features}: Pick<ServerView, 'id' | 'features'>): void {
    if (features === null) return
    if (!hidesCategories(features)) return this.#hidden.end(id)
    this.#hidden.begin(id, {
      by: 'Freeze',
      subject: 'server',
      serverId: id,
      name: null,
      code: CATEGORIES_HIDDEN,
      heals: false,
      args: {},
      message:
        'Its Label plugin is off, so it is unknown which torrents a person keeps by a label: rules remove and move ' +
        'nothing there, and the labels reported last stand. Switch on the Label plugin in the preferences of Deluge; ' +
        'removals by a person still work.',
    })
  }

  /** What began lasts until the Arr says that it is well, also when it goes away in between. */
  #lookAtArrs(): void {
    const lasting = new Set<string>()
    for (const arr of this.#arrs.doubts()) {
      const {id, name, checks} = arr
      this.#lookAtLibrary(arr, lasting)
      this.#lookAtDatabase(arr, lasting)
      this.#lookAtAnswers(arr, lasting)
      for (const holds of ['removals', 'searches'] as const) {
        const cause = `${id} ${holds}`
        const red = checks?.filter((it) => it.holds === holds && !isReportedAlready(it, arr.unseen)) ?? []
        if (checks === null || red.length > 0) lasting.add(cause)
        if (red.length === 0) continue
        const {code, heals, meaning, afterMs} = ofArrs[holds]
        if (this.#lasts(cause) < afterMs) continue
        const said = red.map(({message}) => message).filter((it) => it !== '')
        this.#arrAlerts.begin(cause, {
          by: 'Freeze',
          subject: 'arr',
          serverId: null,
          name,
          code,
          heals,
          args: {id, checks: red.map(({source}) => source), messages: said},
          message: [meaning, ...said].join(' '),
        })
      }
    }
    for (const cause of this.#arrAlerts.open) if (!lasting.has(cause)) this.#arrAlerts.end(cause)
    for (const cause of this.#since.keys()) if (!lasting.has(cause)) this.#since.delete(cause)
  }

  /** How long it lasts by now, ms. */
  #lasts(cause: string): number {
    const now = this.#clock.monotonic()
    const since = this.#since.get(cause) ?? now
    this.#since.set(cause, since)
    return now - since
  }

  /** One for each folder: a disk that is away takes all that lies on it. */
  #lookAtLibrary({id, name, unseen}: DoubtedArr, lasting: Set<string>): void {
    for (const doubt of unseen) {
      const cause = `${id} library ${doubt.folder}`
      lasting.add(cause)
      this.#arrAlerts.begin(cause, {
        by: 'Freeze',
        subject: 'arr',
        serverId: null,
        name,
        code: 'library_unseen',
        heals: false,
        args: {id, ...doubt},
        message: `${doubtWords(doubt)} ${doubt.why === 'own' ? 'Rules do not remove such torrents.' : 'Nothing that came in there is removed until it is seen again.'}`,
      })
    }
  }

  #lookAtDatabase({id, name, replacedAt}: DoubtedArr, lasting: Set<string>): void {
    if (replacedAt === null) return
    const cause = `${id} database ${replacedAt}`
    const isOver = this.#lasts(cause) >= REPLACED_MS
    lasting.add(cause)
    if (isOver) return this.#arrAlerts.end(cause)
    this.#arrAlerts.begin(cause, {
      by: 'Freeze',
      subject: 'arr',
      serverId: null,
      name,
      code: 'arr_replaced',
      heals: true,
      args: {id},
      message:
        'It has another database than before, so its numbers mean other items: nothing of it counts as imported or searched until it is proven again.',
    })
  }

  #lookAtAnswers({id, name, fault}: DoubtedArr, lasting: Set<string>): void {
    const cause = `${id} away`
    const stand = `${id} ${fault === null ? 'answers' : 'fails'}`
    const ms = this.#lasts(stand)
    lasting.add(stand)
    if (fault !== null || ms < BACK_MS) lasting.add(cause)
    if (fault === null || ms < AWAY_MS) return
    this.#arrAlerts.begin(cause, {
      by: 'Freeze',
      subject: 'arr',
      serverId: null,
      name,
      code: 'arr_away',
      heals: true,
      args: {id},
      message: `It does not answer, or not each time, so rules decide nothing by what it said before: ${fault}`,
    })
  }

  #lookAtClock(): void {
    if (this.#time.now() !== undefined) {
      this.#offset = this.#offsetNow()
      return this.#clockAlerts.end(CLOCK)
    }
    this.#clockAlerts.begin(CLOCK, {
      by: 'Clock',
      subject: 'process',
      serverId: null,
      name: CLOCK,
      code: 'clock_jumped',
      heals: true,
      args: {seconds: Math.round((this.#offsetNow() - this.#offset) / 1_000)},
      message: (this.#clock.leapMs?.() ?? null) === null ? settling : doubted,
    })
  }

  /** A clock that jumped is a cause of its own, and told of already. */
  #lookAtStandstills(isOfClock: boolean): void {
    const {count, seconds} = this.#servers.standstills()
    if (count === this.#standstills) return
    this.#standstills = count
    if (isOfClock) return
    this.#standstill.begin(STANDSTILL, {
      by: 'Clock',
      subject: 'process',
      serverId: null,
      name: STANDSTILL,
      code: 'stood_still',
      heals: true,
      args: {seconds},
      message:
        'The program or its machine was suspended: nothing is sent to a server before it has sent its list again.',
    })
    void this.#servers.caughtUp('all').then(() => this.#standstill.end(STANDSTILL))
  }

  #offsetNow(): number {
    return machineTime(this.#clock) - this.#clock.monotonic()
  }
}

/** That what it names is away was seen, too: one cause is told once. */
function isReportedAlready({about}: ArrCheck, unseen: readonly LibraryDoubt[]): boolean {
  if (!about || !('folders' in about) || unseen.length === 0) return false
  return about.folders.every((folder) => unseen.some((doubt) => doubt.folder === folder))
}
