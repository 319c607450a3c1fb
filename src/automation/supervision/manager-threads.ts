/**
 * Which managers run: one for each Arr that is on, and one for the torrents that no Arr owns when somebody needs it. Which
 * of them share a thread, `shared-threads.ts` says.
 * A manager that is to be another one, because its Arr is reached otherwise, ends and begins again.
 */
import type {Memory} from '#automation-state/memory.ts'
import {timeLimit, type Clock} from '#lib/clock.ts'
import type {InstanceClock} from '#lib/instance-clock.ts'
import type {QueueRow} from '#model/arr.ts'
import {NotReady} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import {fleetManagerId, managerOf, type ManagerId} from '#model/manager.ts'
import type {Bytes, EpochMs} from '#model/units.ts'
import type {ActiveArr} from '#registry/arrs/directory.ts'
import {ofTheFile, type Authority} from '#registry/rules/reach.ts'
import type {
  ArrReport,
  FaultMessage,
  FromManager,
  ManagerInit,
  Question,
  QuestionName,
  Questions,
  ToManager,
} from '../manager/messages.ts'
import type {ManagerPlan, ManagerThread} from './shared-threads.ts'

export type NewThread = (plan: Omit<ManagerPlan, 'entry'>) => ManagerThread

interface ManagerEars {
  readonly hear: (id: ManagerId, said: FromManager) => void
  /** It began, for the first time or again, and knows nothing. */
  readonly ready: (id: ManagerId) => void
}

export interface RunningManager {
  readonly thread: ManagerThread
  readonly questions: OpenQuestions
  /** Of what it was started with; another one means another thread. */
  readonly birth: string
  /** Of the rules that it was told; '' = none yet. */
  rules: string
  arr: ArrReport | null
  /** Of its Arr as last read, however long ago. */
  lastQueue: readonly QueueRow[]
  /** Since when its Arr fails, as it says; `null` = it does not. */
  faultSince: EpochMs | null
}

/** What makes it what it is: at another one it begins again. */
interface Birth extends Omit<ManagerInit, 'time'> {
  /** In whose name it manages: what one brings about breaks nobody else's. */
  readonly owner: Authority['owner']
}

const MIB: Bytes = 1024 ** 2
/** At rest a manager needs some 15 MB; a library is never held whole. */
export const MOST_HEAP = 256 * MIB
/** From before a restart: what came into its history meanwhile. */
const HISTORY_MS = 86_400_000
/** A download may have been looked at after the history was read last. */
const BEHIND_MS = 15 * 60_000

/** Which managers there must be, and what makes each what it is. */
export class ManagerBirths {
  readonly #run: string
  readonly #timeZone: string
  readonly #restMs: () => number
  readonly #observes: () => boolean

  /**
   * @param run of our life span
   * @param restMs `LoopSleepTimer`
   * @param observes `--observe`: no Arr is sent anything automatically
   */
  constructor(run: string, timeZone: string, restMs: () => number, observes: () => boolean) {
    this.#run = run
    this.#timeZone = timeZone
    this.#restMs = restMs
    this.#observes = observes
  }

  /** Who must run, as it is to be born. @param isFleetNeeded also that of the torrents that no Arr owns */
  of(arrs: readonly ActiveArr[], isFleetNeeded: boolean): ReadonlyMap<ManagerId, Birth> {
    const births = new Map(arrs.map((arr) => [managerOf(arr.id), this.#birth(arr)]))
    if (isFleetNeeded) births.set(fleetManagerId, this.#birth(null))
    return births
  }

  #birth(arr: ActiveArr | null): Birth {
    const shared = {run: this.#run, timeZone: this.#timeZone, restMs: this.#restMs()}
    if (arr === null) return {id: fleetManagerId, ...shared, owner: ofTheFile.owner, arr: null}
    const {id, config, reach, authority} = arr
    const apiKey = config.APIKey!.reveal()
    const timers = this.#observes()
      ? {rssSync: 0, refresh: 0}
      : {rssSync: config.RssSyncTimer, refresh: config.RefreshDownloadsTimer}
    const way = {url: config.URI!, apiKey, skipVerify: config.SkipTLSVerify, reach, timers}
    return {id: managerOf(id), ...shared, owner: authority.owner, arr: {id, ...way, historyFrom: 0}}
  }
}

export class ManagerThreads {
  readonly #newThread: NewThread
  readonly #memory: Pick<Memory, 'downloads'>
  readonly #clock: InstanceClock
  readonly #ears: ManagerEars
  readonly #running = new Map<ManagerId, RunningManager>()
  #lives = 0

  constructor(
    newThread: NewThread,
    memory: Pick<Memory, 'downloads'>,
    clock: InstanceClock,
    ears: ManagerEars,
  ) {
    this.#newThread = newThread
    this.#memory = memory
    this.#clock = clock
    this.#ears = ears
    clock.onTime((time) => this.broadcast({kind: 'time', time}))
  }

  get(id: ManagerId): RunningManager | undefined {
    return this.#running.get(id)
  }

  get ids(): readonly ManagerId[] {
    return [...this.#running.keys()]
  }

  get all(): readonly RunningManager[] {
    return [...this.#running.values()]
  }

  broadcast(message: ToManager): void {
    for (const {thread} of this.#running.values()) thread.send(message)
  }

  /** Ends whoever is not among these, or is to be another one. */
  async endOthers(births: ReadonlyMap<ManagerId, Birth>): Promise<void> {
    const leaving: Promise<void>[] = []
    for (const [id, running] of this.#running) {
      const birth = births.get(id)
      if (birth && identityOf(birth) === running.birth) continue
      this.#running.delete(id)
      leaving.push(end(running))
    }
    await Promise.all(leaving)
  }

  beginMissing(births: ReadonlyMap<ManagerId, Birth>): void {
    for (const [id, birth] of births) if (!this.#running.has(id)) this.#begin(id, birth)
  }

  async stop(): Promise<void> {
    await Promise.all(this.all.map(end))
    this.#running.clear()
  }

  /** As it begins now, in a life of its own: what happened since it was last heard of is read again. */
  #born({owner: _owner, ...birth}: Birth): ManagerInit {
    const [memory, clock] = [this.#memory, this.#clock]
    const own = {run: `${birth.run}/${birth.id}/${++this.#lives}`, time: clock.time}
    if (!birth.arr) return {...birth, ...own}
    const times = memory.downloads.ofArr(birth.arr.id).map(({updatedAt}) => updatedAt)
    const historyFrom = times.length === 0 ? clock.now() - HISTORY_MS : Math.max(...times) - BEHIND_MS
    return {...birth, ...own, arr: {...birth.arr, historyFrom}}
  }

  #begin(id: ManagerId, birth: Birth): void {
    const clock = this.#clock
    const questions = new OpenQuestions(clock, (asked, question) =>
      running.thread.send({kind: 'question', id: asked, question}),
    )
    const running: RunningManager = {
      questions,
      birth: identityOf(birth),
      rules: '',
      arr: null,
      lastQueue: [],
      faultSince: null,
      thread: this.#newThread({
        id,
        kind: birth.arr ? 'arr' : 'fleet',
        name: birth.arr?.id ?? 'Torrents without an Arr',
        sharedBy: JSON.stringify(birth.owner),
        mostHeap: MOST_HEAP,
        birth: () => this.#born(birth),
        onMessage: (said) => this.#ears.hear(id, said),
        onReady: () => {
          running.thread.send({kind: 'time', time: clock.time})
          this.#ears.ready(id)
        },
        onChange: () => {
          if (running.thread.view.state !== 'running') questions.abandon()
        },
      }),
    }
    this.#running.set(id, running)
    running.thread.start()
  }
}

async function end({thread, questions}: RunningManager): Promise<void> {
  questions.abandon()
  await thread.stop()
}

function identityOf(birth: Birth): string {
  return JSON.stringify(birth)
}

interface Pending {
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: CommodarrError) => void
  readonly cancel: () => void
}

/** Longer than any answer of an Arr may take. */
const PATIENCE_MS = 90_000
/** But for what it asks its indexers, which takes five minutes at most, and three grabs a minute each. */
const OF_INDEXERS_MS = 10 * 60_000

/** Questions to a manager that were not answered yet. A manager that ends answers none of them. */
class OpenQuestions {
  readonly #clock: Clock
  /** @returns whether there is somebody who hears it */
  readonly #send: (id: number, question: Question) => boolean
  readonly #pending = new Map<number, Pending>()
  #last = 0

  constructor(clock: Clock, send: (id: number, question: Question) => boolean) {
    this.#clock = clock
    this.#send = send
  }

  /** @throws {CommodarrError} what ailed whoever was asked; `not_ready` when nobody is there or answers */
  ask<N extends QuestionName>(name: N, asked: Questions[N]['asked']): Promise<Questions[N]['answer']> {
    const id = ++this.#last
    return new Promise((resolve, reject) => {
      const patienceMs = name === 'searchExplained' ? OF_INDEXERS_MS : PATIENCE_MS
      const cancel = timeLimit(this.#clock, patienceMs, () => this.#fail(id, new NotReady()))
      this.#pending.set(id, {resolve: (answer) => resolve(answer as Questions[N]['answer']), reject, cancel})
      if (!this.#send(id, {ask: name, ...asked} as Question)) this.#fail(id, new NotReady())
    })
  }

  answer(id: number, answer: unknown): void {
    this.#take(id)?.resolve(answer)
  }

  fault(id: number, {code, message, about}: FaultMessage): void {
    this.#fail(id, new CommodarrError(code, message, about))
  }

  /** Whoever was asked is gone. */
  abandon(): void {
    for (const id of Array.from(this.#pending.keys())) this.#fail(id, new NotReady())
  }

  #fail(id: number, error: CommodarrError): void {
    this.#take(id)?.reject(error)
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id)
    this.#pending.delete(id)
    pending?.cancel()
    return pending
  }
}
