/**
 * Priorities that somebody wished and the server has not shown yet, and wishes that failed. A wish is shown at once, at
 * most ten seconds; then it is as the server says.
 */
import type {FilePriority} from '#model/command.ts'
import type {TorrentFile} from '../../api/details.ts'

export interface FileWish {
  readonly priority: FilePriority
  /** Epoch ms; `null` = the server has not answered yet. */
  readonly answeredAt: number | null
}

/** By the index of the file. */
export interface FileEdits {
  readonly wishes: ReadonlyMap<number, FileWish>
  /** In words. */
  readonly failures: ReadonlyMap<number, string>
}

export const noEdits: FileEdits = {wishes: new Map(), failures: new Map()}

const BELIEVED_MS = 10_000

export function wished(
  {wishes, failures}: FileEdits,
  files: readonly number[],
  priority: FilePriority,
): FileEdits {
  const wish = {priority, answeredAt: null}
  const left = new Map(failures)
  for (const index of files) left.delete(index)
  return {wishes: new Map([...wishes, ...files.map((index) => [index, wish] as const)]), failures: left}
}

/** The server took it; it will show it in one of the next readings. */
export function taken({wishes, failures}: FileEdits, files: readonly number[], now: number): FileEdits {
  const next = new Map(wishes)
  for (const index of files) {
    const wish = next.get(index)
    if (wish) next.set(index, {...wish, answeredAt: now})
  }
  return {wishes: next, failures}
}

export function failed({wishes, failures}: FileEdits, files: readonly number[], reason: string): FileEdits {
  const next = new Map(wishes)
  for (const index of files) next.delete(index)
  return {wishes: next, failures: new Map([...failures, ...files.map((index) => [index, reason] as const)])}
}

/** After a reading: what it shows, or should have shown by now, is no wish any more. @param readAt epoch ms */
export function confirmed(edits: FileEdits, files: readonly TorrentFile[], readAt: number): FileEdits {
  if (edits.wishes.size === 0) return edits
  const shown = new Map(files.map(({index, priority}) => [index, priority]))
  const left = [...edits.wishes].filter(
    ([index, {priority, answeredAt}]) =>
      answeredAt === null || (shown.get(index) !== priority && readAt < answeredAt + BELIEVED_MS),
  )
  return left.length === edits.wishes.size ? edits : {...edits, wishes: new Map(left)}
}
