/**
 * The database is an older copy: a backup was put in its place, or in that of the whole data folder, and what was done
 * since it does not know. Nothing that was under way in it goes on, and what carries our tag without a reason that we
 * know is given back; all else is decided afresh by what servers and Arrs tell. Said once, until every server was looked
 * at.
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
import type {SagaRunner} from '#executor/saga-runner.ts'
import type {Fleet} from '#fleet/fleet.ts'
import type {Compartment, UserId} from '#model/access.ts'
import type {SagaRecord} from '#model/automation-state.ts'
import type {Decision, SubjectName} from '#model/decision.ts'
import type {ListFreshness, ServerView} from '#model/services.ts'
import {keyText, type ServerId} from '#model/torrent-key.ts'
import type {KnownRuns, LostTime} from '#store/known-runs.ts'
import type {LastSeen} from '#store/last-seen.ts'
import {quarantineTag} from '../actions/quarantines.ts'
import type {InstanceMarks} from '../webhooks/instance-marks.ts'
import {ActiveAlerts, type NoticeDeps} from './active-alerts.ts'

interface RestoredDeps extends NoticeDeps {
  readonly known: LastSeen['known']
  /** Where it is noted what has ended: a mark of that time is evidence of nothing new, also in the next run. */
  readonly runs: Pick<KnownRuns, 'lacks' | 'noteEnded'>
  readonly instances: Pick<InstanceMarks, 'evidence' | 'isKnown' | 'onLost'>
  readonly fleet: Pick<Fleet, 'rowsOf' | 'keyAt' | 'valueAt'>
  readonly servers: {list(): readonly ServerView[]} & Pick<ListFreshness, 'freshSince'>
  /** Whose word a server is. */
  readonly compartmentOf: (id: ServerId) => Compartment
  readonly sagas: Pick<SagaRunner, 'abandon' | 'resume'>
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
/** Of what is named in one line. */
const MOST_NAMED = 20

export class RestoredDatabase {
  readonly #parts: RestoredDeps
  readonly #alert: ActiveAlerts
  readonly #looked = new Set<ServerId>()
  /** What was under way for all has ended. `null` = nobody said yet that it is an older copy for all. */
  #begun: Promise<void> | null = null
  /** For these alone it is an older copy: what was under way for each has ended. */
  readonly #members = new Map<UserId, Promise<void>>()
  #cancel: () => void = () => {}
  /** What is to be ended once more. */
  readonly #waits = new Set<() => void>()
  #isStopped = false

  constructor(parts: RestoredDeps) {
    this.#parts = parts
    this.#alert = new ActiveAlerts(parts)
  }

  /** Before anything goes on. @param lost as the data folder says. @throws {StorageFault} */
  async start(lost: LostTime | null): Promise<void> {
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
    const {runs, clock} = this.#parts
    if (run !== null && runs.lacks({run, at}, whose) !== null)
      await this.#insist(() => runs.noteEnded(whose, lost, clock.now()), {whose})
  }

  /** Also long after the start: an Arr may have been away until then. */
  #beginOnce(lost: LostTime): Promise<void> {
    this.#begun ??= this.#insist(() => this.#begin(lost), {})
    return this.#begun
  }

  stop(): void {
    this.#isStopped = true
    this.#cancel()
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
    const {sagas, actionQueue, runs, clock} = this.#parts
    this.#cancel()
    this.#looked.clear()
    await actionQueue.forgetGranted(() => true)
    const left = await sagas.abandon(() => true)
    await runs.noteEnded(null, lost, clock.now())
    const jobs = left.slice(0, MOST_NAMED).map(({kind, subject}) => `${kind} ${subject}`)
    this.#alert.begin(CAUSE, {
      by: 'Store',
      subject: 'process',
      serverId: null,
      name: CAUSE,
      code: 'database_restored',
      args: {from: lost.from, to: lost.to, abandoned: left.length, jobs},
      message:
        'The database is an older copy: what was done since is not known. Nothing that was under way in it goes on; look whether it is still wanted.',
    })
    this.#plan()
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
    const {actionQueue, sagas, runs, clock, compartmentOf, log} = this.#parts
    const isMeant = ({serverId}: Pick<SubjectName, 'serverId'>) =>
      serverId !== null && compartmentOf(serverId) === member
    await actionQueue.forgetGranted(isMeant)
    const left = await sagas.abandon((saga) => isMeant(subjectOf(saga)))
    await runs.noteEnded(member, lost, clock.now())
    log.warn(
      {member, abandoned: left.length},
      'The database is an older copy for what a member has, as their servers or Arrs say.',
    )
    for (const id of this.#looked) if (compartmentOf(id) === member) this.#giveBack(id)
  }

  /** Our tags tell, where no Arr does; a new database knows of none. @param ms since the start, `null` = all goes on */
  #await(ms: number | null): void {
    const {known, instances, servers, clock, compartmentOf} = this.#parts
    if (known === null) return void (ms !== null && this.#goOn())
    // Then tags tell nothing more; servers are heard for members alone, whose things are given back.
    const {isKnown} = instances
    const enabled = servers.list().filter((it) => it.enabled)
    const heard = enabled.filter(({id}) => !this.#looked.has(id) && this.#isHeard(id))
    const doubted = heard.filter(
      ({id}) => !isKnown && this.#tagged(id).some((it) => !this.#parts.actionQueue.knowsQuarantine(it)),
    )
    const whose = new Set(doubted.map(({id}) => compartmentOf(id)))
    const lost: LostTime = {from: known.at, to: clock.now(), run: null}
    if (whose.has(null)) {
      void this.#beginOnce(lost)
      return
    }
    for (const {id} of heard) {
      this.#looked.add(id)
      if (this.#members.has(compartmentOf(id)!)) this.#giveBack(id)
    }
    for (const member of whose) if (member !== null) void this.#beginFor(member, lost)
    const isAll = enabled.every(({id}) => this.#looked.has(id))
    const goesOn = ms !== null && (isKnown || isAll || ms >= LONGEST_MS)
    if (goesOn) void this.#goOn()
    if (isAll && enabled.length > 0) return
    const isWaiting = ms !== null && !goesOn
    this.#cancel = clock.after(isWaiting ? WAITING_MS : LOOK_MS, () =>
      this.#await(isWaiting ? ms + WAITING_MS : null),
    )
  }

  /** Servers come after this: there is none yet when it starts. */
  #plan(): void {
    if (this.#isStopped) return
    this.#cancel = this.#parts.clock.after(LOOK_MS, () => this.#look())
  }

  #look(): void {
    const {servers, compartmentOf} = this.#parts
    const enabled = servers.list().filter((it) => it.enabled)
    for (const {id} of enabled) {
      if (this.#looked.has(id) || !this.#isHeard(id)) continue
      this.#looked.add(id)
      this.#giveBack(id)
    }
    const left = enabled.filter(({id}) => !this.#looked.has(id))
    // A member's server that never answers does not keep it standing for the house.
    if (left.every(({id}) => compartmentOf(id) !== null)) this.#alert.end(CAUSE)
    if (left.length > 0) this.#plan()
  }

  #giveBack(id: ServerId): void {
    this.#lookAt(id).catch((error: unknown) => {
      this.#looked.delete(id)
      this.#parts.log.error({err: error, serverId: id}, 'what was set aside there could not be given back')
    })
  }

  #isHeard(id: ServerId): boolean {
    const {servers} = this.#parts
    const wholeLists = servers.list().find((it) => it.id === id)?.wholeLists ?? 0
    return servers.freshSince(id) !== null && wholeLists > 0
  }

  #tagged(id: ServerId): readonly SubjectName[] {
    const {fleet} = this.#parts
    return [...fleet.rowsOf(id)]
      .filter((row) => fleet.valueAt(row, 'tags').includes(quarantineTag))
      .map((row) => fleet.keyAt(row))
      .map((key) => ({kind: 'torrent', key: keyText(key), serverId: key.serverId}))
  }

  async #lookAt(id: ServerId): Promise<void> {
    for (const subject of this.#tagged(id)) await this.#parts.actionQueue.adoptQuarantine(subject)
  }
}

/** Of what has no decision nobody can say whose it is: it is the house's. */
function subjectOf({state}: SagaRecord): Pick<SubjectName, 'serverId'> {
  const {decision} = state as {readonly decision?: Pick<Decision, 'subject'>}
  return decision?.subject ?? {serverId: null}
}
