/** What is asked for when somebody looks at one torrent, and the server's own figures. */
import {sleep} from '#lib/clock.ts'
import {trimEnd} from '#lib/trim-end.ts'
import type {Peer, Pieces, TorrentFile, Tracker, WebSeed} from '#model/details.ts'
import {CommandRefused, NotSupported} from '#model/errors.ts'
import type {Category, Features, ServerStats} from '#model/server.ts'
import type {LimitEnd} from '#model/limit-end.ts'
import type {GlobalLimitsView} from '#model/services.ts'
import type {TorrentPatch} from '#model/torrent.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import type {Bytes} from '#model/units.ts'
import type {CallBounds, DetailReader} from '../port.ts'
import {readTorrentFile} from '../torrent-file.ts'
import {refuseIfNone} from './features.ts'
import {figureCalls, readFigures, statsFrom} from './figures.ts'
import {filePriorityOf} from './normalise.ts'
import {readLimitEnd, readLimitEndsOfStarted} from './erase-handlers.ts'
import {freeSpaceAt, isFileError} from './free-space.ts'
import {readPreferences} from './preferences.ts'
import {sentPaths} from './content.ts'
import {decodeText, listOf, numberOf, textOf, valueOf, type RpcValue} from './rpc.ts'
import {checkedPath, type RtorrentSession} from './session.ts'
import {Details, type RowSink} from './sync-details.ts'
import {limitFrom} from './throttles.ts'
import {trackerDetailFields, trackersFrom} from './trackers.ts'

const fileFields = ['f.path', 'f.size_bytes', 'f.priority', 'f.completed_chunks', 'f.size_chunks'] as const
const peerFields = [
  'p.address',
  'p.port',
  'p.client_version',
  'p.completed_percent',
  'p.down_rate',
  'p.up_rate',
  'p.down_total',
  'p.up_total',
  'p.is_encrypted',
  'p.is_incoming',
  'p.is_snubbed',
  'p.options_str',
] as const

/** A disk with much to do has so long to take the file of a torrent that was just loaded. */
const WRITTEN_WITHIN_S = 15
const LOOK_EVERY_MS = 100

type Named<F extends string> = {readonly [K in F]?: RpcValue}

export class RtorrentDetails implements DetailReader {
  readonly #session: RtorrentSession
  readonly #features: () => Features

  constructor(session: RtorrentSession, features: () => Features) {
    this.#session = session
    this.#features = features
  }

  async files(hash: InfoHash, bounds: CallBounds): Promise<readonly TorrentFile[]> {
    const files: TorrentFile[] = []
    let top: string | null = null
    const about = [
      {method: this.#nameMethod, params: [hash]},
      {method: 'd.is_multi_file', params: [hash]},
    ]
    const params = [hash, '', ...fileFields.map((field) => `${field}=`)]
    await this.#session.wire.list(
      {
        before: about,
        list: {method: 'f.multicall', params},
        onStart: ([name, isMultiFile]) => {
          if (numberOf(valueOf(isMultiFile, {hash})) === 1) top = textOf(valueOf(name, {hash}))
        },
        onRow: (row) => files.push(fileFrom(namedRow(fileFields, row), files.length)),
      },
      bounds,
    )
    return this.#withTrueNames(hash, files, top, bounds)
  }

  /** What cannot be found out is shown as it was told: no such file will be found on any disk. */
  async #withTrueNames(
    hash: InfoHash,
    files: readonly TorrentFile[],
    top: string | null,
    bounds: CallBounds,
  ): Promise<readonly TorrentFile[]> {
    const texts = [...sentPaths(hash, files), {target: hash, command: 'd.name', sent: top ?? ''}]
    const paths = (await this.#session.truths.bytesOf(texts, bounds)).map((bytes, index) =>
      bytes === null ? texts[index]!.sent : decodeText(bytes),
    )
    const folder = top === null ? '' : `${paths.at(-1)}/`
    return files.map((file, index) => ({...file, path: folder + paths[index]!}))
  }

  async trackers(hash: InfoHash, bounds: CallBounds): Promise<readonly Tracker[]> {
    const message = textOf(await this.#get('d.message', hash, bounds))
    return trackersFrom(await this.#multicall('t.multicall', hash, trackerDetailFields, bounds), message)
  }

  async peers(hash: InfoHash, bounds: CallBounds): Promise<readonly Peer[]> {
    const rows = await this.#multicall('p.multicall', hash, peerFields, bounds)
    return rows.map(peerFrom)
  }

  async webSeeds(): Promise<readonly WebSeed[]> {
    throw new NotSupported(this.#features().webSeeds.reason, {verb: 'webSeeds'})
  }

  /** Before it is opened rTorrent has no bitfield; then it holds all or we see none of it. */
  async pieces(hash: InfoHash, bounds: CallBounds): Promise<Pieces> {
    const methods = [
      'd.bitfield',
      'd.size_chunks',
      'd.chunk_size',
      'd.complete',
      'd.is_meta',
      'd.chunks_seen',
    ]
    const calls = methods.map((method) => ({method, params: [hash]}))
    const results = await this.#session.wire.askAll(calls, bounds)
    const [bitfield, chunks, size, isComplete, isMeta, seen] = results.map((result) =>
      valueOf(result, {hash}),
    )
    if (numberOf(isMeta) === 1) return {size: 0, count: 0, states: ''}
    const count = numberOf(chunks)
    const held = textOf(bitfield)
    const states =
      held === '' ? (numberOf(isComplete) === 1 ? '2' : '0').repeat(count) : statesFromBits(held, count)
    const copies = textOf(seen)
    return {
      size: numberOf(size),
      count,
      states,
      ...(copies !== '' && {availability: bytesFromHex(copies, count)}),
    }
  }

  /** All columns afresh, and the trackers' figures. */
  async more(hash: InfoHash, bounds: CallBounds): Promise<TorrentPatch> {
    await this.#get('d.hash', hash, bounds)
    let patch: TorrentPatch = {hash}
    const sink: RowSink = {row: (row) => (patch = {...patch, ...row})}
    await new Details(this.#session).whole([hash], sink, bounds)
    return patch
  }

  /** From its session folder, where it writes each torrent that it loads, as it was loaded (tried on 0.9.8, 0.16.17). */
  async exportTorrent(hash: InfoHash, bounds: CallBounds): Promise<Uint8Array> {
    const {clock, definition, wire, metainfo} = this.#session
    const {paths} = definition
    refuseIfNone(this.#features(), 'exportTorrent')
    const writtenBy = clock.monotonic() + (await this.#writtenWithinMs(hash, bounds))
    const hasOne = this.#session.has('session.path')
    const path = hasOne ? textOf(await wire.ask('session.path', [''], bounds)) : ''
    const folder = trimEnd((await this.#session.trueText('session.path', path, bounds)) ?? '', '/')
    if (folder === '') throw new NotSupported('This rTorrent has no session folder.', {hash})
    for (;;) {
      try {
        return await readTorrentFile(hash, `${folder}/${hash.toUpperCase()}.torrent`, {paths, metainfo})
      } catch (error) {
        const isMissing = error instanceof NotSupported && isFileError(error.cause, 'ENOENT')
        // 0.16.17 writes it in a thread of its own: a torrent is listed before.
        if (!isMissing || clock.monotonic() > writtenBy) throw error
        await sleep(clock, LOOK_EVERY_MS, bounds.signal)
      }
    }
  }

  async stats(bounds: CallBounds): Promise<ServerStats> {
    const {defaultDirectory} = this.#session.facts
    this.#session.freeSpace = await freeSpaceAt(this.#session, defaultDirectory, bounds)
    return statsFrom(readFigures(await this.#session.wire.askAll(figureCalls, bounds)), this.#session)
  }

  async limits(bounds: CallBounds): Promise<GlobalLimitsView> {
    const {downLimit, upLimit} = readFigures(await this.#session.wire.askAll(figureCalls, bounds))
    return {down: limitFrom(downLimit), up: limitFrom(upLimit)}
  }

  /** In use, as the last whole list found them. */
  async categories(): Promise<readonly Category[]> {
    return [...this.#session.labelsInUse.categories].toSorted().map((name) => ({name}))
  }

  async tags(): Promise<readonly string[]> {
    return [...this.#session.labelsInUse.tags].toSorted()
  }

  async freeSpace(path: string | null, bounds: CallBounds): Promise<Bytes | undefined> {
    const where = path === null ? this.#session.facts.defaultDirectory : checkedPath(path, 'path')
    return where === '' ? undefined : freeSpaceAt(this.#session, where, bounds)
  }

  /** One of its range: the first that was free, or a drawn one. */
  async peerPort(bounds: CallBounds): Promise<unknown> {
    const {wire} = this.#session
    return this.#session.has('network.listen.port') ? wire.ask('network.listen.port', [''], bounds) : null
  }

  preferences(bounds: CallBounds): Promise<Readonly<Record<string, unknown>>> {
    return readPreferences(this.#session, bounds)
  }

  /** They are in no group of their own, so it is the same for all. */
  async limitEnds(hashes: readonly InfoHash[], bounds: CallBounds): Promise<ReadonlyMap<InfoHash, LimitEnd>> {
    const end = await readLimitEnd(this.#session, bounds)
    return new Map(hashes.map((hash) => [hash, end]))
  }

  /** Its groups act on what is complete and active. */
  async limitEndsOfStarted(
    hashes: readonly InfoHash[],
    bounds: CallBounds,
  ): Promise<ReadonlyMap<InfoHash, LimitEnd>> {
    return readLimitEndsOfStarted(this.#session, hashes, bounds)
  }

  limitEndOfAdded(_category: string | null, bounds: CallBounds): Promise<LimitEnd> {
    return readLimitEnd(this.#session, bounds)
  }

  get #nameMethod(): string {
    return this.#session.has('d.name.or_base64') ? 'd.name.or_base64' : 'd.name'
  }

  /** 0 of what was loaded long ago; never more than that, also where its clock was set back since. */
  async #writtenWithinMs(hash: InfoHash, bounds: CallBounds): Promise<number> {
    const [loaded, now] = await this.#session.wire.askAll(
      [
        {method: 'd.load_date', params: [hash]},
        {method: 'system.time_seconds', params: []},
      ],
      bounds,
    )
    const ageSeconds = numberOf(valueOf(now, {})) - numberOf(valueOf(loaded, {hash}))
    return Math.max(0, WRITTEN_WITHIN_S - Math.max(0, ageSeconds)) * 1000
  }

  async #get(method: string, hash: InfoHash, bounds: CallBounds): Promise<RpcValue> {
    const [result] = await this.#session.wire.askAll([{method, params: [hash]}], bounds)
    return valueOf(result, {hash})
  }

  async #multicall<F extends string>(
    method: string,
    hash: InfoHash,
    fields: readonly F[],
    bounds: CallBounds,
  ): Promise<Named<F>[]> {
    const known = fields.filter((field) => this.#session.has(field))
    if (!this.#session.has(method)) throw new CommandRefused(`This rTorrent has no ${method}.`, {hash})
    const params = [hash, '', ...known.map((field) => `${field}=`)]
    const [result] = await this.#session.wire.askAll([{method, params}], bounds)
    return listOf(valueOf(result, {hash})).map((row) => namedRow(known, row))
  }
}

function namedRow<F extends string>(fields: readonly F[], row: RpcValue): Named<F> {
  return Object.fromEntries(listOf(row).map((cell, index) => [fields[index], cell])) as Named<F>
}

function fileFrom(row: Named<(typeof fileFields)[number]>, index: number): TorrentFile {
  const chunks = numberOf(row['f.size_chunks'])
  return {
    index,
    path: textOf(row['f.path']),
    size: numberOf(row['f.size_bytes']),
    // Chunks are shared with the neighbours; an empty file has none to wait for.
    progress: chunks === 0 ? 1 : Math.min(1, numberOf(row['f.completed_chunks']) / chunks),
    priority: filePriorityOf(numberOf(row['f.priority'])),
  }
}

function peerFrom(row: Named<(typeof peerFields)[number]>): Peer {
  const ip = textOf(row['p.address'])
  const isSet = (field: (typeof peerFields)[number]): boolean => numberOf(row[field]) === 1
  return {
    address: `${ip.includes(':') ? `[${ip}]` : ip}:${numberOf(row['p.port'])}`,
    client: textOf(row['p.client_version']),
    progress: numberOf(row['p.completed_percent']) / 100,
    downSpeed: numberOf(row['p.down_rate']),
    upSpeed: numberOf(row['p.up_rate']),
    downloaded: numberOf(row['p.down_total']),
    uploaded: numberOf(row['p.up_total']),
    // As rTorrent's own screen shows them.
    flags: [
      isSet('p.is_incoming') ? 'r' : 'l',
      isSet('p.is_encrypted') ? 'e' : '',
      isSet('p.is_snubbed') ? '*' : '',
    ].join(''),
    encrypted: isSet('p.is_encrypted'),
    incoming: isSet('p.is_incoming'),
  }
}

/** Hex digits, one bit a piece, the highest first. */
function statesFromBits(hex: string, count: number): string {
  const bits = Buffer.from(hex, 'hex')
  let states = ''
  for (let i = 0; i < count; i++) states += ((bits[i >> 3] ?? 0) >> (7 - (i & 7))) & 1 ? '2' : '0'
  return states
}

/** Two hex digits a piece. */
function bytesFromHex(hex: string, count: number): number[] {
  return [...Buffer.from(hex, 'hex').subarray(0, count)]
}
