/** The made-up servers of the access matrix: what they tell, and a list of what they were asked. */
import type {Fleet} from '#fleet/fleet.ts'
import type {Readiness} from '#http/parts.ts'
import type {AddOutcome, Approved, CommandResult, LinkOrder, ServerCommand} from '#model/command.ts'
import {CommodarrError, ServerUnknown} from '#model/errors.ts'
import type {
  CommandGate,
  ServerReader,
  Servers,
  ServerTest,
  ServerView,
  TorrentReader,
} from '#model/services.ts'
import {believedFree, type ServerFigures, type ServerStats} from '#model/server.ts'
import type {TorrentPatch} from '#model/torrent.ts'
import type {InfoHash, ServerId, TorrentKey} from '#model/torrent-key.ts'
import {health, startOfTime} from '../http/http-fakes.ts'
import {
  canaryOf,
  commonHash,
  hashOn,
  idOf,
  passkeyOf,
  serverNamed,
  serverNames,
  type ServerName,
} from './access-servers.fixture.ts'

export interface LinksOptions {
  /** Servers that are down and have not answered since the start. */
  readonly down?: readonly ServerName[]
  /** The torrents of `own` and this one have their data at the same place. */
  readonly crossSeed?: ServerName | null
}

export class MadeUpLinks implements Servers, CommandGate {
  /** Everything that was asked, in order. */
  readonly calls: string[] = []
  readonly #fleet: Fleet
  readonly #present: readonly ServerName[]
  readonly #down: readonly ServerName[]
  readonly #crossSeed: ServerName | null

  constructor(fleet: Fleet, present: readonly ServerName[], {down = [], crossSeed = null}: LinksOptions) {
    this.#fleet = fleet
    this.#present = present
    this.#down = down
    this.#crossSeed = crossSeed
    for (const name of present) this.#report(name)
  }

  /* ── what is known ── */

  list(): readonly ServerView[] {
    this.calls.push('list')
    return this.#present.map((name) => this.#view(name))
  }

  get(id: ServerId): ServerView | null {
    this.calls.push(`get ${id}`)
    return this.#has(id) ? this.#view(serverNamed(id)) : null
  }

  objection(id: ServerId): CommodarrError | null {
    this.calls.push(`objection ${id}`)
    if (!this.#has(id)) return new ServerUnknown(id)
    const isDown = this.#down.includes(serverNamed(id))
    return isDown ? new CommodarrError('server_not_online', `${canaryOf(serverNamed(id))} is down.`) : null
  }

  /** They are all on one machine. */
  neighbours(id: ServerId): readonly ServerId[] {
    return this.#present.map(idOf).filter((it) => it !== id)
  }

  readiness(): Readiness {
    const reasons = this.#down
      .filter((it) => this.#present.includes(it))
      .map((it) => ({serverId: idOf(it), text: `${canaryOf(it)} has not answered yet.`}))
    return {ready: reasons.length === 0, reasons}
  }

  /* ── what is asked of them ── */

  async test(id: ServerId): Promise<ServerTest> {
    this.calls.push(`test ${id}`)
    const detail = canaryOf(serverNamed(id))
    return {ok: true, latencyMs: 1, version: '5', torrents: 2, reason: 'none', advice: '', detail} as const
  }

  readonly reader: ServerReader = {
    limits: this.#asked('limits', () => ({down: null, up: 1})),
    stats: this.#asked('stats', () => ({downSpeed: 1, upSpeed: 1})),
    freeSpace: this.#asked('freeSpace', () => ({freeSpace: believedFree(7)})),
    preferences: this.#asked('preferences', (name) => ({save_path: canaryOf(name)})),
  }

  readonly details: TorrentReader = {
    files: this.#ofTorrent('files', (name) => [
      {
        index: 0,
        path: this.#shares(name) ? 'seed' : canaryOf(name),
        size: 1,
        progress: 1,
        priority: 'normal',
      },
    ]),
    trackers: this.#ofTorrent('trackers', (name) => [
      {url: announceOf(name), tier: 0, status: 'error', message: `no: ${announceOf(name)}`},
    ]),
    peers: this.#ofTorrent('peers', (name) => [
      {address: '10.0.0.1:5', client: canaryOf(name), progress: 1, downSpeed: 0, upSpeed: 0, flags: ''},
    ]),
    webSeeds: this.#ofTorrent('webSeeds', (name) => [{url: announceOf(name)}]),
    pieces: this.#ofTorrent('pieces', () => ({size: 1, count: 1, states: '2'})),
    more: this.#ofTorrent('more', (name) => ({hash: hashOn(name), comment: announceOf(name)})),
    exportTorrent: this.#ofTorrent('exportTorrent', (name) => Buffer.from(announceOf(name))),
  }

  async torrents(order: LinkOrder): Promise<ReadonlyMap<InfoHash, CommandResult>> {
    const outcomes = new Map<InfoHash, CommandResult>()
    const looked = 'lastLook' in order ? await order.lastLook(order.hashes) : {...order, refused: outcomes}
    for (const [hash, outcome] of looked.refused) outcomes.set(hash, outcome)
    if (looked.hashes.length > 0) this.calls.push(`${looked.command.verb} ${order.serverId}`)
    for (const hash of looked.hashes) outcomes.set(hash, {outcome: 'done'})
    return outcomes
  }

  async findFetched(serverId: ServerId): Promise<InfoHash | null> {
    this.calls.push(`findFetched ${serverId}`)
    return null
  }

  async finishFetched(serverId: ServerId): Promise<void> {
    this.calls.push(`finishFetched ${serverId}`)
  }

  async server(serverId: ServerId, {verb}: Approved<ServerCommand>): Promise<AddOutcome | void> {
    this.calls.push(`${verb} ${serverId}`)
    if (verb === 'addTorrent') return {status: 'added', hash: hashOn(serverNamed(serverId))}
  }

  #asked<T>(what: string, answer: (name: ServerName) => T): (id: ServerId) => Promise<T> {
    return async (id) => {
      this.calls.push(`${what} ${id}`)
      return answer(serverNamed(id))
    }
  }

  #ofTorrent<T>(what: string, answer: (name: ServerName) => T): (key: TorrentKey) => Promise<T> {
    const ask = this.#asked(what, answer)
    return ({serverId}) => ask(serverId)
  }

  /* ── what they tell ── */

  #has(id: ServerId): boolean {
    return this.#present.some((name) => idOf(name) === id)
  }

  #report(name: ServerName): void {
    const canary = canaryOf(name)
    const head = {serverId: idOf(name), epoch: 1, at: startOfTime}
    this.#fleet.addServer(idOf(name))
    this.#fleet.markServer(idOf(name), !this.#down.includes(name))
    this.#fleet.apply({...head, seq: 0, type: 'begin'})
    this.#fleet.apply({...head, seq: 1, type: 'rows', rows: this.#torrentsOf(name), removed: []})
    this.#fleet.apply({...head, seq: 2, type: 'end', believeAbsence: true})
    this.#fleet.apply({
      ...head,
      seq: 3,
      type: 'server',
      tags: [`${canary} tag`, 'common'],
      categories: [{name: `${canary} category`, savePath: `/${canary}`}, {name: 'common'}],
      stats: {downSpeed: sizeOf(name), upSpeed: 1, freeSpace: sizeOf(name), defaultSavePath: `/${canary}`},
    })
  }

  /** It has the file of another one. */
  #shares(name: ServerName): boolean {
    return this.#crossSeed !== null && (name === 'own' || name === this.#crossSeed)
  }

  #torrentsOf(name: ServerName): TorrentPatch[] {
    const canary = canaryOf(name)
    const own: TorrentPatch = {
      hash: hashOn(name),
      name: `${canary} torrent`,
      state: 'downloading',
      size: sizeOf(name),
      category: `${canary} category`,
      tags: [`${canary} tag`],
      nativeState: canary,
      hasMetadata: true,
      trackerHost: `${canary}.example`,
      trackerHosts: [`${canary}.example`],
      createdBy: canary,
      trackerMessage: `no: ${announceOf(name)}`,
      message: announceOf(name),
      comment: announceOf(name),
      savePath: `/${canary}`,
      contentPath: this.#shares(name) ? '/cross/seed' : `/${canary}/data`,
    }
    const common: TorrentPatch = {
      ...own,
      hash: commonHash,
      category: 'common',
      tags: ['common'],
      state: 'seeding',
      name: 'common torrent',
      contentPath: `/${canary}/common`,
    }
    return [own, common]
  }

  #view(name: ServerName): ServerView {
    const [id, canary] = [idOf(name), canaryOf(name)]
    const {stats, categories, tags, torrents, epoch, syncedAt} = this.#fleet.serverFigures(id)
    const isDown = this.#down.includes(name)
    return {
      id,
      name: `${canary} server`,
      kind: 'qbittorrent',
      url: `http://${canary}.example:8080`,
      enabled: true,
      version: `5-${canary}`,
      apiVersion: canary,
      features: null,
      pollMs: 2_000,
      polls: {count: 4, ms: 200},
      wholeLists: 2,
      lastWholeListAt: null,
      isNeverListed: false,
      clockAheadMs: null,
      stale: isDown ? torrents : 0,
      stats: stats && figuresOf(stats),
      categories,
      tags,
      torrents,
      epoch,
      syncedAt,
      health: health({status: isDown ? 'connecting' : 'online', detail: canary, version: `5-${canary}`}),
    }
  }
}

function announceOf(name: ServerName): string {
  return `https://${canaryOf(name)}.example/${passkeyOf(name)}/announce`
}

/** Sums of any of them tell which ones are in it. */
export function sizeOf(name: ServerName): number {
  return 10 ** (serverNames.indexOf(name) + 1)
}

/** Nobody mapped its folders: what it tells of room counts. */
function figuresOf({freeSpace, ...stats}: ServerStats): ServerFigures {
  return {...stats, ...(freeSpace !== undefined && {freeSpace: believedFree(freeSpace)})}
}
