/** What Arrs and the addresses of servers tell of us: webhooks, our marks, servers at private addresses. */
import {PrivateServers} from '#automation/alerts/private-servers.ts'
import {InstanceMarks} from '#automation/webhooks/instance-marks.ts'
import {webhookAsker} from '#automation/webhooks/webhook-asker.ts'
import {addressesOf} from '#clients/outgoing.ts'
import type {Settings} from '#config/schema/schema.ts'
import type {Links} from '#links/links.ts'
import {appendEvent} from '#store/repositories/journal.ts'
import {isIP} from 'node:net'
import type {AppDeps, Base} from './compose-base.ts'
import {isPrivatelyReached} from './compose-people.ts'
import type {Servers} from './compose-servers.ts'
import {waysToArrs, webhooksOfApp} from './compose-webhooks.ts'

/** @param settings of the file that is in force @throws {StorageFault} */
export async function openSurroundings(
  parts: AppDeps,
  base: Base,
  {links}: Servers,
  settings: () => Settings,
) {
  const {log, store} = parts
  const {clock, random, people, memberOf, lastSeen, board, write, observes} = base
  await watchPrivateServers(parts, base, links)
  const instances = new InstanceMarks({
    board,
    clock,
    random,
    log,
    observes,
    ...waysToArrs(people.arrDirectory),
    compartmentOf(id) {
      const card = people.arrDirectory.card(id)
      return card === null ? undefined : memberOf(card.ownerId)
    },
    ours: lastSeen,
    asker: webhookAsker(base.askArr),
    seenNow: () => lastSeen.write(clock),
    write,
    note: (event) => store.write((db) => appendEvent(db, event, clock.now())),
  })
  const webhooks = await webhooksOfApp({
    people,
    store,
    clock,
    random,
    log,
    observes,
    asker: webhookAsker(base.askArr),
    settings,
    isOthers: (id) => instances.otherAt(id) !== null,
  })
  return {instances, webhooks}
}

export type Surroundings = Awaited<ReturnType<typeof openSurroundings>>

/** People are told of servers of theirs that are only reached from near. @throws {StorageFault} */
async function watchPrivateServers(parts: AppDeps, base: Base, links: Links): Promise<void> {
  const {log, store} = parts
  const {clock, people, memberOf, notices} = base
  const {directory, users} = people
  const privateServers = await PrivateServers.open({
    store,
    clock,
    log,
    notices,
    servers: () =>
      directory.cards().flatMap(({id, ownerId}) => {
        const definition = directory.former(id)?.definition
        if (memberOf(ownerId) === null || !definition) return []
        const {name, url} = definition
        return [{id, name, url, owner: users.get(ownerId!)?.name ?? ownerId!}]
      }),
    isPrivate: (id) =>
      isPrivatelyReached(
        directory.definitions().find((it) => it.id === id),
        // A simulated network has names of its own.
        parts.knock ? async (host) => (isIP(host) === 0 ? [] : [host]) : addressesOf,
      ),
  })
  const lookForPrivate = () => void privateServers.look()
  directory.onChange(lookForPrivate)
  links.onStatus((id) => {
    if (links.get(id)?.health.status === 'online') lookForPrivate()
  })
  lookForPrivate()
}
