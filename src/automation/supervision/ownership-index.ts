/**
 * Which manager judges a torrent. What an Arr has in its queue or its history is its own, whatever its category is; what
 * no Arr knows goes by its category, and counts as adopted. Absence proves nothing: while the queue of an Arr cannot be
 * read, what it had last still counts.
 *
 *   sections, remembered downloads, queues and histories as they are told ─▶ claims by hash ─▶ ownerOf
 *
 * Source: qBitrr; Sonarr and Radarr.
 */
import {ownerOf, type Claimant, type Owner} from '#arr-client/ownership.ts'
import {asDownloadId, type ArrId, type DownloadId} from '#model/arr.ts'
import type {ManagerId} from '#model/manager.ts'
import {categoryKey, spellingsOf} from '#model/torrent.ts'
import {asInfoHash, type InfoHash, type ServerId, type TorrentKey} from '#model/torrent-key.ts'

interface OwningArr {
  readonly arrId: ArrId
  readonly category: string
  readonly matchSubcategories: boolean
  /** Downloads that it grabbed, as we remember them: its history is read from some day on. */
  readonly remembered: readonly DownloadId[]
}

interface ArrClaims {
  /** `null` = it cannot be read. */
  readonly queue: Iterable<DownloadId> | null
  readonly history: Iterable<DownloadId>
}

interface Known {
  readonly arr: OwningArr
  readonly remembered: ReadonlySet<DownloadId>
  queue: ReadonlySet<DownloadId>
  history: ReadonlySet<DownloadId>
}

interface OnServer {
  readonly claimants: readonly Claimant[]
  /** Of what no Arr knows. */
  readonly byCategory: Map<string, Owner | null>
}

export class OwnershipIndex {
  /** Where a torrent was before it was moved into a category for failures or checks; `null` = not known. */
  readonly #categoryBefore: (key: TorrentKey) => string | null
  /** An Arr of this owner may have torrents on that server; another answer counts from the next `takeArrs` on. */
  readonly #reaches: (arrId: ArrId, serverId: ServerId) => boolean
  #known: ReadonlyMap<ArrId, Known> = new Map()
  #passages: ReadonlySet<string> = new Set()
  readonly #servers = new Map<ServerId, OnServer>()

  constructor(
    categoryBefore: (key: TorrentKey) => string | null,
    reaches: (arrId: ArrId, serverId: ServerId) => boolean,
  ) {
    this.#categoryBefore = categoryBefore
    this.#reaches = reaches
  }

  /**
   * Everything may be somebody else's from now on. What was told of an Arr before still counts.
   * @param passages categories for failures and checks: who is in one still belongs where it came from
   */
  takeArrs(arrs: readonly OwningArr[], passages: Iterable<string>): void {
    this.#known = new Map(
      arrs.map((arr) => {
        const before = this.#known.get(arr.arrId)
        const {queue = nothing, history = nothing} = before ?? {}
        return [arr.arrId, {arr, remembered: new Set(arr.remembered), queue, history}]
      }),
    )
    this.#passages = new Set([...passages].flatMap((name) => spellingsOf(name)))
    this.#servers.clear()
  }

  /** @returns who may belong to somebody else since this was told */
  takeClaims(arrId: ArrId, {queue, history}: ArrClaims): readonly InfoHash[] {
    const known = this.#known.get(arrId)
    if (!known) return []
    const before = [known.queue, known.history] as const
    if (queue !== null) known.queue = new Set(queue)
    known.history = new Set(history)
    const changed = before[0]
      .symmetricDifference(known.queue)
      .union(before[1].symmetricDifference(known.history))
    return [...changed].flatMap((id) => asInfoHash(id) ?? [])
  }

  /** @param v1 of hybrid torrents, which is what an Arr knows them by; `null` = none. @returns `null` = no Arr's */
  ownerOf(key: TorrentKey, v1: string | null, category: string): ManagerId | null {
    return (this.owner(key, v1, category)?.arrId ?? null) as ManagerId | null
  }

  /** As above, with what speaks for it. */
  owner(key: TorrentKey, v1: string | null, category: string): Owner | null {
    const {claimants, byCategory} = this.#onServer(key.serverId)
    const home = this.#passages.has(category) ? (this.#categoryBefore(key) ?? category) : category
    for (const hash of v1 === null || v1 === key.hash ? [key.hash] : [key.hash, v1]) {
      const downloadId = asDownloadId(hash)!
      if (claimants.some(({knows}) => knows(downloadId) !== null)) {
        return ownerOf({downloadId, category: home}, claimants)
      }
    }
    // There are few categories, and many torrents.
    const kept = byCategory.get(home)
    if (kept !== undefined) return kept
    const owner = ownerOf({downloadId: noDownload, category: home}, claimants)
    byCategory.set(home, owner)
    return owner
  }

  #onServer(id: ServerId): OnServer {
    const kept = this.#servers.get(id)
    if (kept) return kept
    const within = [...this.#known.values()].filter(({arr}) => this.#reaches(arr.arrId, id))
    const claimants = within.map((known) => claimantOf(known, within))
    const server = {claimants, byCategory: new Map<string, Owner | null>()}
    this.#servers.set(id, server)
    return server
  }
}

const nothing: ReadonlySet<DownloadId> = new Set()
const noDownload = asDownloadId('none')!

/** A category that two of them call their own says nothing about either. */
function claimantOf(known: Known, within: readonly Known[]): Claimant {
  const {arrId, category, matchSubcategories} = known.arr
  const isShared = within.some(
    ({arr}) => arr.arrId !== arrId && categoryKey(arr.category) === categoryKey(category),
  )
  return {
    arrId,
    category: isShared ? '' : category,
    matchSubcategories,
    knows: (id) => {
      if (known.queue.has(id)) return 'queue'
      return known.history.has(id) || known.remembered.has(id) ? 'history' : null
    },
  }
}
