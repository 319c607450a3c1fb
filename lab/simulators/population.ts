/** Fills a world with torrents as people have them: many that seed, some that download, a few in trouble. */
import {categoryOf, inventTorrent, tags, type Mix} from './invented-torrent.ts'
import {liveIn} from './lived-in.ts'
import {hostileNames} from './names.ts'
import {seededRandom} from './random.ts'
import type {SimFields} from './sim-torrent.ts'
import type {World} from './world.ts'

export interface PopulationOptions {
  readonly count: number
  /** Same seed, same torrents. */
  readonly seed: number
  /**
   * `lively` (default): a mix of states. `seeding`, `stopped`: all of them complete and so. `lived`: as somebody has them
   * who has had a server for years (`lived-in.ts`).
   */
  readonly mix?: Mix | 'lived' | undefined
  /** The first torrents, so many, are drawn from this other seed: worlds that name the same one hold the same hashes. */
  readonly shared?: {readonly seed: number; readonly count: number} | undefined
  /** Every n-th torrent has a name that hurts (`names.ts`), from the first on. */
  readonly hostileEvery?: number | undefined
}

/** Adds `count` torrents, their categories and tags, as if they had been there for long. No command is noted. */
export function populate(world: World, options: PopulationOptions): void {
  for (const genre of Object.values(categoryOf))
    world.categories.set(genre, `${world.defaultSavePath}/${genre}`)
  for (const tag of tags) world.tags.add(tag)
  const own = seededRandom(options.seed)
  const shared = seededRandom(options.shared?.seed ?? 0)
  for (let index = 0; index < options.count; index++) {
    const isShared = index < (options.shared?.count ?? 0)
    const random = isShared ? shared : own
    const fields = options.mix === 'lived' ? liveIn(world, random) : inventTorrent(world, random, options.mix)
    const torrent = world.put({...fields, ...hostileName(index, options.hostileEvery)})
    world.commands.queue.enqueue(torrent)
  }
  world.settle()
}

function hostileName(index: number, every: number | undefined): Partial<SimFields> {
  if (every === undefined || index % every !== 0) return {}
  const {name, bytes = null} = hostileNames[(index / every) % hostileNames.length]!
  return {name, nameBytes: bytes, rootName: name}
}
