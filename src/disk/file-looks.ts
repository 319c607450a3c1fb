/**
 * Looks at many paths, as `lstat` does: links are not followed. A torrent may have 60,000 files, and each answer of the
 * system costs the main thread some 60 µs, which is seconds of everybody's time: so all looks go out in portions, and
 * those at many paths in a thread of their disk. There the system is asked without the pool of four threads that all
 * others share, so that a disk that hangs keeps nobody else from an answer.
 */
import {lstat} from 'node:fs/promises'
import {Worker} from 'node:worker_threads'
import type {Bytes, EpochMs} from '#model/units.ts'
import {mountPointByText} from './mount-table.ts'
import type {Patience} from './patience.ts'

/** What lies at a path. */
export interface FileLook {
  readonly kind: FileKind
  readonly device: string
  readonly inode: string
  /** Names of these bytes in all, as the file system counts them. */
  readonly links: number
  readonly size: Bytes
  /** Room that it takes, as the file system counts it; 0 = it does not tell, or it was written just now. */
  readonly held: Bytes
  readonly changedAt: EpochMs
}

export const fileKinds = ['file', 'folder', 'link', 'other'] as const
type FileKind = (typeof fileKinds)[number]

/** Why it could not be seen, as the system calls it: `ENOENT`. */
interface LookFault {
  readonly fault: string
}

/** Paths that are asked for together, and waited for together. */
const PORTION = 64
/** Of those, here: others read files, too, and four threads do so for all. */
const AT_ONCE = 4
/** Paths that are looked at here: a thread takes longer to begin than they do, and 10 MB. */
const FEW = 512

/**
 * One answer for each path, in their order.
 *
 * @param paths ours, absolute; of one disk as a rule: the first one says which
 * @returns `null` = the disk does not answer
 * @throws the reason of the signal
 */
export async function lookAt(
  paths: readonly string[],
  patience: Patience,
  /** One word for it: looks for two reasons do not wait for each other. */
  question: string,
  signal?: AbortSignal,
): Promise<readonly (FileLook | LookFault)[] | null> {
  const thread = paths.length > FEW ? threadOf(paths[0]!) : null
  const looks: (FileLook | LookFault)[] = []
  try {
    for (let at = 0; at < paths.length; at += PORTION) {
      signal?.throwIfAborted()
      const some = paths.slice(at, at + PORTION)
      const seen = await patience.ask(some[0]!, question, () => (thread ? thread.look(some) : lookHere(some)))
      if (seen === null) return null
      looks.push(...seen)
    }
    return looks
  } finally {
    thread?.release()
  }
}

async function lookHere(paths: readonly string[]): Promise<readonly (FileLook | LookFault)[]> {
  const looks: (FileLook | LookFault)[] = []
  for (let at = 0; at < paths.length; at += AT_ONCE) {
    looks.push(...(await Promise.all(paths.slice(at, at + AT_ONCE).map((path) => lookAtOne(path)))))
  }
  return looks
}

async function lookAtOne(path: string): Promise<FileLook | LookFault> {
  try {
    const found = await lstat(path, {bigint: true})
    const {dev, ino, nlink, size, blocks, mtimeMs} = found
    return lookOf(kindOf(found), [dev, ino, nlink, size, blocks, mtimeMs])
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    return {fault: code}
  }
}

/** As the system says it. */
export function kindOf(found: {
  isFile(): boolean
  isDirectory(): boolean
  isSymbolicLink(): boolean
}): FileKind {
  if (found.isFile()) return 'file'
  if (found.isDirectory()) return 'folder'
  return found.isSymbolicLink() ? 'link' : 'other'
}

/** Device, inode, links, bytes, blocks of 512 bytes, and when it was changed, epoch ms. */
export const FIGURES = 6
type Figures = readonly [bigint, bigint, bigint, bigint, bigint, bigint]

function lookOf(kind: FileKind, [device, inode, links, size, blocks, changedAt]: Figures): FileLook {
  return {
    kind,
    device: String(device),
    inode: String(inode),
    links: Number(links),
    size: Number(size),
    held: Number(blocks * 512n),
    changedAt: Number(changedAt),
  }
}

/* ───────────────────────────── the threads ───────────────────────────── */

export interface LookQuestion {
  readonly id: number
  readonly paths: readonly string[]
}

/** Of each path what it is, by its place in `fileKinds`, and its figures; of what could not be seen why. */
export interface LookAnswer {
  readonly id: number
  readonly kinds: Uint8Array
  readonly figures: BigInt64Array
  readonly faults: readonly (readonly [at: number, code: string])[]
}

type Looks = readonly (FileLook | LookFault)[]

/** By the mount point of their disk. */
const threads = new Map<string, LookThread>()

/** In use until `release` is called. */
function threadOf(path: string): LookThread {
  const disk = mountPointByText(path)
  const thread = threads.get(disk) ?? new LookThread(disk)
  threads.set(disk, thread)
  thread.take()
  return thread
}

/** Of one disk: asked portion by portion, and ended when nobody needs it any more. */
class LookThread {
  readonly #worker = new Worker(new URL('./file-looks-worker.ts', import.meta.url), {
    resourceLimits: {maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4},
  })
  readonly #waiting = new Map<number, PromiseWithResolvers<Looks>>()
  readonly #disk: string
  #users = 0
  #asked = 0

  constructor(disk: string) {
    this.#disk = disk
    this.#worker.on('message', (answer: LookAnswer) => this.#answered(answer))
    this.#worker.on('error', (error) => this.#ended(error))
    this.#worker.on('exit', (code) =>
      this.#ended(new Error(`The thread that looks at files ended with ${code}.`)),
    )
    this.#worker.unref()
  }

  take(): void {
    this.#users++
  }

  /** What hangs in it ends when the disk answers. */
  release(): void {
    if (--this.#users > 0) return
    this.#forget()
    void this.#worker.terminate()
  }

  look(paths: readonly string[]): Promise<Looks> {
    const id = this.#asked++
    const end = Promise.withResolvers<Looks>()
    this.#waiting.set(id, end)
    this.#worker.ref()
    const question: LookQuestion = {id, paths}
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    this.#worker.postMessage(question)
    return end.promise
  }

  #answered({id, kinds, figures, faults}: LookAnswer): void {
    const codes = new Map(faults)
    const looks = Array.from(kinds, (kind, at): FileLook | LookFault => {
      const fault = codes.get(at)
      if (fault !== undefined) return {fault}
      const from = at * FIGURES
      return lookOf(fileKinds[kind]!, figures.subarray(from, from + FIGURES) as unknown as Figures)
    })
    this.#waiting.get(id)?.resolve(looks)
    this.#waiting.delete(id)
    if (this.#waiting.size === 0) this.#worker.unref()
  }

  #ended(why: unknown): void {
    this.#forget()
    for (const {reject} of this.#waiting.values()) reject(why)
    this.#waiting.clear()
  }

  #forget(): void {
    if (threads.get(this.#disk) === this) threads.delete(this.#disk)
  }
}
