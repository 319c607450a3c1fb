import type {
  CallBounds,
  PortState,
  SyncDriver,
  SyncReport,
  SyncSink,
  SyncWant,
  TorrentClient,
} from '#clients/port.ts'
import {Fleet} from '#fleet/fleet.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {ServerFault} from '#model/errors.ts'
import type {ServerFrame} from '#model/frame.ts'
import type {HealthReason, ServerDefinition, ServerPace} from '#model/server.ts'
import {asServerId, type InfoHash} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {ConnectPace} from './cadence.ts'
import {initialHealth, type HealthState} from './health.ts'
import {DaemonLogins} from './daemon-logins.ts'
import {Link} from './link.ts'
import {Quotas} from './quotas.ts'
import type {OthersList} from './others-list.ts'

const qBit = asServerId('qBit')

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
  port: PortState = 'open'
  /** What a question without credentials shows, behind a port that a proxy keeps open. */
  behindPort: PortState = 'open'
  looks = 0
  leastIntervalMs: number | null = null
  /** As its answers vouch for it. */
  membership: SyncReport['membership'] = 'whole'
  /** What was to be told closely, question by question. */
  closely: (readonly InfoHash[])[] = []
  /** Its own time for an answer, as it is reported. */
  answerMs = 1
  /** The same of a whole list that was asked for; `null` = as all others. */
  wholeListMs: number | null = null
  /** It tells what changed since its last answer, as qBittorrent and Transmission do, and a whole list when asked. */
  reportsChanges = false
  /** Named as removed in the next answer that tells changes, whether they are gone or not. */
  naming: InfoHash[] = []
  /** List by list, the torrent that it lacks from then on. */
  losing: InfoHash[] = []
  /** Each answer is a whole list that nobody asked for: somebody else shares the session. */
  alwaysFresh = false
  /** A driver that keeps what it saw of a list that broke off does not count it as joined the next time. */
  remembersBrokenLists = false
  /** Patience it was asked with, ms, by the kind of question. */
  waits = {connect: 0, probe: 0, delta: 0}
  frames: ServerFrame[] = []
  readonly fleet = new Fleet(this.clock, new TimeSlice())
  /** Who pays for what it has here; `null` = nobody. */
  owner: string | null = null
  readonly quotas = new Quotas(() => this.owner, this.fleet, {
    rows: 100,
    text: 10_000,
    words: 1_000,
    listBytes: 5_000_000,
    answerBytes: 1_000,
    shortAnswerBytes: 1_000,
  })
  /** Of the last question for a list. */
  mostBytes = 0
  health: HealthState[] = []
  #table = new Set<InfoHash>()
  readonly link: Link

  constructor(
    pace: ServerPace = {pollSeconds: null, timeoutSeconds: null},
    others: OthersList | null = null,
  ) {
    this.fleet.addServer(qBit)
    this.link = this.#link(pace, others)
  }

  #link(pace: ServerPace, others: OthersList | null): Link {
    return new Link({
      definition: {
        id: qBit,
        kind: 'qbittorrent',
        name: 'qBit',
        url: 'http://qbit:8080',
        pace,
        enabled: true,
        obstacle: null,
      } as ServerDefinition,
      client: {
        kind: 'qbittorrent',
        keepsAddedAt: true,
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
        look: async () => this.behindPort,
        sync: {
          step: (want, sink, {delta, full}) => {
            this.waits.delta = delta.timeoutMs
            this.mostBytes = full.maxBytes
            return this.#step(want, sink)
          },
        } satisfies SyncDriver,
        close: async () => {},
      } as unknown as TorrentClient,
      clock: this.clock,
      random: () => 1,
      log: {debug: () => {}, info: () => {}, warn: () => {}, error: () => {}},
      apply: (frame) => {
        this.frames.push(frame)
        return this.fleet.apply(frame)
      },
      others,
      logins: new DaemonLogins(this.clock),
      isOfInstance: () => true,
      known: {
        count: () => this.fleet.count(qBit),
        has: (one) => this.fleet.hasKey({serverId: qBit, hash: one}),
        addedAt: (one) => this.fleet.addedAt({serverId: qBit, hash: one}),
        absent: (isCounted) => this.fleet.absent(qBit, isCounted),
        departed: () => this.fleet.departed(qBit),
      },
      watched: () => false,
      knock: async () => {
        this.looks++
        return this.port
      },
      pace: new ConnectPace(),
      quotas: this.quotas,
      health: initialHealth(this.clock.now()),
      onHealth: (health) => this.health.push(health),
    })
  }

  /** The daemon restarted: its next list is unrelated to what came before. */
  restart(): void {
    this.#table = new Set()
    this.#fresh = true
  }

  #fresh = true

  /** From now on no list is answered. @returns what answers */
  hang(): () => void {
    let answer = () => {}
    this.#answerWaits = new Promise((resolve) => (answer = resolve))
    return () => {
      this.#answerWaits = null
      answer()
    }
  }

  /** Answers the list that waits, and lets the one after it wait. @returns what answers that */
  hangNext(answer: () => void): () => void {
    answer()
    return this.hang()
  }

  #answerWaits: Promise<void> | null = null
  #sink: SyncSink | null = null

  /** A piece of the answer that is under way. */
  reportRow(): void {
    const [one] = this.members
    this.#sink?.stats({downSpeed: 0, upSpeed: 0})
    if (one) this.#sink?.row({hash: one, name: 'told'})
  }

  /** What is asked next finds nobody. */
  loseConnection(): void {
    this.link.hurry()
    this.failAt = 'sync'
    this.failsEverywhere = true
  }

  failsEverywhere = false

  async #step(want: SyncWant, sink: SyncSink): Promise<SyncReport> {
    this.steps.push(want.list)
    this.closely.push(want.closely ?? [])
    this.#sink = sink
    await this.#answerWaits
    this.#maybeFail('sync')
    if (this.reportsChanges && want.list === 'delta' && !this.#fresh) return this.#changes(sink)
    for (const one of this.losing.splice(0, 1)) this.members.delete(one)
    const joined = [...this.members].filter((one) => !this.#table.has(one))
    const left = [...this.#table].filter((one) => !this.members.has(one))
    sink.begin(this.#fresh || this.alwaysFresh)
    this.#fresh = false
    for (const one of this.members) sink.row({hash: one, name: `t${one}`})
    if (this.remembersBrokenLists) this.#table = new Set(this.members)
    this.#maybeFail('midList')
    sink.end()
    this.#table = new Set(this.members)
    return this.#report(joined.length, left.length, want.list)
  }

  #changes(sink: SyncSink): SyncReport {
    const joined = [...this.members].filter((one) => !this.#table.has(one) && !this.naming.includes(one))
    const named = this.naming.filter((one) => this.#table.has(one))
    this.naming = []
    for (const one of joined) sink.row({hash: one, name: `t${one}`})
    for (const one of named) sink.removed(one)
    this.#table = this.#table.union(new Set(joined)).difference(new Set(named))
    return this.#report(joined.length, named.length, 'delta')
  }

  #report(joined: number, left: number, asked: SyncWant['list']): SyncReport {
    return {
      bytes: 1,
      requests: 1,
      rows: this.members.size,
      membership: this.membership,
      answerMs: (asked === 'delta' ? null : this.wholeListMs) ?? this.answerMs,
      leastIntervalMs: this.leastIntervalMs,
      joined,
      left,
      known: this.#table.size,
    }
  }

  #maybeFail(at: typeof this.failAt): void {
    if (!this.failing || (this.failAt !== at && !this.failsEverywhere) || this.failingSteps-- <= 0) return
    const {code, reason, retryAt} = this.failing
    throw new ServerFault(code, reason, 'scripted', {retryAt: retryAt ?? null})
  }

  get status(): string {
    return `${this.link.health.status}:${this.link.health.reason}`
  }

  get shownCount(): number {
    return this.fleet.count(qBit)
  }

  /** Of those shown, how many nobody has told of lately. */
  get unseenCount(): number {
    return this.fleet.unseen(qBit)
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
