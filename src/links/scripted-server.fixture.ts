import type {CallBounds, SyncDriver, SyncReport, SyncSink, SyncWant, TorrentClient} from '#clients/port.ts'
import {ServerFault} from '#model/errors.ts'
import type {ServerFrame} from '#model/frame.ts'
import type {HealthReason, ServerDefinition, ServerPace} from '#model/server.ts'
import {asServerId, type InfoHash} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {ConnectPace} from './cadence.ts'
import {initialHealth, type HealthState} from './health.ts'
import {Link} from './link.ts'

export const hash = (n: number) => n.toString(16).padStart(40, '0') as InfoHash

/** A server whose list a test sets, and whose failures a test scripts. */
export class ScriptedServer {
  readonly clock = new VirtualClock()
  members = new Set<InfoHash>()
  failing: {
    reason: HealthReason
    code: 'server_unreachable' | 'answer_invalid' | 'login_refused' | 'login_banned' | 'session_lost'
    retryAt?: number
  } | null = null
  failAt: 'connect' | 'sync' | 'midList' = 'sync'
  /** How many more times it fails. */
  failingSteps = Infinity
  logins = 0
  /** What a login waits for before it is answered. */
  loginWaits: Promise<void> | null = null
  probes = 0
  steps: SyncWant['list'][] = []
  doorOpen = true
  leastIntervalMs: number | null = null
  /** Each answer is a whole list that nobody asked for: somebody else shares the session. */
  alwaysFresh = false
  /** A driver that keeps what it saw of a list that broke off does not count it as joined the next time. */
  remembersBrokenLists = false
  /** Patience it was asked with, ms, by the kind of question. */
  waits = {connect: 0, probe: 0, delta: 0}
  frames: ServerFrame[] = []
  shown = new Map<InfoHash, boolean>()
  health: HealthState[] = []
  #book = new Set<InfoHash>()
  #seen = new Set<InfoHash>()
  readonly link: Link

  constructor(pace: ServerPace = {pollSeconds: null, timeoutSeconds: null}) {
    this.link = this.#link(pace)
  }

  #link(pace: ServerPace): Link {
    return new Link({
      definition: {
        id: asServerId('qBit'),
        kind: 'qbittorrent',
        name: 'qBit',
        pace,
        enabled: true,
        obstacle: null,
      } as ServerDefinition,
      client: {
        kind: 'qbittorrent',
        connect: async ({timeoutMs}: CallBounds) => {
          this.logins++
          this.waits.connect = timeoutMs
          await this.loginWaits
          this.#maybeFail('connect')
          return {
            kind: 'qbittorrent',
            version: '5.1.0',
            apiVersion: '2.11.4',
            features: {} as never,
            limitation: null,
          }
        },
        probe: async ({timeoutMs}: CallBounds) => {
          this.probes++
          this.waits.probe = timeoutMs
          this.#maybeFail('sync')
        },
        sync: {
          step: (want, sink, {delta}) => {
            this.waits.delta = delta.timeoutMs
            return this.#step(want, sink)
          },
        } satisfies SyncDriver,
        close: async () => {},
      } as unknown as TorrentClient,
      clock: this.clock,
      random: () => 1,
      log: {debug: () => {}, info: () => {}, warn: () => {}, error: () => {}},
      apply: (frame) => this.#apply(frame),
      population: () => ({shown: this.shown.size, leaving: 0}),
      watched: () => false,
      knock: async () => this.doorOpen,
      pace: new ConnectPace(),
      health: initialHealth(this.clock.now()),
      onHealth: (health) => this.health.push(health),
    })
  }

  /** The daemon restarted: its next list is unrelated to what came before. */
  restart(): void {
    this.#book = new Set()
    this.#fresh = true
  }

  #fresh = true

  async #step(want: SyncWant, sink: SyncSink): Promise<SyncReport> {
    this.steps.push(want.list)
    this.#maybeFail('sync')
    const joined = [...this.members].filter((one) => !this.#book.has(one))
    const left = [...this.#book].filter((one) => !this.members.has(one))
    sink.begin(this.#fresh || this.alwaysFresh)
    this.#fresh = false
    for (const one of this.members) sink.row({hash: one, name: `t${one}`})
    if (this.remembersBrokenLists) this.#book = new Set(this.members)
    this.#maybeFail('midList')
    sink.end()
    this.#book = new Set(this.members)
    return {
      bytes: 1,
      requests: 1,
      rows: this.members.size,
      membership: 'whole',
      answerMs: 1,
      leastIntervalMs: this.leastIntervalMs,
      joined: joined.length,
      left: left.length,
      known: this.members.size,
    }
  }

  #maybeFail(at: typeof this.failAt): void {
    if (!this.failing || this.failAt !== at || this.failingSteps-- <= 0) return
    const {code, reason, retryAt} = this.failing
    throw new ServerFault(code, reason, 'scripted', {retryAt: retryAt ?? null})
  }

  /** A tiny fleet: what is shown, and what the open list has named. */
  #apply(frame: ServerFrame): 'applied' {
    this.frames.push(frame)
    if (frame.type === 'begin') this.#seen = new Set()
    if (frame.type === 'rows') for (const row of frame.rows) this.#seen.add(row.hash)
    if (frame.type === 'end') {
      for (const one of this.#seen) this.shown.set(one, true)
      for (const one of this.shown.keys()) if (!this.#seen.has(one)) this.shown.set(one, false)
    }
    const gone = frame.type === 'settle' || (frame.type === 'end' && frame.believeAbsence)
    if (gone) for (const [one, seen] of this.shown) if (!seen) this.shown.delete(one)
    return 'applied'
  }

  get status(): string {
    return `${this.link.health.status}:${this.link.health.reason}`
  }

  /** Removals the fleet was made to believe. */
  get shownCount(): number {
    return this.shown.size
  }
}

export function withTorrents(
  count: number,
  failingLogin: ScriptedServer['failing'] = null,
  pace?: ServerPace,
): ScriptedServer {
  const server = new ScriptedServer(pace)
  server.failing = failingLogin
  if (failingLogin) server.failAt = 'connect'
  for (let n = 1; n <= count; n++) server.members.add(hash(n))
  server.link.start()
  return server
}
