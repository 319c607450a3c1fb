/**
 * Servers that left: their section was cut or renamed, their address changed, their database is older, or somebody took
 * them away. Their daemons run on, and their torrents keep the bytes that they use, for a month or until a person says
 * that one is gone permanently. Source: scenario S44.
 *
 *   it leaves ─▶ its last known rows, or that nobody ever knew what it has, are kept, here and in a file ─┬─ it is back and has told its whole list ─▶ let go
 *                                                                 └─ a month, or a person's word ─▶ let go
 * One that had not told its list for a while when it left may have taken on more: it counts as one that is away.
 * Its name, its owner and what people called its disk are kept for as long as the trash holds something of it.
 * One at whose address another daemon answers now is kept in the same way, and is not back by what that one lists.
 */
import {readdir, readFile, rename, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {zstdCompress, zstdDecompress} from 'node:zlib'
import {z} from 'zod'
import {Fleet} from '#fleet/fleet.ts'
import type {Clock} from '#lib/clock.ts'
import {Countdowns} from '#lib/countdowns.ts'
import {makeFolder} from '#lib/make-folder.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import type {UserId} from '#model/access.ts'
import type {ServerDefinition} from '#model/server.ts'
import type {ServerView} from '#model/services.ts'
import type {TorrentPatch, TorrentRecord} from '#model/torrent.ts'
import {asServerId, type InfoHash, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import {DAY, MINUTE, type EpochMs} from '#model/units.ts'

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

/** What is kept of a server beside its torrents; nothing secret. */
export interface ServerSummary extends Pick<
  ServerDefinition,
  'id' | 'name' | 'kind' | 'url' | 'paths' | 'storage' | 'enabled'
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
  readonly torrents: number
  /** When its list was read last; `null` = never, or, where it has torrents, an older program kept it. */
  readonly listedAt: EpochMs | null
  /** That was a while before it left: it may have taken on more. */
  readonly isBehind: boolean
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
  /** Of an older program: absent. */
  isMoving?: boolean,
  /** By which others may call it; absent = by its hash alone, or an older program kept it. */
  infoHashV1?: string,
]

/** Of the last run. */
interface Known extends ServerSummary {
  /** It told its whole list at least once. */
  readonly hasListed?: boolean
  /** And that list was empty. */
  readonly isEmpty?: boolean
  /** When it told what it has last, as far as that run came to write it down. */
  readonly listedAt?: EpochMs | null
}

/** A server as it leaves. */
interface Leaving {
  /** Its last known ones; none of one that told its list = it has nothing. */
  readonly rows: readonly TorrentRecord[]
  /** When it told what it has last; `null` or absent = what is written down of that. */
  readonly listedAt?: EpochMs | null
  readonly isReplaced?: boolean
}

interface Kept {
  readonly server: ServerSummary
  readonly leftAt: EpochMs
  /** Absent = a month after it left: no clock was put right since. */
  readonly until?: EpochMs
  readonly isReplaced?: boolean
  readonly listedAt?: EpochMs | null
  readonly isBehind?: boolean
  readonly claims: readonly Claim[]
}

/** Whom it asks of servers and torrents. */
interface Asked {
  /** When a server that is configured told what it has last; `null` = not in this run. */
  readonly listedAt: (id: ServerId) => EpochMs | null
  /** A command that may move it was sent, and no list shows what came of it. */
  readonly isSentToMove: (key: TorrentKey) => boolean
  /** The trash holds something of it. */
  readonly isInTrash: (id: ServerId) => boolean
}

interface DepartedDeps {
  /** Of ours; made when it is needed. */
  readonly folder: string
  readonly clock: Clock
  readonly turns: TimeSlice
  /** It is not here, and has not left permanently: what the configuration or the database says of it cannot be read. */
  readonly isInDoubt: (id: ServerId) => boolean
  /** Torrents that are kept of servers that left, of one owner. */
  readonly mostOf: (owner: UserId | null) => number
  readonly log: {warn(about: object, text: string): void; info(about: object, text: string): void}
}

/** Nobody knows yet why it left, so nothing beside it is removed. */
const JUST_LEFT_MS = 10 * MINUTE * 1_000
const KEPT_MS = 30 * DAY * 1_000
/** So often it is written down when each told its list last: a program that is killed does not say so at its end. */
const LOOK_MS = 5 * MINUTE * 1_000
/** What is needed of one; the rest is as its program wrote it. */
const summaryShape = z.looseObject({
  id: z.string().min(1),
  name: z.string(),
  kind: z.string(),
  url: z.string(),
  paths: z.array(z.unknown()),
})
const KNOWN = 'known.json'
const FORMER = 'former.json'

export class DepartedServers {
  /** Rows of those that left. */
  readonly fleet: Fleet
  readonly #parts: DepartedDeps
  readonly #all = new Map<ServerId, Departed>()
  /** When each is let go: neither a clock that jumps nor one that is put right ends that. */
  readonly #ends: Countdowns
  /** The same of their first minutes. */
  readonly #firstMinutes: Countdowns
  #known: readonly ServerSummary[] = []
  /** Each that left, as it was when it did last, by its former id; also when its torrents were let go. */
  readonly #former = new Map<ServerId, ServerSummary>()
  /** Those that told their whole list, in this run or before, and when a run before this one heard of them last. */
  readonly #listed = new Map<ServerId, EpochMs | null>()
  /** Of those that told their whole list the ones that had nothing. */
  readonly #empty = new Set<ServerId>()
  /** What stands in the file of those that are known. */
  #written = ''
  #writing: Promise<void> = Promise.resolve()
  #cancel: () => void = () => {}
  #asked: Asked = {
    listedAt: () => null,
    isSentToMove: () => false,
    // Until it is read it may hold something of each.
    isInTrash: () => true,
  }

  private constructor(parts: DepartedDeps) {
    this.#parts = parts
    this.fleet = new Fleet(parts.clock, parts.turns)
    this.#ends = new Countdowns(parts.clock, (ids, ms) => this.#moveEnds(ids as readonly ServerId[], ms))
    this.#firstMinutes = new Countdowns(parts.clock, () => {})
  }

  /** What cannot be read is left out, and told. */
  static async load(parts: DepartedDeps): Promise<DepartedServers> {
    const departed = new DepartedServers(parts)
    const names = await readdir(parts.folder).catch(() => [])
    for (const name of names.filter((it) => it.endsWith('.zst'))) {
      try {
        const text = await decompress(await readFile(join(parts.folder, name)))
        departed.#remember(JSON.parse(text.toString()) as Kept, true)
      } catch (error) {
        parts.log.warn({err: error, name}, 'what is kept of a server that left cannot be read')
      }
    }
    // An older program kept them with their torrents alone.
    for (const it of [...departed.list(), ...(await departed.#read<ServerSummary>(FORMER))])
      departed.#former.set(it.id, summaryOf(it))
    for (const {id, hasListed, isEmpty, listedAt = null} of await departed.#read<Known>(KNOWN)) {
      if (!hasListed) continue
      departed.#listed.set(id, listedAt)
      if (isEmpty) departed.#empty.add(id)
    }
    departed.#plan()
    return departed
  }

  /** Of these it is asked from now on; the others are asked as before. */
  ask(asked: Partial<Asked>): void {
    this.#asked = {...this.#asked, ...asked}
  }

  list(): readonly Departed[] {
    return [...this.#all.values()]
  }

  /** Those that the program had when it ran last. */
  async lastKnown(): Promise<readonly ServerSummary[]> {
    return (await this.#read<Known>(KNOWN)).map(summaryOf)
  }

  /** When a server that was known in the last run told its list last; `null` = nobody wrote that down. */
  lastListedAt(id: ServerId): EpochMs | null {
    return this.#listed.get(id) ?? null
  }

  /**
   * It told its whole list, in this run or before, and that is what is shown of it: rows that could not be read again are
   * no empty list. It is asked for whoever looks at the server, and notes which list was the last one.
   */
  isKnown(
    id: ServerId,
    {torrents, isOnline}: {readonly torrents: number; readonly isOnline: boolean},
  ): boolean {
    if (!this.#listed.has(id)) return false
    if (torrents > 0) this.#empty.delete(id)
    else if (isOnline) this.#empty.add(id)
    return torrents > 0 || this.#empty.has(id)
  }

  /** As it was when it left last; `null` = none of this id did, or nothing of it is kept any more. */
  former(id: ServerId): ServerSummary | null {
    return this.#former.get(id) ?? null
  }

  async #read<T extends ServerSummary>(name: typeof KNOWN | typeof FORMER): Promise<readonly T[]> {
    const path = join(this.#parts.folder, name)
    const text = await readFile(path, 'utf8').catch(() => '[]')
    const warn = (about: object) =>
      this.#parts.log.warn({...about, name}, 'a list of known servers cannot be read')
    try {
      const rows = z.array(z.unknown()).parse(JSON.parse(text))
      const read = rows.filter((row): row is T => summaryShape.safeParse(row).success)
      if (read.length < rows.length) warn({unread: rows.length - read.length})
      return read
    } catch (error) {
      warn({err: error})
      // For people: the next list takes its place.
      await rename(path, `${path}.unread`).catch(() => undefined)
      return []
    }
  }

  async #forgetFormer(): Promise<void> {
    const {isInTrash} = this.#asked
    const needed = new Set(this.list().map(({id}) => id))
    const over = [...this.#former.keys()].filter((id) => {
      return this.#known.some((it) => it.id === id) || !(needed.has(id) || isInTrash(id))
    })
    for (const id of over) this.#former.delete(id)
    if (over.length > 0) await this.#writeFormer()
  }

  #writeFormer(): Promise<void> {
    return this.#write(FORMER, JSON.stringify([...this.#former.values()]))
  }

  /** These are there from now on. */
  async know(servers: readonly ServerSummary[]): Promise<void> {
    this.#known = servers.map(summaryOf)
    await this.#writeKnown()
  }

  #writeKnown(): Promise<void> {
    const all = this.#known.map((it): Known => ({
      ...it,
      hasListed: this.#listed.has(it.id),
      isEmpty: this.#empty.has(it.id),
      listedAt: this.#listedAt(it.id),
    }))
    const text = JSON.stringify(all)
    if (text === this.#written) return this.#writing
    this.#written = text
    return this.#write(KNOWN, text)
  }

  /** When a server that told its list did so last; `null` = nobody wrote that down. */
  #listedAt(id: ServerId): EpochMs | null {
    const before = this.#listed.get(id)
    if (before === undefined) return null
    const listedAt = this.#asked.listedAt(id) ?? before
    this.#listed.set(id, listedAt)
    return listedAt
  }

  async leave(server: ServerSummary, {rows, isReplaced = false, ...leaving}: Leaving): Promise<void> {
    // What its torrents use has to count before anything is waited for: its rows go in this moment.
    this.#former.set(server.id, summaryOf(server))
    const isWritten = this.#writeFormer()
    const leftAt = this.#parts.clock.now()
    const seenAt = rows.reduce((last, it) => Math.max(last, it.seenAt), 0)
    const listedAt = Math.max(leaving.listedAt ?? this.#listedAt(server.id) ?? 0, seenAt) || null
    // One that was switched off counts with what it had then, as it did before it left.
    // A list that is dated later is of a clock that was put back since: how old it is nobody knows.
    const isBehind = server.enabled && Math.abs(leftAt - (listedAt ?? 0)) > JUST_LEFT_MS
    const hasListed = this.#listed.delete(server.id)
    this.#empty.delete(server.id)
    if (rows.length === 0 && hasListed && !isBehind) return isWritten
    const kept: Kept = {
      server: summaryOf(server),
      leftAt,
      isReplaced,
      listedAt: hasListed || rows.length > 0 ? listedAt : null,
      isBehind,
      claims: rows.map((row) => claimOf(row, row.state === 'moving' || this.#asked.isSentToMove(row.key))),
    }
    const {departedId} = this.#remember(kept)
    this.#parts.log.info(
      {server: server.id, torrents: rows.length, isBehind},
      isBehind
        ? 'a server left whose list was not read for a while; what may be its own stays protected'
        : 'a server left; what its torrents use stays protected for a month',
    )
    await this.#inTurn(async () => {
      // It may have been let go of meanwhile, or its end moved.
      const now = this.#all.get(departedId)
      if (!now) return
      const text = JSON.stringify({...kept, until: now.until})
      await this.#replace(fileOf(departedId), await compress(text))
    })
    await this.#makeRoom(server.owner ?? null)
  }

  /** Whoever adds servers and takes them away again would fill memory and disk: those that left first go. */
  async #makeRoom(owner: UserId | null): Promise<void> {
    const most = this.#parts.mostOf(owner)
    let torrents = 0
    for (const it of this.list().toSorted((one, other) => other.leftAt - one.leftAt)) {
      if ((it.owner ?? null) !== owner) continue
      // Each has a file, also one that has no torrents.
      torrents += it.torrents + 1
      if (torrents > most) await this.forget(it.departedId)
    }
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
    // It may leave itself while that is written.
    const left = this.list()
    if (!this.#listed.has(id)) {
      this.#listed.set(id, null)
      if (this.#known.some((it) => it.id === id)) await this.#writeKnown()
    }
    for (const it of left) {
      if (isNeverListed(it) && (it.id === id || it.url === url)) await this.forget(it.departedId)
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
    this.#ends.drop(departedId)
    this.#firstMinutes.drop(departedId)
    this.fleet.removeServer(departedId)
    await this.#inTurn(() => rm(join(this.#parts.folder, fileOf(departedId)), {force: true}))
    return true
  }

  /**
   * As servers that are switched off; in their first minutes as ones of which nobody can say what they have, and as ones
   * that are away where they never told their list, or had not told it for a while when they left.
   */
  views(): readonly ServerView[] {
    return this.list().map((it) => {
      const {departedId: id, name, kind, url, leftAt, listedAt, torrents, isBehind} = it
      const isNew = !this.#firstMinutes.isOver(id)
      const isNever = isNeverListed(it)
      const status = isNew ? 'unknown' : isNever || isBehind ? 'unreachable' : 'paused'
      const view: Partial<ServerView> = {
        id,
        name: `${name} (it left the configuration)`,
        kind,
        url,
        enabled: status !== 'paused',
        health: {status, since: isBehind ? (listedAt ?? leftAt) : leftAt} as ServerView['health'],
        torrents,
        isNeverListed: isNever,
        epoch: isNever ? 0 : 1,
      }
      return view as ServerView
    })
  }

  of(departedId: ServerId): Departed | null {
    return this.#all.get(departedId) ?? null
  }

  async stop(): Promise<void> {
    this.#cancel()
    // When each told its list last is known best now.
    await this.#writeKnown()
  }

  /** @param isOld it left before this run */
  #remember({server, leftAt, claims, ...kept}: Kept, isOld = false): Departed {
    const departedId = asServerId(`${server.id} left ${leftAt}`)
    const {isReplaced = false, listedAt = null, isBehind = false, until = leftAt + KEPT_MS} = kept
    const departed: Departed = {
      ...summaryOf(server),
      departedId,
      leftAt,
      until,
      torrents: claims.length,
      listedAt,
      isBehind,
      isReplaced,
    }
    this.#all.set(departedId, departed)
    this.#ends.begin(departedId, until, isOld)
    this.#firstMinutes.begin(departedId, leftAt + JUST_LEFT_MS, isOld)
    this.fleet.addServer(departedId)
    const head = {serverId: departedId, epoch: 1, at: leftAt}
    this.fleet.apply({...head, seq: 0, type: 'begin'})
    this.fleet.apply({...head, seq: 1, type: 'rows', rows: claims.map(patchOf), removed: []})
    this.fleet.apply({...head, seq: 2, type: 'end', believeAbsence: true})
    return departed
  }

  #plan(): void {
    this.#cancel = this.#parts.clock.after(LOOK_MS, () => {
      for (const name of this.#ends.due()) {
        const it = this.#all.get(asServerId(name))
        if (it && !this.#parts.isInDoubt(it.id)) void this.forget(it.departedId)
      }
      void this.#forgetFormer()
      void this.#writeKnown()
      this.#plan()
    })
  }

  /** The clock was put right. What cannot be written now has its former end at the next start. */
  #moveEnds(ids: readonly ServerId[], ms: number): void {
    for (const id of ids) {
      const before = this.#all.get(id)!
      const until = before.until + ms
      this.#all.set(id, {...before, until})
      void this.#inTurn(async () => {
        // It may have been let go meanwhile.
        if (!this.#all.has(id)) return
        const text = await decompress(await readFile(join(this.#parts.folder, fileOf(id))))
        const kept = {...(JSON.parse(text.toString()) as Kept), until}
        await this.#replace(fileOf(id), await compress(JSON.stringify(kept)))
      })
    }
  }

  /** Whole or not at all. */
  #write(name: string, content: string | Uint8Array): Promise<void> {
    return this.#inTurn(() => this.#replace(name, content))
  }

  async #replace(name: string, content: string | Uint8Array): Promise<void> {
    const {folder} = this.#parts
    await makeFolder(folder, 0o700)
    await writeFile(join(folder, `${name}.new`), content, {mode: 0o600, flush: true})
    await rename(join(folder, `${name}.new`), join(folder, name))
  }

  /** What cannot be written is told: in this life it counts anyway. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#writing = this.#writing.then(work).catch((error: unknown) => {
      this.#parts.log.warn({err: error}, 'what is known of servers that left could not be written')
    })
    return this.#writing
  }
}

/** @param it as an older program wrote it, without some */
function summaryOf(it: Omit<ServerSummary, 'enabled'> & {readonly enabled?: boolean}): ServerSummary {
  const {id, name, kind, url, paths, storage, enabled = true, owner = null} = it
  return {id, name, kind, url, paths, storage, enabled, owner}
}

/** Nobody knows what it has. */
function isNeverListed({torrents, listedAt}: Pick<Departed, 'torrents' | 'listedAt'>): boolean {
  return torrents === 0 && listedAt === null
}

function fileOf(departedId: ServerId): string {
  return `${Buffer.from(departedId).toString('base64url')}.zst`
}

/** @param isMoving it may lie elsewhere than its list says */
function claimOf(torrent: TorrentRecord, isMoving: boolean): Claim {
  const {key, name, contentPath = null, savePath = null, sizeTotal, size, complete, hasMetadata} = torrent
  const {infoHashV1} = torrent
  const bytes = sizeTotal ?? size ?? null
  const v1 = infoHashV1 && infoHashV1 !== key.hash ? ([infoHashV1] as const) : ([] as const)
  return [key.hash, name, contentPath, savePath, bytes, complete, hasMetadata, isMoving, ...v1]
}

function patchOf([
  hash,
  name,
  contentPath,
  savePath,
  size,
  complete,
  hasMetadata,
  isMoving,
  infoHashV1,
]: Claim): TorrentPatch {
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
    state: isMoving ? 'moving' : 'unknown',
    ...(infoHashV1 !== undefined && {infoHashV1}),
  }
}

/**
 * Servers as they were at the last change of the configuration: what one leaves behind is kept as that says. Its address,
 * its owner and the folders that it shares are not in the configuration any more when it leaves.
 */
export class KnownServers {
  /** All that are configured now. */
  readonly #summaries: () => readonly ServerSummary[]
  readonly #departed: Pick<DepartedServers, 'know'>
  #all: ReadonlyMap<ServerId, ServerSummary>

  constructor(summaries: () => readonly ServerSummary[], departed: Pick<DepartedServers, 'know'>) {
    this.#summaries = summaries
    this.#departed = departed
    this.#all = byId(summaries())
  }

  /** The server as it was at the last change; `undefined` = it was not configured then. */
  of(id: ServerId): ServerSummary | undefined {
    return this.#all.get(id)
  }

  /**
   * The configuration changed.
   * @param configure changes the links; whoever leaves is told before this waits for anything
   */
  async follow(configure: () => Promise<void>): Promise<void> {
    const isConfigured = configure()
    // The next change may come while a link still ends, and take away a server that came with this one.
    const now = this.#summaries()
    this.#all = byId(now)
    await Promise.all([isConfigured, this.#departed.know(now)])
  }
}

function byId(servers: readonly ServerSummary[]): ReadonlyMap<ServerId, ServerSummary> {
  return new Map(servers.map((it) => [it.id, it]))
}
