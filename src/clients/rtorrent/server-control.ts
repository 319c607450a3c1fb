/** The verbs on a whole server. */
import type {AddOutcome, ServerVerbs} from '#model/command.ts'
import {BadArgument, NotSupported} from '#model/errors.ts'
import type {Features} from '#model/server.ts'
import {asInfoHash, type InfoHash} from '#model/torrent-key.ts'
import type {BytesPerSecond} from '#model/units.ts'
import type {CallBounds, ServerControl} from '../port.ts'
import {addTorrent} from './add.ts'
import {readLabels} from './codec.ts'
import {relabel, type Relabel} from './control.ts'
import {refuseIfNone} from './features.ts'
import {splitLabels} from './normalise.ts'
import {writePreferences} from './preferences.ts'
import {listOf, numberOf, RpcFault, textOf, valueOf, type RpcCall} from './rpc.ts'
import type {RtorrentSession} from './session.ts'
import {GLOBAL_ON_BUT_OPEN} from './throttles.ts'

type Args<V extends keyof ServerVerbs> = Readonly<ServerVerbs[V]>

export class RtorrentServerControl implements ServerControl {
  readonly #session: RtorrentSession
  readonly #features: () => Features

  constructor(session: RtorrentSession, features: () => Features) {
    this.#session = session
    this.#features = features
  }

  addTorrent(add: Args<'addTorrent'>, bounds: CallBounds): Promise<AddOutcome> {
    return addTorrent(this.#session, this.#features(), add, bounds)
  }

  async createCategory(): Promise<void> {
    this.#refuse('createCategory')
  }

  async editCategory(): Promise<void> {
    this.#refuse('editCategory')
  }

  /** Taken from every torrent that carries it. */
  async removeCategories({names}: Args<'removeCategories'>, bounds: CallBounds): Promise<void> {
    refuseIfNone(this.#features(), 'removeCategories')
    const isCarried = ({category}: {category: string}) => names.includes(category)
    await this.#relabelAll(isCarried, (_, tags) => ({category: '', tags}), bounds)
    for (const name of names) this.#session.labelsInUse.categories.delete(name)
  }

  async createTags(): Promise<void> {
    this.#refuse('createTags')
  }

  async deleteTags({tags: gone}: Args<'deleteTags'>, bounds: CallBounds): Promise<void> {
    const isCarried = ({tags}: {tags: readonly string[]}) => tags.some((tag) => gone.includes(tag))
    const keep = (tags: readonly string[]) => tags.filter((tag) => !gone.includes(tag))
    await this.#relabelAll(isCarried, (category, tags) => ({category, tags: keep(tags)}), bounds)
    for (const tag of gone) this.#session.labelsInUse.tags.delete(tag)
  }

  /** Where they are connected: rTorrent bans a peer of a torrent, not an address. */
  async banPeers({peers}: Args<'banPeers'>, bounds: CallBounds): Promise<void> {
    const banned = new Set(peers.map(ipOf))
    const calls = (await this.#connectedPeers(bounds))
      .filter(({ip}) => banned.has(ip))
      .flatMap(({target}): RpcCall[] => [
        {method: 'p.banned.set', params: [target, 1]},
        {method: 'p.disconnect', params: [target]},
      ])
    // One that went away in between needs no ban any more: its fault is no failure.
    await this.#session.wire.executeAll(calls, bounds)
  }

  /** 0 is rTorrent's "no limit"; but limits of single torrents work only while the server's own is on. */
  async setGlobalLimits({down, up}: Args<'setGlobalLimits'>, bounds: CallBounds): Promise<void> {
    const calls = [...this.#limitCall('down', down), ...this.#limitCall('up', up)]
    for (const result of await this.#session.wire.executeAll(calls, bounds)) valueOf(result)
  }

  async setAltSpeed(): Promise<void> {
    this.#refuse('setAltSpeed')
  }

  setPreferences({values}: Args<'setPreferences'>, bounds: CallBounds): Promise<void> {
    return writePreferences(this.#session, values, bounds)
  }

  #limitCall(way: 'down' | 'up', limit: BytesPerSecond | null | undefined): RpcCall[] {
    if (limit === undefined) return []
    const open = this.#session.usesThrottles(way) ? GLOBAL_ON_BUT_OPEN : 0
    const rate = limit === null ? open : Math.max(1, Math.round(limit))
    return [{method: `throttle.global_${way}.max_rate.set`, params: ['', rate]}]
  }

  async #relabelAll(
    isCarried: (labels: {category: string; tags: string[]}) => boolean,
    change: Relabel,
    bounds: CallBounds,
  ): Promise<void> {
    const source = this.#session.definition.categorySource
    const hashes: InfoHash[] = []
    const list = {method: this.#session.listMethod, params: ['', 'main', 'd.hash=', 'd.custom1=']}
    const onRow = ([rawHash, label]: readonly unknown[]): void => {
      const hash = asInfoHash(textOf(rawHash as string))
      if (hash && isCarried(splitLabels(readLabels(textOf(label as string)), source, () => '')))
        hashes.push(hash)
    }
    const wide = {...bounds, maxBytes: bounds.maxBytes + this.#session.table.size * 1024}
    await this.#session.wire.list({before: [], list, onStart: () => {}, onRow}, wide)
    await relabel(this.#session, hashes, change, bounds)
  }

  /** Of torrents that have any. */
  async #connectedPeers(bounds: CallBounds): Promise<{ip: string; target: string}[]> {
    const hashes: string[] = []
    const list = {method: this.#session.listMethod, params: ['', 'main', 'd.hash=', 'd.peers_connected=']}
    const onRow = ([hash, peers]: readonly unknown[]): void => {
      if (numberOf(peers as number) > 0) hashes.push(textOf(hash as string))
    }
    const wide = {...bounds, maxBytes: bounds.maxBytes + this.#session.table.size * 512}
    await this.#session.wire.list({before: [], list, onStart: () => {}, onRow}, wide)
    const calls = hashes.map((hash) => ({method: 'p.multicall', params: [hash, '', 'p.id=', 'p.address=']}))
    const results = await this.#session.wire.askAll(calls, bounds)
    return results.flatMap((result, index) =>
      (result instanceof RpcFault ? [] : listOf(result)).map((row) => {
        const [id, address] = listOf(row)
        return {ip: textOf(address), target: `${hashes[index]}:p${textOf(id)}`}
      }),
    )
  }

  #refuse(verb: keyof ServerVerbs): never {
    throw new NotSupported(this.#features()[verb].reason, {verb})
  }
}

/** @throws {BadArgument} */
function ipOf(peer: string): string {
  const found = /^\[([0-9a-f:.]+)\]:\d{1,5}$/i.exec(peer) ?? /^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/.exec(peer)
  if (!found)
    throw new BadArgument(`"${peer}" is no peer: ip:port or [ip6]:port is wanted.`, {field: 'peers'})
  return found[1]!
}
