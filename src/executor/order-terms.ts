/** Orders of who decides without a person: what they ask of the executor beyond what people do, and those of this program. */
import type {JournalEntry} from '#journal/entry.ts'
import type {EndsWith} from '#model/decision.ts'
import type {Access, Acting} from '#model/access.ts'
import {systemActor, type ServerCommand} from '#model/command.ts'
import type {TorrentFile} from '#model/details.ts'
import type {ItemResult, TorrentOrder} from '#model/services.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import type {CommandExecutor} from './executor.ts'
import type {Refusal} from './guards/guard.ts'

/** What somebody who decides by himself adds to an order, for each torrent of it. */
export interface OrderTerms {
  /** Of the command in the journal, so that it can be counted before it is sent. */
  readonly id: string
  /** Which rule wanted it and why, and what brought it about. */
  readonly journal: Pick<JournalEntry, 'ruleId' | 'decided' | 'causeId' | 'isBrief'>
  /** Of a command about files how they are before it, for its way back; absent = nobody knows. */
  readonly files?: readonly TorrentFile[] | null
  /** Asked with the guards, also after the journal was written, in the moment it is sent; first no wins. */
  readonly objection: () => Refusal | null
  /** Before it is asked for the last time: reads again what it hangs on and other places tell. Never rejects. */
  readonly lookAgain?: () => Promise<void>
  /** Told when the journal has its first line: of what was refused before nothing stands there yet. */
  readonly written?: () => void
  /** Whose end is published once it was sent; absent = nobody follows it. Of what was not sent the result tells. */
  readonly ends?: EndsWith | undefined
}

export interface TermedOrder extends TorrentOrder {
  /** The same for a torrent each time it is asked. */
  readonly terms?: (key: TorrentKey) => OrderTerms
  /** We set the files of these aside, whatever their server is told, but for those that somebody else has. */
  readonly setsAside?: boolean
}

/** Of somebody who decides by himself. */
export type DecidedOrder = TermedOrder & Required<Pick<TermedOrder, 'terms'>>

/** What this program orders on its own account, with what the house may. */
export class OwnOrders {
  readonly #executor: Pick<CommandExecutor, 'run' | 'runOnServer'>
  readonly #access: Access

  constructor(executor: Pick<CommandExecutor, 'run' | 'runOnServer'>, access: Access) {
    this.#executor = executor
    this.#access = access
  }

  /** @param part of the program, as the journal calls it. @returns one result per key */
  run(part: string, order: Omit<TermedOrder, 'by'>): Promise<readonly ItemResult[]> {
    return this.#executor.run({...order, by: this.#by(part)})
  }

  /** @param part of the program, as the journal calls it. @throws {CommodarrError} */
  runOnServer(part: string, serverId: ServerId, command: ServerCommand): Promise<void> {
    return this.#executor.runOnServer(this.#by(part), serverId, command)
  }

  #by(part: string): Acting {
    return {actor: systemActor(part), access: this.#access}
  }
}
