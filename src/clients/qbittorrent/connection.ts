import type {Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import type {MetainfoReader} from '../port.ts'
import type {Detected} from './features.ts'
import type {Wire} from './wire.ts'

/** What the client hands to its parts: the wire, the time, and what the last connect found out. */
export interface Connection {
  readonly wire: Wire
  readonly clock: Clock
  readonly turns: TimeSlice
  readonly metainfo: MetainfoReader
  /** @throws {ServerFault} before the first connect */
  readonly detected: () => Detected
}
