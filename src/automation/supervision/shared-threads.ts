/**
 * Managers of one owner share a thread: one of its own costs each some 15 MB, also while it rests. Whoever breaks a
 * thread takes the others in it along once; from then on, until the program ends, each of them has one of its own, and
 * is kept alive by itself (`lib/supervised-thread.ts`).
 *
 *              start                 it ended, or a person restarts this manager
 *   stopped ───────────▶ shared ───────────────────────────────────────────────▶ alone
 *      ▲                   │ ended, none begins again without a person,            │
 *      │                   │ and by this manager: then it is given up here         │
 *      └───────────────────┴──────────────────────── stop ─────────────────────────┘
 *
 * That managers share a thread is our choice, so who did not break it begins again also where the configuration has
 * none begin again. Where nobody can say who broke it, all do: who did breaks its own thread then, and is given up.
 */
import type {Settings} from '#config/schema/schema.ts'
import {SupervisedThread, type ThreadPlan} from '#lib/supervised-thread.ts'
import type {RestartRules} from '#lib/thread-life.ts'
import type {ThreadPulse, ThreadState, ThreadView} from '#model/manager.ts'
import type {EpochMs} from '#model/units.ts'
import type {FromManager, ManagerInit, ToManager} from '../manager/messages.ts'

/** A manager that is to run in some thread. */
export interface ManagerPlan extends ThreadPlan<FromManager> {
  /** Managers with the same words share one. */
  readonly sharedBy: string
  readonly birth: () => ManagerInit
}

export type ManagerThread = Pick<
  SupervisedThread<FromManager, ToManager>,
  'start' | 'stop' | 'restart' | 'send' | 'view'
>

/** A life is one begin of one manager: what comes of an earlier one is not heard. */
export type ToThread =
  | {readonly to: 'begin'; readonly life: number; readonly birth: ManagerInit}
  | {readonly to: 'manager'; readonly life: number; readonly message: ToManager}
  | {readonly to: 'end'; readonly life: number}

export type FromThread =
  | {readonly from: 'ready'; readonly life: number}
  /** The thread is about to end, by a mistake of this one. */
  | {readonly from: 'broke'; readonly life: number}
  | {readonly from: 'pulse'; readonly life: number; readonly pulse: ThreadPulse}
  | {readonly from: 'manager'; readonly life: number; readonly said: FromManager}

type Surroundings = ConstructorParameters<typeof SupervisedThread>[1]

const SECOND_MS = 1_000
/** A thread that says nothing for so long does not turn any more. */
const SILENCE_MS = 30_000

/**
 * Silence and slow starts are counted on our own clock, ends by the configuration. A wait of 0 would start a manager
 * that dies at once without end, and no manager starts within 0 s.
 */
export function restartRules({settings}: {readonly settings: Settings}): RestartRules {
  return {
    isAutomatic: settings.AutoRestartProcesses,
    most: settings.MaxProcessRestarts,
    windowMs: settings.ProcessRestartWindow * SECOND_MS,
    delayMs: Math.max(1, settings.ProcessRestartDelay) * SECOND_MS,
    startMs: Math.max(5, settings.ProcessSpawnTimeoutSeconds) * SECOND_MS,
    silenceMs: SILENCE_MS,
  }
}

export class SharedThreads {
  readonly #around: Surroundings
  /** Those that more managers may join, by `sharedBy`. */
  readonly #shared = new Map<string, Host>()

  constructor(around: Surroundings) {
    this.#around = around
  }

  thread(plan: ManagerPlan): ManagerThread {
    const {clock} = this.#around
    return new HostedManager(plan, () => clock.now(), {
      shared: () => this.#sharedOf(plan),
      own: () => new Host(plan, false, this.#around),
    })
  }

  #sharedOf(plan: ManagerPlan): Host {
    const known = this.#shared.get(plan.sharedBy)
    if (known?.isOpen) return known
    const {sharedBy, mostHeap} = plan
    const id = `managers of ${sharedBy}`
    const name = 'The thread that managers share'
    // Most of what one may have are single large answers of its Arr, which do not come at the same time.
    const host = new Host({...plan, id, name, mostHeap: 2 * mostHeap}, true, this.#around)
    this.#shared.set(sharedBy, host)
    return host
  }
}

let lives = 0

/** A thread with the managers in it. It runs while there are any. */
class Host {
  readonly isShared: boolean
  readonly thread: SupervisedThread<FromThread, ToThread>
  readonly #managers = new Set<HostedManager>()
  readonly #lives = new Map<number, HostedManager>()
  /** Who broke the thread; `null` = nobody did yet, or nobody can say who. */
  #breaker: HostedManager | null = null

  constructor(plan: ThreadPlan<FromManager>, isShared: boolean, around: Surroundings) {
    this.isShared = isShared
    this.thread = new SupervisedThread<FromThread, ToThread>(
      {
        ...plan,
        birth: () => null,
        onMessage: (message) => this.#hear(message),
        onReady: () => this.#managers.forEach((it) => this.#begin(it)),
        onChange: () => this.#changed(),
      },
      around,
    )
  }

  /** It did not break yet, and was not left by all. */
  get isOpen(): boolean {
    const {state} = this.thread.view
    return this.#managers.size > 0 && (state === 'starting' || state === 'running')
  }

  enter(manager: HostedManager): void {
    this.#managers.add(manager)
    if (this.thread.view.state === 'running') this.#begin(manager)
    else this.thread.start()
  }

  /** Resolves when its thread is gone, or was told: it asks its Arr nothing more as soon as the thread hears it. */
  async leave(manager: HostedManager, life: number): Promise<void> {
    this.#managers.delete(manager)
    this.#lives.delete(life)
    if (this.#managers.size === 0) return this.thread.stop()
    this.thread.send({to: 'end', life})
  }

  #hear(message: FromThread): void {
    const manager = this.#lives.get(message.life)
    if (message.from === 'broke') this.#breaker ??= manager ?? null
    else manager?.hear(message)
  }

  #begin(manager: HostedManager): void {
    const life = ++lives
    this.#lives.set(life, manager)
    this.thread.send({to: 'begin', life, birth: manager.born(life)})
  }

  #changed(): void {
    const {state, lastEnd} = this.thread.view
    if (state !== 'running') this.#lives.clear()
    const all = [...this.#managers]
    if (!this.isShared || (state !== 'waiting' && state !== 'given_up')) {
      for (const manager of all) manager.look()
      return
    }
    const stays = state === 'given_up' ? this.#breaker : null
    for (const manager of all) if (manager !== stays) this.#managers.delete(manager)
    if (this.#managers.size === 0) void this.thread.stop()
    for (const manager of all) {
      if (manager === stays) manager.look()
      else manager.moveOut(lastEnd)
    }
  }
}

interface Hosts {
  readonly shared: () => Host
  readonly own: () => Host
}

/** A manager, wherever it runs. */
class HostedManager implements ManagerThread {
  readonly #plan: ManagerPlan
  readonly #now: () => EpochMs
  readonly #hosts: Hosts
  #host: Host | null = null
  #isAlone = false
  /** 0 = none. */
  #life = 0
  #isReady = false
  #pulse: ThreadPulse | null = null
  #state: ThreadState = 'stopped'
  #since: EpochMs
  /** Out of a shared thread, and from one of its own into another. */
  #moves = 0
  #lastEnd: ThreadView['lastEnd'] = null

  constructor(plan: ManagerPlan, now: () => EpochMs, hosts: Hosts) {
    this.#plan = plan
    this.#now = now
    this.#hosts = hosts
    this.#since = now()
  }

  get view(): ThreadView {
    const {id, kind, name} = this.#plan
    const thread = this.#host?.thread.view
    return {
      id,
      kind,
      name,
      state: this.#state,
      since: this.#since,
      restarts: this.#moves + (this.#host?.isShared === false ? thread!.restarts : 0),
      lastEnd: thread?.lastEnd ?? this.#lastEnd,
      nextStartAt: thread?.nextStartAt ?? null,
      pulse: this.#pulse,
    }
  }

  start(): void {
    if (this.#host) return
    this.#host = this.#isAlone ? this.#hosts.own() : this.#hosts.shared()
    this.#host.enter(this)
    this.look()
  }

  /** A person doubts it: it gets a thread of its own, or that one begins again. */
  restart(): void {
    const host = this.#host
    if (host && !host.isShared) return host.thread.restart()
    void host?.leave(this, this.#life)
    this.moveOut(this.#lastEnd)
  }

  async stop(): Promise<void> {
    const [host, life] = [this.#host, this.#life]
    this.#host = null
    this.look()
    await host?.leave(this, life)
  }

  send(message: ToManager): boolean {
    return this.#isReady && this.#host!.thread.send({to: 'manager', life: this.#life, message})
  }

  born(life: number): ManagerInit {
    this.#life = life
    this.#isReady = false
    return this.#plan.birth()
  }

  hear(message: Exclude<FromThread, {readonly from: 'broke'}>): void {
    if (message.from === 'manager') return this.#plan.onMessage(message.said)
    if (message.from === 'pulse') {
      this.#pulse = message.pulse
      return
    }
    this.#isReady = true
    this.look()
    this.#plan.onReady()
  }

  /** Begins in a thread of its own. */
  moveOut(lastEnd: ThreadView['lastEnd']): void {
    this.#lastEnd = lastEnd
    this.#host = null
    this.look()
    this.#isAlone = true
    this.#moves++
    this.start()
  }

  /** Its state may be another one. */
  look(): void {
    const state = this.#host?.thread.view.state ?? 'stopped'
    if (state !== 'running') [this.#isReady, this.#pulse] = [false, null]
    const now = state === 'running' && !this.#isReady ? 'starting' : state
    if (now === this.#state) return
    this.#state = now
    this.#since = this.#now()
    this.#plan.onChange()
  }
}
