/**
 * The whole fleet on disk, so that the next start shows the last known list at once. It is a convenience and no truth:
 * what comes back counts as stale until the servers have spoken, and a file that is missing, old or damaged is left
 * aside with the reason.
 */
import {open, readFile, rename, rm, type FileHandle} from 'node:fs/promises'
import {promisify} from 'node:util'
import {crc32, zstdCompress, zstdDecompress} from 'node:zlib'
import type {TimeSlice} from '#lib/time-slice.ts'
import type {Fleet} from './fleet.ts'
import {
  BLOCK_ROWS,
  head,
  HEAD_BYTES,
  label,
  LABEL_BYTES,
  objectionTo,
  packBlock,
  readLabel,
  unpackBlock,
} from './snapshot-blocks.ts'

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)
/** A block of 1,024 rows with every text 8 KB long. */
const LARGEST_BLOCK = 64 << 20

interface SnapshotDeps {
  readonly fleet: Fleet
  readonly turns: TimeSlice
}

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
export async function writeSnapshot(path: string, {fleet, turns}: SnapshotDeps): Promise<void> {
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
export async function readSnapshot(path: string, {fleet, turns}: SnapshotDeps): Promise<SnapshotResult> {
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
