/**
 * A worker thread that is kept alive: started, listened to, ended when it says nothing any more, and started again.
 * When, decides `thread-life.ts`. What it says besides is handed on as it comes.
 */
import {Worker, type ResourceLimits, type WorkerOptions} from 'node:worker_threads'
import type {Clock} from './clock.ts'
import type {ThreadEnd, ThreadPulse, ThreadSign, ThreadView} from '#model/manager.ts'
import type {Bytes, EpochMs} from '#model/units.ts'
import {lifeStep, unborn, type LifeEvent, type RestartRules, type ThreadLife} from './thread-life.ts'

export interface ThreadPlan<Said> {
  readonly id: string
  readonly kind: string
  readonly name: string
  readonly entry: URL
  /** What it begins with, asked again for each start. */
  readonly birth: () => unknown
  /** More than this ends it. */
  readonly mostHeap: Bytes
  readonly onMessage: (message: Said) => void
  /** It begins again and knows only its birth. */
  readonly onReady: () => void
  /** Its state is another one. */
  readonly onChange: () => void
}

interface ThreadSurroundings {
  readonly clock: Clock
  readonly rules: () => RestartRules
  readonly log: {error(about: object, text: string): void}
}

/** `null` = it does not run; it is closed when it ends, and what is still said by it is not heard. */
interface Running {
  readonly worker: Worker
  isHeard: boolean
}

const MIB = 1024 * 1024
/** Left to itself each thread takes three times 16 MB for what lives a moment. */
const YOUNG_MIB = 8

/** @param mostHeap more than this ends it */
export function threadLimits(mostHeap: Bytes): ResourceLimits {
  return {maxOldGenerationSizeMb: Math.ceil(mostHeap / MIB), maxYoungGenerationSizeMb: YOUNG_MIB}
}

export class SupervisedThread<Said, Sent> {
  readonly #plan: ThreadPlan<Said>
  readonly #around: ThreadSurroundings
  #life: ThreadLife = unborn
  #since: EpochMs
  #running: Running | null = null
  #starts = 0
  #lastEnd: ThreadView['lastEnd'] = null
  #nextStartAt: EpochMs | null = null
  #pulse: ThreadPulse | null = null
  #cancel: (() => void) | null = null
  /** Of threads that were told to end. */
  readonly #leaving = new Set<Promise<number>>()

  constructor(plan: ThreadPlan<Said>, around: ThreadSurroundings) {
    this.#plan = plan
    this.#around = around
    this.#since = around.clock.now()
  }

  get view(): ThreadView {
    const {id, kind, name} = this.#plan
    return {
      id,
      kind,
      name,
      state: this.#life.state,
      since: this.#since,
      restarts: Math.max(0, this.#starts - 1),
      lastEnd: this.#lastEnd,
      nextStartAt: this.#nextStartAt,
      pulse: this.#pulse,
    }
  }

  start(): void {
    this.#happened({what: 'start'})
  }

  /** Ends it and starts it at once, however often it died. */
  restart(): void {
    this.#happened({what: 'restart'})
  }

  /** Resolves when it is gone. */
  async stop(): Promise<void> {
    this.#happened({what: 'stop'})
    await Promise.all(this.#leaving)
  }

  /**
   * @param moved buffers that are its own from now on, and no longer ours
   * @returns whether there is somebody who hears it
   */
  send(message: Sent, moved: readonly ArrayBuffer[] = []): boolean {
    if (this.#life.state !== 'running' || !this.#running) return false
    this.#running.worker.postMessage(message, [...moved])
    return true
  }

  /** ms of the processor that it took since it was started, also while it is busy; `null` = it does not run. */
  async cpuMs(): Promise<number | null> {
    const running = this.#running
    if (this.#life.state !== 'running' || !running) return null
    try {
      const {user, system} = await running.worker.cpuUsage()
      return (user + system) / 1_000
    } catch (error) {
      // It has ended, and is about to say so.
      if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_NOT_RUNNING') return null
      throw error
    }
  }

  #happened(event: LifeEvent): void {
    const {clock, rules} = this.#around
    const before = this.#life
    const {life, actions} = lifeStep(before, event, clock.monotonic(), rules())
    this.#life = life
    for (const action of actions) {
      if (action.action === 'spawn') this.#spawn()
      else this.#end(action.why)
    }
    this.#planNext()
    if (life.state === before.state && actions.length === 0) return
    if (life.state !== before.state) this.#since = clock.now()
    this.#nextStartAt = life.state === 'waiting' ? clock.now() + (life.due! - clock.monotonic()) : null
    this.#plan.onChange()
  }

  #planNext(): void {
    const {clock} = this.#around
    this.#cancel?.()
    this.#cancel = null
    const {due} = this.#life
    if (due === null) return
    this.#cancel = clock.after(Math.max(0, due - clock.monotonic()), () => this.#happened({what: 'time'}))
  }

  #spawn(): void {
    this.#starts++
    this.#pulse = null
    const options: WorkerOptions = {
      name: this.#plan.id,
      workerData: this.#plan.birth(),
      resourceLimits: threadLimits(this.#plan.mostHeap),
    }
    const running: Running = {worker: new Worker(this.#plan.entry, options), isHeard: true}
    this.#running = running
    running.worker.on('message', (sign: ThreadSign<Said>) => {
      if (running.isHeard) this.#heard(sign)
    })
    // An error is followed by an exit, and only then all that it said is heard.
    let fault: unknown = null
    running.worker.on('error', (error) => (fault = error))
    running.worker.on('exit', () => this.#fell(running, endOf(fault), fault))
  }

  #heard(sign: ThreadSign<Said>): void {
    if (sign.sign === 'message') return this.#plan.onMessage(sign.message)
    if (sign.sign === 'pulse') {
      this.#pulse = sign.pulse
      return this.#happened({what: 'pulse'})
    }
    this.#happened({what: 'ready'})
    this.#plan.onReady()
  }

  #fell(running: Running, why: ThreadEnd, error: unknown): void {
    if (!running.isHeard) return
    running.isHeard = false
    this.#running = null
    this.#remember(why, error)
    this.#happened({what: 'ended'})
  }

  #end(why: ThreadEnd): void {
    const running = this.#running
    this.#running = null
    this.#pulse = null
    if (why !== 'asked') this.#remember(why, null)
    if (!running) return
    running.isHeard = false
    const gone = running.worker.terminate()
    this.#leaving.add(gone)
    void gone.finally(() => this.#leaving.delete(gone))
  }

  #remember(why: ThreadEnd, error: unknown): void {
    const {id, name} = this.#plan
    const message = error instanceof Error ? error.message : endWords[why]
    this.#pulse = null
    this.#lastEnd = {at: this.#around.clock.now(), why, message}
    this.#around.log.error(
      {thread: id, why, ...(error !== null && {err: error})},
      `${name} ended: ${message}`,
    )
  }
}

const endWords: Readonly<Record<ThreadEnd, string>> = {
  crashed: 'It ended unexpectedly.',
  silent: 'It said nothing for too long; something in it does not end.',
  out_of_memory: 'It needed more memory than it may have.',
  slow_start: 'It took too long to start.',
  asked: 'A restart was requested.',
}

function endOf(error: unknown): ThreadEnd {
  const code = error instanceof Error && 'code' in error ? error.code : null
  return code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'out_of_memory' : 'crashed'
}
