/**
 * One child process of the lab in a folder of its own: started, polled until it answers, stopped with its whole
 * process group. Nothing outlives the program that started it: an orderly exit kills what is left, and what a crash
 * left behind is swept at the next start (each folder names its owner and its daemon).
 */
import {spawn, type ChildProcess} from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import {networkInterfaces} from 'node:os'
import {join} from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'
import {commandOf, suiteRoot, suites, type Suite} from './suites.ts'

const POLL_MS = 50
/** Nearly as long as a test may take: a loaded machine is slow, and nothing is judged by how long it took. */
const PATIENCE_MS = 270_000
/** So long an orderly end may take. */
const END_MS = 60_000

const running = new Set<DaemonProcess>()
process.on('exit', () => {
  for (const one of running) one.killNow()
})

/** Before a folder and a command: the mount goes with the process. */
const mounting = ['unshare', '--mount', 'sh', '-c', 'mount --bind "$0" "$0" && exec "$@"']

interface Launch {
  readonly suite: Suite
  readonly program: string
  readonly args: readonly string[]
  readonly folder: DaemonFolder
  readonly env?: Readonly<Record<string, string>> | undefined
  /**
   * A folder, as we see it, that is a mount for this process alone: what moves into it or out of it is copied file by
   * file, as from disk to disk. Needs root.
   */
  readonly mounted?: string | undefined
  /** Throws or answers false while it is not ready. */
  readonly isReady: () => Promise<boolean>
}

/** A folder of one daemon, named as we see it and as the daemon sees it (they differ in a chroot). */
export interface DaemonFolder {
  readonly ours: string
  readonly server: string
}

/** Writes into a folder that it is this process's: `sweepFolders` removes it once that is gone. */
export function ownFolder(folder: string): void {
  writeFileSync(join(folder, 'owner'), `${process.pid} ${startTimeOf(process.pid)}`)
}

/** Makes a folder for one daemon inside the file tree of its suite. */
export function makeFolder(suite: Suite, name: string): DaemonFolder {
  const root = suiteRoot(suite)
  const parent = join(root || '/', 'tmp', 'commodarr-lab')
  mkdirSync(parent, {recursive: true})
  const ours = mkdtempSync(join(parent, `${name}-`))
  ownFolder(ours)
  return {ours, server: ours.slice(root.length)}
}

export class DaemonProcess {
  readonly #launch: Launch
  readonly #log: string
  #child: ChildProcess | null = null
  #exited: Promise<void> = Promise.resolve()

  constructor(launch: Launch) {
    this.#launch = launch
    this.#log = join(launch.folder.ours, `${launch.program}.log`)
  }

  /** @throws {Error} when it does not run. */
  get pid(): number {
    const pid = this.#child?.pid
    if (pid === undefined) throw new Error(`${this.#launch.program} is not running.`)
    return pid
  }

  get isRunning(): boolean {
    return this.#child !== null
  }

  /** What it printed so far, for messages. */
  output(): string {
    return existsSync(this.#log) ? readFileSync(this.#log, 'utf8').slice(-4_000) : ''
  }

  /** Starts it and resolves when it answers. @throws {Error} with its output when it exits or stays silent. */
  async start(): Promise<void> {
    const {suite, program, args, folder, env, mounted} = this.#launch
    const own = commandOf(suite, program, args, folder.server)
    const [command, ...rest] = mounted === undefined ? own : [...mounting, mounted, ...own]
    const log = openSync(this.#log, 'a')
    const child = spawn(command!, rest, {
      detached: true,
      stdio: ['ignore', log, log],
      env: {
        PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        LANG: 'C.UTF-8',
        TERM: 'dumb',
        HOME: folder.server,
        ...env,
      },
    })
    closeSync(log)
    this.#child = child
    running.add(this)
    this.#exited = new Promise((resolve) => {
      const gone = () => {
        if (this.#child === child) this.#child = null
        running.delete(this)
        resolve()
      }
      child.once('exit', gone)
      child.once('error', gone)
    })
    if (child.pid !== undefined) writeFileSync(join(folder.ours, `${program}.pid`), String(child.pid))
    await waitUntil(`${program} of ${suite} to answer`, () => this.#isReady())
  }

  /** SIGTERM, and SIGKILL when that was not enough. */
  async stop(): Promise<void> {
    this.#signal('SIGTERM')
    const patience = setTimeout(() => this.#signal('SIGKILL'), END_MS)
    await this.#exited
    clearTimeout(patience)
  }

  async kill9(): Promise<void> {
    this.#signal('SIGKILL')
    await this.#exited
  }

  killNow(): void {
    this.#signal('SIGKILL')
  }

  async #isReady(): Promise<boolean> {
    if (this.#child === null) throw new Error(`${this.#launch.program} exited at start:\n${this.output()}`)
    return this.#launch.isReady().catch(() => false)
  }

  #signal(signal: NodeJS.Signals): void {
    const pid = this.#child?.pid
    if (pid !== undefined) signalGroup(pid, signal)
  }
}

/**
 * Polls until `check` holds. An answer other than false, null and undefined is handed back.
 * @throws {Error} naming `what` when it never did
 */
export async function waitUntil<T>(
  what: string,
  check: () => Promise<T | false | null | undefined> | T | false | null | undefined,
  withinMs = PATIENCE_MS,
): Promise<T> {
  const end = performance.now() + withinMs
  for (;;) {
    const answer = await check()
    if (answer !== false && answer !== null && answer !== undefined) return answer
    if (performance.now() > end) throw new Error(`Waited ${withinMs / 1000} s in vain for ${what}.`)
    await pause(POLL_MS)
  }
}

/**
 * Transmission ignores peers in 127/8. In the lab's network namespace loopback has this second address, and then all
 * peers use it; elsewhere they use 127.0.0.1 and Transmission can only seed.
 */
export const NAMESPACE_ADDRESS = '10.99.0.1'

/** Where peers listen. */
export function peerAddress(): string {
  const loopback = networkInterfaces()['lo'] ?? []
  return loopback.some(({address}) => address === NAMESPACE_ADDRESS) ? NAMESPACE_ADDRESS : '127.0.0.1'
}

/** Ends daemons and removes folders whose owner is gone (it was killed before it could tidy up). */
export function sweepLeftovers(): void {
  for (const suite of suites) sweepFolders(join(suiteRoot(suite) || '/', 'tmp', 'commodarr-lab'))
}

/** The same of the folders in one place whose names begin so. One that has no owner stays. */
export function sweepFolders(parent: string, prefix = ''): void {
  if (!existsSync(parent)) return
  for (const name of readdirSync(parent)) if (name.startsWith(prefix)) sweepFolder(join(parent, name))
}

function sweepFolder(folder: string): void {
  const owner = readIfThere(join(folder, 'owner'))
  const [pid, startedAt] = owner.split(' ').map(Number)
  if (!pid || startTimeOf(pid) === startedAt) return
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.pid'))) {
    const daemon = Number(readIfThere(join(folder, file)))
    // The number may belong to somebody else by now: ours still has the folder on its command line.
    if (daemon && commandLineOf(daemon).includes(folder.replace(/^.*(?=\/tmp\/commodarr-lab\/)/, ''))) {
      signalGroup(daemon, 'SIGKILL')
    }
  }
  rmSync(folder, {recursive: true, force: true})
}

function commandLineOf(pid: number): string {
  return readIfThere(`/proc/${pid}/cmdline`)
}

/** In clock ticks since boot; tells a process from a later one with the same number. 0 = there is none. */
function startTimeOf(pid: number): number {
  const stat = readIfThere(`/proc/${pid}/stat`)
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 0)
}

function readIfThere(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch (error) {
    // Gone already: that is what we wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
