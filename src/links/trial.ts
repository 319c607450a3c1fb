/**
 * Tries a server that has no link: one log-in, what it says of itself, how many torrents it has, good-bye. Bounded in
 * time and size, for it may be anybody's server, and of any size.
 */
import type {CallBounds, ClientDeps, SyncSink, TorrentClient} from '#clients/port.ts'
import type {Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import {ServerFault} from '#model/errors.ts'
import type {HealthReason, ServerDefinition, ServerStats} from '#model/server.ts'
import type {ServerTrial} from '#model/services.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import type {Bytes, EpochMs} from '#model/units.ts'
import {adviceFor} from './advice.ts'
import {sayLeftSession, type LinkLog} from './link.ts'
import {boundsOf, patience, patienceWith, type Patience} from './budget.ts'

interface TrialDeps {
  readonly clock: Clock
  readonly turns: TimeSlice
  readonly createClient: (parts: Omit<ClientDeps, 'metainfo'>) => TorrentClient
  readonly log: Pick<LinkLog, 'info'>
  readonly patience?: Patience | undefined
  /** Logs in where the daemon was not asked too often (`daemon-logins.ts`). */
  readonly logIn: <T>(connect: () => Promise<T>, signal: AbortSignal) => Promise<T>
  /** Told of each torrent that it lists, as far as it is read. */
  readonly listed?: ((hash: InfoHash, addedAt: EpochMs | null) => void) | undefined
}

/** All of it; a person waits. */
const TRIAL_MS = 60_000
/** A list that takes more is not counted. */
const COUNT_MS = 10_000
const COUNT_BYTES = 64 * 1024 * 1024

/** Never throws for the server's fault. */
export async function tryServer(definition: ServerDefinition, parts: TrialDeps): Promise<ServerTrial> {
  const {kind, obstacle} = definition
  if (obstacle !== null) return failedTrial(kind, obstacle, '')
  const stop = new AbortController()
  const late = new ServerFault(
    'server_unreachable',
    'timed_out',
    `No whole answer within ${TRIAL_MS / 1000} s.`,
  )
  const cancel = parts.clock.after(TRIAL_MS, () => stop.abort(late))
  const client = parts.createClient({definition, clock: parts.clock, turns: parts.turns})
  try {
    return await asked(client, new Bounds(definition, parts, stop.signal), parts)
  } catch (error) {
    if (error instanceof ServerFault) return failedTrial(kind, error.reason, error.message)
    throw error
  } finally {
    cancel()
    sayLeftSession(parts.log, definition, await client.close())
  }
}

async function asked(
  client: TorrentClient,
  bounds: Bounds,
  {clock, listed, logIn}: TrialDeps,
): Promise<ServerTrial> {
  const {version, apiVersion} = await logIn(() => client.connect(bounds.of('connect')), bounds.signal)
  const startedAt = clock.monotonic()
  await client.probe(bounds.of('probe'))
  const latencyMs = Math.round(clock.monotonic() - startedAt)
  const torrents = await countOf(client, bounds.ofCount(), counting(listed))
  const freeSpace = await freeSpaceOf(client, bounds)
  return {
    ok: true,
    latencyMs,
    version,
    apiVersion,
    torrents,
    freeSpace,
    reason: 'none',
    detail: '',
    advice: '',
  }
}

/** `null` = the list is too long or too slow to be counted by the way. */
async function countOf(client: TorrentClient, bounds: CallBounds, sink: SyncSink): Promise<number | null> {
  try {
    const want = {list: 'full', attentive: false} as const
    const {known, membership} = await client.sync.step(want, sink, {delta: bounds, full: bounds})
    return membership === 'whole' ? known : null
  } catch (error) {
    if (error instanceof ServerFault && tooMuch.has(error.reason)) return null
    throw error
  }
}

const tooMuch: ReadonlySet<HealthReason> = new Set(['timed_out', 'answer_too_large', 'cut_answer', 'slow'])

async function freeSpaceOf({details}: TorrentClient, bounds: Bounds): Promise<Bytes | null> {
  const stats: Partial<ServerStats> = await details.stats(bounds.of('detail')).catch(() => ({}))
  const asked = () => details.freeSpace(null, bounds.of('detail')).catch(() => undefined)
  return stats.freeSpace ?? (await asked()) ?? null
}

class Bounds {
  readonly #patience: Patience
  readonly signal: AbortSignal

  constructor({pace}: ServerDefinition, {patience: usual = patience}: TrialDeps, signal: AbortSignal) {
    this.#patience = patienceWith(pace.timeoutSeconds, usual)
    this.signal = signal
  }

  of(call: 'connect' | 'probe' | 'detail'): CallBounds {
    return boundsOf(call, this.signal, this.#patience)
  }

  ofCount(): CallBounds {
    return {timeoutMs: Math.min(COUNT_MS, this.#patience.full), maxBytes: COUNT_BYTES, signal: this.signal}
  }
}

/** Of a server that was not, or could not be tried. */
export function failedTrial(
  kind: ServerDefinition['kind'],
  reason: HealthReason,
  detail: string,
): ServerTrial {
  return {
    ok: false,
    latencyMs: null,
    version: null,
    apiVersion: null,
    torrents: null,
    freeSpace: null,
    reason,
    detail,
    advice: adviceFor(reason, kind),
  }
}

/** Who only counts keeps nothing. */
const counting = (listed: TrialDeps['listed']): SyncSink => ({
  begin: () => {},
  row: ({hash, addedAt}) => listed?.(hash, addedAt ?? null),
  removed: () => {},
  end: () => {},
  stats: () => {},
  categories: () => {},
  tags: () => {},
})
