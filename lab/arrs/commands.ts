/**
 * An Arr's commands: a queue by priority, a few worker threads, one command at a time that touches the disk. A command
 * equal to one that waits or runs is that one (trigger and order of lists do not count). Source: protocol notes §5.1.
 */
import type {TimeLine} from './time-line.ts'

type CommandStatus = 'queued' | 'started' | 'completed' | 'failed' | 'aborted' | 'cancelled' | 'orphaned'

export interface Command {
  readonly id: number
  readonly name: string
  readonly args: Readonly<Record<string, unknown>>
  readonly trigger: 'manual' | 'scheduled' | 'unspecified'
  readonly priority: 'normal' | 'high' | 'low'
  readonly queuedAt: number
  /** When one of its name ended before. */
  readonly ranAt: number | null
  status: CommandStatus
  result: 'unknown' | 'successful' | 'unsuccessful'
  startedAt: number | null
  endedAt: number | null
  /** What it says of itself. */
  message: string | null
  exception: string | null
}

/**
 * Whether who listens is told how far it is: what people asked for is, searches and feeds are whoever asked for them.
 * Source: `SendUpdatesToClient` of the commands of the Arrs.
 */
export function isReported({trigger, name}: Pick<Command, 'trigger' | 'name'>): boolean {
  return trigger === 'manual' || name === 'RssSync' || name.endsWith('Search')
}

/**
 * What a command did; `false` = nothing came of it. `say` tells how far it is.
 * @throws what the Arr writes down as its exception, and `Aborted`
 */
type Execute = (command: Command, say: (message: string) => void) => Promise<boolean>

/** It was given up in the midst of it. */
export class Aborted extends Error {}

/** After a start nothing is done for so long. */
const START = 5_000
const MEMORY = 5 * 60_000
const DATABASE = 86_400_000

const diskCommands =
  /^(ProcessMonitoredDownloads|Downloaded\w+Scan|ManualImport|Rescan\w+|Refresh(Movie|Series|Artist|Author))$/

export class Commands {
  readonly #time: TimeLine
  readonly #threads: number
  readonly #execute: Execute
  readonly #changed: (command: Command) => void
  /** Of the last day, oldest first. */
  #all: Command[] = []
  /** Those that have not ended, oldest first. */
  #open: Command[] = []
  readonly #lastEnded = new Map<string, number>()
  #running = new Set<Command>()
  #nextId = 1
  /** What ended before is in the database alone. */
  #startedAt = Number.NEGATIVE_INFINITY

  constructor(time: TimeLine, threads: number, execute: Execute, changed: (command: Command) => void) {
    this.#time = time
    this.#threads = threads
    this.#execute = execute
    this.#changed = changed
  }

  /** Queues it, unless an equal one has not ended. */
  post(
    name: string,
    args: Readonly<Record<string, unknown>>,
    trigger: Command['trigger'],
    priority: Command['priority'] = 'normal',
  ): Command {
    const waiting = this.#open.find((other) => equal(other, name, args))
    if (waiting) return waiting
    const command: Command = {
      id: this.#nextId++,
      name,
      args,
      trigger,
      priority,
      queuedAt: this.#time.now(),
      ranAt: this.#lastEnded.get(name) ?? null,
      status: 'queued',
      result: 'unknown',
      startedAt: null,
      endedAt: null,
      message: null,
      exception: null,
    }
    this.#forget()
    this.#all.push(command)
    this.#open.push(command)
    this.#changed(command)
    this.#time.after(10, () => this.#work())
    return command
  }

  /** Those in memory: not ended, or not long ago. */
  list(): Command[] {
    return this.#all.filter((command) => this.#isInMemory(command))
  }

  /** What it said of itself is not in the database. */
  get(id: number): Command | undefined {
    const found = this.#all.find((command) => command.id === id && this.#age(command) < DATABASE)
    return found === undefined || this.#isInMemory(found) ? found : {...found, message: null}
  }

  #isInMemory(command: Command): boolean {
    return this.#age(command) < MEMORY && (command.endedAt ?? Infinity) > this.#startedAt
  }

  /** When one of this name ended last; null = it never did. */
  lastEnded(name: string): number | null {
    return this.#lastEnded.get(name) ?? null
  }

  /** @returns false when it has been started */
  cancel(command: Command): boolean {
    if (command.status !== 'queued') return false
    this.#end(command, 'cancelled', 'unknown')
    return true
  }

  /** What a restart leaves of those that had not ended: what ran is lost, what waited waits again. */
  restart(): void {
    this.#startedAt = this.#time.now()
    for (const command of this.#running) this.#end(command, 'orphaned', 'unknown')
    this.#running = new Set()
    this.#time.after(START, () => this.#work())
  }

  #age(command: Command): number {
    return command.endedAt === null ? 0 : this.#time.now() - command.endedAt
  }

  /** What is too old to be asked for. */
  #forget(): void {
    const kept = this.#all.findIndex((command) => this.#age(command) < DATABASE)
    if (kept > 0) this.#all = this.#all.slice(kept)
  }

  #work(): void {
    while (this.#running.size < this.#threads) {
      const next = this.#next()
      if (!next) return
      void this.#run(next)
    }
  }

  #next(): Command | undefined {
    const diskBusy = [...this.#running].some((command) => diskCommands.test(command.name))
    const ready = this.#open.filter(
      (command) => command.status === 'queued' && !(diskBusy && diskCommands.test(command.name)),
    )
    for (const priority of ['high', 'normal', 'low']) {
      const found = ready.find((command) => command.priority === priority)
      if (found) return found
    }
    return undefined
  }

  async #run(command: Command): Promise<void> {
    this.#running.add(command)
    command.status = 'started'
    command.startedAt = this.#time.now()
    this.#changed(command)
    try {
      const did = await this.#execute(command, (message) => {
        if (command.endedAt !== null) throw new Aborted()
        command.message = message
        this.#changed(command)
      })
      this.#end(command, 'completed', did ? 'successful' : 'unsuccessful')
    } catch (error) {
      if (error instanceof Aborted) return this.#leave(command, 'aborted')
      command.exception = error instanceof Error ? error.message : String(error)
      command.message = 'Failed'
      return this.#leave(command, 'failed')
    }
    this.#leave(command)
  }

  #leave(command: Command, status?: 'failed' | 'aborted'): void {
    if (status !== undefined) this.#end(command, status, 'unknown')
    // After a restart it is another set, and that one is not of it.
    if (this.#running.delete(command)) this.#time.after(0, () => this.#work())
  }

  #end(command: Command, status: CommandStatus, result: Command['result']): void {
    // A restart ended it already.
    if (command.endedAt !== null) return
    command.status = status
    command.result = result
    command.endedAt = this.#time.now()
    this.#open = this.#open.filter((other) => other !== command)
    this.#lastEnded.set(command.name, command.endedAt)
    this.#changed(command)
  }
}

/** The Arrs' own comparison, with its quirk: it ends as "equal" at the first property that is absent in both. */
function equal(other: Command, name: string, args: Readonly<Record<string, unknown>>): boolean {
  if (other.name.toLowerCase() !== name.toLowerCase()) return false
  if (
    /^(Missing|CutoffUnmet)EpisodeSearch$/i.test(name) &&
    other.args.seriesId === undefined &&
    args.seriesId === undefined
  )
    return true
  return canonical(other.args) === canonical(args)
}

function canonical(args: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(args).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify(
    entries.map(([key, value]) => [key, Array.isArray(value) ? [...value].map(String).sort() : value]),
  )
}
