import type {TorrentClient} from '#clients/port.ts'
import type {Clock} from '#lib/clock.ts'
import type {ServerFrame} from '#model/frame.ts'
import type {ServerDefinition} from '#model/server.ts'
import type {BeliefParts} from './list-stability.ts'
import type {Patience} from './budget.ts'
import type {ConnectPace} from './connect-pace.ts'
import {isOnline, type HealthPolicy, type HealthState} from './health.ts'

export interface LinkParts extends BeliefParts {
  readonly definition: ServerDefinition
  readonly client: TorrentClient
  readonly clock: Clock
  readonly random: () => number
  readonly log: LinkLog
  readonly apply: (frame: ServerFrame) => 'applied' | 'gap'
  readonly watched: () => boolean
  /** Plain look whether anything accepts connections there, without logging in. */
  readonly knock: (definition: ServerDefinition) => Promise<boolean>
  /** Of all links together. */
  readonly pace: ConnectPace
  /** Of a link before this one, as the fleet has it; absent = none. */
  readonly lastEpoch?: number | undefined
  /** From `recalled()`. */
  readonly health: HealthState
  readonly policy?: HealthPolicy | undefined
  readonly patience?: Patience | undefined
  readonly onHealth: (health: HealthState) => void
}

export interface LinkLog {
  debug(about: object, text: string): void
  info(about: object, text: string): void
  warn(about: object, text: string): void
  error(about: object, text: string): void
}

/** Tells people what became of a server. */
export function sayHealth(
  log: LinkLog,
  {id, name}: Pick<ServerDefinition, 'id' | 'name'>,
  before: HealthState,
  now: HealthState,
): void {
  const {status, reason, detail} = now
  const about = {server: id, name, was: before.status, status, reason, detail}
  const words = [reason === 'none' ? '' : reason.replaceAll('_', ' '), detail].filter((word) => word !== '')
  const text = `${status.replace('_', ' ')}${words.length > 0 ? ` (${words.join(': ')})` : ''}`
  // On the way to where people want it, nothing is worth a line of theirs.
  if (status === 'connecting' || reason === 'list_growing') log.debug(about, text)
  else if (isOnline(status) || reason === 'disabled') log.info(about, text)
  else log.warn(about, text)
}
