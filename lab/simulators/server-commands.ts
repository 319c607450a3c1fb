/**
 * What can be asked of a simulated server as a whole: categories, tags, limits, settings. It also keeps the book of
 * what clients asked (`received`). `WorldCommands` adds what can be asked of torrents.
 */
import type {ServerVerb, TorrentVerb} from '#model/command.ts'
import type {SimTorrent} from './sim-torrent.ts'
import type {GlobalLimits, World} from './world.ts'

/** One command as it came in. */
export interface Received {
  readonly verb: TorrentVerb | ServerVerb
  readonly hashes: readonly string[]
  readonly args: unknown
}

const mostReceived = 10_000

export class ServerCommands {
  /** The last commands, oldest first. */
  readonly received: Received[] = []
  /** Told of each before it is done; with the torrents as they are then. */
  onReceived: (received: Received, torrents: readonly SimTorrent[]) => void = () => undefined
  protected readonly world: World

  constructor(world: World) {
    this.world = world
  }

  createCategory(args: {name: string; savePath?: string | undefined}): void {
    this.note('createCategory', [], args)
    this.world.categories.set(args.name, args.savePath ?? '')
    this.world.bump()
  }

  editCategory(args: {name: string; savePath: string}): void {
    this.note('editCategory', [], args)
    this.world.categories.set(args.name, args.savePath)
    this.follow([...this.world.list()].filter(({category}) => category === args.name))
    this.world.bump()
  }

  /** Its torrents lose the category. */
  removeCategories(args: {names: readonly string[]}): void {
    this.note('removeCategories', [], args)
    for (const name of args.names) this.world.categories.delete(name)
    for (const torrent of this.world.list()) {
      if (!args.names.includes(torrent.category)) continue
      this.world.update(torrent, {category: ''}, 'labels')
      this.follow([torrent])
    }
    this.world.bump()
  }

  createTags(args: {tags: readonly string[]}): void {
    this.note('createTags', [], args)
    for (const tag of args.tags) this.world.tags.add(tag)
    this.world.bump()
  }

  /** Its torrents lose the tag. */
  deleteTags(args: {tags: readonly string[]}): void {
    this.note('deleteTags', [], args)
    for (const tag of args.tags) this.world.tags.delete(tag)
    const holders = [...this.world.list()].filter((torrent) =>
      torrent.tags.some((tag) => args.tags.includes(tag)),
    )
    this.retag(holders, (tags) => tags.filter((tag) => !args.tags.includes(tag)))
    this.world.bump()
  }

  banPeers(args: {peers: readonly string[]}): void {
    this.note('banPeers', [], args)
    for (const peer of args.peers) this.world.bannedPeers.add(peer)
    this.world.bump()
  }

  setGlobalLimits(args: {down?: number | null | undefined; up?: number | null | undefined}): void {
    this.note('setGlobalLimits', [], args)
    this.#limit({
      ...(args.down !== undefined && {down: args.down}),
      ...(args.up !== undefined && {up: args.up}),
    })
  }

  setAltSpeed(args: {
    on?: boolean | undefined
    down?: number | null | undefined
    up?: number | null | undefined
  }): void {
    this.note('setAltSpeed', [], args)
    this.#limit({
      ...(args.on !== undefined && {altOn: args.on}),
      ...(args.down !== undefined && {altDown: args.down}),
      ...(args.up !== undefined && {altUp: args.up}),
    })
  }

  setPreferences(args: {values: Readonly<Record<string, unknown>>}): void {
    this.note('setPreferences', [], args)
    const {world} = this
    for (const [name, value] of Object.entries(args.values)) world.preferences.set(name, value)
    const folder = args.values['save_path']
    if (typeof folder === 'string' && folder !== world.defaultSavePath) this.#saveIn(folder)
    world.bump()
  }

  /**
   * What it manages by category goes along where it is set so; otherwise it stays and is managed no longer. Source:
   * `SessionImpl::setSavePath` of qBittorrent 4.4 to 5.1; the other kinds manage nothing.
   */
  #saveIn(folder: string): void {
    const {world} = this
    const affected = [...world.list()].filter(({category}) => !world.categories.get(category))
    const goesAlong = world.preferences.get('save_path_changed_tmm_enabled') === true
    world.defaultSavePath = folder
    if (goesAlong) return this.follow(affected)
    for (const torrent of affected)
      if (torrent.autoManaged) world.update(torrent, {autoManaged: false}, 'limits')
  }

  /** What it manages by category goes where its category saves. Without a disk things lie where they lie. */
  protected follow(torrents: readonly SimTorrent[]): void {
    if (this.world.disk === null) return
    for (const torrent of torrents) {
      const folder = this.world.folderOf(torrent.category)
      if (!torrent.autoManaged || folder === torrent.savePath) continue
      this.world.relocate(torrent, folder)
      this.world.update(torrent, {
        savePath: folder,
        state: 'moving',
        taskProgress: 0,
        downSpeed: 0,
        upSpeed: 0,
      })
    }
  }

  protected retag(torrents: readonly SimTorrent[], change: (tags: readonly string[]) => string[]): void {
    for (const torrent of torrents) {
      const tags = change(torrent.tags)
      for (const tag of tags) this.world.tags.add(tag)
      this.world.update(torrent, {tags}, 'labels')
    }
  }

  #limit(patch: Partial<GlobalLimits>): void {
    this.world.limits = {...this.world.limits, ...patch}
    this.world.bump()
  }

  protected note(verb: Received['verb'], torrents: readonly SimTorrent[], args: unknown): void {
    if (this.received.length >= mostReceived) this.received.shift()
    const received = {verb, hashes: torrents.map((torrent) => torrent.hash), args}
    this.received.push(received)
    this.onReceived(received, torrents)
  }
}
