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
import type {SagaRunner} from '#executor/saga-runner.ts'
import type {Fleet} from '#fleet/fleet.ts'
import type {Clock} from '#lib/clock.ts'
import type {Compartment, UserId} from '#model/access.ts'
import {quarantineTag, type SagaRecord} from '#model/automation-state.ts'
import type {Decision, SubjectName} from '#model/decision.ts'
import type {ListFreshness, ServerView} from '#model/services.ts'
import {keyText, type ServerId} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import type {KnownRuns, LostTime, LostTimeReport} from '#store/repositories/known-runs.ts'
import type {LastSeen} from '#store/repositories/last-seen.ts'
import type {InstanceMarks} from '../webhooks/instance-marks.ts'
import {ActiveAlerts, type AlertBoard} from './active-alerts.ts'

interface RestoredDeps {
  readonly board: AlertBoard
  readonly clock: Clock
  readonly log: {error(about: object, text: string): void; warn(about: object, text: string): void}
  readonly known: LastSeen['known']
  /** Where it is noted what has ended: a mark of that time is evidence of nothing new, also in the next run. */
  readonly runs: Pick<KnownRuns, 'lacks' | 'noteEnded' | 'noteGivenBack' | 'unfinished'>
  readonly instances: Pick<InstanceMarks, 'evidence' | 'isKnown' | 'onLost'>
  readonly fleet: Pick<Fleet, 'rowsOf' | 'keyAt' | 'valueAt'>
  readonly servers: {list(): readonly ServerView[]} & Pick<ListFreshness, 'freshSince'>
  /** That the database lacks a time is noted in it. */
  readonly ended: () => void
  /** Whose word a server is. */
  readonly compartmentOf: (id: ServerId) => Compartment
  readonly sagas: Pick<SagaRunner, 'abandon' | 'resume'>
  /** Lists again what was set aside since then and lies in the trash folders of a server. @throws what is tried again */
  readonly foundEntries: {list(serverId: ServerId, since: EpochMs): Promise<void>}
  readonly actionQueue: {
    forgetGranted(isMeant: (subject: SubjectName) => boolean): Promise<void>
    adoptQuarantine(subject: SubjectName): Promise<void>
    knowsQuarantine(subject: SubjectName): boolean
  }
}

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
  readonly #parts: RestoredDeps
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

  constructor(parts: RestoredDeps) {
    this.#parts = parts
    this.#alert = new ActiveAlerts(parts.board)
  }

  /** Before anything goes on. @param lost as the data folder says. @throws {StorageFault} */
  async start(lost: LostTime | null): Promise<void> {
    for (const {whose, report} of this.#parts.runs.unfinished()) this.#owed.set(whose, report)
    this.#show()
    const begun = lost && this.#begin(lost)
    this.#begun = begun
    this.#parts.instances.onLost((whose, its) => this.#hear(whose, its))
    if (begun) return begun
    void this.#decide()
  }

  /** @returns resolves when nothing of it goes on any more, and the database has that */
  async #hear(whose: Compartment, lost: LostTime): Promise<void> {
    await (whose === null || this.#begun ? this.#beginOnce(lost) : this.#beginFor(whose, lost))
    // One end is enough for all that the database lacks; each run that it lacks is noted.
    const {run, to: at} = lost
    const {runs, clock, ended} = this.#parts
    if (run !== null && runs.lacks({run, at}, whose) !== null)
      await this.#insist(() => runs.noteEnded(whose, lost, clock.now()), {whose}).then(ended)
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
    const {instances, log} = this.#parts
    try {
      await instances.evidence
      if (!this.#isStopped && !this.#begun) this.#await(0)
    } catch (error) {
      log.error({err: error}, 'what was under way was neither ended nor gone on with')
    }
  }

  /**
   * What told it tells it once: an end that fails is tried until it succeeds, and whoever waits for it waits. When we
   * stop before that it stays open.
   */
  async #insist(end: () => Promise<void>, about: object): Promise<void> {
    const {clock, log} = this.#parts
    const ended = Promise.withResolvers<void>()
    const attempt = (): void => {
      end().then(ended.resolve, (error: unknown) => {
        log.error({err: error, ...about}, 'what was under way could not be ended; it is tried again')
        if (this.#isStopped) return
        const cancel = clock.after(AGAIN_MS, () => {
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
    const {sagas, actionQueue, runs, clock, ended} = this.#parts
    this.#cancel?.()
    this.#cancel = null
    this.#looked.clear()
    this.#returned.clear()
    await actionQueue.forgetGranted(() => true)
    const report = this.#reportOf(lost, await sagas.abandon(() => true))
    await runs.noteEnded(null, lost, clock.now(), report)
    ended()
    this.#owed.set(null, report)
    // What the run before began to give back is a part of it.
    this.#alert.end(causeFor(null))
    this.#show()
    this.#plan()
  }

  #reportOf({from, to}: LostTime, left: readonly SagaRecord[]): LostTimeReport {
    const jobs = left.slice(0, MOST_NAMED).map(({kind, subject}) => `${kind} ${subject}`)
    return {id: randomUUIDv7(), at: this.#parts.clock.now(), from, to, abandoned: left.length, jobs}
  }

  /** A member is shown it with a server of theirs, as what has no server is for administrators alone. */
  #show(): void {
    const {servers, compartmentOf} = this.#parts
    for (const [whose, {id, at, jobs, ...args}] of this.#owed) {
      const server = servers.list().find((it) => whose !== null && compartmentOf(it.id) === whose)
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
    if (!this.#begun && !this.#isStopped) this.#parts.sagas.resume()
  }

  async #endOf(member: UserId, lost: LostTime): Promise<void> {
    const {actionQueue, sagas, runs, clock, compartmentOf, ended, log} = this.#parts
    const isMeant = ({serverId}: Pick<SubjectName, 'serverId'>) =>
      serverId !== null && compartmentOf(serverId) === member
    await actionQueue.forgetGranted(isMeant)
    const left = await sagas.abandon((saga) => isMeant(subjectOf(saga)))
    const report = this.#reportOf(lost, left)
    await runs.noteEnded(member, lost, clock.now(), report)
    ended()
    this.#owed.set(member, report)
    this.#alert.end(causeFor(member))
    this.#show()
    log.warn(
      {member, abandoned: left.length},
      'The database is an older copy for what a member has, as their servers or Arrs say.',
    )
    for (const id of [...this.#looked].filter((it) => compartmentOf(it) === member)) {
      this.#returned.delete(id)
      this.#giveBack(id)
    }
    if (this.#cancel === null) this.#plan()
  }

  /** Our tags tell, where no Arr does; a new database knows of none. @param ms since the start, `null` = all goes on */
  #await(ms: number | null): void {
    const {known, instances, servers, clock, compartmentOf} = this.#parts
    this.#cancel?.()
    this.#cancel = null
    if (known === null) return void (ms !== null && this.#goOn())
    // Then tags tell nothing more; servers are heard for those alone whose things are given back.
    const isOver = instances.isKnown || this.#begun !== null
    const enabled = servers.list().filter((it) => it.enabled)
    const heard = enabled.filter((it) => !this.#looked.has(it.id) && this.#isHeard(it))
    const doubted = heard.filter(
      ({id}) =>
        !isOver &&
        !this.#isOwed(id) &&
        this.#tagged(id).some((it) => !this.#parts.actionQueue.knowsQuarantine(it)),
    )
    const whose = new Set(doubted.map(({id}) => compartmentOf(id)))
    const lost: LostTime = {from: known.at, to: clock.now(), run: null}
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
    const goesOn = ms !== null && (instances.isKnown || isAll || ms >= LONGEST_MS)
    if (goesOn) void this.#goOn()
    if (isAll && enabled.length > 0 && this.#owed.size === 0) return
    const isWaiting = ms !== null && !goesOn
    this.#plan(isWaiting ? ms + WAITING_MS : null)
  }

  /** @param ms since the start, of the next look; `null` = all goes on */
  #plan(ms: number | null = null): void {
    if (this.#isStopped) return
    this.#cancel = this.#parts.clock.after(ms === null ? LOOK_MS : WAITING_MS, () => this.#await(ms))
  }

  #isOwed(id: ServerId): boolean {
    return this.#owed.has(null) || this.#owed.has(this.#parts.compartmentOf(id))
  }

  #giveBack(id: ServerId): void {
    this.#lookAt(id).catch((error: unknown) => {
      this.#looked.delete(id)
      this.#parts.log.error({err: error, serverId: id}, 'what was set aside there could not be given back')
    })
  }

  /** Ends what is over. */
  #settle(): void {
    const {servers, compartmentOf, runs, clock, log} = this.#parts
    if (this.#isStopped) return
    const left = servers.list().filter(({id, enabled}) => enabled && !this.#returned.has(id))
    for (const [whose, report] of this.#owed) {
      if (left.some(({id}) => compartmentOf(id) === whose)) continue
      // A member's server that never answers does not keep it standing for the house.
      const ofMembers = new Map<Compartment, LostTimeReport>()
      for (const {id} of whose === null ? left : []) {
        const member = compartmentOf(id)
        const its = this.#owed.get(member) ?? {...report, id: randomUUIDv7(), abandoned: 0, jobs: []}
        ofMembers.set(member, its)
      }
      this.#owed.delete(whose)
      for (const [member, its] of ofMembers) this.#owed.set(member, its)
      this.#alert.end(causeFor(whose))
      runs.noteGivenBack(whose, ofMembers, clock.now()).catch((error: unknown) => {
        log.error({err: error, whose}, 'what was given back could not be noted; the next start looks again')
      })
    }
  }

  #isHeard({id, wholeLists}: ServerView): boolean {
    return this.#parts.servers.freshSince(id) !== null && wholeLists > 0
  }

  #tagged(id: ServerId): readonly SubjectName[] {
    const {fleet} = this.#parts
    return [...fleet.rowsOf(id)]
      .filter((row) => fleet.valueAt(row, 'tags').includes(quarantineTag))
      .map((row) => fleet.keyAt(row))
      .map((key) => ({kind: 'torrent', key: keyText(key), serverId: key.serverId}))
  }

  async #lookAt(id: ServerId): Promise<void> {
    // What a member says of the database is no reason to list files of the house. Of a member's server the house is not
    // waited for: it may be over for the house when all is given back there.
    const report = this.#owed.get(null)
    for (const subject of this.#tagged(id)) await this.#parts.actionQueue.adoptQuarantine(subject)
    if (report) await this.#parts.foundEntries.list(id, report.from)
    this.#returned.add(id)
    this.#settle()
  }
}

function causeFor(whose: Compartment): string {
  return whose === null ? CAUSE : `${CAUSE} for ${whose}`
}

/** Of what has no decision nobody can say whose it is: it is the house's. */
function subjectOf({state}: SagaRecord): Pick<SubjectName, 'serverId'> {
  const {decision} = state as {readonly decision?: Pick<Decision, 'subject'>}
  return decision?.subject ?? {serverId: null}
}
