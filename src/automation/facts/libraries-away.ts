/**
 * Whether the library of an Arr is seen into which something in the trash may have been imported: while it is not, the
 * trash may have the last copy. Which Arr is known by whose download it was, else by its category; where neither tells,
 * each Arr that may have its library on that server counts.
 *
 *   its Arr, or those that may be it ─▶ not heard yet ─▶ starting
 *                                    ─▶ does not answer ─▶ unreachable
 *                                    ─▶ its check of folders is red, or a file of it was looked for in vain ─▶ unseen
 */
import {doubtWords, type ArrCheck, type ArrId, type LibraryDoubt} from '#model/arr.ts'
import {managerOf} from '#model/manager.ts'
import {mayBeInCategory} from '#model/torrent.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {LibraryAway} from '#model/trash.ts'
import type {ArrDirectory} from '#registry/arrs/directory.ts'
import type {Managers} from '../supervision/managers.ts'
import type {ClaimingArr} from './library-claims.ts'

/** Of something in the trash. */
interface Owned {
  readonly serverId: ServerId
  /** `null` = of no Arr, as was known then; absent = not known. */
  readonly arrId?: ArrId | null
  readonly category: string | null
}

interface SeenArr {
  readonly name: string
  readonly category: string
  /** Its queue was read since it began. */
  readonly isHeard: boolean
  readonly fault: string | null
  readonly checks: readonly ArrCheck[] | null
  readonly unseen: readonly LibraryDoubt[]
}

/** Those that keep torrents. */
interface SeenArrs {
  /** That may have their library where this server has torrents. */
  on(id: ServerId): readonly Pick<ClaimingArr, 'id'>[]
  /** `null` = it is off, or not configured any more. */
  of(id: ArrId): SeenArr | null
}

export class LibrariesAway {
  readonly #protecting: SeenArrs
  readonly #directory: Pick<ArrDirectory, 'isOff'>
  readonly #managers: Pick<Managers, 'ask'>

  constructor(protecting: SeenArrs, directory: Pick<ArrDirectory, 'isOff'>, managers: Pick<Managers, 'ask'>) {
    this.#protecting = protecting
    this.#directory = directory
    this.#managers = managers
  }

  /** By what is known. */
  of(owned: Owned): LibraryAway | 'starting' | null {
    let isStarting = false
    for (const id of this.#arrsOf(owned)) {
      const away = this.#awayAt(id)
      if (away === 'starting') isStarting = true
      else if (away !== null) return away
    }
    return isStarting ? 'starting' : null
  }

  /** Its Arrs look first. Never rejects: one that does not answer is unreachable. */
  async now(owned: Owned): Promise<LibraryAway | 'starting' | null> {
    for (const id of this.#arrsOf(owned)) {
      try {
        await this.#managers.ask(managerOf(id), 'checked', {})
      } catch {
        const known = this.#awayAt(id)
        return known !== null && known !== 'starting' ? known : this.#unreachable(id)
      }
    }
    return this.of(owned)
  }

  #arrsOf({serverId, arrId: its, category}: Owned): readonly ArrId[] {
    if (its && this.#directory.isOff(its)) return []
    if (its && this.#protecting.of(its) !== null) return [its]
    // One that is not configured under that name may be there under another one.
    const arrId = its === null ? null : undefined
    const all = this.#protecting.on(serverId).map(({id}) => id)
    const isIts = (id: ArrId) =>
      category !== null &&
      category !== '' &&
      mayBeInCategory(category, this.#protecting.of(id)?.category ?? '', true)
    const ofCategory = all.filter(isIts)
    // An Arr may give what it imported another category: that a category is nobody's proves nothing of what is not known.
    return ofCategory.length > 0 || arrId === null ? ofCategory : all
  }

  #awayAt(id: ArrId): LibraryAway | 'starting' | null {
    const arr = this.#protecting.of(id)
    if (arr === null) return null
    const {isHeard, fault, checks, unseen, name} = arr
    if (fault === null && !isHeard) return 'starting'
    if (fault !== null || checks === null) return this.#unreachable(id)
    const red = checks.find(({holds, about}) => holds === 'removals' && about && 'folders' in about)
    if (red) return {arrId: id, is: 'unseen', why: `${name} does not see its library: ${red.message}`}
    const [doubt] = unseen
    return doubt ? {arrId: id, is: 'unseen', why: `${name}: ${doubtWords(doubt)}`} : null
  }

  #unreachable(id: ArrId): LibraryAway {
    const {name, fault} = this.#protecting.of(id) ?? {name: id, fault: null}
    return {
      arrId: id,
      is: 'unreachable',
      why: `${name} does not answer${fault === null ? '.' : `: ${fault}`}`,
    }
  }
}
