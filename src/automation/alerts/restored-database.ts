/**
 * The database is an older copy: a backup was put in its place, and what was done since it does not know. Nothing that was
 * under way in it goes on, and what carries our tag without a reason that we know is given back; all else is decided
 * afresh by what servers and Arrs tell. Said once, until every server was looked at.
 *
 * Source: safety scenario 41.
 */
import type {SagaRunner} from '#executor/saga-runner.ts'
import type {Fleet} from '#fleet/fleet.ts'
import type {SubjectName} from '#model/decision.ts'
import type {ListFreshness, ServerView} from '#model/services.ts'
import {keyText, type ServerId} from '#model/torrent-key.ts'
import type {LostTime} from '#store/last-seen.ts'
import {quarantineTag} from '../actions/quarantines.ts'
import {ActiveAlerts, type NoticeDeps} from './active-alerts.ts'

interface RestoredDeps extends NoticeDeps {
  readonly lost: LostTime
  readonly fleet: Pick<Fleet, 'rowsOf' | 'keyAt' | 'valueAt'>
  readonly servers: {list(): readonly ServerView[]} & Pick<ListFreshness, 'freshSince'>
  readonly sagas: Pick<SagaRunner, 'abandon'>
  readonly desk: {forgetGranted(): Promise<void>; adoptQuarantine(subject: SubjectName): Promise<void>}
}

const LOOK_MS = 60_000
const CAUSE = 'restored'
/** Of what is named in one line. */
const MOST_NAMED = 20

export class RestoredDatabase {
  readonly #parts: RestoredDeps
  readonly #alert: ActiveAlerts
  readonly #looked = new Set<ServerId>()
  #cancel: () => void = () => {}

  constructor(parts: RestoredDeps) {
    this.#parts = parts
    this.#alert = new ActiveAlerts(parts)
  }

  /** Before anything goes on. @throws {StorageFault} */
  async start(): Promise<void> {
    const {sagas, desk, lost} = this.#parts
    await desk.forgetGranted()
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

  stop(): void {
    this.#cancel()
  }

  /** Servers come after this: there is none yet when it starts. */
  #plan(): void {
    this.#cancel = this.#parts.clock.after(LOOK_MS, () => this.#look())
  }

  #look(): void {
    const {servers, log} = this.#parts
    const enabled = servers.list().filter((it) => it.enabled)
    for (const {id, wholeLists} of enabled) {
      if (this.#looked.has(id) || servers.freshSince(id) === null || wholeLists === 0) continue
      this.#looked.add(id)
      this.#lookAt(id).catch((error: unknown) => {
        this.#looked.delete(id)
        log.error({err: error, serverId: id}, 'what was set aside there could not be given back')
      })
    }
    if (enabled.every(({id}) => this.#looked.has(id))) this.#alert.end(CAUSE)
    else this.#plan()
  }

  async #lookAt(id: ServerId): Promise<void> {
    const {fleet, desk} = this.#parts
    const tagged = [...fleet.rowsOf(id)].filter((row) => fleet.valueAt(row, 'tags').includes(quarantineTag))
    for (const key of tagged.map((row) => fleet.keyAt(row))) {
      await desk.adoptQuarantine({kind: 'torrent', key: keyText(key), serverId: key.serverId})
    }
  }
}
