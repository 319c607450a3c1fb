/** What an Arr is asked about our entries there. */
import type {InstanceMark, WebhookState} from '#arr-client/api/webhook.ts'
import type {AskArr} from '#arr-client/ask-arr.ts'
import type {ArrWay} from '#model/arr-service.ts'
import type {Secret} from '#model/secret.ts'

export interface Webhook {
  readonly url: string
  readonly token: Secret
}

/** @throws {CommodarrError} whatever ails the Arr, and what it says no to */
export interface WebhookAsker {
  state(way: ArrWay, webhook: Webhook): Promise<WebhookState>
  /** The Arr calls it at once to try it. */
  put(way: ArrWay, webhook: Webhook): Promise<void>
  /** Only one that leads there. */
  remove(way: ArrWay, url: string): Promise<void>
}

/** @throws {CommodarrError} as above */
export interface MarkAsker {
  /** As `ArrPort.instanceMark`. */
  mark(
    way: ArrWay,
    wanted: (found: InstanceMark | null) => Promise<InstanceMark | null>,
  ): Promise<InstanceMark | null>
}

export function webhookAsker(ask: AskArr): WebhookAsker & MarkAsker {
  return {
    state: (way, webhook) => ask(way, (port) => port.webhookState(webhook)),
    put: (way, webhook) => ask(way, async (port) => void (await port.putWebhook(webhook))),
    mark: (way, wanted) => ask(way, (port) => port.instanceMark(wanted)),
    remove: (way, url) => ask(way, async (port) => void (await port.removeWebhook(url))),
  }
}
