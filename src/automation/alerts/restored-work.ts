/** What an older copy of the database has of work that was under way, and of torrents that carry our tag. */
import type {SagaRunner} from '#executor/saga-runner.ts'
import type {Fleet} from '#fleet/fleet.ts'
import type {Compartment} from '#model/access.ts'
import {quarantineTag, type SagaRecord} from '#model/automation-state.ts'
import type {Decision, SubjectName} from '#model/decision.ts'
import type {ListFreshness, ServerView} from '#model/services.ts'
import {keyText, type ServerId} from '#model/torrent-key.ts'
import type {FoundEntries} from '#trash/found-entries.ts'
import type {EpochMs} from '#model/units.ts'
import type {RuleActionQueue} from '../actions/rule-action-queue.ts'

/** What was under way: what people granted, and actions of several steps. */
export class RestoredWork {
  readonly #sagas: Pick<SagaRunner, 'abandon' | 'resume'>
  readonly #actionQueue: Pick<RuleActionQueue, 'forgetGranted' | 'adoptQuarantine' | 'knowsQuarantine'>
  readonly #foundEntries: Pick<FoundEntries, 'list'>

  constructor(
    sagas: Pick<SagaRunner, 'abandon' | 'resume'>,
    actionQueue: Pick<RuleActionQueue, 'forgetGranted' | 'adoptQuarantine' | 'knowsQuarantine'>,
    foundEntries: Pick<FoundEntries, 'list'>,
  ) {
    this.#sagas = sagas
    this.#actionQueue = actionQueue
    this.#foundEntries = foundEntries
  }

  /** Of what has no server only what is meant with `null`. @returns the actions of several steps that ended */
  async end(isMeant: (server: ServerId | null) => boolean): Promise<readonly SagaRecord[]> {
    await this.#actionQueue.forgetGranted(({serverId}) => isMeant(serverId))
    return this.#sagas.abandon((saga) => isMeant(serverOf(saga)))
  }

  resume(): void {
    this.#sagas.resume()
  }

  /** Why it is set aside is known. */
  knows(subject: SubjectName): boolean {
    return this.#actionQueue.knowsQuarantine(subject)
  }

  /** @throws {StorageFault} */
  async giveBack(subjects: readonly SubjectName[]): Promise<void> {
    for (const subject of subjects) await this.#actionQueue.adoptQuarantine(subject)
  }

  /** Lists again what was set aside since then and lies in the trash folders of a server. @throws what is tried again */
  listTrash(id: ServerId, since: EpochMs): Promise<void> {
    return this.#foundEntries.list(id, since)
  }
}

/** Of what has no decision nobody can say whose it is: it is the house's. */
function serverOf({state}: SagaRecord): ServerId | null {
  const {decision} = state as {readonly decision?: Pick<Decision, 'subject'>}
  return decision?.subject.serverId ?? null
}

/** Servers, whose each is, and which of their torrents carry our tag. */
export class TaggedServers {
  /** Whose word a server is. */
  readonly whose: (id: ServerId) => Compartment
  readonly #servers: {list(): readonly ServerView[]} & Pick<ListFreshness, 'freshSince'>
  readonly #fleet: Pick<Fleet, 'rowsOf' | 'keyAt' | 'valueAt'>

  constructor(
    servers: {list(): readonly ServerView[]} & Pick<ListFreshness, 'freshSince'>,
    fleet: Pick<Fleet, 'rowsOf' | 'keyAt' | 'valueAt'>,
    whose: (id: ServerId) => Compartment,
  ) {
    this.#servers = servers
    this.#fleet = fleet
    this.whose = whose
  }

  enabled(): readonly ServerView[] {
    return this.#servers.list().filter(({enabled}) => enabled)
  }

  /** `undefined` = none is theirs. */
  oneOf(whose: Compartment): ServerView | undefined {
    return this.#servers.list().find(({id}) => this.whose(id) === whose)
  }

  /** Its whole list was heard. */
  isHeard({id, wholeLists}: ServerView): boolean {
    return this.#servers.freshSince(id) !== null && wholeLists > 0
  }

  tagged(id: ServerId): readonly SubjectName[] {
    return [...this.#fleet.rowsOf(id)]
      .filter((row) => this.#fleet.valueAt(row, 'tags').includes(quarantineTag))
      .map((row) => this.#fleet.keyAt(row))
      .map((key) => ({kind: 'torrent', key: keyText(key), serverId: key.serverId}))
  }
}
