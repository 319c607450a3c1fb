/** A torrent server in memory: each torrent lives by its script, in the time of the simulation. */
import {mkdir, open, rm} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import type {TimeLine} from '../time-line.ts'
import {
  RefusedTorrent,
  type BackendState,
  type BackendTorrent,
  type NewTorrent,
  type TorrentBackend,
  type TorrentLife,
} from './backend.ts'

interface SimTorrent {
  readonly torrent: NewTorrent
  readonly size: number
  readonly addedAt: number
  category: string
  life: TorrentLife
}

export class SimBackend implements TorrentBackend {
  readonly savePath: string
  /** `true`: refuses everything, as a daemon that is down. */
  down = false
  /** Hashes in the order in which they were deleted. */
  readonly removed: string[] = []
  readonly #time: TimeLine
  readonly #real: boolean
  readonly #torrents = new Map<string, SimTorrent>()

  constructor(
    time: TimeLine,
    {savePath = '/downloads', files = 'virtual'}: {savePath?: string; files?: string},
  ) {
    this.#time = time
    this.savePath = savePath
    this.#real = files === 'real'
  }

  list(): Promise<BackendTorrent[]> {
    return this.#answer(() => [...this.#torrents.values()].map((torrent) => this.#look(torrent)))
  }

  async add(torrent: NewTorrent): Promise<void> {
    await this.#answer(() => undefined)
    const hash = torrent.hash.toUpperCase()
    if (this.#torrents.has(hash)) throw new RefusedTorrent()
    if (this.#real) await this.#write(torrent)
    const size = torrent.content.reduce((sum, file) => sum + file.size, 0)
    const added = {torrent, size, addedAt: this.#time.now(), category: torrent.category, life: torrent.life}
    this.#torrents.set(hash, added)
  }

  async remove(hash: string): Promise<void> {
    const found = await this.#answer(() => this.#torrents.get(hash.toUpperCase()))
    if (!found) return
    this.#torrents.delete(hash.toUpperCase())
    this.removed.push(hash.toUpperCase())
    if (!this.#real) return
    for (const file of found.torrent.content) await rm(this.#pathOf(found, file.path), {force: true})
    if (isFolder(found.torrent)) {
      await rm(join(this.savePath, found.category, found.torrent.name), {recursive: true, force: true})
    }
  }

  setCategory(hash: string, category: string): Promise<void> {
    return this.#answer(() => {
      const found = this.#torrents.get(hash.toUpperCase())
      if (found) found.category = category
    })
  }

  files(hash: string): Promise<{path: string; size: number}[]> {
    return this.#answer(() => {
      const found = this.#torrents.get(hash.toUpperCase())
      return found ? found.torrent.content.map(({path, size}) => ({path, size})) : []
    })
  }

  rootOf(category: string): string {
    return join(this.savePath, category)
  }

  /** Another script, counted from when the torrent was added. @returns false when there is no such torrent */
  setLife(hash: string, life: TorrentLife): boolean {
    const found = this.#torrents.get(hash.toUpperCase())
    if (found) found.life = life
    return found !== undefined
  }

  #answer<T>(give: () => T): Promise<T> {
    return this.down ? Promise.reject(new Error('connection refused')) : Promise.resolve(give())
  }

  #look(sim: SimTorrent): BackendTorrent {
    const seconds = (this.#time.now() - sim.addedAt) / 1_000
    const progress = progressAt(sim.life, seconds)
    const state = stateAt(sim.life, seconds, progress)
    const {ratioPerHour = 0, ratioLimit} = sim.life
    const doneFor = Math.max(0, seconds - (sim.life.completeAfter ?? 0))
    const {completeAfter = 60} = sim.life
    return {
      hash: sim.torrent.hash.toUpperCase(),
      // Of a torrent without a folder it is the file.
      name: isFolder(sim.torrent) ? sim.torrent.name : (sim.torrent.content[0]?.path ?? sim.torrent.name),
      category: sim.category,
      state,
      size: sim.size,
      left: Math.round(sim.size * (1 - progress)),
      speed: state === 'downloading' && completeAfter ? Math.round(sim.size / completeAfter) : 0,
      outputPath: state === 'completed' ? this.#outputPath(sim) : '',
      seedingDone:
        state === 'completed' && ratioLimit !== undefined && (doneFor / 3_600) * ratioPerHour >= ratioLimit,
    }
  }

  #outputPath({torrent}: SimTorrent): string {
    const folder = join(this.savePath, torrent.category)
    const [first, ...others] = torrent.content
    return others.length > 0 && isFolder(torrent) ? join(folder, torrent.name) : join(folder, first!.path)
  }

  #pathOf({torrent}: {torrent: NewTorrent}, path: string): string {
    return join(this.savePath, torrent.category, path)
  }

  /** Files of the right length without their bytes. */
  async #write(torrent: NewTorrent): Promise<void> {
    for (const file of torrent.content) {
      const path = this.#pathOf({torrent}, file.path)
      await this.#time.outside(mkdir(dirname(path), {recursive: true}))
      const handle = await this.#time.outside(open(path, 'w'))
      await this.#time.outside(handle.truncate(file.size))
      await this.#time.outside(handle.close())
    }
  }
}

function isFolder(torrent: NewTorrent): boolean {
  return torrent.content.some((file) => file.path.startsWith(`${torrent.name}/`))
}

/** 0 to 1. */
function progressAt(
  {completeAfter = 60, metadataAfter = 0, points, stalls = []}: TorrentLife,
  seconds: number,
): number {
  if (points) return progressOf(points, seconds)
  let lost = 0
  for (const {from, to = Infinity} of stalls) lost += Math.max(0, Math.min(seconds, to) - from)
  const moved = Math.max(0, seconds - metadataAfter - lost)
  // What never completes creeps towards half.
  return completeAfter === null
    ? 0.5 * (moved / (moved + 3_600))
    : shareOf(moved, completeAfter - metadataAfter)
}

/** A stall puts off the end. */
function shareOf(moved: number, needed: number): number {
  return moved >= needed ? 1 : Math.min(0.999, moved / needed)
}

function progressOf(points: readonly (readonly [number, number])[], seconds: number): number {
  let before: readonly [number, number] = [0, 0]
  for (const point of points) {
    if (seconds < point[0]) {
      const share = (seconds - before[0]) / (point[0] - before[0])
      return before[1] + share * (point[1] - before[1])
    }
    before = point
  }
  return before[1]
}

function stateAt(life: TorrentLife, seconds: number, progress: number): BackendState {
  if (life.state) return life.state
  if (progress >= 1) return 'completed'
  if (seconds < (life.metadataAfter ?? 0)) return 'metadata'
  const stalled = life.stalls?.some(({from, to = Infinity}) => seconds >= from && seconds < to)
  return stalled ? 'stalled' : 'downloading'
}
