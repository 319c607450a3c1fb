/** A manager without a thread of its own, on the clock of a test: what goes between is copied as between threads. */
import type {Dispatcher} from 'undici'
import {openArr} from '#arr-client/api/open.ts'
import type {LiveSource} from '#arr-client/live-channel.ts'
import type {SimulatedArr} from '#lab/arrs/create.ts'
import {InsideDispatcher, insideLive} from '#lab/arrs/inside.ts'
import type {Answering} from '#lab/socketless.ts'
import type {Clock} from '#lib/clock.ts'
import {FollowingClock} from '#lib/instance-clock.ts'
import type {ThreadState, ThreadView} from '#model/manager.ts'
import {Secret} from '#model/secret.ts'
import {ArrConnection} from '../arr/arr-connection.ts'
import {Manager} from '../manager/manager.ts'
import type {ToManager} from '../manager/messages.ts'
import type {NewThread} from './manager-threads.ts'
import type {ManagerThread} from './shared-threads.ts'

/** What the program needs of the outside of its managers. */
export interface Inside {
  readonly clock: Clock
  /** The simulated Arr of an address. */
  readonly arrAt: (url: string) => SimulatedArr
  /** Told of each question to an Arr, as `METHOD path`. */
  readonly asked: (name: string, question: string) => void
  /** Settles while the program lives, and never after. */
  readonly lived?: () => Promise<void> | undefined
}

class WatchedDispatcher extends InsideDispatcher {
  readonly #name: string
  readonly #inside: Inside

  constructor(sim: SimulatedArr, inside: Inside) {
    super(sim)
    this.#name = sim.name
    this.#inside = inside
  }

  protected override async answer(options: Dispatcher.DispatchOptions, answering: Answering): Promise<void> {
    this.#inside.asked(this.#name, `${options.method} ${options.path.replace(/\?.*/, '')}`)
    await this.#inside.lived?.()
    return super.answer(options, answering)
  }
}

/** Of a program that is gone nobody hears any more. */
function heardWhileAlive(source: LiveSource, lived: Inside['lived']): LiveSource {
  const whileAlive = (send: () => void): void => {
    if (lived?.() === undefined) send()
  }
  return {
    start: (listener) =>
      source.start({
        up: () => whileAlive(() => listener.up()),
        down: () => whileAlive(() => listener.down()),
        message: (message) => whileAlive(() => listener.message(message)),
      }),
    stop: () => source.stop(),
  }
}

const policy = {objectionTo: () => null, lookup: undefined}

export class InsideThread implements ManagerThread {
  readonly #plan: Parameters<NewThread>[0]
  readonly #inside: Inside
  #manager: Manager | null = null
  #clock: FollowingClock | null = null
  #starts = 0

  constructor(plan: Parameters<NewThread>[0], inside: Inside) {
    this.#plan = plan
    this.#inside = inside
  }

  get view(): ThreadView {
    const {id, kind, name} = this.#plan
    const state: ThreadState = this.#manager ? 'running' : 'stopped'
    const times = this.#manager?.times ?? {lastPassAt: null, nextPassAt: null}
    return {
      id,
      kind,
      name,
      state,
      since: 0,
      restarts: Math.max(0, this.#starts - 1),
      lastEnd: null,
      nextStartAt: null,
      pulse: {heapUsed: 0, ...times},
    }
  }

  start(): void {
    const {time, arr, ...init} = this.#plan.birth()
    const {arrAt, lived} = this.#inside
    const clock = new FollowingClock(this.#inside.clock, time)
    const manager: Manager = new Manager(
      clock,
      init,
      async () => {},
      (message) => {
        if (this.#manager === manager) this.#plan.onMessage(structuredClone(message))
      },
      (ways) => {
        if (!arr) return null
        const {id, historyFrom, timers, apiKey} = arr
        const sim = arrAt(arr.url)
        const address = {url: 'http://arr', apiKey: new Secret(apiKey), skipVerify: false}
        const dispatcher = new WatchedDispatcher(sim, this.#inside)
        return new ArrConnection({
          id,
          clock,
          historyFrom,
          timers,
          random: () => 0.5,
          mostLibraryRows: 60_000,
          ...ways,
          open: (signal, updated) => openArr(address, policy, {signal, updated, dispatcher, clock}),
          channel: ({status}) => heardWhileAlive(insideLive(sim, status.apiVersion), lived),
        })
      },
    )
    this.#starts++
    this.#manager = manager
    this.#clock = clock
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

  send(message: ToManager): boolean {
    if (message.kind === 'time') this.#clock?.follow(message.time)
    else this.#manager?.hear(structuredClone(message))
    return this.#manager !== null
  }
}
