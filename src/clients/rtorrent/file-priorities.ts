import type {FilePriority} from '#model/command.ts'

/** Priorities of files by the numbers of `f.priority`: 0 off, 1 normal, 2 high. */
export const filePriorities = ['skip', 'normal', 'high'] as const satisfies readonly FilePriority[]

/** −1 = it has no such priority. */
export function filePriorityNumber(priority: FilePriority): number {
  return (filePriorities as readonly FilePriority[]).indexOf(priority)
}

export function filePriorityOf(number: number): FilePriority {
  return filePriorities[number] ?? 'normal'
}
