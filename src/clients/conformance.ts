/**
 * The contract of a client, run against every kind and version on real daemons: each verb of `port.ts` is given
 * through our client, seen in the daemon through the daemon's own interface, and seen again in a replica that our
 * client keeps in step. What a server does not offer must be refused with a reason.
 */
import {afterAll, beforeAll, describe} from 'vitest'
import {adding} from './conformance/adding.conformance.ts'
import {inside} from './conformance/inside.conformance.ts'
import {limits} from './conformance/limits.conformance.ts'
import {naming} from './conformance/naming.conformance.ts'
import {peers} from './conformance/peers.conformance.ts'
import {removing} from './conformance/removing.conformance.ts'
import {running} from './conformance/running.conformance.ts'
import {Stage, type Subject} from './conformance/stage.conformance.ts'
import {restarting, syncing} from './conformance/syncing.conformance.ts'
import {wholeServer} from './conformance/whole-server.conformance.ts'

/** In the order of telling; the daemon is restarted last. */
const stories: Readonly<Record<string, (stage: () => Stage) => void>> = {
  syncing,
  adding,
  running,
  naming,
  limits,
  inside,
  peers,
  'the whole server': wholeServer,
  removing,
  restarting,
}

/**
 * Servers beside each other, the stories of each one after the other.
 *
 * @param start a daemon of its own and a client on it that has not connected yet; all of it is disposed of here
 * @param companion a server to trade with, shared by all
 */
export function conformance(name: string, start: () => Promise<Subject>, companion: () => Subject): void {
  describe.concurrent(`${name} keeps the contract:`, () => {
    let stage: Stage
    beforeAll(async () => {
      stage = await Stage.open(await start(), companion())
    })
    afterAll(() => stage?.close())
    for (const [title, report] of Object.entries(stories)) {
      describe(`${title}:`, {concurrent: false}, () => {
        report(() => stage)
      })
    }
  })
}
