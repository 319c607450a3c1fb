/** A manager without a thread of its own, on the clock of a test: what goes between is copied as between threads. */
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

const policy = {objectionTo: () => null, lookup: undefined}

export class InsideThread implements ManagerThread {
  readonly #plan: ThreadPlan<ManagerSaid>
  readonly #clock: Clock
  readonly #arrAt: (url: string) => SimulatedArr
  #manager: Manager | null = null
  #starts = 0

  /** @param arrAt the simulated Arr of an address */
  constructor(plan: ThreadPlan<ManagerSaid>, clock: Clock, arrAt: (url: string) => SimulatedArr) {
    this.#plan = plan
    this.#clock = clock
    this.#arrAt = arrAt
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
    const clock = this.#clock
    const manager: Manager = new Manager({
      ...{run, timeZone, restMs, clock},
      pause: async () => {},
      say: (message) => {
        if (this.#manager === manager) this.#plan.onMessage(structuredClone(message))
      },
      openArr: (ways) => {
        if (!arr) return null
        const {id, historyFrom, timers, apiKey} = arr
        const sim = this.#arrAt(arr.url)
        const address = {url: 'http://arr', apiKey: new Secret(apiKey), skipVerify: false}
        const dispatcher = new InsideDispatcher(sim)
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
