/**
 * Work that somebody's request asks for, in a thread of its own: reading rules, .torrent files and lists of servers.
 * However long a thing that was sent takes to read, the main thread turns, and others wait for one task of his at most.
 *
 *   run ─▶ FairTurns (a person at a time) ─▶ thread: one task ─▶ answer, refusal
 *                                               │ more processor time or memory than a task may have
 *                                               └▶ the thread ends, this task is too_expensive, the next finds a new one
 */
import {systemClock, type Clock} from '#lib/clock.ts'
import {FairTurns} from '#lib/fair-turns.ts'
import {SupervisedThread} from '#lib/supervised-thread.ts'
import type {RestartRules} from '#lib/thread-life.ts'
import {CommodarrError} from '#model/errors.ts'
import type {Bytes} from '#model/units.ts'
import {movedWith, type RequestTasks, type TaskFault, type TaskName} from './tasks.ts'

export interface ToRequestThread {
  readonly id: number
  readonly task: TaskName
  readonly asked: unknown
}

export type FromRequestThread =
  | {readonly id: number; readonly done: unknown}
  | {readonly id: number; readonly fault: TaskFault}

/** For tests: another thread, and other bounds. */
interface WorkBounds {
  readonly entry?: URL
  readonly mostCpuMs?: number
  readonly mostHeap?: Bytes
}

/** Whoever has something read, wherever that is done. */
export type RequestReader = Pick<RequestWork, 'run'>

const MIB = 1024 ** 2
/** The worst of what is taken needs a tenth of both. */
const MOST_HEAP: Bytes = 192 * MIB
const MOST_CPU_MS = 2_000
const LOOK_MS = 100
/** Without work it ends: it holds some 20 MB. */
const IDLE_MS = 60_000
const MOST_WAITING = 50
/** For whom the program itself has something read: files that servers and the trash export, in bounded lanes. */
export const OURSELVES = 'Commodarr'

const restarts: RestartRules = {
  isAutomatic: true,
  most: 5,
  windowMs: 60_000,
  delayMs: 100,
  startMs: 60_000,
  silenceMs: 60_000,
}

interface Task {
  readonly id: number
  readonly name: TaskName
  readonly end: PromiseWithResolvers<unknown>
}

export class RequestWork {
  readonly #log: {error(about: object, text: string): void}
  readonly #mostCpuMs: number
  readonly #turns = new FairTurns({atOnce: 1, ofOne: 1, mostWaiting: MOST_WAITING, unbounded: OURSELVES})
  /** It works in real time, whatever clock the program goes by. */
  readonly #clock: Clock = systemClock
  readonly #thread: SupervisedThread<FromRequestThread, ToRequestThread>
  #task: Task | null = null
  /** While somebody waits until it runs. */
  #start: PromiseWithResolvers<void> | null = null
  #asked = 0
  #isStopped = false
  #cancelIdle: (() => void) | null = null

  constructor(log: {error(about: object, text: string): void}, bounds: WorkBounds = {}) {
    this.#log = log
    this.#mostCpuMs = bounds.mostCpuMs ?? MOST_CPU_MS
    const plan = {
      id: 'requests',
      kind: 'requests',
      name: 'The thread for requests',
      entry: bounds.entry ?? new URL('./request-thread.ts', import.meta.url),
      birth: () => null,
      mostHeap: bounds.mostHeap ?? MOST_HEAP,
      onMessage: (message: FromRequestThread) => this.#heard(message),
      onReady: () => this.#start?.resolve(),
      onChange: () => this.#changed(),
    }
    this.#thread = new SupervisedThread(plan, {clock: this.#clock, rules: () => restarts, log})
  }

  get view(): SupervisedThread<FromRequestThread, ToRequestThread>['view'] {
    return this.#thread.view
  }

  /**
   * @param who it is done for (`personOf`)
   * @throws {CommodarrError} too_expensive, shutting_down, and what the task refuses
   */
  async run<N extends TaskName>(
    name: N,
    asked: RequestTasks[N]['asked'],
    who: string,
  ): Promise<RequestTasks[N]['answer']> {
    return this.#turns.run(who, async () => {
      this.#cancelIdle?.()
      try {
        await this.#begun()
        return (await this.#done(name, asked)) as RequestTasks[N]['answer']
      } finally {
        this.#cancelIdle = this.#clock.after(IDLE_MS, () => void this.#thread.stop())
      }
    })
  }

  /** What is under way is refused. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancelIdle?.()
    this.#task?.end.reject(shuttingDown())
    this.#start?.reject(shuttingDown())
    await this.#thread.stop()
  }

  async #begun(): Promise<void> {
    if (this.#isStopped) throw shuttingDown()
    const {state} = this.#thread.view
    if (state === 'running') return
    this.#start = Promise.withResolvers()
    if (state === 'stopped') this.#thread.start()
    if (state === 'given_up') this.#thread.restart()
    await this.#start.promise
  }

  async #done(name: TaskName, asked: object): Promise<unknown> {
    const task: Task = {id: ++this.#asked, name, end: Promise.withResolvers()}
    this.#task = task
    const stopWatching = this.#watch(task)
    try {
      if (!this.#thread.send({id: task.id, task: name, asked}, movedWith(asked))) {
        throw new CommodarrError('not_ready', 'The thread that reads what is sent has just ended. Try again.')
      }
      return await task.end.promise
    } finally {
      stopWatching()
      this.#task = null
    }
  }

  /** Its time is that of the processor, so that a busy machine refuses nothing. @returns how to stop */
  #watch(task: Task): () => void {
    const most = this.#mostCpuMs
    let begunAt: number | null = null
    let cancel = (): void => {}
    const look = async (): Promise<void> => {
      const cpuMs = await this.#thread.cpuMs()
      if (this.#task !== task || cpuMs === null) return
      begunAt ??= cpuMs
      if (cpuMs - begunAt > most) {
        this.#log.error(
          {task: task.name, cpuMs: cpuMs - begunAt},
          'what a request sent took too long to read',
        )
        task.end.reject(tooExpensive(`It took more than ${most / 1_000} s to read.`))
        return this.#thread.restart()
      }
      cancel = this.#clock.after(LOOK_MS, () => void look())
    }
    void look()
    return () => cancel()
  }

  #heard(message: FromRequestThread): void {
    if (message.id !== this.#task?.id) return
    const {end} = this.#task
    if ('done' in message) return end.resolve(message.done)
    const {code, message: says, about} = message.fault
    end.reject(new CommodarrError(code, says, about))
  }

  #changed(): void {
    const {state, lastEnd} = this.#thread.view
    if (state === 'running') return
    if (state === 'given_up') this.#start?.reject(notReady())
    const why = lastEnd?.why
    this.#task?.end.reject(
      why === 'out_of_memory' || why === 'silent'
        ? tooExpensive('It took more memory or time to read than one request may have.')
        : new CommodarrError(
            'internal',
            `The thread for requests ended: ${lastEnd?.message ?? 'it was asked to'}`,
          ),
    )
  }
}

function tooExpensive(message: string): CommodarrError {
  return new CommodarrError('too_expensive', message)
}

function notReady(): CommodarrError {
  return new CommodarrError('not_ready', 'The thread that reads what is sent does not start. See the log.')
}

function shuttingDown(): CommodarrError {
  return new CommodarrError('shutting_down', 'Commodarr is about to end.')
}
