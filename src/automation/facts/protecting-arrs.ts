/** Arrs whose library keeps torrents: which they are, which of them count for a server, and what speaks against each. */
import type {LastAnswers} from '#automation-state/last-answers.ts'
import type {Compartment} from '#model/access.ts'
import type {ArrId, LibraryDoubt, LibraryFolders} from '#model/arr.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {ArrDirectory, ProtectingArr} from '#registry/arrs/directory.ts'
import type {Authority, RuleOwner} from '#registry/rules/reach.ts'
import type {Managers} from '../supervision/managers.ts'
import {claimingArrs, type ClaimingArr} from './library-claims.ts'

type Running = NonNullable<ReturnType<Managers['of']>>

interface ProtectingArrsDeps {
  readonly directory: Pick<ArrDirectory, 'protecting' | 'card' | 'active'>
  /** What each said last of its folders. */
  readonly known: Pick<LastAnswers<LibraryFolders>, 'of'>
  readonly managers: Pick<Managers, 'doubts'> & {
    of(id: ArrId): Pick<Running, 'checks' | 'fault' | 'queue'> | null
  }
  /** Folders of an Arr in which we looked for its files in vain. */
  readonly unseenFolders: (id: ArrId) => readonly LibraryDoubt[]
  readonly reaches: (by: Authority, id: ServerId) => boolean
  /** The member whose own it is; `null` = the house's. */
  readonly memberOf: (owner: RuleOwner) => Compartment
  readonly compartmentOf: (id: ServerId) => Compartment
}

export class ProtectingArrs {
  readonly #parts: ProtectingArrsDeps

  constructor(parts: ProtectingArrsDeps) {
    this.#parts = parts
  }

  /** Those that may have their library where this server has torrents. */
  on(id: ServerId): readonly ClaimingArr[] {
    const {reaches, memberOf, compartmentOf} = this.#parts
    return claimingArrs(this.#all(), id, {
      reaches: ({authority}, server) => reaches(authority, server),
      memberOf: ({authority}) => memberOf(authority.owner),
      compartmentOf,
    })
  }

  /** Of each that is on. */
  doubts() {
    return this.#parts.directory.active().map(({id}) => this.doubtsOf(id))
  }

  /** As people call it, and what speaks against what it says of itself and of its library. */
  doubtsOf(id: ArrId) {
    const {directory, managers, unseenFolders} = this.#parts
    const running = managers.of(id)
    const doubts = managers.doubts(id)
    return {
      id,
      name: directory.card(id)?.name ?? id,
      checks: running?.checks ?? null,
      unseen: [...(doubts?.unseen ?? []), ...unseenFolders(id)],
      replacedAt: doubts?.replacedAt ?? null,
      fault: running?.fault ?? null,
    }
  }

  /** The same of one that keeps torrents; `null` = it is off, or not configured any more. */
  of(id: ArrId) {
    const arr = this.#all().find((it) => it.id === id)
    if (!arr) return null
    const running = this.#parts.managers.of(id)
    const doubts = this.doubtsOf(id)
    return {
      ...doubts,
      fault: doubts.fault ?? arr.obstacle,
      category: arr.category ?? '',
      isHeard: running !== null && running.queue !== null,
    }
  }

  /** A section that never had an address is none yet; it counts once it answered. */
  #all(): readonly ProtectingArr[] {
    const {directory, known} = this.#parts
    return directory
      .protecting()
      .filter((it) => it.obstacle === null || it.isSetUp || known.of(it.id) !== null)
  }
}
