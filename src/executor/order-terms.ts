/** What a decision asks of the executor beyond what people do: to look once more, and to publish its end. */
import type {JournalEntry} from '#journal/entry.ts'
import type {EndsWith} from '#model/decision.ts'
import type {TorrentFile} from '#model/details.ts'
import type {TorrentOrder} from '#model/services.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
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
