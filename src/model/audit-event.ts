/** Something that somebody did here at once, for the journal: a user made, a log-in refused, a setting changed. */
import type {Actor} from './command.ts'
import type {ErrorCode} from './errors.ts'
import type {ServerId} from './torrent-key.ts'

/** What an entry of the journal is about. */
export const journalSubjects = [
  'torrent',
  'server',
  'arr',
  'process',
  'path',
  'rule',
  'user',
  'session',
  'key',
  'invitation',
  'setting',
] as const
export type JournalSubject = (typeof journalSubjects)[number]

export interface AuditEvent {
  /** Lines of one id are one deed, and the last of them says what became of it; absent = this line alone. */
  readonly id?: string
  readonly actor: Actor
  readonly subject: JournalSubject
  /** create, change, remove, share, log-in, revoke, … */
  readonly verb: string
  /** Of the user, key, server or setting, as it was called then. */
  readonly name: string
  /** `null` = it concerns no server. */
  readonly serverId: ServerId | null
  /** What changed, without secrets: names of changed fields are enough. */
  readonly args: object
  /** Absent = done. */
  readonly refused?: {readonly code: ErrorCode; readonly message: string} | undefined
}
