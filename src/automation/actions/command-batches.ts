/**
 * Equal commands of one rule for many torrents of one server, sent as one. Each torrent is judged, written down and
 * answered by itself, in a course of its own; only where all those courses have come to their command, or to their end,
 * the commands go out together:
 *
 *   judge 1 ─▶ command ─┐
 *   judge 2 ─▶ refused  ├─▶ one order for 1 and 3 ─▶ each its own result
 *   judge 3 ─▶ command ─┘
 */
import type {DecidedOrder} from '#executor/order-terms.ts'
import type {ItemResult} from '#model/services.ts'
import {keyText, type TorrentKey} from '#model/torrent-key.ts'

/** The executor, or who stands in its place. */
export interface OrderSender {
  run(order: DecidedOrder): Promise<readonly ItemResult[]>
}

interface Waiting {
  readonly order: DecidedOrder
  readonly key: TorrentKey
  readonly end: PromiseWithResolvers<readonly ItemResult[]>
}

interface Batch {
  /** Courses that have not come to a command yet, or have its result and go on. */
  atWork: number
  waiting: Waiting[]
}

/** In the executor's place, for what rules order of one torrent at a time. */
export class CommandBatches {
  readonly #executor: OrderSender
  readonly #batches = new Map<string, Batch>()

  constructor(executor: OrderSender) {
    this.#executor = executor
  }

  /**
   * Runs the courses of these torrents at once; what they order meanwhile with `run` goes out together.
   * @param keys each once, all of one server; they act for one rule
   * @param course must wait for nothing that waits for another course
   * @throws what a course throws, once all have ended
   */
  async together(keys: readonly TorrentKey[], course: (key: TorrentKey) => Promise<void>): Promise<void> {
    const batch: Batch = {atWork: keys.length, waiting: []}
    for (const key of keys) this.#batches.set(keyText(key), batch)
    const ends = await Promise.allSettled(
      keys.map(async (key) => {
        try {
          await course(key)
        } finally {
          this.#batches.delete(keyText(key))
          this.#stopped(batch)
        }
      }),
    )
    for (const end of ends) if (end.status === 'rejected') throw end.reason
  }

  /** What no batch is open for goes out at once. */
  run(order: DecidedOrder): Promise<readonly ItemResult[]> {
    const [key, ...others] = order.keys
    const batch = key && others.length === 0 ? this.#batches.get(keyText(key)) : undefined
    if (!batch || !key) return this.#executor.run(order)
    const end = Promise.withResolvers<readonly ItemResult[]>()
    batch.waiting.push({order, key, end})
    this.#stopped(batch)
    return end.promise
  }

  /** One course waits for its command, or ended; the last one that does sends for all. */
  #stopped(batch: Batch): void {
    batch.atWork--
    if (batch.atWork > 0) return
    const waiting = batch.waiting
    batch.waiting = []
    batch.atWork = waiting.length
    for (const alike of Map.groupBy(waiting, whatOf).values()) void this.#send(alike)
  }

  async #send(alike: readonly Waiting[]): Promise<void> {
    const byKey = new Map(alike.map((it) => [keyText(it.key), it]))
    const keys = alike.map(({key}) => key)
    const terms = (key: TorrentKey) => byKey.get(keyText(key))!.order.terms(key)
    try {
      const results = await this.#executor.run({...alike[0]!.order, keys, terms})
      for (const result of results) byKey.get(keyText(result.key))!.end.resolve([result])
    } catch (error) {
      for (const {end} of alike) end.reject(error)
    }
  }
}

function whatOf({order: {command, by}}: Waiting): string {
  return JSON.stringify([command, by.actor])
}
