import type {FilePriority} from '#model/command.ts'

/** Priorities of files as the server counts them; there is no low. Source: Web API sheet §6.1, `torrents/filePrio`. */
const numbers = {skip: 0, normal: 1, high: 6, maximum: 7} as const satisfies {[P in FilePriority]?: number}

/** The least first. */
export const filePriorities = Object.keys(numbers) as readonly FilePriority[]

/** `null` = it has no such priority. */
export function filePriorityNumber(priority: FilePriority): number | null {
  return priority in numbers ? numbers[priority as keyof typeof numbers] : null
}

/** Numbers that mean nothing here (libtorrent has eight steps) are somewhere between: normal. */
export function filePriorityOf(number: number | undefined): FilePriority {
  return filePriorities.find((priority) => filePriorityNumber(priority) === number) ?? 'normal'
}
