/** In which Arrs our webhook is, and where it leads: kept over a restart, so that it can be taken back later. */
import {createHash} from 'node:crypto'
import {z} from 'zod'
import type {Clock} from '#lib/clock.ts'
import {Semaphore} from '#lib/semaphore.ts'
import {asArrId, type ArrId} from '#model/arr.ts'
import {putSetting, readSettings} from '#store/repositories/settings.ts'
import type {Store} from '#store/store.ts'
import type {Webhook} from './webhook-asker.ts'

interface WebhookRecord {
  readonly url: string
  /** Of its token, which is not kept. */
  readonly mark: string
}

const NAME = 'arr_webhooks'
const shape = z.record(z.string(), z.object({url: z.string(), mark: z.string()})).catch({})

export class WebhookRecords {
  readonly #store: Pick<Store, 'write'>
  readonly #clock: Clock
  /** All of them are one setting. */
  readonly #turns = new Semaphore(1)
  #all: ReadonlyMap<ArrId, WebhookRecord>

  private constructor(store: Pick<Store, 'write'>, clock: Clock, all: ReadonlyMap<ArrId, WebhookRecord>) {
    this.#store = store
    this.#clock = clock
    this.#all = all
  }

  /** @throws {StorageFault} */
  static async open(store: Pick<Store, 'read' | 'write'>, clock: Clock): Promise<WebhookRecords> {
    const kept = shape.parse((await store.read(readSettings)).get(NAME) ?? {})
    return new WebhookRecords(
      store,
      clock,
      new Map(Object.entries(kept).map(([id, record]) => [asArrId(id), record])),
    )
  }

  get ids(): readonly ArrId[] {
    return [...this.#all.keys()]
  }

  of(id: ArrId): WebhookRecord | null {
    return this.#all.get(id) ?? null
  }

  isOf(id: ArrId, webhook: Webhook): boolean {
    const record = this.of(id)
    return record?.url === webhook.url && record.mark === markOf(webhook)
  }

  /** @throws {StorageFault} */
  put(id: ArrId, webhook: Webhook): Promise<void> {
    return this.#turns.run(async () => {
      if (this.isOf(id, webhook)) return
      await this.#write(new Map(this.#all).set(id, {url: webhook.url, mark: markOf(webhook)}))
    })
  }

  /** @throws {StorageFault} */
  drop(id: ArrId): Promise<void> {
    return this.#turns.run(async () => {
      const left = new Map(this.#all)
      if (left.delete(id)) await this.#write(left)
    })
  }

  async #write(all: ReadonlyMap<ArrId, WebhookRecord>): Promise<void> {
    const now = this.#clock.now()
    await this.#store.write((db) => putSetting(db, NAME, Object.fromEntries(all), now))
    this.#all = all
  }
}

function markOf({token}: Webhook): string {
  return createHash('sha256').update(`commodarr webhook\0${token.reveal()}`).digest('base64url').slice(0, 16)
}
