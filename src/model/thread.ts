/** What supervised threads say of themselves, and what people see of them. Everything else they say is their own. */
import type {Bytes, EpochMs} from './units.ts'

/** From a thread to who keeps it alive. */
export type ThreadSign<Message> =
  /** It took what it was started with, and works from now on. */
  | {readonly sign: 'ready'}
  /** It is alive: its loop turns. */
  | {readonly sign: 'pulse'; readonly pulse: ThreadPulse}
  | {readonly sign: 'message'; readonly message: Message}

export interface ThreadPulse {
  readonly heapUsed: Bytes
  /** When it last judged, and when it will again at the latest; `null` = not yet, or not planned. */
  readonly lastPassAt: EpochMs | null
  readonly nextPassAt: EpochMs | null
}

export const threadStates = ['starting', 'running', 'waiting', 'given_up', 'stopped'] as const
/**
 * `waiting`: it died and will be started again · `given_up`: it died too often, somebody has to look · `stopped`: on
 * purpose.
 */
export type ThreadState = (typeof threadStates)[number]

/** Why a thread ended. */
export type ThreadEnd = 'crashed' | 'silent' | 'out_of_memory' | 'slow_start' | 'asked'

export interface ThreadView {
  /** Unique among all threads: `radarr-4k`. */
  readonly id: string
  readonly kind: string
  readonly name: string
  readonly state: ThreadState
  readonly since: EpochMs
  /** Starts after the first one, since the program began. */
  readonly restarts: number
  /** The last time it did not end on purpose; `null` = never. */
  readonly lastEnd: {readonly at: EpochMs; readonly why: ThreadEnd; readonly message: string} | null
  /** While it waits. */
  readonly nextStartAt: EpochMs | null
  /** `null` = it has not said anything yet, or does not run. */
  readonly pulse: ThreadPulse | null
}
