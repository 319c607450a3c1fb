/**
 * What a client can ask of a simulated server, in the house's own verbs (`#model/command.ts`). The faces translate
 * their protocol into these calls and do the checks their protocol makes (unknown category, path not absolute …); a
 * call here always succeeds. `received` tells tests what reached this server.
 */
import type {FilePriority, TorrentVerb, TorrentVerbs} from '#model/command.ts'
import type {Limit, Priority} from '#model/torrent.ts'
import {ServerCommands} from './server-commands.ts'
import {SimQueue} from './sim-queue.ts'
import {
  isComplete,
  type NewTorrent,
  type SimFields,
  type SimFile,
  type SimTorrent,
  type SimTracker,
} from './sim-torrent.ts'
import type {World} from './world.ts'

type Torrents = readonly SimTorrent[]
type Args<V extends keyof TorrentVerbs> = Readonly<TorrentVerbs[V]>

export class WorldCommands extends ServerCommands {
  readonly queue: SimQueue
  #nextTrackerId = 1

  constructor(world: World) {
    super(world)
    this.queue = new SimQueue(world)
  }

  /* ───────────────────────────── coming and going ───────────────────────────── */

  /**
   * Adds a torrent, started when `running` says so. A hash that the server has already, shown or not yet loaded,
   * stays as it is and comes back with `duplicate`. Fields: `fromTorrent` and `fromMagnet` of `additions.ts` make
   * them.
   */
  add(fields: NewTorrent): {torrent: SimTorrent; duplicate: boolean} {
    this.note('addTorrent', [], {hash: fields.hash, category: fields.category, tags: fields.tags})
    const known = this.world.known(fields.hash)
    if (known) return {torrent: known, duplicate: true}
    const torrent = this.world.put({savePath: this.world.defaultSavePath, ...fields, state: 'stopped'})
    this.queue.enqueue(torrent)
    this.world.readDisk(torrent)
    if (torrent.running) this.#run(torrent)
    return {torrent, duplicate: false}
  }

  remove(torrents: Torrents): void {
    this.#take('remove', torrents)
  }

  /** Its daemon deletes what it would look for, whoever else has it. */
  removeWithData(torrents: Torrents): void {
    for (const torrent of torrents) this.world.clearFiles(torrent)
    this.#take('removeWithData', torrents)
  }

  /* ───────────────────────────── running ───────────────────────────── */

  start(torrents: Torrents): void {
    this.note('start', torrents, {})
    for (const torrent of torrents) {
      this.world.update(torrent, {forceStart: false})
      this.#run(torrent)
    }
  }

  forceStart(torrents: Torrents): void {
    this.note('forceStart', torrents, {})
    for (const torrent of torrents) {
      this.world.update(torrent, {forceStart: true})
      this.#run(torrent)
    }
  }

  stop(torrents: Torrents): void {
    this.note('stop', torrents, {})
    this.halt(torrents)
  }

  /** As `stop`, of the daemon's own accord: nobody ordered it. */
  halt(torrents: Torrents): void {
    for (const torrent of torrents) {
      const {state} = torrent
      const stays = state === 'checking' || state === 'moving'
      this.world.update(torrent, {
        ...still,
        running: false,
        forceStart: false,
        ...(!stays && {state: 'stopped'}),
      })
    }
  }

  /**
   * Checks what is held; `Motion` ends it. Without metadata there is nothing to check.
   * @param keeps what stays of an error whatever is found: nothing, its words alone (rTorrent 0.9.8), or all of it
   * (Transmission 3.00) until it is started; or nothing, and the check of missing files waits for that (qBittorrent
   * 4.5.2). Source: a disk that was away from real daemons.
   */
  recheck(torrents: Torrents, keeps: 'nothing' | 'words' | 'error' | 'waits' = 'nothing'): void {
    this.note('recheck', torrents, {})
    for (const torrent of torrents) {
      if (!torrent.hasMetadata) continue
      const {state, running} = torrent
      const isError = !running && (state === 'error' || state === 'missingFiles')
      this.world.update(torrent, {
        ...still,
        state: 'checking',
        taskProgress: 0,
        standingError: keeps === 'error' && isError ? state : null,
        isCheckStuck: keeps === 'waits' && state === 'missingFiles',
        ...((keeps === 'nothing' || keeps === 'waits') && {errorText: ''}),
      })
    }
  }

  /** Every tracker is asked now that may be. */
  reannounce(torrents: Torrents): void {
    this.note('reannounce', torrents, {})
    const now = this.world.now()
    for (const torrent of torrents) {
      const trackers = torrent.trackers.map((tracker) =>
        (tracker.mayAnnounceAt ?? 0) > now
          ? tracker
          : {...tracker, lastAnnounceAt: now, nextAnnounceAt: now + 1800},
      )
      this.world.update(torrent, {trackers}, 'swarm')
    }
  }

  /* ───────────────────────────── place and names ───────────────────────────── */

  /** With data the torrent is `moving` until `Motion` ends it; without, the path is simply believed. */
  setLocation(torrents: Torrents, args: Args<'setLocation'>): void {
    this.note('setLocation', torrents, args)
    const moves: Partial<SimFields> = args.moveData ? {...still, state: 'moving', taskProgress: 0} : {}
    for (const torrent of torrents) {
      if (args.moveData) this.world.relocate(torrent, args.path)
      this.world.update(torrent, {savePath: args.path, ...moves})
    }
  }

  /** Nobody ordered it: its server does that of itself, once, with what it has just fetched. */
  bringCompleted(torrent: SimTorrent): void {
    const {completedPath} = torrent
    if (completedPath === null) return
    const moves =
      completedPath === torrent.savePath ? {} : {...still, state: 'moving' as const, taskProgress: 0}
    this.world.relocate(torrent, completedPath)
    this.world.update(torrent, {savePath: completedPath, completedPath: null, ...moves})
  }

  rename(torrents: Torrents, args: Args<'rename'>): void {
    this.#each('rename', torrents, args, {name: args.name, nameBytes: null})
  }

  renameFile(torrents: Torrents, args: Args<'renameFile'>): void {
    this.note('renameFile', torrents, args)
    for (const torrent of torrents) {
      this.world.updateFiles(torrent, (file) => {
        if (file.path !== args.from) return
        this.#renameOnDisk(torrent, args.from, args.to)
        file.path = args.to
      })
      if (torrent.rootName === args.from) this.world.update(torrent, {rootName: args.to})
    }
  }

  renameFolder(torrents: Torrents, args: Args<'renameFolder'>): void {
    this.note('renameFolder', torrents, args)
    for (const torrent of torrents) {
      this.world.updateFiles(torrent, (file) => {
        if (!file.path.startsWith(`${args.from}/`)) return
        const to = args.to + file.path.slice(args.from.length)
        this.#renameOnDisk(torrent, file.path, to)
        file.path = to
      })
      if (torrent.rootName === args.from) this.world.update(torrent, {rootName: args.to})
    }
  }

  setComment(torrents: Torrents, args: Args<'setComment'>): void {
    this.#each('setComment', torrents, args, {comment: args.comment})
  }

  /** rTorrent's `d.custom.set`. */
  setCustom(torrents: Torrents, key: string, value: string): void {
    for (const torrent of torrents) {
      this.world.update(torrent, {custom: {...torrent.custom, [key]: value}}, 'labels')
    }
  }

  /* ───────────────────────────── category and tags ───────────────────────────── */

  setCategory(torrents: Torrents, args: Args<'setCategory'>): void {
    this.#each('setCategory', torrents, args, {category: args.category}, 'labels')
    this.follow(torrents)
  }

  addTags(torrents: Torrents, args: Args<'addTags'>): void {
    this.note('addTags', torrents, args)
    this.retag(torrents, (tags) => [...new Set([...tags, ...args.tags])])
  }

  removeTags(torrents: Torrents, args: Args<'removeTags'>): void {
    this.note('removeTags', torrents, args)
    this.retag(torrents, (tags) => tags.filter((tag) => !args.tags.includes(tag)))
  }

  setTags(torrents: Torrents, args: Args<'setTags'>): void {
    this.note('setTags', torrents, args)
    this.retag(torrents, () => [...new Set(args.tags)])
  }

  /* ───────────────────────────── files, trackers, peers ───────────────────────────── */

  setFilePriority(torrents: Torrents, args: {files: readonly number[]; priority: FilePriority}): void {
    this.note('setFilePriority', torrents, args)
    const selected = new Set(args.files)
    for (const torrent of torrents) {
      this.world.updateFiles(torrent, (file, index) => {
        if (selected.has(index)) file.priority = args.priority
      })
    }
  }

  /** Below the present ones, each list a tier of its own; URLs that are there already stay where they are. */
  addTrackers(torrents: Torrents, args: Args<'addTrackers'>): void {
    this.note('addTrackers', torrents, args)
    for (const torrent of torrents) {
      const known = new Set(torrent.trackers.map((tracker) => tracker.url))
      const firstTier = 1 + Math.max(-1, ...torrent.trackers.map((tracker) => tracker.tier))
      const added = args.tiers.flatMap((urls, index) =>
        urls.filter((url) => !known.has(url)).map((url) => this.tracker(url, firstTier + index)),
      )
      this.world.update(torrent, {trackers: [...torrent.trackers, ...added]}, 'trackers')
    }
  }

  editTracker(torrents: Torrents, args: Args<'editTracker'>): void {
    this.note('editTracker', torrents, args)
    for (const torrent of torrents) {
      const trackers = torrent.trackers.map((tracker) =>
        tracker.url === args.from ? this.tracker(args.to, tracker.tier) : tracker,
      )
      this.world.update(torrent, {trackers}, 'trackers')
    }
  }

  removeTrackers(torrents: Torrents, args: Args<'removeTrackers'>): void {
    this.note('removeTrackers', torrents, args)
    for (const torrent of torrents) {
      const trackers = torrent.trackers.filter((tracker) => !args.urls.includes(tracker.url))
      this.world.update(torrent, {trackers}, 'trackers')
    }
  }

  /** All at once (Transmission's `tracker_list`): URLs by tier; those that stay keep their figures. */
  replaceTrackers(torrents: Torrents, tiers: readonly (readonly string[])[]): void {
    this.note('addTrackers', torrents, {replaced: tiers})
    for (const torrent of torrents) {
      const trackers = tiers.flatMap((urls, tier) =>
        urls.map((url) => {
          const present = torrent.trackers.find((tracker) => tracker.url === url)
          return present ? {...present, tier} : this.tracker(url, tier)
        }),
      )
      this.world.update(torrent, {trackers}, 'trackers')
    }
  }

  /** rTorrent's `t.is_enabled.set`. */
  enableTracker(torrent: SimTorrent, url: string, on: boolean): void {
    this.note('editTracker', [torrent], {url, on})
    const trackers = torrent.trackers.map((tracker) =>
      tracker.url === url ? {...tracker, status: on ? ('waiting' as const) : ('disabled' as const)} : tracker,
    )
    this.world.update(torrent, {trackers}, 'trackers')
  }

  addPeers(torrents: Torrents, args: Args<'addPeers'>): void {
    this.note('addPeers', torrents, args)
    for (const torrent of torrents) {
      const peersConnected = torrent.peersConnected + args.peers.length
      this.world.update(torrent, {peersConnected}, 'swarm')
      this.world.meet(torrent, args.peers)
    }
  }

  addWebSeeds(torrents: Torrents, args: Args<'addWebSeeds'>): void {
    this.note('addWebSeeds', torrents, args)
    for (const torrent of torrents) {
      this.world.update(torrent, {webSeeds: [...new Set([...torrent.webSeeds, ...args.urls])]}, 'trackers')
    }
  }

  removeWebSeeds(torrents: Torrents, args: Args<'removeWebSeeds'>): void {
    this.note('removeWebSeeds', torrents, args)
    for (const torrent of torrents) {
      const webSeeds = torrent.webSeeds.filter((url) => !args.urls.includes(url))
      this.world.update(torrent, {webSeeds}, 'trackers')
    }
  }

  /* ───────────────────────────── limits and order ───────────────────────────── */

  setSpeedLimits(torrents: Torrents, args: Args<'setSpeedLimits'>): void {
    const patch = {
      ...(args.down !== undefined && {downLimit: args.down}),
      ...(args.up !== undefined && {upLimit: args.up}),
    }
    this.#each('setSpeedLimits', torrents, args, patch, 'limits')
  }

  /** `idleTime` and `seedingTime` in seconds. */
  setShareLimits(
    torrents: Torrents,
    args: {ratio?: Limit | undefined; seedingTime?: Limit | undefined; idleTime?: Limit | undefined},
  ): void {
    const patch = {
      ...(args.ratio !== undefined && {ratioLimit: args.ratio}),
      ...(args.seedingTime !== undefined && {seedingTimeLimit: args.seedingTime}),
      ...(args.idleTime !== undefined && {idleLimit: args.idleTime}),
    }
    this.#each('setShareLimits', torrents, args, patch, 'limits')
  }

  setPriority(torrents: Torrents, args: {priority: Priority}): void {
    this.#each('setPriority', torrents, args, {priority: args.priority}, 'limits')
  }

  setSuperSeeding(torrents: Torrents, args: {on: boolean}): void {
    this.#each('setSuperSeeding', torrents, args, {superSeeding: args.on}, 'limits')
  }

  setSequential(torrents: Torrents, args: {on: boolean}): void {
    this.#each('setSequential', torrents, args, {sequential: args.on}, 'limits')
  }

  setFirstLast(torrents: Torrents, args: {on: boolean}): void {
    this.#each('setFirstLast', torrents, args, {firstLast: args.on}, 'limits')
  }

  setAutoManaged(torrents: Torrents, args: {on: boolean}): void {
    this.#each('setAutoManaged', torrents, args, {autoManaged: args.on}, 'limits')
    this.follow(torrents)
  }

  moveInQueue(torrents: Torrents, args: Args<'moveInQueue'>): void {
    this.note('moveInQueue', torrents, args)
    this.queue.move(torrents, args.to)
  }

  /* ───────────────────────────── for the generator and Motion ───────────────────────────── */

  /** A tracker nobody has asked yet. */
  tracker(url: string, tier: number): SimTracker {
    return {
      id: this.#nextTrackerId++,
      url,
      tier,
      status: 'waiting',
      message: '',
      seeds: -1,
      leeches: -1,
      downloaded: -1,
      lastAnnounceAt: null,
      nextAnnounceAt: null,
    }
  }

  /** Goes where `running`, `done` and metadata say: after a start, a check, a move. A check believes the disk alone. */
  settle(torrent: SimTorrent): void {
    if (torrent.state === 'checking') this.world.readDisk(torrent)
    const {standingError} = torrent
    const state = standingError !== null && !torrent.running ? standingError : restingState(torrent)
    this.world.update(torrent, {state, standingError: null, taskProgress: 0})
  }

  /**
   * Its metadata came from others. Who is to stop then has written nothing; who runs takes over what lies there, and makes
   * its files as long as they are to be.
   * @param files absent = made up
   */
  learn(torrent: SimTorrent, fields: Partial<SimFields>, files?: readonly SimFile[]): void {
    if (files) this.world.nameFiles(torrent, files)
    const stops = torrent.stopsWithMetadata && {running: false, stopsWithMetadata: false}
    this.world.update(torrent, {...fields, ...stops, hasMetadata: true})
    this.world.readDisk(torrent)
    if (torrent.running) this.world.claimFiles(torrent)
    this.settle(torrent)
  }

  /* ───────────────────────────── inside ───────────────────────────── */

  #renameOnDisk({savePath}: SimTorrent, from: string, to: string): void {
    const folder = savePath.replace(/\/$/, '')
    this.world.disk?.rename(`${folder}/${from}`, `${folder}/${to}`)
  }

  #run(torrent: SimTorrent): void {
    const busy = torrent.state === 'checking' || torrent.state === 'moving'
    if (!busy) this.world.claimFiles(torrent)
    this.world.update(torrent, {
      running: true,
      errorText: '',
      isCheckStuck: false,
      startedAt: this.world.now(),
      ...(!busy && {state: restingState({...torrent, running: true})}),
    })
  }

  #take(verb: 'remove' | 'removeWithData', torrents: Torrents): void {
    this.note(verb, torrents, {})
    this.queue.dequeue(torrents)
    this.world.release(torrents)
  }

  #each(
    verb: TorrentVerb,
    torrents: Torrents,
    args: unknown,
    patch: Partial<SimFields>,
    aspect?: 'labels' | 'limits',
  ): void {
    this.note(verb, torrents, args)
    for (const torrent of torrents) this.world.update(torrent, patch, aspect)
  }
}

const still = {downSpeed: 0, upSpeed: 0} as const

function restingState(torrent: SimTorrent): SimTorrent['state'] {
  if (!torrent.running) return 'stopped'
  if (!torrent.hasMetadata) return 'metadata'
  return isComplete(torrent) ? 'seeding' : 'downloading'
}
