/** What Arrs and the addresses of servers tell of us: webhooks, our marks, servers at private addresses. */
import {arrSecretContext} from '#accounts/secrets.ts'
import {PrivateServers} from '#automation/alerts/private-servers.ts'
import {HintThrottle} from '#automation/webhooks/hint-throttle.ts'
import {InstanceMarks} from '#automation/webhooks/instance-marks.ts'
import {webhookAsker} from '#automation/webhooks/webhook-asker.ts'
import {WebhookRecords} from '#automation/webhooks/webhook-records.ts'
import {WebhookService} from '#automation/webhooks/webhook-service.ts'
import {addressesOf} from '#clients/outgoing.ts'
import type {Settings} from '#config/schema/schema.ts'
import type {Links} from '#links/links.ts'
import type {ArrWebhooks} from '#model/arr-service.ts'
import type {ArrId} from '#model/arr.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {appendEvent} from '#store/repositories/journal.ts'
import {isIP} from 'node:net'
import type {AppDeps, Base} from './compose-base.ts'
import {isPrivatelyReached} from './compose-people.ts'
import type {Servers} from './compose-servers.ts'

/** @param settings of the file that is in force @throws {StorageFault} */
export async function openSurroundings(
  parts: AppDeps,
  base: Base,
  {links}: Servers,
  settings: () => Settings,
) {
  const {log, store} = parts
  const {clock, random, people, memberOf, lastSeen, board, observes} = base
  await watchPrivateServers(parts, base, links)
  const instances = new InstanceMarks({
    board,
    clock,
    random,
    log,
    observes,
    arrs: people.arrDirectory,
    compartmentOf(id) {
      const card = people.arrDirectory.card(id)
      return card === null ? undefined : memberOf(card.ownerId)
    },
    ours: lastSeen,
    asker: webhookAsker(base.askArr),
    seenNow: () => lastSeen.write(clock),
    note: (event) => store.write((db) => appendEvent(db, event, clock.now())),
  })
  const isOthers = (id: ArrId) => instances.otherAt(id) !== null
  const webhooks = await webhooksOfApp(parts, base, settings, isOthers)
  return {instances, webhooks}
}

export type Surroundings = Awaited<ReturnType<typeof openSurroundings>>

/** People are told of servers of theirs that are only reached from near. @throws {StorageFault} */
async function watchPrivateServers(parts: AppDeps, base: Base, links: Links): Promise<void> {
  const {log, store} = parts
  const {clock, people, memberOf, notices} = base
  const {directory, users} = people
  const isPrivate = (id: ServerId) =>
    isPrivatelyReached(
      directory.definitions().find((it) => it.id === id),
      // A simulated network has names of its own.
      parts.knock ? async (host) => (isIP(host) === 0 ? [] : [host]) : addressesOf,
    )
  const privateServers = await PrivateServers.open(store, clock, log, notices, () =>
    directory.cards().flatMap(({id, ownerId}) => {
      const definition = directory.former(id)?.definition
      if (memberOf(ownerId) === null || !definition) return []
      const {name, url} = definition
      return [{id, name, url, owner: users.get(ownerId!)?.name ?? ownerId!, isPrivate: () => isPrivate(id)}]
    }),
  )
  const lookForPrivate = () => void privateServers.look()
  directory.onChange(lookForPrivate)
  links.onStatus((id) => {
    if (links.get(id)?.health.status === 'online') lookForPrivate()
  })
  lookForPrivate()
}

/* Webhooks of Arrs, put together: who registers them, and who hears them. */

/** Below our own address. */
const HINTS_PATH = '/api/arrs/hints'

interface WebhooksOfApp extends ArrWebhooks {
  /** @param listener told that something happened in an Arr */
  onHint(listener: (id: ArrId) => void): void
  /** Requests are answered from now on. */
  start(): void
  follow(): void
  answers(id: ArrId): void
  stop(): void
}

/** @param isOthers another Commodarr looks after it. @throws {StorageFault} */
async function webhooksOfApp(
  {store, log}: AppDeps,
  {people, clock, random, observes, askArr}: Base,
  settings: () => Pick<Settings, 'WebhookUrl'>,
  isOthers: (id: ArrId) => boolean,
): Promise<WebhooksOfApp> {
  const {arrDirectory: arrs, sealer, refusals} = people
  const tokenOf = (id: ArrId) => sealer.derived(arrSecretContext(id, 'webhook'))
  const service = new WebhookService({
    clock,
    random,
    log,
    arrs,
    isOthers,
    tokenOf,
    observes,
    records: await WebhookRecords.open(store, clock),
    asker: webhookAsker(askArr),
    url() {
      const {WebhookUrl: base} = settings()
      return base === '' ? null : base + HINTS_PATH
    },
    refusals,
    note: (event) => store.write((db) => appendEvent(db, event, clock.now())),
  })
  const listeners: ((id: ArrId) => void)[] = []
  const throttle = new HintThrottle(
    clock,
    () =>
      arrs.active().flatMap(({id}) => {
        const token = isOthers(id) ? null : tokenOf(id)
        return token === null ? [] : [[id, token] as const]
      }),
    (id) => listeners.forEach((listener) => listener(id)),
  )
  arrs.onChange(() => service.follow())
  return {
    take: (token) => throttle.take(token),
    viewOf: (id) => service.viewOf(id),
    onHint: (listener) => void listeners.push(listener),
    start: () => service.start(),
    follow: () => service.follow(),
    answers: (id) => service.answers(id),
    stop() {
      service.stop()
      throttle.stop()
    },
  }
}
