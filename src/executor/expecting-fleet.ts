import type {FleetReader} from '#model/services.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import type {Expected} from './expected.ts'

/** The fleet as the executor needs it: what it reads, and the expectations it leaves. */
export interface ExpectingFleet extends FleetReader {
  expect(key: TorrentKey, expected: Expected, by: ExpectBy): boolean
  expectRemoved(key: TorrentKey, by: ExpectBy): boolean
  /** The command failed: show again what the server says. */
  withdraw(id: string): void
  onSettled(listener: (settled: Settled) => void): () => void
}

interface ExpectBy {
  readonly id: string
  readonly until: EpochMs
}

export interface Settled {
  readonly id: string
  readonly key: TorrentKey
  readonly outcome: 'confirmed' | 'expired' | 'removed'
}
