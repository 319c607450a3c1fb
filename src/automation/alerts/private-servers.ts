/**
 * Tells administrators of each server of a member at a private address that can be reached, once: what listens there may
 * trust our address. Those that were there before this was looked for are known already.
 */
import * as z from 'zod'
import type {Clock} from '#lib/clock.ts'
import {Semaphore} from '#lib/semaphore.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {putSetting, readSettings} from '#store/repositories/settings.ts'
import type {Store} from '#store/store.ts'
import type {PersonNotices} from './person-notices.ts'

interface MemberServer {
  readonly id: ServerId
  readonly name: string
  readonly url: string
  /** Of the member, for people. */
  readonly owner: string
}

interface PrivateServersDeps {
  readonly store: Pick<Store, 'read' | 'write'>
  readonly clock: Pick<Clock, 'now'>
  readonly log: {error(about: object, text: string): void}
  /** Those of members. */
  readonly servers: () => readonly MemberServer[]
  /** Whether its address is private, and requests may go there; a name counts as what it leads to now. */
  readonly isPrivate: (id: ServerId) => Promise<boolean>
  readonly notices: Pick<PersonNotices, 'add'>
}

const NAME = 'private_servers_told'
const shape = z.array(z.string()).nullable().catch(null)

export class PrivateServers {
  readonly #parts: PrivateServersDeps
  readonly #turns = new Semaphore(1)
  /** `null` = it was never looked. */
  #reported: ReadonlySet<string> | null

  private constructor(parts: PrivateServersDeps, reported: ReadonlySet<string> | null) {
    this.#parts = parts
    this.#reported = reported
  }

  /** @throws {StorageFault} */
  static async open(parts: PrivateServersDeps): Promise<PrivateServers> {
    const reported = shape.parse((await parts.store.read(readSettings)).get(NAME) ?? null)
    return new PrivateServers(parts, reported && new Set(reported))
  }

  /** When servers changed, or one of them answers: its name may lead somewhere by now. Never rejects. */
  look(): Promise<void> {
    return this.#turns.run(() => this.#look())
  }

  async #look(): Promise<void> {
    const {servers, isPrivate, notices, store, clock, log} = this.#parts
    const reported = new Set<string>()
    for (const server of servers()) {
      const key = `${server.id} ${server.url}`
      const isKnown = this.#reported?.has(key) === true
      if (!isKnown && !(await isPrivate(server.id))) continue
      reported.add(key)
      if (isKnown || this.#reported === null) continue
      const {id, name, url, owner} = server
      const message = `${owner} added a server at the private address ${new URL(url).host}. Check that it is theirs to use.`
      notices.add({code: 'private_server', serverId: id, ruleId: null, name, message})
    }
    const before = this.#reported
    if (before?.size === reported.size && [...reported].every((key) => before.has(key))) return
    this.#reported = reported
    await store
      .write((db) => putSetting(db, NAME, [...reported], clock.now()))
      .catch((error: unknown) => log.error({err: error}, 'which servers were shown could not be written'))
  }
}
