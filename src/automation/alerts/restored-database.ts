/**
 * The database is an older copy: a backup was put in its place, or in that of the whole data folder, and what was done
 * since it does not know. Nothing that was under way in it goes on, and what carries our tag without a reason that we
 * know is given back; all else is decided afresh by what servers and Arrs tell. Said once, until every server was looked
 * at: by this run, or by the next one, which goes on with it.
 *
 *   the folder knows of a later time ─────────────────────────────┐
 *   else an Arr does (`webhooks/instance-marks.ts`) ──────────────┼─▶ an older copy
 *   else, where no Arr can say: our tag, and nobody knows why ────┘
 *   none of them, by all servers or within a minute ──▶ what was under way goes on
 *
 * Tags and marks on a member's servers and Arrs may be made up: by them the database is older for that member alone,
 * whose part ends and is given back likewise; nobody else's does (docs/decisions/035).
 *
 * Source: scenario S41.
 */
import {randomUUIDv7} from 'node:crypto'
import type {Compartment, UserId} from '#model/access.ts'
import type {SagaRecord} from '#model/automation-state.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {LostTime, LostTimeReport} from '#store/repositories/known-runs.ts'
import type {LastSeen} from '#store/repositories/last-seen.ts'
import type {InstanceMarks} from '../webhooks/instance-marks.ts'
import {ActiveAlerts, type WatchContext} from './active-alerts.ts'
import type {RestoredWork, TaggedServers} from './restored-work.ts'

const LOOK_MS = 60_000
/** While what was under way waits for the lists. */
const WAITING_MS = 5_000
const LONGEST_MS = 60_000
/** What could not be ended, as the database took nothing. */
const AGAIN_MS = 15_000
const CAUSE = 'restored'
const olderForAll =
  'The database is an older copy: what was done since is not known. Nothing that was under way in it goes on; look whether it is still wanted. What was moved to the trash since is listed there again.'
const olderForMember =
  'The database is an older copy, as an Arr or a server of its owner shows: what was done since for their torrents is not known. Nothing of that which was under way goes on; look whether it is still wanted.'
/** Of what is named in one line. */
const MOST_NAMED = 20

export class RestoredDatabase {
  readonly #clock: WatchContext['clock']
  readonly #log: WatchContext['log']
  readonly #lastSeen: Pick<LastSeen, 'known' | 'runs'>
  readonly #instances: Pick<InstanceMarks, 'evidence' | 'isKnown' | 'onLost'>
  readonly #servers: TaggedServers
  readonly #work: RestoredWork
  readonly #alert: ActiveAlerts
  /** Servers whose whole list was heard. */
  readonly #looked = new Set<ServerId>()
  /** Those of them where all that was set aside is given back. */
  readonly #returned = new Set<ServerId>()
  /** For whom what was set aside is given back, and what they are shown until then; `null` = for all. */
  readonly #owed = new Map<Compartment, LostTimeReport>()
  /** What was under way for all has ended. `null` = nobody said yet that it is an older copy for all. */
  #begun: Promise<void> | null = null
  /** For these alone it is an older copy: what was under way for each has ended. */
  readonly #members = new Map<UserId, Promise<void>>()
  /** `null` = it does not look at servers. */
  #cancel: (() => void) | null = null
  /** What is to be ended once more. */
  readonly #waits = new Set<() => void>()
  #isStopped = false
  #noted: () => void = () => undefined

  constructor(
    {board, clock, log}: WatchContext,
    lastSeen: Pick<LastSeen, 'known' | 'runs'>,
    instances: Pick<InstanceMarks, 'evidence' | 'isKnown' | 'onLost'>,
    servers: TaggedServers,
    work: RestoredWork,
  ) {
    this.#clock = clock
    this.#log = log
    this.#lastSeen = lastSeen
    this.#instances = instances
    this.#servers = servers
    this.#work = work
    this.#alert = new ActiveAlerts(board)
  }

  /** Called each time it was noted in the database that it lacks a time. */
  onNoted(listener: () => void): void {
    this.#noted = listener
  }

  /** Before anything goes on. @param lost as the data folder says. @throws {StorageFault} */
  async start(lost: LostTime | null): Promise<void> {
    for (const {whose, report} of this.#lastSeen.runs.unfinished()) this.#owed.set(whose, report)
    this.#show()
    const begun = lost && this.#begin(lost)
    this.#begun = begun
    this.#instances.onLost((whose, its) => this.#hear(whose, its))
    if (begun) return begun
    void this.#decide()
  }

  /** @returns resolves when nothing of it goes on any more, and the database has that */
  async #hear(whose: Compartment, lost: LostTime): Promise<void> {
    await (whose === null || this.#begun ? this.#beginOnce(lost) : this.#beginFor(whose, lost))
    // One end is enough for all that the database lacks; each run that it lacks is noted.
    const {run, to: at} = lost
    if (run !== null && this.#lastSeen.runs.lacks({run, at}, whose) !== null)
      await this.#insist(() => this.#note(whose, lost), {whose})
  }

  /** Also long after the start: an Arr may have been away until then. */
  #beginOnce(lost: LostTime): Promise<void> {
    this.#begun ??= this.#insist(() => this.#begin(lost), {})
    return this.#begun
  }

  stop(): void {
    this.#isStopped = true
    this.#cancel?.()
    for (const cancel of this.#waits) cancel()
  }

  async #decide(): Promise<void> {
    try {
      await this.#instances.evidence
      if (!this.#isStopped && !this.#begun) this.#await(0)
    } catch (error) {
      this.#log.error({err: error}, 'what was under way was neither ended nor gone on with')
    }
  }

  /**
   * What told it tells it once: an end that fails is tried until it succeeds, and whoever waits for it waits. When we
   * stop before that it stays open.
   */
  async #insist(end: () => Promise<void>, about: object): Promise<void> {
    const ended = Promise.withResolvers<void>()
    const attempt = (): void => {
      end().then(ended.resolve, (error: unknown) => {
        this.#log.error({err: error, ...about}, 'what was under way could not be ended; it is tried again')
        if (this.#isStopped) return
        const cancel = this.#clock.after(AGAIN_MS, () => {
          this.#waits.delete(cancel)
          attempt()
        })
        this.#waits.add(cancel)
      })
    }
    attempt()
    return ended.promise
  }

  async #begin(lost: LostTime): Promise<void> {
    this.#cancel?.()
    this.#cancel = null
    this.#looked.clear()
    this.#returned.clear()
    const report = this.#reportOf(lost, await this.#work.end(() => true))
    await this.#note(null, lost, report)
    this.#owed.set(null, report)
    // What the run before began to give back is a part of it.
    this.#alert.end(causeFor(null))
    this.#show()
    this.#plan()
  }

  async #note(whose: Compartment, lost: LostTime, report?: LostTimeReport): Promise<void> {
    await this.#lastSeen.runs.noteEnded(whose, lost, this.#clock.now(), report)
    this.#noted()
  }

  #reportOf({from, to}: LostTime, left: readonly SagaRecord[]): LostTimeReport {
    const jobs = left.slice(0, MOST_NAMED).map(({kind, subject}) => `${kind} ${subject}`)
    return {id: randomUUIDv7(), at: this.#clock.now(), from, to, abandoned: left.length, jobs}
  }

  /** A member is shown it with a server of theirs, as what has no server is for administrators alone. */
  #show(): void {
    for (const [whose, {id, at, jobs, ...args}] of this.#owed) {
      const server = whose === null ? undefined : this.#servers.oneOf(whose)
      if (whose !== null && !server) continue
      const about = server
        ? ({subject: 'server', serverId: server.id, name: server.name, args} as const)
        : ({subject: 'process', serverId: null, name: CAUSE, args: {...args, jobs}} as const)
      const message = server ? olderForMember : olderForAll
      this.#alert.begin(
        causeFor(whose),
        {by: 'Store', ...about, code: 'database_restored', heals: false, message},
        {id, at},
      )
    }
  }

  /** What a member has by himself is decided afresh, and given back where it carries our tag. */
  #beginFor(member: UserId, lost: LostTime): Promise<void> {
    const ended = this.#members.get(member) ?? this.#insist(() => this.#endOf(member, lost), {member})
    this.#members.set(member, ended)
    return ended
  }

  /** Not before what may not go on has ended: each step of it would be done. */
  async #goOn(): Promise<void> {
    let count: number
    do {
      count = this.#members.size
      await Promise.all(this.#members.values())
    } while (count !== this.#members.size)
    if (!this.#begun && !this.#isStopped) this.#work.resume()
  }

  async #endOf(member: UserId, lost: LostTime): Promise<void> {
    const left = await this.#work.end((server) => server !== null && this.#servers.whose(server) === member)
    const report = this.#reportOf(lost, left)
    await this.#note(member, lost, report)
    this.#owed.set(member, report)
    this.#alert.end(causeFor(member))
    this.#show()
    this.#log.warn(
      {member, abandoned: left.length},
      'The database is an older copy for what a member has, as their servers or Arrs say.',
    )
    for (const id of [...this.#looked].filter((it) => this.#servers.whose(it) === member)) {
      this.#returned.delete(id)
      this.#giveBack(id)
    }
    if (this.#cancel === null) this.#plan()
  }

  /** Our tags tell, where no Arr does; a new database knows of none. @param ms since the start, `null` = all goes on */
  #await(ms: number | null): void {
    this.#cancel?.()
    this.#cancel = null
    if (this.#lastSeen.known === null) return void (ms !== null && this.#goOn())
    // Then tags tell nothing more; servers are heard for those alone whose things are given back.
    const isOver = this.#instances.isKnown || this.#begun !== null
    const enabled = this.#servers.enabled()
    const heard = enabled.filter((it) => !this.#looked.has(it.id) && this.#servers.isHeard(it))
    const doubted = heard.filter(
      ({id}) => !isOver && !this.#isOwed(id) && this.#servers.tagged(id).some((it) => !this.#work.knows(it)),
    )
    const whose = new Set(doubted.map(({id}) => this.#servers.whose(id)))
    const lost: LostTime = {from: this.#lastSeen.known.at, to: this.#clock.now(), run: null}
    if (whose.has(null)) {
      void this.#beginOnce(lost)
      return
    }
    for (const {id} of heard) {
      this.#looked.add(id)
      if (this.#isOwed(id)) this.#giveBack(id)
    }
    for (const member of whose) if (member !== null) void this.#beginFor(member, lost)
    this.#show()
    this.#settle()
    const isAll = enabled.every(({id}) => this.#looked.has(id))
    const goesOn = ms !== null && (this.#instances.isKnown || isAll || ms >= LONGEST_MS)
    if (goesOn) void this.#goOn()
    if (isAll && enabled.length > 0 && this.#owed.size === 0) return
    const isWaiting = ms !== null && !goesOn
    this.#plan(isWaiting ? ms + WAITING_MS : null)
  }

  /** @param ms since the start, of the next look; `null` = all goes on */
  #plan(ms: number | null = null): void {
    if (this.#isStopped) return
    this.#cancel = this.#clock.after(ms === null ? LOOK_MS : WAITING_MS, () => this.#await(ms))
  }

  #isOwed(id: ServerId): boolean {
    return this.#owed.has(null) || this.#owed.has(this.#servers.whose(id))
  }

  #giveBack(id: ServerId): void {
    this.#lookAt(id).catch((error: unknown) => {
      this.#looked.delete(id)
      this.#log.error({err: error, serverId: id}, 'what was set aside there could not be given back')
    })
  }

  /** Ends what is over. */
  #settle(): void {
    if (this.#isStopped) return
    const left = this.#servers.enabled().filter(({id}) => !this.#returned.has(id))
    for (const [whose, report] of this.#owed) {
      if (left.some(({id}) => this.#servers.whose(id) === whose)) continue
      // A member's server that never answers does not keep it standing for the house.
      const ofMembers = new Map<Compartment, LostTimeReport>()
      for (const {id} of whose === null ? left : []) {
        const member = this.#servers.whose(id)
        const its = this.#owed.get(member) ?? {...report, id: randomUUIDv7(), abandoned: 0, jobs: []}
        ofMembers.set(member, its)
      }
      this.#owed.delete(whose)
      for (const [member, its] of ofMembers) this.#owed.set(member, its)
      this.#alert.end(causeFor(whose))
      this.#lastSeen.runs.noteGivenBack(whose, ofMembers, this.#clock.now()).catch((error: unknown) => {
        this.#log.error(
          {err: error, whose},
          'what was given back could not be noted; the next start looks again',
        )
      })
    }
  }

  async #lookAt(id: ServerId): Promise<void> {
    // What a member says of the database is no reason to list files of the house. Of a member's server the house is not
    // waited for: it may be over for the house when all is given back there.
    const report = this.#owed.get(null)
    await this.#work.giveBack(this.#servers.tagged(id))
    if (report) await this.#work.listTrash(id, report.from)
    this.#returned.add(id)
    this.#settle()
  }
}

function causeFor(whose: Compartment): string {
  return whose === null ? CAUSE : `${CAUSE} for ${whose}`
}
