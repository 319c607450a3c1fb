/**
 * How the database does, in words for whoever is there. The database's own words name where it lies, who we are there
 * and what answers: those are for the log, also when an administrator asks.
 */
import type {Access} from '#model/access.ts'
import type {StorageState} from '#model/services.ts'

const words: Readonly<Record<string, string>> = {
  storage_unavailable: 'The database does not answer. Commodarr tries again automatically.',
  storage_full: 'The disk of the database is full.',
  storage_read_only: 'The database cannot be written.',
  storage_busy: 'Another program holds the database. Commodarr tries again automatically.',
  storage_damaged: 'The database is damaged. A backup has to be restored.',
}
const otherwise = 'The database fails. The log says more.'

/** What people are told of an error: its own words, but for those of the database. */
export function shownMessage({code, message}: {readonly code: string; readonly message: string}): string {
  return code.startsWith('storage_') ? (words[code] ?? otherwise) : message
}

/** '' when all is well. */
export function storageMessage({ok, code}: StorageState): string {
  return ok ? '' : shownMessage({code: code ?? 'storage_', message: ''})
}

/** Why nothing can be changed; `null` = it can, or it is not his business. */
export function storageReasonFor(state: StorageState, access: Access): string | null {
  if (state.ok || !access.permits('admin')) return null
  return `Nothing can be changed, but what is shown goes on: ${storageMessage(state)}`
}
