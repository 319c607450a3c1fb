/**
 * How far an Arr got with importing each torrent, told where the list shows another status. Whoever is judged is looked
 * at, and nobody is asked: what its Arr has not said, or does not say now, is not known.
 */
import type {TrackedState} from '#model/arr.ts'
import type {ManagedRow} from '#model/manager.ts'
import type {ImportStatus} from '#model/torrent.ts'
import {keyText, type TorrentKey} from '#model/torrent-key.ts'
import type {ArrFacts, TorrentSubject} from './torrent-subject.ts'

/** Torrents that are one message. */
const PORTION = 500

export interface ImportStatusChange {
  readonly key: TorrentKey
  /** `undefined` = not known (any more). */
  readonly status: ImportStatus | undefined
}

export class ImportStatuses {
  readonly #publish: (changes: readonly ImportStatusChange[]) => void
  readonly #changes = new Map<string, ImportStatusChange>()

  constructor(publish: (changes: readonly ImportStatusChange[]) => void) {
    this.#publish = publish
  }

  /** What is of no Arr whoever tells whose it is knows. */
  see({row, arr}: Pick<TorrentSubject, 'row' | 'arr'>): void {
    if (arr === null) return
    const {key, importStatus: shown} = row
    const status = statusOf(row, arr)
    if (status === shown) this.#changes.delete(keyText(key))
    else this.#changes.set(keyText(key), {key, status})
  }

  /** Of all that were seen. */
  publish(): void {
    const all = [...this.#changes.values()]
    this.#changes.clear()
    for (let at = 0; at < all.length; at += PORTION) this.#publish(all.slice(at, at + PORTION))
  }
}

function statusOf({complete}: Pick<ManagedRow, 'complete'>, arr: ArrFacts): ImportStatus | undefined {
  if (!complete) return 'none'
  if (!arr.isTrusted || arr.inQueue === undefined) return undefined
  if (!arr.inQueue) return statusOutsideQueue(arr)
  // Before Arrs had a state for it, what waits for a person was pending, with the reason as a message.
  const isHeld = arr.tracked === 'importPending' && (arr.messages ?? []).length > 0
  return isHeld ? 'rejected' : arr.tracked && statusInQueue[arr.tracked]
}

const statusInQueue: Readonly<Record<TrackedState, ImportStatus | undefined>> = {
  // It has not noticed yet that nothing is missing.
  downloading: 'waiting',
  importPending: 'waiting',
  importing: 'waiting',
  imported: 'imported',
  importBlocked: 'rejected',
  importFailed: 'rejected',
  failedPending: 'rejected',
  failed: 'rejected',
  ignored: 'none',
  unknown: undefined,
}

/** Only proof says that it is imported; of what came in in part nobody can say more. */
function statusOutsideQueue({
  evidence,
  anyImported,
}: Pick<ArrFacts, 'evidence' | 'anyImported'>): ImportStatus | undefined {
  if (evidence) return 'imported'
  return evidence === null && anyImported === false ? 'none' : undefined
}
