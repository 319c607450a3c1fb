import type {Actor} from '#model/command.ts'
import type {JournalSubject} from '#model/deed.ts'
import type {InfoHash, ServerId} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'

/**
 * The steps of one deed; they share its id.
 *
 *   intended ──▶ sending ──▶ sent ──▶ confirmed | unconfirmed
 *      │            └──▶ refused | failed | unconfirmed
 *      ├──▶ refused (the journal of the next step could not be written, or it does not hold any more)
 *      └──▶ expired
 *
 * intended: decided. sending: from here on the server may have it. sent: the server took it. confirmed: its list shows
 * it, or it was done here. expired: the program ended before it was sent; nothing is ever sent from an old entry.
 * What is done here at once (a user made, a log-in refused) has one step: confirmed, failed or refused.
 */
export const journalPhases = [
  'intended',
  'sending',
  'sent',
  'confirmed',
  'unconfirmed',
  'failed',
  'refused',
  'expired',
] as const
export type JournalPhase = (typeof journalPhases)[number]

/** One step of one deed. */
export interface JournalEntry {
  readonly id: string
  readonly at: EpochMs
  readonly actor: Actor
  readonly subject: JournalSubject
  /** `null` = it concerns no server. */
  readonly serverId: ServerId | null
  /** `null` = it concerns no torrent. */
  readonly hash: InfoHash | null
  /** Of the torrent, user, key, server or setting, as it was called then. */
  readonly name: string | null
  readonly verb: string
  /** Without secrets and without torrent bytes. */
  readonly args: object
  readonly phase: JournalPhase
  readonly code?: string
  readonly message?: string
}
