/**
 * The fleet as plain objects, slow and obvious: what the columns are compared with in tests. It says once more, in the
 * simplest words, what a frame and an expectation mean.
 */
import type {Expected, ExpectOptions, Settled} from '#fleet/expectations.ts'
import type {ServerFrame} from '#model/frame.ts'
import {
  popularityOf,
  ratioOf,
  type TorrentField,
  type TorrentFields,
  type TorrentPatch,
} from '#model/torrent.ts'
import type {InfoHash, ServerId, TorrentKey} from '#model/torrent-key.ts'

type Fields = Partial<Record<TorrentField, unknown>>

interface Torrent {
  /** What the server said; a field that is absent was never told. */
  readonly said: Fields
  visible: boolean
  seen: boolean
  listed: boolean
  seenAt: number
  expectations: Expectation[]
}

interface Expectation extends ExpectOptions {
  readonly key: TorrentKey
  readonly removal: boolean
  readonly waiting: Map<TorrentField, unknown>
  readonly hidden: Set<TorrentField>
}

interface Server {
  online: boolean
  epoch: number
  seq: number
  open: boolean
  /** The list that is open, or was last, is the first that was told of it. */
  isFirst: boolean
  /** Of the last answer that said what is there; below 0 = none. */
  syncedAt: number
  readonly torrents: Map<InfoHash, Torrent>
  /** Went, and can be shown again. */
  readonly departed: Map<InfoHash, Torrent>
}

/** What a field that was never told shows; all others are unknown. */
const untold: Readonly<Record<string, unknown>> = {
  name: '',
  state: 'unknown',
  nativeState: '',
  category: '',
  tags: [],
  trackerStatus: 'unknown',
  complete: false,
  queuedCheck: false,
  trackerProblem: false,
  hasMetadata: false,
  downSpeed: 0,
  upSpeed: 0,
}

export class NaiveFleet {
  readonly servers = new Map<ServerId, Server>()
  /** As people see them; others behind, by id. */
  places: readonly ServerId[] = []
  settled: Settled[] = []
  /** To its frames, for the test. */
  readonly answers: string[] = []

  addServer(id: ServerId): void {
    if (this.servers.has(id)) return
    this.servers.set(id, {
      online: false,
      epoch: -1,
      seq: -1,
      open: false,
      isFirst: false,
      syncedAt: -1,
      torrents: new Map(),
      departed: new Map(),
    })
  }

  removeServer(id: ServerId): void {
    for (const [hash, torrent] of this.servers.get(id)?.torrents ?? []) this.#remove(id, hash, torrent)
    this.servers.delete(id)
  }

  markServer(id: ServerId, online: boolean): void {
    const server = this.servers.get(id)
    if (server) server.online = online
  }

  orderServers(ids: readonly ServerId[]): void {
    this.places = ids
  }

  serversInOrder(): ServerId[] {
    const given = this.places.filter((id) => this.servers.has(id))
    return [...given, ...[...this.servers.keys()].filter((id) => !given.includes(id)).sort()]
  }

  apply(frame: ServerFrame): 'applied' | 'gap' {
    const server = this.servers.get(frame.serverId)
    if (!server) return 'gap'
    const isNewEpoch = frame.type === 'begin' && frame.epoch > server.epoch
    if (!isNewEpoch && (frame.epoch !== server.epoch || frame.seq !== server.seq + 1)) return 'gap'
    if (frame.type === 'end' && !server.open) return 'gap'
    server.epoch = frame.epoch
    server.seq = frame.seq
    this.#take(server, frame)
    return 'applied'
  }

  expect(key: TorrentKey, {patch}: Expected, options: ExpectOptions): void {
    const torrent = this.#visible(key)
    if (!torrent) return
    const expectation = {...options, key, removal: false, waiting: new Map(), hidden: new Set<TorrentField>()}
    for (const [name, value] of Object.entries(patch)) {
      const field = name as TorrentField
      const isAwaited = torrent.expectations.some((other) => other.waiting.has(field))
      if (!isAwaited && same(shown(torrent.said, field), reported(field, value))) continue
      for (const other of torrent.expectations) other.hidden.add(field)
      expectation.waiting.set(field, reported(field, value))
    }
    torrent.expectations.push(expectation)
    this.#confirm(torrent)
  }

  expectRemoved(key: TorrentKey, options: ExpectOptions): void {
    const nothing = {waiting: new Map<TorrentField, unknown>(), hidden: new Set<TorrentField>()}
    this.#visible(key)?.expectations.push({...options, ...nothing, key, removal: true})
  }

  withdraw(id: string): void {
    for (const torrent of this.#all()) {
      torrent.expectations = torrent.expectations.filter((expectation) => expectation.id !== id)
    }
  }

  /** Time has come this far. */
  expire(now: number): void {
    for (const torrent of this.#all()) {
      for (const {id, key, until} of torrent.expectations) {
        if (until <= now) this.settled.push({id, key, outcome: 'expired'})
      }
      torrent.expectations = torrent.expectations.filter(({until}) => until > now)
    }
  }

  get(key: TorrentKey): Record<string, unknown> | null {
    const torrent = this.#visible(key)
    if (!torrent) return null
    const {said, seenAt, expectations, seen} = torrent
    const record: Record<string, unknown> = {...untold, ...said}
    const pending = new Set<TorrentField>()
    for (const {waiting, hidden, removal} of expectations) {
      if (removal) pending.add('state')
      for (const [field, value] of waiting) {
        if (hidden.has(field)) continue
        record[field] = value
        pending.add(field)
      }
    }
    const {online, syncedAt} = this.servers.get(key.serverId)!
    const stale = !seen || !online
    return {
      ...record,
      key,
      seenAt: seen ? Math.max(seenAt, syncedAt) : seenAt,
      stale,
      pending: [...pending].sort(),
    }
  }

  absent(id: ServerId): number {
    const torrents = [...this.servers.get(id)!.torrents.values()]
    return torrents.filter(({visible, listed}) => visible && !listed).length
  }

  keys(): TorrentKey[] {
    return [...this.servers].flatMap(([serverId, server]) =>
      [...server.torrents].flatMap(([hash, torrent]) => (torrent.visible ? {serverId, hash} : [])),
    )
  }

  /** What people see of a first list that is still being told. */
  previewed(): TorrentKey[] {
    return [...this.servers].flatMap(([serverId, {isFirst, torrents}]) =>
      [...torrents].flatMap(([hash, {visible}]) => (isFirst && !visible ? {serverId, hash} : [])),
    )
  }

  #take(server: Server, frame: ServerFrame): void {
    const torrents = [...server.torrents]
    const drop = (which: (torrent: Torrent) => boolean): void => {
      for (const [hash, torrent] of torrents) if (which(torrent)) this.#remove(frame.serverId, hash, torrent)
    }
    const depart = (hash: InfoHash, torrent: Torrent): void => {
      if (torrent.visible && !isLeaving(torrent)) server.departed.set(hash, torrent)
      this.#remove(frame.serverId, hash, torrent)
    }
    const departAll = (which: (torrent: Torrent) => boolean): void => {
      for (const [hash, torrent] of torrents) if (which(torrent)) depart(hash, torrent)
    }
    if (frame.type === 'begin' || frame.type === 'abort') {
      drop((torrent) => !torrent.visible)
      server.open = frame.type === 'begin'
      const hasVisible = torrents.some(([, {visible}]) => visible)
      server.isFirst = server.open && server.syncedAt < 0 && !hasVisible && server.departed.size === 0
      if (server.open) for (const [, torrent] of torrents) torrent.listed = false
    } else if (frame.type === 'end') {
      server.open = false
      server.syncedAt = frame.at
      for (const [, torrent] of torrents) {
        torrent.visible = true
        if (!torrent.listed) torrent.seen = false
      }
      if (frame.believeAbsence) departAll((torrent) => !torrent.listed)
    } else if (frame.type === 'settle') {
      const leaves = frame.isProved ? drop : departAll
      leaves((torrent) => torrent.visible && !torrent.seen)
    } else if (frame.type === 'missing') {
      for (const hash of frame.hashes) {
        const torrent = server.torrents.get(hash)
        if (!torrent) continue
        if (!torrent.visible || isLeaving(torrent)) depart(hash, torrent)
        else Object.assign(torrent, {seen: false, listed: false})
      }
    } else if (frame.type === 'recall') {
      for (const hash of frame.hashes) {
        const torrent = server.departed.get(hash)
        if (!torrent) continue
        server.departed.delete(hash)
        server.torrents.set(hash, {...torrent, seen: false, listed: false, expectations: []})
      }
    } else if (frame.type === 'rows') {
      for (const patch of frame.rows) this.#put(server, patch, frame.at)
      for (const hash of frame.removed) {
        const torrent = server.torrents.get(hash)
        if (torrent) depart(hash, torrent)
      }
      if (!server.open) server.syncedAt = frame.at
    }
  }

  #put(server: Server, patch: TorrentPatch, at: number): void {
    let torrent = server.torrents.get(patch.hash)
    if (!torrent) {
      server.departed.delete(patch.hash)
      torrent = {said: {}, visible: !server.open, seen: true, listed: true, seenAt: at, expectations: []}
      server.torrents.set(patch.hash, torrent)
    }
    Object.assign(torrent, {seen: true, listed: true, seenAt: at})
    for (const [name, value] of Object.entries(patch)) {
      if (name === 'hash') continue
      const field = name as TorrentField
      torrent.said[field] = reported(field, value)
      for (const {waiting} of torrent.expectations) {
        if (waiting.has(field) && same(waiting.get(field), torrent.said[field])) waiting.delete(field)
      }
    }
    derive(torrent.said as Partial<TorrentFields>, patch)
    this.#confirm(torrent)
  }

  #confirm(torrent: Torrent): void {
    const isMet = ({removal, waiting}: Expectation): boolean => !removal && waiting.size === 0
    for (const met of torrent.expectations.filter(isMet)) {
      this.settled.push({id: met.id, key: met.key, outcome: 'confirmed'})
    }
    torrent.expectations = torrent.expectations.filter((expectation) => !isMet(expectation))
  }

  #remove(serverId: ServerId, hash: InfoHash, torrent: Torrent): void {
    for (const {id, key} of torrent.expectations) this.settled.push({id, key, outcome: 'removed'})
    this.servers.get(serverId)!.torrents.delete(hash)
  }

  #visible({serverId, hash}: TorrentKey): Torrent | null {
    const torrent = this.servers.get(serverId)?.torrents.get(hash)
    return torrent?.visible ? torrent : null
  }

  #all(): Torrent[] {
    return Array.from(this.servers.values(), (server) => Array.from(server.torrents.values())).flat()
  }
}

function isLeaving({expectations}: Torrent): boolean {
  return expectations.some(({removal}) => removal)
}

function derive(said: Partial<TorrentFields>, patch: TorrentPatch): void {
  const parts = 'uploaded' in patch || 'downloaded' in patch || 'completed' in patch
  if (parts && !('ratio' in patch)) said.ratio = ratioOf(said.uploaded, said.downloaded, said.completed)
  if ((parts || 'ratio' in patch || 'activeTime' in patch) && patch.popularity === undefined) {
    said.popularity = popularityOf(said.ratio, said.activeTime)
  }
}

/** A value as the fleet keeps it: tags are a set, texts are well formed. */
function reported(field: TorrentField, value: unknown): unknown {
  if (value === undefined) return untold[field]
  if (field === 'tags') return [...new Set(value as string[])].sort()
  return typeof value === 'string' ? value.toWellFormed() : value
}

function shown(said: Fields, field: TorrentField): unknown {
  return field in said ? said[field] : untold[field]
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
