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
  /** Whether its address is private, and requests may go there; a name counts as what it leads to now. */
  readonly isPrivate: () => Promise<boolean>
}

const NAME = 'private_servers_told'
const shape = z.array(z.string()).nullable().catch(null)

export class PrivateServers {
  readonly #store: Pick<Store, 'read' | 'write'>
  readonly #clock: Pick<Clock, 'now'>
  readonly #log: {error(about: object, text: string): void}
  readonly #notices: Pick<PersonNotices, 'add'>
  readonly #servers: () => readonly MemberServer[]
  readonly #turns = new Semaphore(1)
  /** `null` = it was never looked. */
  #reported: ReadonlySet<string> | null = null

  private constructor(
    store: Pick<Store, 'read' | 'write'>,
    clock: Pick<Clock, 'now'>,
    log: {error(about: object, text: string): void},
    notices: Pick<PersonNotices, 'add'>,
    servers: () => readonly MemberServer[],
  ) {
    this.#store = store
    this.#clock = clock
    this.#log = log
    this.#notices = notices
    this.#servers = servers
  }

  /** @param servers those of members. @throws {StorageFault} */
  static async open(
    store: Pick<Store, 'read' | 'write'>,
    clock: Pick<Clock, 'now'>,
    log: {error(about: object, text: string): void},
    notices: Pick<PersonNotices, 'add'>,
    servers: () => readonly MemberServer[],
  ): Promise<PrivateServers> {
    const opened = new PrivateServers(store, clock, log, notices, servers)
    const reported = shape.parse((await store.read(readSettings)).get(NAME) ?? null)
    opened.#reported = reported && new Set(reported)
    return opened
  }

  /** When servers changed, or one of them answers: its name may lead somewhere by now. Never rejects. */
  look(): Promise<void> {
    return this.#turns.run(() => this.#look())
  }

  async #look(): Promise<void> {
    const reported = new Set<string>()
    for (const server of this.#servers()) {
      const key = `${server.id} ${server.url}`
      const isKnown = this.#reported?.has(key) === true
      if (!isKnown && !(await server.isPrivate())) continue
      reported.add(key)
      if (isKnown || this.#reported === null) continue
      const {id, name, url, owner} = server
      const message = `${owner} added a server at the private address ${new URL(url).host}. Check that it is theirs to use.`
      this.#notices.add({code: 'private_server', serverId: id, ruleId: null, name, message})
    }
    const before = this.#reported
    if (before?.size === reported.size && [...reported].every((key) => before.has(key))) return
    this.#reported = reported
    await this.#store
      .write((db) => putSetting(db, NAME, [...reported], this.#clock.now()))
      .catch((error: unknown) =>
        this.#log.error({err: error}, 'which servers were shown could not be written'),
      )
  }
}
