/**
 * Servers that left: their section was cut or renamed, their address changed, their database is older, or somebody took
 * them away. Their daemons run on, and their torrents keep the bytes that they use, for a month or until a person says
 * that one is gone for good. Source: safety scenario 44.
 *
 *   it leaves ─▶ its last known rows, or that nobody ever knew what it has, are kept, here and in a file ─┬─ it is back and has told its whole list ─▶ let go
 *                                                                 └─ a month, or a person's word ─▶ let go
 * One at whose address another daemon answers now is kept in the same way, and is not back by what that one lists.
 */
import {mkdir, readdir, readFile, rename, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {zstdCompress, zstdDecompress} from 'node:zlib'
import {Fleet} from '#fleet/fleet.ts'
import type {Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import type {UserId} from '#model/access.ts'
import type {ServerDefinition} from '#model/server.ts'
import type {ServerView} from '#model/services.ts'
import type {TorrentPatch, TorrentRecord} from '#model/torrent.ts'
import {asServerId, type InfoHash, type ServerId} from '#model/torrent-key.ts'
import {DAY, MINUTE, type EpochMs} from '#model/units.ts'

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

/** What is kept of a server beside its torrents; nothing secret. */
export interface ServerSummary extends Pick<
  ServerDefinition,
  'id' | 'name' | 'kind' | 'url' | 'paths' | 'storage'
> {
  /** Whose own it is; absent or `null` = nobody's. */
  readonly owner?: UserId | null
}

export interface Departed extends ServerSummary {
  /** Another one may have its id by now. */
  readonly departedId: ServerId
  readonly leftAt: EpochMs
  /** When it is let go by itself. */
  readonly until: EpochMs
  /** 0 = it never told its list, and nobody knows what it has. */
  readonly torrents: number
  /** When its list was read last; `null` = never, or an older program kept it. */
  readonly listedAt: EpochMs | null
  /** Another daemon has its address: what that one lists tells nothing of this one. */
  readonly isReplaced: boolean
}

/** What tells where the data of a torrent lies. */
type Claim = readonly [
  hash: InfoHash,
  name: string,
  contentPath: string | null,
  savePath: string | null,
  size: number | null,
  complete: boolean,
  hasMetadata: boolean,
]

/** Of the last run. */
interface Known extends ServerSummary {
  /** It told its whole list at least once. */
  readonly hasListed?: boolean
}

interface Kept {
  readonly server: ServerSummary
  readonly leftAt: EpochMs
  readonly isReplaced?: boolean
  readonly listedAt?: EpochMs | null
  readonly claims: readonly Claim[]
}

interface DepartedDeps {
  /** Of ours; made when it is needed. */
  readonly folder: string
  readonly clock: Clock
  readonly turns: TimeSlice
  readonly log: {warn(about: object, text: string): void; info(about: object, text: string): void}
}

/** Nobody knows yet why it left, so nothing beside it is removed. */
const JUST_LEFT_MS = 10 * MINUTE * 1_000
const KEPT_MS = 30 * DAY * 1_000
const LOOK_MS = DAY * 1_000
const KNOWN = 'known.json'

export class DepartedServers {
  /** Rows of those that left. */
  readonly fleet: Fleet
  readonly #parts: DepartedDeps
  readonly #all = new Map<ServerId, Departed>()
  #known: readonly ServerSummary[] = []
  /** Those that told their whole list, in this run or before. */
  readonly #listed = new Set<ServerId>()
  #writing: Promise<void> = Promise.resolve()
  #cancel: () => void = () => {}

  private constructor(parts: DepartedDeps) {
    this.#parts = parts
    this.fleet = new Fleet({clock: parts.clock, turns: parts.turns})
  }

  /** What cannot be read is left out, and told. */
  static async load(parts: DepartedDeps): Promise<DepartedServers> {
    const departed = new DepartedServers(parts)
    const names = await readdir(parts.folder).catch(() => [])
    for (const name of names.filter((it) => it.endsWith('.zst'))) {
      try {
        const text = await decompress(await readFile(join(parts.folder, name)))
        departed.#remember(JSON.parse(text.toString()) as Kept)
      } catch (error) {
        parts.log.warn({err: error, name}, 'what is kept of a server that left cannot be read')
      }
    }
    for (const {id, hasListed} of await departed.#readKnown()) if (hasListed) departed.#listed.add(id)
    departed.#plan()
    return departed
  }

  list(): readonly Departed[] {
    return [...this.#all.values()]
  }

  /** Those that the program had when it ran last. */
  async lastKnown(): Promise<readonly ServerSummary[]> {
    return (await this.#readKnown()).map(summaryOf)
  }

  async #readKnown(): Promise<readonly Known[]> {
    const text = await readFile(join(this.#parts.folder, KNOWN), 'utf8').catch(() => '[]')
    try {
      return JSON.parse(text) as Known[]
    } catch (error) {
      this.#parts.log.warn({err: error}, 'the list of the last known servers cannot be read')
      return []
    }
  }

  /** These are there from now on. */
  async know(servers: readonly ServerSummary[]): Promise<void> {
    this.#known = servers.map(summaryOf)
    await this.#writeKnown()
  }

  #writeKnown(): Promise<void> {
    const all = this.#known.map((it): Known => ({...it, hasListed: this.#listed.has(it.id)}))
    return this.#write(KNOWN, JSON.stringify(all))
  }

  /** @param rows its last known ones; none of one that told its list = it has nothing */
  async leave(server: ServerSummary, rows: readonly TorrentRecord[], isReplaced = false): Promise<void> {
    const hasListed = this.#listed.delete(server.id)
    if (rows.length === 0 && hasListed) return
    const kept: Kept = {
      server: summaryOf(server),
      leftAt: this.#parts.clock.now(),
      isReplaced,
      listedAt: rows.reduce<EpochMs | null>((last, {seenAt}) => Math.max(last ?? seenAt, seenAt), null),
      claims: rows.map(claimOf),
    }
    const {departedId} = this.#remember(kept)
    this.#parts.log.info(
      {server: server.id, torrents: rows.length},
      rows.length > 0
        ? 'a server left; what its torrents use stays protected for a month'
        : 'a server left that never told what it has; what may be its own stays protected',
    )
    await this.#write(fileOf(departedId), await compress(JSON.stringify(kept)))
  }

  /**
   * A server has told its whole list: that is what it has, also what it had under another name, or when its address was
   * written otherwise. Another address may be another daemon, and this one run on: the same list alone tells.
   * One whose address another daemon has is not back. One that never told anything was mistyped, if its section or
   * address tells now.
   * @param isElsewhere both addresses are certainly of two daemons @param lists the server has it
   */
  async back(
    {id, kind, url}: Pick<ServerSummary, 'id' | 'kind' | 'url'>,
    isElsewhere: (it: Departed) => boolean,
    lists: (hash: InfoHash) => boolean,
  ): Promise<void> {
    if (!this.#listed.has(id)) {
      this.#listed.add(id)
      if (this.#known.some((it) => it.id === id)) await this.#writeKnown()
    }
    for (const it of this.list()) {
      if (it.torrents === 0 && (it.id === id || it.url === url)) await this.forget(it.departedId)
      const isItself = it.id === id && it.url === url
      const mayBeIt = it.kind === kind && (it.url === url || (it.id === id && !isElsewhere(it)))
      if (!it.isReplaced && (isItself || (mayBeIt && this.#isMostOf(it, lists))))
        await this.forget(it.departedId)
    }
  }

  #isMostOf({departedId, torrents}: Departed, lists: (hash: InfoHash) => boolean): boolean {
    let listed = 0
    for (const row of this.fleet.rowsOf(departedId)) if (lists(this.fleet.keyAt(row).hash)) listed++
    return listed > torrents / 2
  }

  /** @returns `false` = there is none of this name */
  async forget(departedId: ServerId): Promise<boolean> {
    if (!this.#all.delete(departedId)) return false
    this.fleet.removeServer(departedId)
    await this.#inTurn(() => rm(join(this.#parts.folder, fileOf(departedId)), {force: true}))
    return true
  }

  /**
   * As servers that are switched off; in their first minutes, and where they never told their list, as ones of which
   * nobody can say what they have.
   */
  views(): readonly ServerView[] {
    const now = this.#parts.clock.now()
    return this.list().map(({departedId: id, name, kind, url, leftAt, torrents}) => {
      const isNew = now - leftAt < JUST_LEFT_MS
      const view: Partial<ServerView> = {
        id,
        name: `${name} (it left the configuration)`,
        kind,
        url,
        enabled: isNew || torrents === 0,
        health: {status: isNew ? 'unknown' : 'paused', since: leftAt} as ServerView['health'],
        torrents,
        epoch: torrents === 0 ? 0 : 1,
      }
      return view as ServerView
    })
  }

  of(departedId: ServerId): Departed | null {
    return this.#all.get(departedId) ?? null
  }

  async stop(): Promise<void> {
    this.#cancel()
    await this.#writing
  }

  #remember({server, leftAt, isReplaced = false, listedAt = null, claims}: Kept): Departed {
    const departedId = asServerId(`${server.id} left ${leftAt}`)
    const until = leftAt + KEPT_MS
    const departed = {...server, departedId, leftAt, until, torrents: claims.length, listedAt, isReplaced}
    this.#all.set(departedId, departed)
    this.fleet.addServer(departedId)
    const head = {serverId: departedId, epoch: 1, at: leftAt}
    this.fleet.apply({...head, seq: 0, type: 'begin'})
    this.fleet.apply({...head, seq: 1, type: 'rows', rows: claims.map(patchOf), removed: []})
    this.fleet.apply({...head, seq: 2, type: 'end', believeAbsence: true})
    return departed
  }

  #plan(): void {
    this.#cancel = this.#parts.clock.after(LOOK_MS, () => {
      const now = this.#parts.clock.now()
      for (const {departedId, until} of this.list()) if (now > until) void this.forget(departedId)
      this.#plan()
    })
  }

  /** Whole or not at all. */
  #write(name: string, content: string | Uint8Array): Promise<void> {
    const {folder} = this.#parts
    return this.#inTurn(async () => {
      await mkdir(folder, {recursive: true, mode: 0o700})
      await writeFile(join(folder, `${name}.new`), content, {mode: 0o600, flush: true})
      await rename(join(folder, `${name}.new`), join(folder, name))
    })
  }

  /** What cannot be written is told: in this life it counts all the same. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#writing = this.#writing.then(work).catch((error: unknown) => {
      this.#parts.log.warn({err: error}, 'what is known of servers that left could not be written')
    })
    return this.#writing
  }
}

function summaryOf({id, name, kind, url, paths, storage, owner = null}: ServerSummary): ServerSummary {
  return {id, name, kind, url, paths, storage, owner}
}

function fileOf(departedId: ServerId): string {
  return `${Buffer.from(departedId).toString('base64url')}.zst`
}

function claimOf(torrent: TorrentRecord): Claim {
  const {key, name, contentPath = null, savePath = null, sizeTotal, size, complete, hasMetadata} = torrent
  return [key.hash, name, contentPath, savePath, sizeTotal ?? size ?? null, complete, hasMetadata]
}

function patchOf([hash, name, contentPath, savePath, size, complete, hasMetadata]: Claim): TorrentPatch {
  const [bytes, content, save] = [size ?? undefined, contentPath ?? undefined, savePath ?? undefined]
  return {
    hash,
    name,
    contentPath: content,
    savePath: save,
    size: bytes,
    sizeTotal: bytes,
    complete,
    hasMetadata,
    state: 'unknown',
  }
}
