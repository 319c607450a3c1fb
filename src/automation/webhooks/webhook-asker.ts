/** What our entries in an Arr are asked for over the network, each time over a connection of its own. */
import {openArr} from '#arr-client/api/open.ts'
import type {ArrPort} from '#arr-client/api/port.ts'
import type {InstanceMark, WebhookState} from '#arr-client/api/webhook.ts'
import {mainThreadPolicyFor} from '#arr-client/ask-arr.ts'
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

export type OpenPort = (way: ArrWay) => Promise<ArrPort>

export function webhookAsker(open: OpenPort = overNetwork): WebhookAsker & MarkAsker {
  const asked = async <T>(way: ArrWay, work: (port: ArrPort) => Promise<T>): Promise<T> => {
    const port = await open(way)
    try {
      return await work(port)
    } finally {
      await port.close()
    }
  }
  return {
    state: (way, webhook) => asked(way, (port) => port.webhookState(webhook)),
    put: (way, webhook) => asked(way, async (port) => void (await port.putWebhook(webhook))),
    mark: (way, wanted) => asked(way, (port) => port.instanceMark(wanted)),
    remove: (way, url) => asked(way, async (port) => void (await port.removeWebhook(url))),
  }
}

async function overNetwork({url, apiKey, skipVerify, reach}: ArrWay): Promise<ArrPort> {
  return openArr({url, apiKey, skipVerify}, mainThreadPolicyFor(url, reach))
}
