/** Arrs whose library keeps torrents: which they are, which of them count for a server, and what speaks against each. */
import type {LastAnswers} from '#automation-state/last-answers.ts'
import type {ArrId, LibraryFolders} from '#model/arr.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {ArrDirectory, ProtectingArr} from '#registry/arrs/directory.ts'
import type {Managers} from '../supervision/managers.ts'
import type {ImportedFilesCheck} from './imported-files-check.ts'
import {claimingArrs, type ArrRights, type ClaimingArr} from './library-claims.ts'

type Running = NonNullable<ReturnType<Managers['of']>>

export class ProtectingArrs {
  readonly #directory: Pick<ArrDirectory, 'protecting' | 'nameOf' | 'active'>
  /** What each said last of its folders. */
  readonly #known: Pick<LastAnswers<LibraryFolders>, 'of'>
  readonly #managers: Pick<Managers, 'doubts'> & {
    of(id: ArrId): Pick<Running, 'checks' | 'fault' | 'queue'> | null
  }
  /** Whose files were looked for in vain. */
  readonly #imported: Pick<ImportedFilesCheck, 'doubts'>
  readonly #rights: ArrRights<ProtectingArr>

  constructor(
    directory: Pick<ArrDirectory, 'protecting' | 'nameOf' | 'active'>,
    known: Pick<LastAnswers<LibraryFolders>, 'of'>,
    managers: Pick<Managers, 'doubts'> & {of(id: ArrId): Pick<Running, 'checks' | 'fault' | 'queue'> | null},
    imported: Pick<ImportedFilesCheck, 'doubts'>,
    rights: ArrRights<ProtectingArr>,
  ) {
    this.#directory = directory
    this.#known = known
    this.#managers = managers
    this.#imported = imported
    this.#rights = rights
  }

  /** Those that may have their library where this server has torrents. */
  on(id: ServerId): readonly ClaimingArr[] {
    return claimingArrs(this.#all(), id, this.#rights)
  }

  /** Of each that is on. */
  doubts() {
    return this.#directory.active().map(({id}) => this.doubtsOf(id))
  }

  /** As people call it, and what speaks against what it says of itself and of its library. */
  doubtsOf(id: ArrId) {
    const running = this.#managers.of(id)
    const doubts = this.#managers.doubts(id)
    return {
      id,
      name: this.#directory.nameOf(id),
      checks: running?.checks ?? null,
      unseen: [...(doubts?.unseen ?? []), ...this.#imported.doubts(id)],
      replacedAt: doubts?.replacedAt ?? null,
      fault: running?.fault ?? null,
    }
  }

  /** The same of one that keeps torrents; `null` = it is off, or not configured any more. */
  of(id: ArrId) {
    const arr = this.#all().find((it) => it.id === id)
    if (!arr) return null
    const running = this.#managers.of(id)
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
    return this.#directory
      .protecting()
      .filter((it) => it.obstacle === null || it.isSetUp || this.#known.of(it.id) !== null)
  }
}
