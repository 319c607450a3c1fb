/**
 * Asks ffprobe whether a file is media that can be read. The system's ffprobe, or the one that is configured; where
 * there is none, nothing is probed, and that is told once. What the file says never gets out of this machine: ffprobe
 * may open local files only, is run without a shell, for a bounded time and with bounded output.
 * Source: qBitrr.
 */
import {spawn} from 'node:child_process'
import {lstat} from 'node:fs/promises'
import {isAbsolute} from 'node:path'
import type {Clock} from '#lib/clock.ts'
import {Semaphore} from '#lib/semaphore.ts'
import {BadArgument} from '#model/errors.ts'
import {evaluateProbe, type ProbeVerdict} from './probe-verdict.ts'

export interface ProbeRun {
  /** `null` = ended by a signal. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** Why we ended it ourselves. */
  readonly ended: 'timeOut' | 'tooMuch' | null
}

/** Runs a program to its end. @throws the system's error when it cannot be started */
export type RunProgram = (
  command: string,
  args: readonly string[],
  bounds: {readonly timeoutMs: number; readonly mostBytes: number; readonly signal?: AbortSignal | undefined},
) => Promise<ProbeRun>

export interface FfprobeOptions {
  readonly clock: Clock
  /** A path, or a name that is looked for in PATH. */
  readonly command?: string
  readonly timeoutMs?: number
  /** Probes at a time, 1 or 2: each reads the disk that others stream from. */
  readonly width?: 1 | 2
  readonly run?: RunProgram
  /** Told once, when there is no ffprobe; and once more when it was there in between. */
  readonly onMissing: (command: string) => void
}

const KEPT = 10_000
const MOST_BYTES = 1024 * 1024
/** A missing program is looked for again so often. */
const MISSING_FOR_MS = 10 * 60_000

export class Ffprobe {
  readonly #options: Required<Omit<FfprobeOptions, 'width'>>
  readonly #gate: Semaphore
  /** Verdicts by path, size and mtime, those asked for last at the end. */
  readonly #known = new Map<string, ProbeVerdict>()
  readonly #running = new Map<string, Promise<ProbeVerdict>>()
  #missingUntil = Number.NEGATIVE_INFINITY
  #isWarned = false

  constructor({width = 1, ...options}: FfprobeOptions) {
    this.#options = {command: 'ffprobe', timeoutMs: 60_000, run: runProgram, ...options}
    this.#gate = new Semaphore(width)
  }

  /** As it writes it itself, `5.1.9-0+deb12u1`; `null` = there is none that runs. */
  async version(): Promise<string | null> {
    const run = await this.#start(['-version'])
    return run === null ? null : (/^ffprobe version (\S+)/.exec(run.stdout)?.[1] ?? null)
  }

  /**
   * Never throws for the file's fault.
   *
   * @param path absolute, in our own file system
   * @throws {BadArgument} the path is not absolute; the reason of `signal` when it aborts
   */
  async probe(path: string, signal?: AbortSignal): Promise<ProbeVerdict> {
    if (!isAbsolute(path)) throw new BadArgument('ffprobe is asked about absolute paths only.', {path})
    signal?.throwIfAborted()
    const key = await identityOf(path)
    if (typeof key !== 'string') return key
    const known = this.#known.get(key)
    if (known) return this.#keep(key, known)
    // Who asks with a signal of his own must not end what others wait for.
    if (signal) return this.#probe(key, path, signal)
    const running = this.#running.get(key) ?? this.#probe(key, path)
    this.#running.set(key, running)
    return running.finally(() => this.#running.delete(key))
  }

  #probe(key: string, path: string, signal?: AbortSignal): Promise<ProbeVerdict> {
    return this.#gate.run(async () => {
      signal?.throwIfAborted()
      const run = await this.#start([...questions, '-i', `file:${path}`], signal)
      signal?.throwIfAborted()
      if (run === null) return {verdict: 'skipped', reason: 'noFfprobe', detail: ''}
      const verdict = evaluateProbe(path, run)
      // A file that changed while it was read has a verdict of neither state.
      if ((await identityOf(path)) !== key) return unknown('changed', 'It changed while it was read.')
      return verdict.verdict === 'unknown' ? verdict : this.#keep(key, verdict)
    })
  }

  #keep(key: string, verdict: ProbeVerdict): ProbeVerdict {
    this.#known.delete(key)
    this.#known.set(key, verdict)
    if (this.#known.size > KEPT) this.#known.delete(this.#known.keys().next().value!)
    return verdict
  }

  async #start(args: readonly string[], signal?: AbortSignal): Promise<ProbeRun | null> {
    const {clock, command, run, timeoutMs} = this.#options
    if (clock.monotonic() < this.#missingUntil) return null
    try {
      const ended = await run(command, args, {timeoutMs, mostBytes: MOST_BYTES, signal})
      this.#isWarned = false
      return ended
    } catch (error) {
      signal?.throwIfAborted()
      if (!isMissing(error)) return {code: null, stdout: '', stderr: codeOf(error), ended: null}
      this.#missingUntil = clock.monotonic() + MISSING_FOR_MS
      if (!this.#isWarned) this.#options.onMissing(command)
      this.#isWarned = true
      return null
    }
  }
}

const questions = ['-v', 'error', '-hide_banner', '-protocol_whitelist', 'file']
  .concat(['-show_streams', '-show_format'])
  .concat(['-of', 'json'])

/** A text while it is a file of that content; a verdict when it cannot be probed at all. */
async function identityOf(path: string): Promise<string | ProbeVerdict> {
  try {
    const file = await lstat(path, {bigint: true})
    if (!file.isFile()) return unknown('noFile', 'It is no plain file.')
    return `${file.size} ${file.mtimeNs} ${path}`
  } catch (error) {
    return unknown('noFile', codeOf(error))
  }
}

function unknown(reason: 'changed' | 'noFile', detail: string): ProbeVerdict {
  return {verdict: 'unknown', reason, detail}
}

function isMissing(error: unknown): boolean {
  return ['ENOENT', 'EACCES', 'ENOTDIR', 'ENOEXEC'].includes(codeOf(error))
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? ''
}

/** Nothing of our environment is handed on but where programs and libraries are. */
const passedOn = ['PATH', 'LD_LIBRARY_PATH', 'SystemRoot', 'TMPDIR', 'TEMP']

/** A program that reads a disk which hangs cannot even be killed; it is not waited for longer than this. */
const GRACE_MS = 5000

const runProgram: RunProgram = (command, args, {timeoutMs, mostBytes, signal}) =>
  new Promise((resolve, reject) => {
    const env = Object.fromEntries(passedOn.map((name) => [name, process.env[name]]))
    const child = spawn(command, args, {
      env: {...env, LC_ALL: 'C'},
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
    })
    const written = {stdout: '', stderr: ''}
    let ended: ProbeRun['ended'] = null
    let timer: NodeJS.Timeout
    const finish = (code: number | null) => {
      clearTimeout(timer)
      resolve({code, ...written, ended})
    }
    const end = (why: ProbeRun['ended']) => {
      ended ??= why
      clearTimeout(timer)
      timer = setTimeout(() => finish(null), GRACE_MS)
      child.kill('SIGKILL')
    }
    timer = setTimeout(() => end('timeOut'), timeoutMs)
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        if (ended === null) written[name] += text
        if (ended === null && written.stdout.length + written.stderr.length > mostBytes) end('tooMuch')
      })
    }
    child.once('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
    child.once('close', finish)
  })
