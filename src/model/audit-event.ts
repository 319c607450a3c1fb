/** Something that somebody did here at once, for the journal: a user made, a log-in refused, a setting changed. */
import type {Actor} from './command.ts'
import type {ErrorCode} from './errors.ts'
import type {ServerId} from './torrent-key.ts'
import type {EpochMs} from './units.ts'

/** What an entry of the journal is about. */
export const journalSubjects = [
  'torrent',
  'server',
  'arr',
  'process',
  'path',
  'rule',
  'tracker',
  'user',
  'session',
  'key',
  'invitation',
  'setting',
  'view',
] as const
export type JournalSubject = (typeof journalSubjects)[number]

export interface AuditEvent {
  /** Lines of one id are one action, and the last of them says what became of it; absent = this line alone. */
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

/** Refusals that are alike: of one person, of one kind of change, for one reason. */
export interface RefusalKind extends Pick<AuditEvent, 'actor' | 'subject' | 'verb'> {
  readonly code: ErrorCode
  /** Whom it is about, where that makes another kind of it; absent = nobody in particular. */
  readonly about?: string
}

/** How many more of a kind there were, beside the first one that was written down. */
export interface RepeatedRefusal {
  readonly repeated: number
  readonly since: EpochMs
}

export interface RefusalNotes {
  /**
   * @param write appends the line; `null` = it is the first of its hour, else those behind that are summed in it
   * @throws whatever `write` throws for the first of a kind
   */
  note(kind: RefusalKind, write: (repeated: RepeatedRefusal | null) => Promise<void>): Promise<void>
}

/** The action as it is written: with the number of those that are summed in it. */
export function withRepeated(event: AuditEvent, repeated: RepeatedRefusal | null): AuditEvent {
  return repeated === null ? event : {...event, args: {...event.args, ...repeated}}
}
