/** A house whose servers answer when a test says so, with a fleet of its own and perhaps files on a real disk. */
import {LookUps} from '#automation/facts/look-ups.ts'
import type {ServerKind} from '#clients/kinds/kinds.ts'
import type {RememberedMount} from '#disk/mounts.ts'
import type {CheckedMapping, ServerDisk} from '#disk/path-mapping.ts'
import {MountedDisks} from '#disk/mounted-disks.ts'
import {Patience} from '#disk/patience.ts'
import {Places} from '#disk/places.ts'
import {Fleet} from '#fleet/fleet.ts'
import {systemClock} from '#lib/clock.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import type {ProbeVerdict} from '#media/probe-verdict.ts'
import type {Compartment, UserId} from '#model/access.ts'
import type {HoldRecord} from '#model/automation-state.ts'
import type {TorrentFile, Tracker} from '#model/details.ts'
import {CommodarrError} from '#model/errors.ts'
import type {ManagerId} from '#model/manager.ts'
import type {HealthStatus} from '#model/server.ts'
import type {ServerView} from '#model/services.ts'
import type {TorrentPatch} from '#model/torrent.ts'
import {asServerId, keyText, type InfoHash, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import {noneLeft} from '#ownership/departed.fixture.ts'
import {OwnershipService} from '#ownership/ownership.ts'
import {noPhrases} from '#rules/tracker-phrases.ts'
import type {HoldKey} from '#store/repositories/rule-memory.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {TrackerCrowds} from './tracker-crowds.ts'
import {UnregisteredTimes} from './unregistered-times.ts'

export const [A, B] = [asServerId('A'), asServerId('B')]
export const [films, series] = ['films', 'series'] as ManagerId[] as [ManagerId, ManagerId]
export const keyOf = (serverId: ServerId, n: number): TorrentKey => ({
  serverId,
  hash: n.toString(16).padStart(40, '0') as InfoHash,
})

interface Pending {
  readonly what: string
  answer(value: unknown): void
  fail(error: Error): void
}

export class LookUpHarness {
  readonly clock = new VirtualClock()
  readonly turns = new TimeSlice()
  readonly fleet = new Fleet(this.clock, this.turns)
  /** Questions that reached a server and wait for their answer. */
  readonly pending: Pending[] = []
  /** All that ever reached a server: `trackers A/…1`. */
  readonly asked: string[] = []
  readonly probed: string[] = []
  verdict: ProbeVerdict = {verdict: 'valid', format: 'matroska,webm', duration: 1, streams: []}
  readonly status = new Map<ServerId, HealthStatus>()
  readonly kinds = new Map<ServerId, ServerKind>()
  /** Members, by the servers of their own. */
  readonly owners = new Map<ServerId, string>()
  readonly mappings = new Map<ServerId, readonly CheckedMapping[]>()
  readonly machines = new Map<ServerId, string>()
  /** What people call their disks. */
  readonly storages = new Map<ServerId, string>()
  readonly hidden = new Set<ServerId>()
  /** Members' servers, and whose; all others are the house's. */
  readonly ofMembers = new Map<ServerId, UserId>()
  readonly mounts = new Map<string, RememberedMount>()
  readonly takenBack = new Set<string>()
  /** Answered at once. */
  files: Map<string, readonly TorrentFile[]> | null = null
  readonly #seq = new Map<ServerId, number>()
  /** Which servers there are, and on which disks they work. */
  readonly surroundings = {
    servers: () => [A, B].filter((id) => this.status.has(id)).map((id) => this.#view(id)),
    server: (id: ServerId) => (this.status.has(id) ? this.#view(id) : null),
    disk: (id: ServerId): ServerDisk => ({
      machine: this.machines.get(id) ?? 'here',
      storage: this.storages.get(id) ?? null,
      mappings: this.mappings.get(id) ?? [],
      owner: this.owners.get(id) ?? null,
    }),
  }
  /** What it asks of servers is told at once. */
  readonly ownership = new OwnershipService({
    isSentToMove: () => false,
    mounted: {diskAway: async () => null},
    fleet: this.fleet,
    turns: this.turns,
    ...this.surroundings,
    departed: noneLeft,
    files: async (key) => this.files?.get(keyText(key)) ?? null,
    readNow: async () => true,
    places: new Places(new Patience(systemClock), this.clock),
  })
  /** Kept by the hold tracker. */
  readonly held = new Map<string, HoldRecord>()
  readonly #holds = {
    of: ({subject}: HoldKey) => this.held.get(subject) ?? null,
    ofRule: () => [...this.held.values()],
    put: (records: readonly HoldRecord[]) => {
      for (const record of records) this.held.set(record.subject, record)
    },
    clear: (keys: readonly HoldKey[]) => {
      for (const {subject} of keys) this.held.delete(subject)
    },
  }
  readonly times = new UnregisteredTimes(this.#holds, this.clock)
  readonly lookUps: LookUps

  compartmentOf(id: ServerId): Compartment {
    return this.ofMembers.get(id) ?? null
  }

  /** By which words trackers are known. */
  phrases = noPhrases

  /** Torrents whose removal is under way, by the text of their keys. */
  readonly going = new Set<string>()

  constructor() {
    const question = <T>(what: string, key: TorrentKey) => this.#question<T>(`${what} ${keyText(key)}`)
    this.lookUps = new LookUps({
      clock: this.clock,
      turns: this.turns,
      random: () => 1,
      fleet: this.fleet,
      isGoing: (key) => this.going.has(keyText(key)),
      details: {
        trackers: (key) => question<readonly Tracker[]>('trackers', key),
        files: (key) => question<readonly TorrentFile[]>('files', key),
      },
      ...this.surroundings,
      ownership: this.ownership,
      sees: (_by, id) => !this.hidden.has(id),
      counts: (_by, of, id) => !this.hidden.has(id) && this.compartmentOf(id) === this.compartmentOf(of),
      ffprobe: {
        probe: async (path) => {
          this.probed.push(path)
          return this.verdict
        },
      },
      // Real disks answer in real time.
      patience: new Patience(systemClock),
      mounted: new MountedDisks(new Patience(systemClock), this.mounts),
      takenBack: () => this.takenBack,
      unregistered: this.times,
      crowds: new TrackerCrowds(
        this.fleet,
        {list: () => this.surroundings.servers()},
        this.clock,
        this.times,
        (id) => this.compartmentOf(id),
        () => this.phrases,
      ),
      phrases: () => this.phrases,
    })
  }

  /** A server with these torrents, online. */
  list(id: ServerId, rows: readonly TorrentPatch[]): void {
    this.fleet.addServer(id)
    this.fleet.apply({...this.#head(id), type: 'begin'})
    this.report(id, rows)
    this.fleet.apply({...this.#head(id), type: 'end', believeAbsence: true})
    this.fleet.markServer(id, true)
    this.status.set(id, 'online')
  }

  report(id: ServerId, rows: readonly TorrentPatch[]): void {
    this.fleet.apply({...this.#head(id), type: 'rows', rows, removed: []})
  }

  /** The oldest question that waits; every promise gets a chance before and after. */
  async answer(value: unknown): Promise<void> {
    await this.clock.advance(0)
    const next = this.pending.shift()
    if (!next) throw new Error('nothing was asked')
    if (value instanceof Error) next.fail(value)
    else next.answer(value)
    await this.clock.advance(0)
  }

  #question<T>(what: string): Promise<T> {
    this.asked.push(what)
    const known = what.startsWith('files ') ? this.files?.get(what.slice(6)) : undefined
    if (known) return Promise.resolve(known as T)
    return new Promise<T>((resolve, reject) => {
      this.pending.push({what, answer: (value) => resolve(value as T), fail: reject})
    })
  }

  #head(id: ServerId) {
    const seq = this.#seq.get(id) ?? 0
    this.#seq.set(id, seq + 1)
    return {serverId: id, epoch: 1, seq, at: this.clock.now()}
  }

  #view(id: ServerId): ServerView {
    const status = this.status.get(id)!
    const kind = this.kinds.get(id) ?? 'qbittorrent'
    const torrents = this.fleet.count(id)
    return {
      id,
      name: id,
      kind,
      enabled: true,
      health: {status, since: 0},
      epoch: 1,
      torrents,
    } as unknown as ServerView
  }
}

/** A row of a torrent whose data is all there. */
export function row(n: number, more: Partial<TorrentPatch> = {}): TorrentPatch {
  return {
    hash: keyOf(A, n).hash,
    name: `t${n}`,
    state: 'stalledUp',
    complete: true,
    hasMetadata: true,
    size: 1_000 + n,
    sizeTotal: 1_000 + n,
    savePath: '/data',
    contentPath: `/data/t${n}`,
    ...more,
  }
}

export function tracker(url: string, status: Tracker['status'], message = ''): Tracker {
  return {url, tier: 0, status, message}
}

export function file(index: number, path: string, more: Partial<TorrentFile> = {}): TorrentFile {
  return {index, path, size: 10, progress: 1, priority: 'normal', ...more}
}

export const unreachable = new CommodarrError('server_unreachable', 'It did not answer.')
