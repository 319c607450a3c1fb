/**
 * What Arrs and servers were like when somebody copied them, and what becomes of the world when such a copy is put back:
 * whoever has it then knows nothing of what came since, while disks, trackers and everybody else go on.
 */
import type {Clock} from '#lib/clock.ts'
import type {Backup, SimulatedArr} from '../arrs/create.ts'
import type {SimServer} from '../simulators/sim-server.ts'
import type {NewTorrent} from '../simulators/sim-torrent.ts'
import type {Disks} from './disks.ts'
import type {Downloads} from './downloads.ts'
import type {Plan} from './plan.ts'

interface Copy<T> {
  /** ms that only grow. */
  readonly at: number
  readonly kept: T
}

interface ServerCopy extends Copy<readonly NewTorrent[]> {
  /** What waited there in vain, also what was removed since. */
  readonly ailing: ReturnType<Downloads['ailing']>
}

/** What of a house is copied and put back. */
interface Copied {
  readonly clock: Pick<Clock, 'monotonic'>
  arr(name: string): SimulatedArr
  server(
    name: string,
  ): Pick<SimServer, 'world'> & {readonly server: Pick<SimServer['server'], 'stop' | 'listen'>}
}

interface OlderStatesDeps {
  readonly plan: Plan
  readonly downloads: Downloads
  readonly disks: Disks
  readonly harness: () => Copied
  /** Hears of each Arr whose database is another from now on. */
  readonly note: (arr: string) => void
}

export class OlderStates {
  readonly #deps: OlderStatesDeps
  readonly #arrs = new Map<string, Copy<Backup>>()
  readonly #servers = new Map<string, ServerCopy>()
  /** Of Arrs that came up empty: what they had by then. */
  readonly #emptied = new Map<string, Backup>()

  constructor(deps: OlderStatesDeps) {
    this.#deps = deps
  }

  /** Indexers have what its plan says of it. */
  offer(name: string): void {
    const {releases} = this.#house.arr(name).arr
    for (const {arr, itemId, unitIds, made, import: plan} of this.#deps.plan.releases) {
      if (arr !== name) continue
      const content = made.files.map(({path, bytes}) => ({path, size: bytes.length, kind: 'video' as const}))
      releases.define({itemId, unitIds, title: made.name, hash: made.hash, content, import: plan})
    }
  }

  /** How old the copy of an Arr is that was not put back, ms; `null` = there is none. */
  ageOfArr(name: string): number | null {
    return this.#ageOf(this.#arrs.get(name))
  }

  isEmpty(name: string): boolean {
    return this.#emptied.has(name)
  }

  copyArr(name: string): void {
    this.#arrs.set(name, {at: this.#now, kept: this.#house.arr(name).backUp()})
  }

  /** It restarts with the database of then. */
  putArrBack(name: string): void {
    const copy = this.#arrs.get(name)!
    this.#arrs.delete(name)
    this.#emptied.delete(name)
    this.#restoreArr(name, copy.kept)
  }

  /** It restarts with an empty database. */
  emptyArr(name: string): void {
    const arr = this.#house.arr(name)
    this.#emptied.set(name, arr.backUp())
    arr.replaceDatabase({library: []})
    this.#otherDatabase(name)
  }

  /** Who came up empty restarts with what he had. */
  fillArrs(): void {
    for (const [name, kept] of this.#emptied) this.#restoreArr(name, kept)
    this.#emptied.clear()
  }

  /** How old the copy of a server is that was not put back, ms; `null` = there is none. */
  ageOfServer(name: string): number | null {
    return this.#ageOf(this.#servers.get(name))
  }

  copyServer(name: string): void {
    const {world} = this.#house.server(name)
    const ailing = this.#deps.downloads.ailing(name, world)
    this.#servers.set(name, {at: this.#now, kept: world.records(), ailing})
  }

  /** It is stopped and starts with the torrents of then. Files are as they are. */
  async putServerBack(name: string): Promise<void> {
    const {downloads} = this.#deps
    const {ailing, kept} = this.#servers.get(name)!
    this.#servers.delete(name)
    const {world, server} = this.#house.server(name)
    await server.stop()
    for (const torrent of Array.from(world.list())) downloads.end(name, world, torrent)
    world.restore(kept)
    for (const torrent of Array.from(world.list()))
      downloads.goesBack(name, world, torrent, ailing.get(torrent.hash))
    await server.listen()
  }

  #restoreArr(name: string, kept: Backup): void {
    this.#house.arr(name).restore(kept)
    this.offer(name)
    this.#otherDatabase(name)
  }

  #otherDatabase(name: string): void {
    const {plan, downloads, note} = this.#deps
    const {arr} = this.#house.arr(name)
    const {server} = plan.arrs.find(({instance}) => instance.name === name)!
    for (const {made} of plan.releases.filter((it) => it.arr === name)) {
      const reported = arr.history.of(made.hash.toUpperCase())
      if (!reported.some(({event}) => event === 'downloadIgnored')) downloads.heedAgain(server, made.hash)
    }
    note(name)
  }

  #ageOf(copy: Copy<unknown> | undefined): number | null {
    return copy === undefined ? null : this.#now - copy.at
  }

  get #house(): Copied {
    return this.#deps.harness()
  }

  get #now(): number {
    return this.#house.clock.monotonic()
  }
}
