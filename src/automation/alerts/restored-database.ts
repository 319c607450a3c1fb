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
 * Source: scenario S41.
 */
import type {SagaRunner} from '#executor/saga-runner.ts'
import type {Fleet} from '#fleet/fleet.ts'
import type {SubjectName} from '#model/decision.ts'
import type {ListFreshness, ServerView} from '#model/services.ts'
import {keyText, type ServerId} from '#model/torrent-key.ts'
import type {LastSeen, LostTime} from '#store/last-seen.ts'
import {quarantineTag} from '../actions/quarantines.ts'
import type {InstanceMarks} from '../webhooks/instance-marks.ts'
import {ActiveAlerts, type NoticeDeps} from './active-alerts.ts'

interface RestoredDeps extends NoticeDeps {
  readonly known: LastSeen['known']
  readonly instances: Pick<InstanceMarks, 'evidence' | 'isKnown'>
  readonly fleet: Pick<Fleet, 'rowsOf' | 'keyAt' | 'valueAt'>
  readonly servers: {list(): readonly ServerView[]} & Pick<ListFreshness, 'freshSince'>
  readonly sagas: Pick<SagaRunner, 'abandon' | 'resume'>
  readonly actionQueue: {
    forgetGranted(): Promise<void>
    adoptQuarantine(subject: SubjectName): Promise<void>
    knowsQuarantine(subject: SubjectName): boolean
  }
}

const LOOK_MS = 60_000
/** While what was under way waits for the lists. */
const WAITING_MS = 5_000
const LONGEST_MS = 60_000
const CAUSE = 'restored'
/** Of what is named in one line. */
const MOST_NAMED = 20

export class RestoredDatabase {
  readonly #parts: RestoredDeps
  readonly #alert: ActiveAlerts
  readonly #looked = new Set<ServerId>()
  #cancel: () => void = () => {}
  #isStopped = false

  constructor(parts: RestoredDeps) {
    this.#parts = parts
    this.#alert = new ActiveAlerts(parts)
  }

  /** Before anything goes on. @param lost as the data folder says. @throws {StorageFault} */
  async start(lost: LostTime | null): Promise<void> {
    if (lost) return this.#begin(lost)
    void this.#decide()
  }

  stop(): void {
    this.#isStopped = true
    this.#cancel()
  }

  async #decide(): Promise<void> {
    const {instances, log} = this.#parts
    try {
      const lost = await instances.evidence
      if (this.#isStopped) return
      if (lost) await this.#begin(lost)
      else this.#await(0)
    } catch (error) {
      log.error({err: error}, 'what was under way was neither ended nor gone on with')
    }
  }

  async #begin(lost: LostTime): Promise<void> {
    const {sagas, actionQueue} = this.#parts
    this.#looked.clear()
    await actionQueue.forgetGranted()
    const left = await sagas.abandon()
    const jobs = left.slice(0, MOST_NAMED).map(({kind, subject}) => `${kind} ${subject}`)
    this.#alert.begin(CAUSE, {
      by: 'Store',
      subject: 'process',
      serverId: null,
      name: CAUSE,
      code: 'database_restored',
      args: {...lost, abandoned: left.length, jobs},
      message:
        'The database is an older copy: what was done since is not known. Nothing that was under way in it goes on; look whether it is still wanted.',
    })
    this.#plan()
  }

  /** Our tags tell, where no Arr does; a new database knows of none. @param ms since the start, `null` = all goes on */
  #await(ms: number | null): void {
    const {known, instances, servers, sagas, clock, log} = this.#parts
    if (known === null || instances.isKnown) return void (ms !== null && sagas.resume())
    const enabled = servers.list().filter((it) => it.enabled)
    const heard = enabled.filter(({id}) => !this.#looked.has(id) && this.#isHeard(id))
    if (heard.some(({id}) => this.#tagged(id).some((it) => !this.#parts.actionQueue.knowsQuarantine(it)))) {
      const lost = {from: known.at, to: clock.now()}
      this.#begin(lost).catch((error: unknown) =>
        log.error({err: error}, 'what was under way could not be ended'),
      )
      return
    }
    for (const {id} of heard) this.#looked.add(id)
    const isAll = enabled.every(({id}) => this.#looked.has(id))
    const goesOn = ms !== null && (isAll || ms >= LONGEST_MS)
    if (goesOn) sagas.resume()
    if (isAll && enabled.length > 0) return
    const isWaiting = ms !== null && !goesOn
    this.#cancel = clock.after(isWaiting ? WAITING_MS : LOOK_MS, () =>
      this.#await(isWaiting ? ms + WAITING_MS : null),
    )
  }

  /** Servers come after this: there is none yet when it starts. */
  #plan(): void {
    this.#cancel = this.#parts.clock.after(LOOK_MS, () => this.#look())
  }

  #look(): void {
    const {servers, log} = this.#parts
    const enabled = servers.list().filter((it) => it.enabled)
    for (const {id} of enabled) {
      if (this.#looked.has(id) || !this.#isHeard(id)) continue
      this.#looked.add(id)
      this.#lookAt(id).catch((error: unknown) => {
        this.#looked.delete(id)
        log.error({err: error, serverId: id}, 'what was set aside there could not be given back')
      })
    }
    if (enabled.every(({id}) => this.#looked.has(id))) this.#alert.end(CAUSE)
    else this.#plan()
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
