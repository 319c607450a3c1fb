/** One connection to one rTorrent: what was found out when it was made, and what its parts share. */
import type {Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import {trimEnd} from '#lib/trim-end.ts'
import {BadArgument, ServerFault} from '#model/errors.ts'
import type {ServerDefinition} from '#model/server.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import type {Bytes} from '#model/units.ts'
import type {CallBounds, ClientDeps, MetainfoReader} from '../port.ts'
import {listOf, numberOf, RpcFault, textOf, valueOf, type RpcCall, type RpcResult} from './rpc.ts'
import {limitFrom, limitsOfName, unlimited, type Limits} from './throttles.ts'
import {TorrentTable} from './torrent-table.ts'
import {TrueTexts} from './true-texts.ts'
import {RtorrentWire} from './wire.ts'

/** Found out once per connect. */
interface Facts {
  /** `0.9.8` */
  readonly version: string
  readonly libraryVersion: string
  readonly apiVersion: string
  readonly pid: number
  /** Names of all commands, from `system.listMethods`. */
  readonly methods: ReadonlySet<string>
  /** As the server writes it, without a slash at its end; '' = unknown. */
  readonly defaultDirectory: string
}

const OLDEST = [0, 9, 6] as const
const JSON_SINCE = [0, 15, 2] as const

export class RtorrentSession {
  readonly definition: ServerDefinition
  readonly clock: Clock
  readonly turns: TimeSlice
  readonly metainfo: MetainfoReader
  readonly wire: RtorrentWire
  readonly table = new TorrentTable()
  readonly truths = new TrueTexts(this)
  /** Daemon's clock minus ours, seconds. */
  skewSeconds = 0
  /** Save path → a torrent there, to ask for free space by; a thousand at most. */
  readonly sampleByFolder = new Map<string, InfoHash>()
  /** Categories and tags in use, as whole lists found them. */
  readonly labelsInUse = {categories: new Set<string>(), tags: new Set<string>()}
  /** Of the default directory, as last asked. */
  freeSpace: Bytes | undefined
  /** Asked for `firstLast`: it costs a call per torrent, so only where somebody set it. */
  readonly firstLastAsked = new Set<InfoHash>()
  /** Their data is moved by an order of ours: the daemon itself shows them as stopped, where they were. */
  readonly moving = new Set<InfoHash>()
  readonly #throttles = new Map<string, Limits>()
  #facts: Facts | null = null

  constructor(parts: ClientDeps) {
    this.definition = parts.definition
    this.clock = parts.clock
    this.turns = parts.turns
    this.metainfo = parts.metainfo
    this.wire = new RtorrentWire(parts)
  }

  /** @throws {ServerFault} before the first connect */
  get facts(): Facts {
    if (!this.#facts) throw new ServerFault('session_lost', 'session_lost', 'There is no connection yet.')
    return this.#facts
  }

  has(method: string): boolean {
    return this.facts.methods.has(method)
  }

  /** The daemon's clock, Unix seconds. */
  get now(): number {
    return Math.floor(this.clock.now() / 1000) + this.skewSeconds
  }

  get listMethod(): string {
    return this.has('d.multicall2') ? 'd.multicall2' : 'd.multicall'
  }

  /** Asks who is there and what it can. @throws {ServerFault} */
  async open(bounds: CallBounds): Promise<Facts> {
    this.wire.dialect = 'xml'
    const results = await this.wire.askAll(greeting, bounds)
    const [version, library, api, pid, time, methods, directory] = results
    const facts: Facts = {
      version: textOf(valueOf(version)),
      libraryVersion: textOr(library, ''),
      apiVersion: textOr(api, ''),
      pid: numberOf(valueOf(pid)),
      methods: new Set(listOf(valueOf(methods)).map(textOf)),
      defaultDirectory: trimEnd(textOr(directory, ''), '/'),
    }
    refuseOld(facts)
    this.#facts = facts
    this.skewSeconds = numberOf(valueOf(time)) - Math.floor(this.clock.now() / 1000)
    this.#throttles.clear()
    // What was told in another dialect is doubted, or not, by other rules.
    this.truths.leaveOpen()
    const folder = await this.trueText('directory.default', facts.defaultDirectory, bounds)
    this.#facts = {...facts, defaultDirectory: folder ?? ''}
    if (await this.#speaksJson(bounds)) this.wire.dialect = 'json'
    return this.#facts
  }

  /** What the server said of itself, as it is; `null` = it cannot be found out. */
  async trueText(command: string, sent: string, bounds: CallBounds): Promise<string | null> {
    const [text = null] = await this.truths.textsOf([{target: '', command, sent}], bounds)
    return text
  }

  async #speaksJson(bounds: CallBounds): Promise<boolean> {
    if (!this.has('network.rpc.use_jsonrpc') || !isAtLeast(this.facts.version, JSON_SINCE)) return false
    const [answer] = await this.wire.askAll([{method: 'network.rpc.use_jsonrpc', params: ['']}], bounds)
    return !(answer instanceof RpcFault) && numberOf(answer) === 1
  }

  /** Another run of the daemon: nothing of the last one holds. */
  forgetRun(pid: number): void {
    this.table.clear()
    this.table.pid = pid
    this.sampleByFolder.clear()
    this.firstLastAsked.clear()
    this.#throttles.clear()
    this.truths.clear()
  }

  noteTime(daemonSeconds: number): void {
    if (daemonSeconds > 0) this.skewSeconds = daemonSeconds - Math.floor(this.clock.now() / 1000)
  }

  /* ───────────────────────────── throttle groups ───────────────────────────── */

  /** Limits of the group a torrent is in; `undefined` = not asked yet. */
  limitsOf(name: string): Limits | undefined {
    // `NULL` is rTorrent's own word for "exempt from the global limit".
    return name === '' || name === 'NULL' ? unlimited : this.#throttles.get(name)
  }

  /** Is any torrent limited this way, as far as we have seen? */
  usesThrottles(way: 'down' | 'up'): boolean {
    return [...this.#throttles.values()].some((limits) => limits[way] !== null)
  }

  /** A group we just made. */
  noteThrottle(name: string, limits: Limits): void {
    this.#throttles.set(name, limits)
  }

  /** Asks for groups not known yet: they are gone after a restart, then their torrents run without a limit. */
  async learnThrottles(names: Iterable<string>, bounds: CallBounds): Promise<void> {
    const unknown = [...new Set(names)].filter((name) => this.limitsOf(name) === undefined)
    if (unknown.length === 0) return
    const calls = unknown.flatMap((name): RpcCall[] => [
      {method: 'throttle.down.max', params: ['', name]},
      {method: 'throttle.up.max', params: ['', name]},
    ])
    const results = await this.wire.askAll(calls, bounds)
    unknown.forEach((name, index) => {
      const [down, up] = [rateOf(results[index * 2]), rateOf(results[index * 2 + 1])]
      this.#throttles.set(name, existingLimits(name, down, up))
    })
  }

  /* ───────────────────────────── paths ───────────────────────────── */

  /** Roots below which data may be removed or moved, as the server writes them. */
  downloadRoots(): string[] {
    const {downloadRoots} = this.definition
    const roots = downloadRoots.length > 0 ? downloadRoots : [this.facts.defaultDirectory]
    return roots.map((root) => trimEnd(root, '/')).filter((root) => root.startsWith('/'))
  }
}

const greeting: readonly RpcCall[] = [
  {method: 'system.client_version', params: []},
  {method: 'system.library_version', params: []},
  {method: 'system.api_version', params: []},
  {method: 'system.pid', params: []},
  {method: 'system.time_seconds', params: []},
  {method: 'system.listMethods', params: []},
  {method: 'directory.default', params: []},
]

function refuseOld({version, methods}: Facts): void {
  const lists = methods.has('d.multicall2') || methods.has('d.multicall')
  if (lists && methods.has('d.hash') && isAtLeast(version, OLDEST)) return
  throw new ServerFault(
    'version_incompatible',
    'version_too_old',
    `rTorrent ${version} is too old: 0.9.6 is the oldest we can work with.`,
  )
}

export function isAtLeast(version: string, wanted: readonly number[]): boolean {
  const parts = version.split('.').map((part) => Number.parseInt(part, 10) || 0)
  for (let i = 0; i < wanted.length; i++) {
    const difference = (parts[i] ?? 0) - wanted[i]!
    if (difference !== 0) return difference > 0
  }
  return true
}

/** A group exists when the daemon does not answer −1 for both; while the global limit is off it answers 0. */
function existingLimits(name: string, down: number, up: number): Limits {
  if (down < 0 && up < 0) return unlimited
  const named = limitsOfName(name)
  if (named) return {down: down < 0 ? null : named.down, up: up < 0 ? null : named.up}
  return {down: limitFrom(down), up: limitFrom(up)}
}

function rateOf(result: RpcResult | undefined): number {
  return result === undefined || result instanceof RpcFault ? -1 : numberOf(result)
}

function textOr(result: RpcResult | undefined, otherwise: string): string {
  return result === undefined || result instanceof RpcFault ? otherwise : textOf(result)
}

/** @throws {BadArgument} when it is not an absolute path as a server on Unix writes it */
export function checkedPath(path: string, field: string): string {
  const isPlain = path.startsWith('/') && !/[\0-\x1f\x7f]/.test(path) && !path.split('/').includes('..')
  if (!isPlain) {
    throw new BadArgument(
      `${field} has to be an absolute path without control characters and "..", not "${path}".`,
      {field},
    )
  }
  return path.length > 1 ? trimEnd(path, '/') : path
}
