/** How it stands with a server and with the Arr of a torrent, as guards and rules ask for it right before an action. */
import {concerns} from '#arr-client/arr-health.ts'
import type {ArrSituation, ServerSituation} from '#executor/guards/rules/decision-guard.ts'
import type {MoveSpace} from '#executor/move-space.ts'
import type {ArrId} from '#model/arr.ts'
import type {SubjectName} from '#model/decision.ts'
import {fleetManagerId} from '#model/manager.ts'
import {hidesCategories} from '#model/server.ts'
import type {ServerView} from '#model/services.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {Managers} from '../supervision/managers.ts'
import type {InstanceMarks} from '../webhooks/instance-marks.ts'
import type {RuleFacts} from './rule-facts.ts'

type CheckedArrs = Pick<Managers, 'server' | 'managerOf'> & {
  of(id: ArrId): Pick<NonNullable<ReturnType<Managers['of']>>, 'checks'> | null
}

interface InternetFaults {
  failingShare(id: ServerId): ServerSituation['trackersFailing']
  sinceFault(id: ServerId): ServerSituation['sinceInternetFault']
}

export class Situations {
  readonly #managers: CheckedArrs
  readonly #servers: {get(id: ServerId): Pick<ServerView, 'features'> | null}
  readonly #internet: InternetFaults
  readonly #moves: Pick<MoveSpace, 'movesAround'>
  readonly #facts: Pick<RuleFacts, 'torrent' | 'saying'>
  readonly #instances: Pick<InstanceMarks, 'otherAt'>

  constructor(
    managers: CheckedArrs,
    servers: {get(id: ServerId): Pick<ServerView, 'features'> | null},
    internet: InternetFaults,
    moves: Pick<MoveSpace, 'movesAround'>,
    facts: Pick<RuleFacts, 'torrent' | 'saying'>,
    instances: Pick<InstanceMarks, 'otherAt'>,
  ) {
    this.#managers = managers
    this.#servers = servers
    this.#internet = internet
    this.#moves = moves
    this.#facts = facts
    this.#instances = instances
  }

  /** @param id `null` = what is asked about is on no server */
  of(id: ServerId | null): Omit<ServerSituation, 'failures'> {
    const server = id === null ? null : this.#managers.server(id)
    return {
      fullSyncs: server?.fullLists,
      epochFor: server?.onlineFor,
      trackersFailing: id === null ? undefined : this.#internet.failingShare(id),
      movesUnderWay: id === null ? 0 : this.#moves.movesAround(id),
      hidesCategories: id !== null && hidesCategories(this.#servers.get(id)?.features ?? null),
      sinceInternetFault: id === null ? null : this.#internet.sinceFault(id),
    }
  }

  /** Of the Arr of this torrent; `null` = it has none. */
  ofArr(subject: SubjectName): ArrSituation | null {
    const key = this.#facts.torrent(subject)
    const manager = key && this.#managers.managerOf(key)
    if (manager === null || manager === fleetManagerId) return null
    const id = manager as string as ArrId
    const saying = this.#facts.saying(subject)
    const about = {client: saying?.client, files: saying?.landed?.map(({to}) => to)}
    const {unseen = null, taken = null, fileWork} = saying ?? {}
    return {
      checks: this.#managers.of(id)?.checks?.filter((check) => concerns(check, about)),
      unseen,
      taken,
      fileWork,
      isOthers: this.#instances.otherAt(id) !== null,
    }
  }
}
