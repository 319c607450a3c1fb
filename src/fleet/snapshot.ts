/**
 * The whole fleet on disk, so that the next start shows the last known list at once. It is a convenience and no truth:
 * what comes back counts as stale until the servers have spoken, and a file that is missing, old or damaged is left
 * aside with the reason.
 */
import {open, readFile, rename, rm, type FileHandle} from 'node:fs/promises'
import {promisify} from 'node:util'
import {crc32, zstdCompress, zstdDecompress} from 'node:zlib'
import type {Logger} from 'pino'
import type {Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import type {InfoHash, ServerId} from '#model/torrent-key.ts'
import type {TorrentField} from '#model/torrent.ts'
import {asBytes, type Column} from './column.ts'
import type {Fleet} from './fleet.ts'
import {HASH_BYTES} from './row-index.ts'

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)
/** A block of 1,024 rows with every text 8 KB long. */
const LARGEST_BLOCK = 64 << 20

type SnapshotResult =
  | {readonly status: 'restored'; readonly rows: number}
  | {
      readonly status: 'ignored'
      /** `outdated`: written by a version with other columns. `corrupt`: cut off or changed. */
      readonly reason: 'missing' | 'unreadable' | 'not_a_snapshot' | 'outdated' | 'corrupt'
    }

/**
 * Writes the visible rows to `path`, in slices; until it is complete and on the disk the file before it stays.
 * @throws the file system's own error; the file before it is untouched then
 */
export async function writeSnapshot(path: string, fleet: Fleet, turns: TimeSlice): Promise<void> {
  const temporary = `${path}.new`
  try {
    const file = await open(temporary, 'w', 0o600)
    try {
      await writeBlocks(file, fleet, turns)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, {force: true})
    throw error
  }
}

async function writeBlocks(file: FileHandle, fleet: Fleet, turns: TimeSlice): Promise<void> {
  await file.write(head(fleet))
  let total = 0
  for (let row = 0; row < fleet.rows.end;) {
    const rows: number[] = []
    for (; row < fleet.rows.end && rows.length < BLOCK_ROWS; row++)
      if (fleet.rows.isVisible(row)) rows.push(row)
    const bytes = await compress(packBlock(fleet, Uint32Array.from(rows)))
    await file.write(Buffer.concat([label(bytes.length, crc32(bytes)), bytes]))
    total = crc32(bytes, total)
    if (turns.due()) await turns.next()
  }
  await file.write(label(0, total))
}

/** Shows again what `path` holds of the servers that the fleet has. Never throws. */
export async function readSnapshot(path: string, fleet: Fleet, turns: TimeSlice): Promise<SnapshotResult> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? ('missing' as const) : ('unreadable' as const),
  )
  if (typeof bytes === 'string') return {status: 'ignored', reason: bytes}
  const objection = objectionTo(bytes.subarray(0, HEAD_BYTES), fleet)
  if (objection) return {status: 'ignored', reason: objection}
  const blocks = blocksOf(bytes)
  return blocks ? restore(blocks, fleet, turns) : {status: 'ignored', reason: 'corrupt'}
}

/** The compressed blocks, each with its checksum proved; `null` = something is wrong with one of them or the end. */
function blocksOf(bytes: Buffer): readonly Buffer[] | null {
  const blocks: Buffer[] = []
  let total = 0
  for (let at = HEAD_BYTES; at + LABEL_BYTES <= bytes.length;) {
    const {length, sum} = readLabel(bytes.subarray(at))
    at += LABEL_BYTES
    if (length === 0) return at === bytes.length && sum === total ? blocks : null
    const block = bytes.subarray(at, at + length)
    if (block.length < length || crc32(block) !== sum) return null
    total = crc32(block, total)
    blocks.push(block)
    at += length
  }
  return null
}

async function restore(blocks: readonly Buffer[], fleet: Fleet, turns: TimeSlice): Promise<SnapshotResult> {
  const restored: number[] = []
  try {
    for (const block of blocks) {
      restored.push(...unpackBlock(fleet, await decompress(block, {maxOutputLength: LARGEST_BLOCK})))
      if (turns.due()) await turns.next()
    }
  } catch {
    // Its checksum is right and its content is not: not written by us. Half a list would be worse than none.
    fleet.unrestore(restored)
    return {status: 'ignored', reason: 'corrupt'}
  }
  return {status: 'restored', rows: restored.length}
}

/*
 * The form of the list on disk. One head, then blocks of some thousand rows, then an end mark:
 *
 *   "COMMODFL" version u32 shape u32 │ length u32, crc32 u32, zstd(block) │ … │ 0 u32, crc32 of all blocks u32
 *
 * A block stands for itself (it carries the words its rows use), so that it can be made in one go while the fleet goes
 * on changing between blocks. `shape` is a checksum over the columns and their kinds: other columns, another form.
 * Numbers are little-endian, as in memory on every machine Node runs on.
 */

const MAGIC = Buffer.from('COMMODFL')
/** Rises when the form of head or blocks changes. */
const VERSION = 1
const HEAD_BYTES = MAGIC.length + 8
/** Before each block: its length and checksum. The end mark has length 0 and the checksum of all blocks. */
const LABEL_BYTES = 8
/** Rows of a block: about 2 ms of work. */
const BLOCK_ROWS = 1024

function head(fleet: Fleet): Buffer {
  const bytes = Buffer.alloc(HEAD_BYTES)
  MAGIC.copy(bytes)
  bytes.writeUInt32LE(VERSION, MAGIC.length)
  bytes.writeUInt32LE(shapeOf(fleet), MAGIC.length + 4)
  return bytes
}

/** `null` = it is a list of ours in the form of today. */
function objectionTo(bytes: Uint8Array, fleet: Fleet): 'not_a_snapshot' | 'outdated' | null {
  if (!MAGIC.equals(bytes.subarray(0, MAGIC.length))) return 'not_a_snapshot'
  return head(fleet).equals(bytes) ? null : 'outdated'
}

function label(length: number, sum: number): Buffer {
  const bytes = Buffer.alloc(LABEL_BYTES)
  bytes.writeUInt32LE(length, 0)
  bytes.writeUInt32LE(sum, 4)
  return bytes
}

function readLabel(bytes: Buffer): {length: number; sum: number} {
  return {length: bytes.readUInt32LE(0), sum: bytes.readUInt32LE(4)}
}

function shapeOf(fleet: Fleet): number {
  const columns = Object.entries(fleet.rows.columns)
  return crc32(columns.map(([field, column]) => `${field} ${column.constructor.name}`).join())
}

/** What stands at the beginning of a block, as JSON; the columns' bytes follow one after the other. */
interface BlockHead {
  readonly servers: readonly ServerId[]
  /** By row: its place in `servers`. */
  readonly serverOf: readonly number[]
  readonly columns: readonly {readonly bytes: number; readonly words: readonly unknown[]}[]
  /** Columns that showed something expected: [place of the row, field, what the server had said; absent = unknown]. */
  readonly said: readonly (readonly [number, TorrentField, unknown?])[]
}

/** The rows as bytes. They must be visible. */
function packBlock(fleet: Fleet, rows: Uint32Array): Buffer {
  const servers = fleet.serverIds
  const packed = columnsOf(fleet).map((column) => column.pack(rows))
  const block: BlockHead = {
    servers,
    serverOf: Array.from(rows, (row) => servers.indexOf(fleet.keyAt(row).serverId)),
    columns: packed.map(({data, words}) => ({bytes: data.length, words})),
    said: whatWasSaid(fleet, rows),
  }
  const text = Buffer.from(JSON.stringify(block))
  const hashes = Buffer.alloc(rows.length * HASH_BYTES)
  const seenAt = new Float64Array(rows.length)
  rows.forEach((row, place) => {
    hashes.set(fleet.rows.hashBytes(row), place * HASH_BYTES)
    seenAt[place] = fleet.seenAt(row)
  })
  return Buffer.concat([
    label(text.length, 0),
    text,
    hashes,
    asBytes(seenAt),
    ...packed.map(({data}) => data),
  ])
}

/** What an expectation covers is not what the server said: the truth stands behind it. */
function whatWasSaid(fleet: Fleet, rows: Uint32Array): BlockHead['said'] {
  const said: (readonly [number, TorrentField, unknown?])[] = []
  rows.forEach((row, place) => {
    if (!fleet.rows.isAwaited(row)) return
    for (const [field, value] of fleet.said(row)) {
      said.push(value === undefined ? [place, field] : [place, field, value])
    }
  })
  return said
}

/**
 * Puts the rows of a block into the fleet, not seen and thus stale.
 * @returns the rows that are there now; not those of servers that are gone or have told their list already
 */
function unpackBlock(fleet: Fleet, bytes: Buffer): readonly number[] {
  const textEnd = LABEL_BYTES + readLabel(bytes).length
  const block = JSON.parse(bytes.toString('utf8', LABEL_BYTES, textEnd)) as BlockHead
  const count = block.serverOf.length
  const hashesEnd = textEnd + count * HASH_BYTES
  const cellsStart = hashesEnd + count * Float64Array.BYTES_PER_ELEMENT
  const seenAt = new Float64Array(Uint8Array.from(bytes.subarray(hashesEnd, cellsStart)).buffer)
  const known = block.serverOf.map((server, place) => ({
    serverId: block.servers[server]!,
    hash: bytes.toString('hex', textEnd + place * HASH_BYTES, textEnd + (place + 1) * HASH_BYTES) as InfoHash,
    seenAt: seenAt[place]!,
  }))
  return fleet.restore(known, (rows) => fill(fleet, rows, block, bytes.subarray(cellsStart)))
}

function fill(fleet: Fleet, rows: Uint32Array, block: BlockHead, cells: Buffer): void {
  let at = 0
  columnsOf(fleet).forEach((column, index) => {
    const {bytes, words} = block.columns[index]!
    column.unpack(rows, {data: cells.subarray(at, at + bytes), words})
    at += bytes
  })
  for (const [place, field, value] of block.said) {
    ;(fleet.rows.columns[field] as Column<unknown>).write(rows[place]!, value)
  }
}

/** The name before the path that shares its bytes. */
function columnsOf(fleet: Fleet): readonly Column<unknown>[] {
  const {name, ...others} = fleet.rows.columns
  return [name, ...Object.values(others)]
}

const EVERY_MS = 5 * 60_000

/** Keeps the list on disk, so that the next start shows the last known one at once. Losing it loses no truth. */
export class SnapshotService {
  readonly #fleet: Fleet
  readonly #path: string
  readonly #clock: Clock
  readonly #log: Logger
  readonly #everyMs: number
  #cancel: () => void = () => {}
  #writing: Promise<void> = Promise.resolve()
  /** Something is another than on disk. */
  #hasChanged = false

  constructor(fleet: Fleet, path: string, clock: Clock, log: Logger, everyMs: number = EVERY_MS) {
    this.#fleet = fleet
    this.#path = path
    this.#clock = clock
    this.#log = log
    this.#everyMs = everyMs
  }

  /** @param servers those that still exist; rows of others are left out */
  async load(servers: readonly ServerId[]): Promise<void> {
    for (const id of servers) this.#fleet.addServer(id)
    const result = await readSnapshot(this.#path, this.#fleet, this.#fleet.turns)
    if (result.status === 'ignored' && result.reason !== 'missing')
      this.#log.warn({reason: result.reason}, 'the list kept on disk is not used')
  }

  start(): void {
    this.#fleet.onChange(() => {
      this.#hasChanged = true
    })
    this.#plan()
  }

  #plan(): void {
    this.#cancel = this.#clock.after(this.#everyMs, () => {
      this.#writing = this.#write()
      this.#plan()
    })
  }

  async stop(): Promise<void> {
    this.#cancel()
    await this.#writing
    await this.#write()
  }

  async #write(): Promise<void> {
    if (!this.#hasChanged) return
    this.#hasChanged = false
    try {
      await writeSnapshot(this.#path, this.#fleet, this.#fleet.turns)
    } catch (error) {
      this.#hasChanged = true
      this.#log.warn({err: error}, 'the list could not be kept on disk')
    }
  }
}
