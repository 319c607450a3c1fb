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
import type {RuleFacts} from './rule-facts.ts'

interface SituationsDeps {
  readonly managers: Pick<Managers, 'server' | 'managerOf'> & {
    of(id: ArrId): Pick<NonNullable<ReturnType<Managers['of']>>, 'checks'> | null
  }
  readonly internet: {
    failingShare(id: ServerId): ServerSituation['trackersFailing']
    sinceFault(id: ServerId): ServerSituation['sinceInternetFault']
  }
  readonly moves: Pick<MoveSpace, 'movesAround'>
  /** `null` = nobody knows it, or what it can do. */
  readonly features: (id: ServerId) => ServerView['features']
  readonly facts: Pick<RuleFacts, 'torrent' | 'saying'>
  /** Another Commodarr looks after this Arr. */
  readonly isOthers: (id: ArrId) => boolean
}

export class Situations {
  readonly #parts: SituationsDeps

  constructor(parts: SituationsDeps) {
    this.#parts = parts
  }

  /** @param id `null` = what is asked about is on no server */
  of(id: ServerId | null): Omit<ServerSituation, 'failures'> {
    const {managers, internet, moves, features} = this.#parts
    const server = id === null ? null : managers.server(id)
    return {
      fullSyncs: server?.fullLists,
      epochFor: server?.onlineFor,
      trackersFailing: id === null ? undefined : internet.failingShare(id),
      movesUnderWay: id === null ? 0 : moves.movesAround(id),
      hidesCategories: id !== null && hidesCategories(features(id)),
      sinceInternetFault: id === null ? null : internet.sinceFault(id),
    }
  }

  /** Of the Arr of this torrent; `null` = it has none. */
  ofArr(subject: SubjectName): ArrSituation | null {
    const {managers, facts, isOthers} = this.#parts
    const key = facts.torrent(subject)
    const manager = key && managers.managerOf(key)
    if (manager === null || manager === fleetManagerId) return null
    const id = manager as string as ArrId
    const saying = facts.saying(subject)
    const about = {client: saying?.client, files: saying?.landed?.map(({to}) => to)}
    const {unseen = null, taken = null, fileWork} = saying ?? {}
    return {
      checks: managers.of(id)?.checks?.filter((check) => concerns(check, about)),
      unseen,
      taken,
      fileWork,
      isOthers: isOthers(id),
    }
  }
}
