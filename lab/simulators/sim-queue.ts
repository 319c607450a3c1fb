/** The order of a server's queue. Who leaves or moves changes everybody behind, as in the real ones. */
import {isComplete, type SimTorrent} from './sim-torrent.ts'
import type {World} from './world.ts'

export class SimQueue {
  readonly #world: World
  #queue: SimTorrent[] = []

  constructor(world: World) {
    this.#world = world
  }

  /** At the end of the queue, when this server queues such torrents. */
  enqueue(torrent: SimTorrent): void {
    const holds = this.#world.options.queueHolds ?? 'unfinished'
    if (holds === 'none' || (holds === 'unfinished' && isComplete(torrent))) return
    this.#queue.push(torrent)
    this.#world.update(torrent, {queuePosition: this.#queue.length})
  }

  /** Out of the queue; everyone behind moves up and so counts as changed. */
  dequeue(torrents: readonly SimTorrent[]): void {
    const leaving = new Set(torrents.filter((torrent) => torrent.queuePosition !== null))
    if (leaving.size === 0) return
    this.#queue = this.#queue.filter((torrent) => !leaving.has(torrent))
    for (const torrent of leaving) this.#world.update(torrent, {queuePosition: null})
    this.#renumber()
  }

  /**
   * Those that move keep their order among themselves, whichever is named first; up or down each steps past whoever is
   * before it then, also past one that moved [run qBittorrent 4.5.2, Transmission 3.00].
   */
  move(torrents: readonly SimTorrent[], to: 'top' | 'up' | 'down' | 'bottom'): void {
    const moving = new Set(torrents.filter((torrent) => torrent.queuePosition !== null))
    const selected = this.#queue.filter((torrent) => moving.has(torrent))
    if (to === 'top' || to === 'bottom') {
      const others = this.#queue.filter((torrent) => !moving.has(torrent))
      this.#queue = to === 'top' ? [...selected, ...others] : [...others, ...selected]
    } else {
      for (const torrent of to === 'up' ? selected : selected.toReversed()) this.#step(torrent, to)
    }
    this.#renumber()
  }

  #step(torrent: SimTorrent, to: 'up' | 'down'): void {
    const at = this.#queue.indexOf(torrent)
    const other = to === 'up' ? at - 1 : at + 1
    const neighbour = this.#queue[other]
    if (!neighbour) return
    this.#queue[at] = neighbour
    this.#queue[other] = torrent
  }

  #renumber(): void {
    this.#queue.forEach((torrent, index) => {
      if (torrent.queuePosition !== index + 1) this.#world.update(torrent, {queuePosition: index + 1})
    })
  }
}
