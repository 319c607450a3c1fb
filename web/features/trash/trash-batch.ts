/**
 * Restores or deletes many entries of the trash, one after the other, as each is judged by itself. It goes on while
 * somebody looks at another page; what it could not do stays until it is dismissed.
 */
import {useSyncExternalStore} from 'react'
import {purgeFromTrash, restoreFromTrash, type TrashItem} from '../../api/trash.ts'
import {text} from '../../i18n/text.ts'
import {Signal} from '../../lib/signal.ts'
import {toast} from '../../lib/toast.ts'
import {bytes, written} from '../../ui/format.ts'

export type TrashVerb = 'restore' | 'purge'

interface Failure {
  readonly id: string
  readonly name: string
  /** In the words of the other side. */
  readonly why: string
}

interface Batch {
  readonly verb: TrashVerb
  readonly count: number
  /** Of all of them. */
  readonly bytes: number
  /** Tried, whatever came of it. */
  readonly tried: number
  /** Of those that were tried. */
  readonly triedBytes: number
  readonly failures: readonly Failure[]
  /** Nothing more is begun. */
  readonly isCancelled: boolean
  readonly isOver: boolean
}

const changes = new Signal()
let current: Batch | null = null

/** `null` = there is none, or it went well. */
export function useTrashBatch(): Batch | null {
  return useSyncExternalStore(changes.listen, () => current)
}

/** What is being done ends with the entry that is under way. */
export function cancelTrashBatch(): void {
  if (current !== null) become({...current, isCancelled: true})
}

export function dismissTrashBatch(): void {
  if (current?.isOver === true) become(null)
}

/** Not while another one goes on. Resolves when all were tried. */
export async function runTrashBatch(verb: TrashVerb, items: readonly TrashItem[]): Promise<void> {
  if (current !== null && !current.isOver) return
  const all = {verb, count: items.length, bytes: sizeOf(items)}
  become({...all, tried: 0, triedBytes: 0, failures: [], isCancelled: false, isOver: false})
  const done: TrashItem[] = []
  for (const item of items) {
    if (stand().isCancelled) break
    const failure = await tried(verb, item)
    if (failure === null) done.push(item)
    const {tried: before, triedBytes, failures} = stand()
    become({
      ...stand(),
      tried: before + 1,
      triedBytes: triedBytes + sizeOf([item]),
      failures: failure === null ? failures : [...failures, failure],
    })
  }
  if (done.length > 0)
    toast({
      tone: 'good',
      text: text(`trash.batch.${verb}.done`, {count: done.length, size: written(bytes(sizeOf(done)))}),
    })
  const {failures} = stand()
  become(failures.length === 0 ? null : {...stand(), isOver: true})
}

async function tried(verb: TrashVerb, {id, name}: TrashItem): Promise<Failure | null> {
  try {
    await (verb === 'restore' ? restoreFromTrash(id) : purgeFromTrash(id))
    return null
  } catch (error) {
    return {id, name, why: error instanceof Error ? error.message : String(error)}
  }
}

/** While one goes on. */
function stand(): Batch {
  return current!
}

function become(next: Batch | null): void {
  current = next
  changes.emit()
}

/** Of their files that the trash holds, bytes: what was left where it was, or is gone, does not count. */
export function sizeOf(items: readonly Pick<TrashItem, 'bytes' | 'files'>[]): number {
  return items.reduce((sum, {bytes: its, files}) => sum + (files === 0 ? 0 : its), 0)
}

/** @param access of who looks, to the server of the entry; absent = it is not configured. @returns why not, in words; `null` = it can be done */
export function trashObjection(
  {server_name: server, server_left: hasLeft, files, under_way: isUnderWay, state}: TrashItem,
  verb: TrashVerb,
  access: string | undefined,
): string | null {
  if (access === 'view') return text('trash.may-not', {server})
  if (state === 'restoring' || state === 'purging') return text(`trash.busy.${state}`)
  if (isUnderWay || state !== 'kept') return text('trash.under-way')
  return verb === 'restore' && hasLeft && files === 0 ? text('trash.left.nothing') : null
}
