/**
 * Runs a program of this machine to its end: without a shell, with no environment but what it is given, for a bounded
 * time, and with its words cut. It runs in a group of its own, so that what it began ends with it.
 */
import {spawn, type ChildProcess} from 'node:child_process'
import {afterRealTime} from '#lib/clock.ts'

interface ProgramOrder {
  /** Absolute. */
  readonly path: string
  readonly arguments: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

export interface ProgramRun {
  /** `null` = ended by a signal. */
  readonly code: number | null
  /** What it wrote, to both of its outputs, as far as it is kept. */
  readonly output: string
  /** Why we ended it ourselves. */
  readonly ended: 'timeOut' | 'stopped' | null
}

/** @throws the system's error when it cannot be started */
export type RunProgram = (order: ProgramOrder) => Promise<ProgramRun>

/** Nothing of our own environment is handed on but where programs find what they need. */
const passedOn = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'LD_LIBRARY_PATH', 'SystemRoot', 'TMPDIR', 'TEMP']

const MOST_CHARS = 4_000
/** Between the request to end and the end by force; and as long something of it may hold its outputs open. */
const GRACE_MS = 2_000

export const runProgram: RunProgram = (order) =>
  new Promise((resolve, reject) => {
    const {path, timeoutMs, signal} = order
    const own = passedOn.flatMap((name) =>
      process.env[name] === undefined ? [] : [[name, process.env[name]]],
    )
    const child = spawn(path, order.arguments, {
      shell: false,
      cwd: '/',
      detached: true,
      windowsHide: true,
      env: {...Object.fromEntries(own), ...order.environment},
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let [output, ended]: [string, ProgramRun['ended']] = ['', null]
    const cancels: (() => void)[] = []
    const later = (ms: number, task: () => void) => void cancels.push(afterRealTime(ms, task))
    const end = (why: ProgramRun['ended']) => {
      ended ??= why
      endGroup(child, 'SIGTERM')
      later(GRACE_MS, () => endGroup(child, 'SIGKILL'))
      // One that hangs in a disk cannot even be ended by force.
      later(2 * GRACE_MS, () => finish(null))
    }
    const stop = () => end('stopped')
    const finish = (code: number | null) => {
      for (const cancel of cancels) cancel()
      signal.removeEventListener('abort', stop)
      for (const stream of [child.stdout, child.stderr]) stream.destroy()
      resolve({code, output, ended})
    }
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output = (output + text).slice(0, MOST_CHARS)
      })
    }
    child.once('error', (error) => {
      for (const cancel of cancels) cancel()
      signal.removeEventListener('abort', stop)
      reject(error)
    })
    // What it left behind may hold its outputs open for ever.
    child.once('exit', (code) => later(GRACE_MS, () => finish(code)))
    child.once('close', finish)
    later(timeoutMs, () => end('timeOut'))
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop)
  })

function endGroup({pid}: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch {
    // It has ended already, with all that it began.
  }
}
