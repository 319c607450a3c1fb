/**
 * Notices edits of the configuration while we run.
 *
 *   waiting ──an event names one of our files──▶ settling ──quiet for a moment──▶ reading
 *     ▲  └──the slow poll sees other sizes or times──────────────────────────────▶ │  │
 *     │                                               ▲                            │  │
 *     │                                               └──it changed while we read──┘  │
 *     │                                               └──what protects is gone: it has to stay so for ten seconds
 *     └──── accepted (`changed`) or rejected (the last good configuration stays) ◀────┘
 *
 * An editor that writes twice, a tool that copies, and a full disk leave a file for a moment that ends at a section's
 * border and reads well: what stood below it is not let go for that. What is gone for longer is asked about
 * (`automation/alerts/lost-settings.ts`).
 * The folder is watched and not the file, because editors replace files; the poll is the net for file systems that
 * tell nothing (network shares). A file that is gone, empty or does not parse is never a reason to let servers go.
 */
import {watch, type FSWatcher} from 'node:fs'
import {stat} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import type {Clock} from '#lib/clock.ts'
import type {LoadedConfig} from './config.ts'
import {asRefused} from './load.ts'
import {sameValue} from './schema/diff-servers.ts'
import {lostKeys} from './named-keys.ts'
import {findingAt, nowhere, type Finding} from './document/findings.ts'

type ConfigChange =
  | {readonly type: 'changed'; readonly before: LoadedConfig; readonly after: LoadedConfig}
  /** The file cannot be used as it is now; `kept` stays in force. */
  | {readonly type: 'rejected'; readonly kept: LoadedConfig; readonly findings: readonly Finding[]}

interface WatchOptions {
  /** What is in force now. Every place it may stand in is watched, and the other files it names. */
  readonly loaded: LoadedConfig
  /** Reads everything afresh, as at the start. Must not throw for a fault of the file. */
  readonly load: () => Promise<LoadedConfig>
  readonly clock: Clock
  readonly onChange: (change: ConfigChange) => void
  /** Quiet time before an edit is read, ms. */
  readonly settleMs?: number | undefined
  /** Time between two looks at the files themselves, ms. */
  readonly pollMs?: number | undefined
  /** So long a file from which something that protects is gone has to stay as it is, ms. */
  readonly stillMs?: number | undefined
}

export interface ConfigWatch {
  /** Looks now, without waiting for a sign: it was changed on purpose. Resolves when the look is over. */
  check(): Promise<void>
  /** The configuration as it was last taken. */
  readonly inForce: LoadedConfig
  /** Why the file as it is now is not used; empty = it is. */
  readonly refused: readonly Finding[]
  /** Resolves when what it began to look at by itself is judged. */
  idle(): Promise<void>
  close(): void
}

export function watchConfig(options: WatchOptions): ConfigWatch {
  const watcher = new Watcher(options)
  watcher.start()
  return watcher
}

class Watcher implements ConfigWatch {
  readonly #options: WatchOptions
  readonly #settleMs: number
  readonly #pollMs: number
  readonly #stillMs: number
  readonly #folders = new Map<string, FSWatcher>()
  #kept: LoadedConfig
  /** Signature of the files as they were when last judged; `null` before the first look. */
  #checked: string | null = null
  #refused: readonly Finding[] = []
  /** Signature of files from which something that protects is gone, and since when they are so. */
  #shrunk: {readonly seen: string; readonly at: number} | null = null
  #cancelSettle: (() => void) | null = null
  #cancelPoll: (() => void) | null = null
  #looking: Promise<void> | null = null
  #byItself: Promise<void> = Promise.resolve()
  #closed = false

  constructor(options: WatchOptions) {
    this.#options = options
    this.#kept = options.loaded
    this.#settleMs = options.settleMs ?? 300
    this.#pollMs = options.pollMs ?? 15_000
    this.#stillMs = options.stillMs ?? 10_000
  }

  start(): void {
    this.#watchFolders()
    this.#poll()
    // An edit between the first load and now would have no sign of its own.
    this.#stir()
  }

  get inForce(): LoadedConfig {
    return this.#kept
  }

  get refused(): readonly Finding[] {
    return this.#refused
  }

  idle(): Promise<void> {
    return this.#byItself
  }

  /** One look at a time; a look that is under way is waited for, then a fresh one is taken. */
  check(): Promise<void> {
    return this.#checkNow(true)
  }

  async #checkNow(isOnPurpose: boolean): Promise<void> {
    while (this.#looking) await this.#looking
    if (this.#closed) return
    this.#looking = this.#look(isOnPurpose).finally(() => {
      this.#looking = null
    })
    await this.#looking
  }

  close(): void {
    this.#closed = true
    this.#cancelSettle?.()
    this.#cancelPoll?.()
    for (const folder of this.#folders.values()) folder.close()
    this.#folders.clear()
  }

  #stir(ms = this.#settleMs): void {
    this.#cancelSettle?.()
    this.#cancelSettle = this.#options.clock.after(ms, () => {
      this.#byItself = this.#checkNow(false)
    })
  }

  #poll(): void {
    this.#cancelPoll = this.#options.clock.after(this.#pollMs, () => {
      this.#watchFolders()
      this.#byItself = this.#checkIfOther()
      this.#poll()
    })
  }

  async #checkIfOther(): Promise<void> {
    if ((await this.#signature()) !== this.#checked) await this.#checkNow(false)
  }

  async #look(isOnPurpose: boolean): Promise<void> {
    const seen = await this.#signature()
    const after = await this.#options.load()
    if (this.#closed) return
    if ((await this.#signature()) !== seen) return this.#stir()
    if (!isOnPurpose && this.#hasShrunk(seen, after)) return
    this.#checked = seen
    this.#check(after)
  }

  /** Something that protects is gone from it, and it was not still for long enough since. */
  #hasShrunk(seen: string, after: LoadedConfig): boolean {
    if (!after.readable || lostKeys(this.#kept.config.named, after.config.named).length === 0) {
      this.#shrunk = null
      return false
    }
    const now = this.#options.clock.monotonic()
    if (this.#shrunk?.seen !== seen) this.#shrunk = {seen, at: now}
    const leftMs = this.#shrunk.at + this.#stillMs - now
    if (leftMs > 0) this.#stir(leftMs)
    return leftMs > 0
  }

  #check(after: LoadedConfig): void {
    const objections = whyNotTaken(this.#kept, after)
    if (objections) return this.#reject(objections)
    this.#refused = []
    const before = this.#kept
    this.#kept = after
    if (after.hash === before.hash) return
    this.#watchFolders()
    this.#options.onChange({type: 'changed', before, after})
  }

  #reject(findings: readonly Finding[]): void {
    if (sameValue(findings, this.#refused)) return
    this.#refused = findings
    this.#options.onChange({type: 'rejected', kept: this.#kept, findings})
  }

  /** Of all files together: which of them are there, and their inode, size and times. */
  async #signature(): Promise<string> {
    return JSON.stringify(await Promise.all(this.#files().map(fileSignature)))
  }

  #files(): readonly string[] {
    return [...new Set([...this.#kept.lookedAt, ...this.#kept.files])].sort()
  }

  #watchFolders(): void {
    const wanted = new Set(this.#files().map((file) => dirname(file)))
    for (const [folder, watcher] of this.#folders) {
      if (wanted.has(folder)) continue
      watcher.close()
      this.#folders.delete(folder)
    }
    for (const folder of wanted) if (!this.#folders.has(folder)) this.#watchFolder(folder)
  }

  /** Folders that do not exist, or cannot be watched, are left to the poll, which tries again. */
  #watchFolder(folder: string): void {
    let watcher: FSWatcher
    try {
      watcher = watch(folder, {persistent: false}, (_, name) => {
        if (this.#concerns(folder, name)) this.#stir()
      })
    } catch (error) {
      if (isFileSystemError(error)) return
      throw error
    }
    watcher.on('error', () => {
      watcher.close()
      this.#folders.delete(folder)
    })
    this.#folders.set(folder, watcher)
  }

  /** Logs written beside the configuration must not keep it from settling. Mounted ConfigMaps swap a link `..data`. */
  #concerns(folder: string, name: string | null): boolean {
    return name === null || name.startsWith('..') || this.#files().includes(join(folder, name))
  }
}

/** `null` = take it. */
function whyNotTaken(kept: LoadedConfig, after: LoadedConfig): readonly Finding[] | null {
  if (!after.readable) return after.findings.map(asRefused)
  const isGone = after.path === null && kept.path !== null
  const isEmptied =
    after.findings.some((finding) => finding.code === 'file_empty') && kept.config.servers.length > 0
  if (!isGone && !isEmptied) return null
  return [
    findingAt([], nowhere, {
      severity: 'warning',
      code: isGone ? 'file_missing' : 'file_empty',
      message:
        `The configuration file is ${isGone ? 'gone' : 'empty'} (${kept.expectedPath}); ` +
        'what was last read from it stays in force until the next start.',
    }),
  ]
}

async function fileSignature(path: string): Promise<string> {
  try {
    const {ino, size, mtimeMs, ctimeMs} = await stat(path)
    return `${path} ${ino} ${size} ${mtimeMs} ${ctimeMs}`
  } catch (error) {
    if (isFileSystemError(error)) return `${path} ${error.code}`
    throw error
  }
}

function isFileSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error
}
