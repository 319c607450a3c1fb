/** A manager without a thread of its own, on the clock of a test: what goes between is copied as between threads. */
import type {Dispatcher} from 'undici'
import {openArr} from '#arr/api/open.ts'
import type {Clock} from '#kit/clock.ts'
import {InsideDispatcher, insideLive} from '#lab/arrs/inside.ts'
import type {SimulatedArr} from '#lab/arrs/create.ts'
import {ArrSide} from '#managers/arr-side.ts'
import {Manager} from '#managers/manager.ts'
import type {ManagerBirth, ManagerSaid, ManagerTold} from '#managers/messages.ts'
import {Secret} from '#model/secret.ts'
import type {ThreadState, ThreadView} from '#model/thread.ts'
import type {ThreadPlan} from '../threads/supervised-thread.ts'
import type {ManagerThread} from './managers.ts'

/** What the program needs of the outside of its managers. */
export interface Inside {
  readonly clock: Clock
  /** The simulated Arr of an address. */
  readonly arrAt: (url: string) => SimulatedArr
  /** Told of each question to an Arr, as `METHOD path`. */
  readonly asked: (name: string, question: string) => void
}

class WatchedDispatcher extends InsideDispatcher {
  readonly #asked: (question: string) => void

  constructor(sim: SimulatedArr, asked: Inside['asked']) {
    super(sim)
    this.#asked = (question) => asked(sim.name, question)
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    this.#asked(`${options.method} ${options.path.replace(/\?.*/, '')}`)
    return super.dispatch(options, handler)
  }
}

const policy = {objectionTo: () => null, lookup: undefined}

export class InsideThread implements ManagerThread {
  readonly #plan: ThreadPlan<ManagerSaid>
  readonly #inside: Inside
  #manager: Manager | null = null
  #starts = 0

  constructor(plan: ThreadPlan<ManagerSaid>, inside: Inside) {
    this.#plan = plan
    this.#inside = inside
  }

  get view(): ThreadView {
    const {id, kind, name} = this.#plan
    const state: ThreadState = this.#manager ? 'running' : 'stopped'
    const times = this.#manager?.times ?? {lastPassAt: null, nextPassAt: null}
    return {
      ...{id, kind, name, state, since: 0, restarts: Math.max(0, this.#starts - 1)},
      ...{lastEnd: null, nextStartAt: null, pulse: {heapUsed: 0, ...times}},
    }
  }

  start(): void {
    const {run, timeZone, restMs, arr} = this.#plan.birth() as ManagerBirth
    const {clock, arrAt, asked} = this.#inside
    const manager: Manager = new Manager({
      ...{run, timeZone, restMs, clock},
      pause: async () => {},
      say: (message) => {
        if (this.#manager === manager) this.#plan.onMessage(structuredClone(message))
      },
      openArr: (ways) => {
        if (!arr) return null
        const {id, historyFrom, timers, apiKey} = arr
        const sim = arrAt(arr.url)
        const address = {url: 'http://arr', apiKey: new Secret(apiKey), skipVerify: false}
        const dispatcher = new WatchedDispatcher(sim, asked)
        return new ArrSide({
          ...{id, clock, historyFrom, timers, random: () => 0.5, ...ways},
          open: (signal) => openArr(address, policy, {signal, dispatcher}),
          channel: (apiVersion) => insideLive(sim, apiVersion),
        })
      },
    })
    this.#starts++
    this.#manager = manager
    manager.start()
    this.#plan.onReady()
    this.#plan.onChange()
  }

  /** As a crash: whatever it knew is gone. */
  restart(): void {
    void this.stop()
    this.start()
  }

  async stop(): Promise<void> {
    const manager = this.#manager
    this.#manager = null
    this.#plan.onChange()
    await manager?.stop()
  }

  tell(message: ManagerTold): boolean {
    this.#manager?.hear(structuredClone(message))
    return this.#manager !== null
  }
}
