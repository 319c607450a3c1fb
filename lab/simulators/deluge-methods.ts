/** What the calls of Deluge's daemon and of its Label plugin do to a world, and what they answer. */
import {CommodarrError} from '#model/errors.ts'
import {fromMagnet, fromTorrent} from './additions.ts'
import {isComplete, progressOf, type NewTorrent, type SimTorrent} from './sim-torrent.ts'
import {CONFIG_FOLDER} from './torrent-folder.ts'
import type {World} from './world.ts'

type Params = readonly unknown[]
type Options = Readonly<Record<string, unknown>>

/** The result as JSON text in pieces, or what went wrong. */
export type Outcome = {readonly result: Iterable<string>} | {readonly error: string; readonly code: number}

type Method = (params: Params) => Outcome | Promise<Outcome>
type FieldReader = (torrent: SimTorrent, world: World) => unknown

const states: Readonly<Record<SimTorrent['state'], string>> = {
  stopped: 'Paused',
  downloading: 'Downloading',
  metadata: 'Downloading',
  seeding: 'Seeding',
  queued: 'Queued',
  checking: 'Checking',
  moving: 'Moving',
  error: 'Error',
  missingFiles: 'Error',
}

/** So long a list is answered from the one before. */
const LISTS_STAND_MS = 1_500

const priorities = {skip: 0, low: 1, normal: 4, high: 7, maximum: 7} as const

const fields: Readonly<Record<string, FieldReader>> = {
  hash: (t) => t.hash,
  name: (t) => t.name,
  state: (t) => states[t.state],
  message: messageOf,
  // Of the check or the move; all of it in an error.
  progress: (t) => 100 * (t.state === 'error' ? 1 : isBusy(t) ? t.taskProgress : progressOf(t)),
  is_finished: isComplete,
  is_seed: isComplete,
  total_size: (t) => (t.hasMetadata ? t.sizeTotal : 0),
  total_wanted: (t) => (t.hasMetadata ? t.size : 0),
  total_remaining: (t) => (t.hasMetadata ? t.size - t.done : 0),
  total_done: (t) => t.done,
  all_time_download: (t, world) => world.shown(t.downloaded),
  total_uploaded: (t, world) => world.shown(t.uploaded),
  total_payload_download: (t) => t.sessionDownloaded,
  total_payload_upload: (t) => t.sessionUploaded,
  download_payload_rate: (t) => t.downSpeed,
  upload_payload_rate: (t) => t.upSpeed,
  ratio: (t) => (t.done > 0 ? t.uploaded / t.done : -1),
  eta: (t) => (t.downSpeed > 0 ? Math.floor((t.size - t.done) / t.downSpeed) : 0),
  num_seeds: (t) => t.seedsConnected,
  num_peers: (t) => t.peersConnected,
  total_seeds: (t) => t.seedsSwarm,
  total_peers: (t) => t.peersSwarm,
  distributed_copies: (t) => t.availability,
  time_added: (t) => t.addedAt,
  completed_time: (t) => t.completedAt ?? 0,
  last_seen_complete: (t) => t.seenCompleteAt ?? 0,
  active_time: (t) => t.activeTime,
  seeding_time: (t) => t.seedingTime,
  time_since_transfer: (t, world) => (t.lastActivityAt === null ? -1 : world.now() - t.lastActivityAt),
  next_announce: (t, world) => Math.max(0, (t.trackers[0]?.nextAnnounceAt ?? 0) - world.now()),
  queue: (t) => (t.queuePosition ?? 0) - 1,
  auto_managed: (t) => !t.forceStart,
  download_location: (t) => t.savePath,
  move_completed: (t) => t.completedPath !== null,
  move_completed_path: (t, world) => t.completedPath ?? completedPathOf(world),
  label: (t) => t.category,
  private: (t) => t.isPrivate,
  comment: (t) => t.comment,
  creator: (t) => t.createdBy,
  num_files: (t) => (t.hasMetadata ? t.fileCount : 0),
  num_pieces: (t) => (t.hasMetadata ? t.pieceCount : 0),
  piece_length: (t) => (t.hasMetadata ? t.pieceSize : 0),
  tracker: (t) => t.trackers[0]?.url ?? '',
  tracker_status: trackerStatusOf,
  trackers: (t) => t.trackers.map(({url, tier}) => ({url, tier})),
  max_download_speed: (t) => kibsOf(t.downLimit),
  max_upload_speed: (t) => kibsOf(t.upLimit),
  remove_at_ratio: (_t, world) => world.preferences.get('remove_seed_at_ratio') === true,
  stop_at_ratio: (t) => typeof t.ratioLimit === 'number',
  stop_ratio: (t) => (typeof t.ratioLimit === 'number' ? t.ratioLimit : 2),
  sequential_download: (t) => t.sequential,
  prioritize_first_last_pieces: (t) => t.firstLast,
  super_seeding: (t) => t.superSeeding,
  files: (t, world) => world.files(t).map(({path, size}, index) => ({index, path, size, offset: 0})),
  file_progress: (t, world) => world.files(t).map(({size, done}) => (size === 0 ? 0 : done / size)),
  file_priorities: (t, world) => world.files(t).map(({priority}) => priorities[priority]),
  peers: (t, world) =>
    world
      .peers(t)
      .map(({address, client, country, progress, downSpeed, upSpeed}) => ({
        ip: address,
        client,
        country,
        progress,
        seed: progress === 1 ? 1024 : 0,
        down_speed: downSpeed,
        up_speed: upSpeed,
      })),
  pieces: (t, world) =>
    !t.hasMetadata || isComplete(t) ? null : world.pieces(t).map((state) => [0, 2, 3][state]!),
}

export class DelugeMethods {
  readonly #world: World
  readonly #plugin: boolean
  readonly #methods: Readonly<Record<string, Method>>
  /** Whether torrents ran when the daemon looked at them last: it goes by that. [run on 2.0.3] */
  readonly #seenRunning = new WeakMap<SimTorrent, boolean>()
  /** What was complete once, is not any more, and has not run since: Deluge counts its queue without them. [run on 2.0.3] */
  readonly #uncounted = new WeakSet<SimTorrent>()
  /** By the clock that does not jump. */
  #listedAt = -Infinity

  constructor(world: World, version: string, hasLabels: boolean) {
    this.#world = world
    this.#plugin = hasLabels
    const {commands} = world
    const each =
      (act: (torrents: SimTorrent[], params: Params) => void): Method =>
      ([ids, ...more]) =>
        this.#oneByOne(ids, (torrent) => act([torrent], more))
    this.#methods = {
      'daemon.get_version': () => answer(version),
      'core.get_libtorrent_version': () => answer('2.0.8.0'),
      'core.get_enabled_plugins': () => answer(this.#hasLabels ? ['Label'] : []),
      'core.get_config': () => answer(this.#config()),
      'core.get_config_value': ([name]) => answer(this.#config()[String(name)] ?? null),
      'core.get_config_values': ([names]) => {
        const config = this.#config()
        return answer(Object.fromEntries((names as string[]).map((name) => [name, config[name] ?? null])))
      },
      'core.set_config': ([config]) => this.#setConfig(config as Options),
      'core.get_free_space': () => answer(world.free),
      // Also where it drew one. Source: deluge/core/core.py.
      'core.get_listen_port': () => answer(world.peerPort),
      'core.get_session_state': () => answer([...world.list()].map(({hash}) => hash)),
      'core.get_session_status': ([names]) => answer(this.#sessionStatus(names as string[])),
      'core.get_torrents_status': ([filter, keys]) => this.#list(filter as Options, keys as string[]),
      'core.get_torrent_status': ([id, keys]) => {
        const torrent = world.get(String(id))
        if (!torrent) return answer({})
        this.#look(torrent)
        return answer(this.#row(torrent, keys as string[]))
      },
      // An empty list means all of them.
      'core.pause_torrents': ([ids]) =>
        this.#oneByOne(this.#orAll(ids), (it) => {
          if (this.#sawRunning(it) || !it.running) commands.stop([it])
        }),
      'core.resume_torrents': ([ids]) =>
        this.#oneByOne(this.#orAll(ids), (it) =>
          it.forceStart ? commands.forceStart([it]) : commands.start([it]),
        ),
      'core.force_recheck': ([ids]) =>
        this.#oneByOne(ids, (it) => {
          commands.recheck([it])
          world.update(it, {running: this.#sawRunning(it)})
        }),
      'core.force_reannounce': each((torrents) => commands.reannounce(torrents)),
      'core.move_storage': each((torrents, [path]) => {
        commands.setLocation(torrents, {path: String(path), moveData: true})
        for (const torrent of torrents) world.update(torrent, {completedPath: null})
      }),
      'core.set_torrent_options': each((torrents, [options]) =>
        this.#setOptions(torrents, options as Options),
      ),
      'core.set_torrent_trackers': ([id, trackers]) =>
        this.#oneByOne([id], (torrent) => commands.replaceTrackers([torrent], tiersOf(trackers))),
      'core.rename_files': ([id, pairs]) =>
        this.#oneByOne([id], (torrent) => {
          for (const [index, to] of pairs as [number, string][]) {
            commands.renameFile([torrent], {from: world.files(torrent)[index]!.path, to: sanitized(to)})
          }
        }),
      'core.rename_folder': ([id, from, to]) =>
        this.#oneByOne([id], (torrent) =>
          commands.renameFolder([torrent], {
            from: String(from).replace(/\/$/, ''),
            to: sanitized(String(to)),
          }),
        ),
      'core.queue_top': ([ids]) => this.#moveInQueue(ids, 'top'),
      'core.queue_up': ([ids]) => this.#moveInQueue(ids, 'up'),
      'core.queue_down': ([ids]) => this.#moveInQueue(ids, 'down'),
      'core.queue_bottom': ([ids]) => this.#moveInQueue(ids, 'bottom'),
      'core.connect_peer': ([id, ip, port]) =>
        this.#oneByOne([id], (torrent) =>
          commands.addPeers([torrent], {peers: [`${String(ip)}:${Number(port)}`]}),
        ),
      'core.add_torrent_file': ([, file, options]) =>
        this.#add(options as Options, (fields) =>
          fromTorrent(world, Buffer.from(String(file), 'base64'), fields),
        ),
      'core.add_torrent_magnet': ([uri, options]) =>
        this.#add(options as Options, (fields) => fromMagnet(world, String(uri), fields)),
      'core.add_torrent_url': ([url, options]) => this.#addUrl(String(url), options as Options),
      'core.remove_torrents': ([ids, withData]) => this.#remove(ids as string[], withData === true),
      ...(hasLabels && this.#labelMethods()),
    }
  }

  /** Somebody may switch the plugin off while the daemon runs: `world.preferences.set('label_plugin', false)`. */
  get #hasLabels(): boolean {
    return this.#plugin && this.#world.preferences.get('label_plugin') !== false
  }

  knows(method: string): boolean {
    return Object.hasOwn(this.#methods, method) && (this.#hasLabels || !method.startsWith('label.'))
  }

  names(): string[] {
    return Object.keys(this.#methods)
  }

  async run(method: string, params: Params): Promise<Outcome> {
    return this.#methods[method]!(params)
  }

  #labelMethods(): Readonly<Record<string, Method>> {
    const {commands, categories} = this.#world
    return {
      'label.get_labels': () => answer([...categories.keys()].toSorted()),
      'label.add': ([name]) => {
        const label = String(name).toLowerCase()
        if (!/^[a-z0-9_-]+$/.test(label)) return refused('Invalid label, valid characters:[a-z0-9_-]')
        if (categories.has(label)) return refused('Label already exists')
        commands.createCategory({name: label})
        return nothing
      },
      'label.get_options': ([name]) =>
        categories.has(String(name)) ? answer(this.#labelOptions(String(name))) : refused('Unknown Label'),
      'label.set_options': ([name, options]) => {
        const label = String(name)
        if (!categories.has(label)) return refused('Unknown Label')
        const set = {...this.#labelOptions(label), ...(options as Options)}
        this.#world.preferences.set('label_options', {...this.#labels, [label]: set})
        for (const torrent of this.#world.list()) if (torrent.category === label) this.#followLabel(torrent)
        return nothing
      },
      'label.remove': ([name]) => {
        if (!categories.has(String(name))) return refused('Unknown Label')
        commands.removeCategories({names: [String(name)]})
        return nothing
      },
      'label.set_torrent': ([id, name]) => {
        const label = typeof name === 'string' && name !== 'No Label' ? name : ''
        if (label !== '' && !categories.has(label)) return refused('Unknown Label')
        const torrent = this.#world.get(String(id))
        if (!torrent) return refused('Unknown Torrent')
        this.#setLabel(torrent, label)
        return nothing
      },
    }
  }

  /** As far as somebody set them: `world.preferences.set('label_options', {films: {…}})`. */
  get #labels(): Readonly<Record<string, Options>> {
    return (this.#world.preferences.get('label_options') ?? {}) as Readonly<Record<string, Options>>
  }

  #labelOptions(label: string): Options {
    return {...labelDefaults, ...this.#labels[label]}
  }

  /** What the label before gave it is as the daemon is set again. */
  #setLabel(torrent: SimTorrent, label: string): void {
    if (this.#labelOptions(torrent.category)['apply_move_completed'] === true)
      this.#moveCompleted([torrent], this.#config())
    this.#world.commands.setCategory([torrent], {category: label})
    this.#followLabel(torrent)
  }

  /** Of what a label gives its torrents: where they go once they are complete. */
  #followLabel(torrent: SimTorrent): void {
    const options = this.#labelOptions(torrent.category)
    if (options['apply_move_completed'] === true) this.#moveCompleted([torrent], options)
  }

  /** The first label that wants torrents of one of its trackers. */
  #labelByTracker(torrent: SimTorrent): void {
    const isIts = ([, {auto_add: isOn, auto_add_trackers: pieces}]: readonly [string, Options]) =>
      isOn === true &&
      (pieces as readonly string[]).some((piece) => torrent.trackers.some(({url}) => url.includes(piece)))
    const [label] = Object.entries(this.#labels).find(isIts) ?? []
    if (label !== undefined) this.#setLabel(torrent, label)
  }

  /** @param options a torrent's, a label's or the daemon's own: they are called the same */
  #moveCompleted(torrents: readonly SimTorrent[], options: Options): void {
    const {move_completed: isOn, move_completed_path: path} = options
    for (const torrent of torrents) {
      const moves = isOn ?? torrent.completedPath !== null
      const to = typeof path === 'string' ? path : (torrent.completedPath ?? completedPathOf(this.#world))
      this.#world.update(torrent, {completedPath: moves === true && to !== '' ? to : null})
    }
  }

  #orAll(ids: unknown): unknown {
    const isNoOne = !Array.isArray(ids) || ids.length === 0
    return isNoOne ? [...this.#world.list()].map(({hash}) => hash) : ids
  }

  /** In their order: at one that it does not have the call ends, and those before it are done. */
  #oneByOne(ids: unknown, act: (torrent: SimTorrent) => void): Outcome {
    for (const id of ids as unknown[]) {
      const torrent = this.#world.get(String(id))
      if (!torrent) return unknownTorrent(id)
      act(torrent)
    }
    return nothing
  }

  /**
   * Those that move keep their order, whichever is named first. Up and down nobody steps past one that stayed where it is
   * (`queue_up` in deluge/core/core.py). Down and to the bottom goes none that stands where the queue ends by Deluge's count
   * (deluge/core/torrentmanager.py).
   */
  #moveInQueue(ids: unknown, to: 'top' | 'up' | 'down' | 'bottom'): Outcome {
    const {commands} = this.#world
    const torrents = (ids as unknown[]).map((id) => this.#world.get(String(id)))
    const unknown = torrents.indexOf(undefined)
    if (unknown >= 0) return unknownTorrent((ids as unknown[])[unknown])
    const known = torrents as SimTorrent[]
    const queued = [...this.#world.list()].filter((one) => one.queuePosition !== null)
    const counted = queued.filter((one) => !this.#uncounted.has(one)).length
    const move = (one: SimTorrent) => {
      if ((to === 'down' || to === 'bottom') && one.queuePosition === counted) return
      commands.moveInQueue([one], {to})
    }
    if (to === 'top') {
      commands.moveInQueue(known, {to})
      return nothing
    }
    if (to === 'bottom') {
      for (const one of known.toSorted((a, b) => (a.queuePosition ?? 0) - (b.queuePosition ?? 0))) move(one)
      return nothing
    }
    const places = known.flatMap((torrent) =>
      torrent.queuePosition === null ? [] : [{torrent, place: torrent.queuePosition}],
    )
    let stayedAt: number | null = null
    for (const {torrent, place} of places.toSorted((a, b) =>
      to === 'up' ? a.place - b.place : b.place - a.place,
    )) {
      if (stayedAt === null || Math.abs(place - stayedAt) > 1) {
        move(torrent)
        stayedAt = torrent.queuePosition === place ? place : null
      } else stayedAt = place
    }
    return nothing
  }

  #list(filter: Options, keys: readonly string[]): Outcome {
    const ids = filter['id']
    const world = this.#world
    const now = world.clock.monotonic()
    if (now - this.#listedAt >= LISTS_STAND_MS) {
      this.#listedAt = now
      for (const torrent of world.list()) this.#look(torrent)
    }
    const torrents = Array.isArray(ids) ? ids.flatMap((id) => world.get(String(id)) ?? []) : world.list()
    return {result: this.#rows(torrents, keys)}
  }

  #look(torrent: SimTorrent): void {
    // Whatever is checked runs until that is over.
    const isRunning = torrent.running || torrent.state === 'checking'
    this.#seenRunning.set(torrent, isRunning)
    if (isComplete(torrent)) this.#uncounted.add(torrent)
    else if (isRunning) this.#uncounted.delete(torrent)
  }

  #sawRunning(torrent: SimTorrent): boolean {
    return this.#seenRunning.get(torrent) ?? torrent.running
  }

  *#rows(torrents: Iterable<SimTorrent>, keys: readonly string[]): Generator<string> {
    let comma = '{'
    for (const torrent of torrents) {
      yield `${comma}"${torrent.hash}": ${JSON.stringify(this.#row(torrent, keys))}`
      comma = ', '
    }
    yield comma === '{' ? '{}' : '}'
  }

  /** Unknown keys are left out; no keys mean all. */
  #row(torrent: SimTorrent, keys: readonly string[]): Options {
    const wanted = keys.length === 0 ? Object.keys(fields) : keys
    const known = wanted.filter((key) => Object.hasOwn(fields, key) && (this.#hasLabels || key !== 'label'))
    return Object.fromEntries(known.map((key) => [key, fields[key]!(torrent, this.#world)]))
  }

  #config(): Options {
    const {limits, defaultSavePath, preferences, peerPort} = this.#world
    return {
      download_location: defaultSavePath,
      auto_managed: true,
      max_download_speed: kibsOf(limits.down),
      max_upload_speed: kibsOf(limits.up),
      max_connections_global: 200,
      move_completed: false,
      move_completed_path: completedPathOf(this.#world),
      remove_seed_at_ratio: false,
      listen_ports: [peerPort, peerPort],
      random_port: false,
      plugins_location: `${CONFIG_FOLDER}/plugins`,
      proxy: {type: 0, hostname: '', username: '', password: ''},
      ...Object.fromEntries(preferences),
    }
  }

  #setConfig(config: Options): Outcome {
    const {max_download_speed: down, max_upload_speed: up, ...others} = config
    const {commands} = this.#world
    if (down !== undefined || up !== undefined) {
      commands.setGlobalLimits({
        ...(down !== undefined && {down: bytesOf(down)}),
        ...(up !== undefined && {up: bytesOf(up)}),
      })
    }
    if (Object.keys(others).length > 0) commands.setPreferences({values: others})
    return nothing
  }

  #sessionStatus(names: readonly string[]): Options {
    const {downSpeed, upSpeed, session, swarm} = this.#world
    const status: Options = {
      payload_download_rate: downSpeed,
      payload_upload_rate: upSpeed,
      'net.recv_payload_bytes': session.downloaded,
      'net.sent_payload_bytes': session.uploaded,
      // More than the payload, and more with each second.
      'net.recv_bytes': session.downloaded + this.#seconds() * 100,
      'net.sent_bytes': session.uploaded + this.#seconds() * 100,
      'net.on_tick_counter': this.#seconds() * 2,
      'net.has_incoming_connections': swarm.connection === 'connected' ? 1 : 0,
      'dht.dht_nodes': swarm.dhtNodes,
      'peer.num_peers_connected': swarm.peers,
    }
    return Object.fromEntries(names.filter((name) => name in status).map((name) => [name, status[name]]))
  }

  #seconds(): number {
    return Math.max(0, this.#world.now() - this.#world.session.startedAt)
  }

  #setOptions(torrents: SimTorrent[], options: Options): void {
    const {commands} = this.#world
    const [down, up] = [options['max_download_speed'], options['max_upload_speed']]
    if (down !== undefined || up !== undefined) {
      commands.setSpeedLimits(torrents, {
        ...(down !== undefined && {down: bytesOf(down)}),
        ...(up !== undefined && {up: bytesOf(up)}),
      })
    }
    if (options['stop_at_ratio'] === false) commands.setShareLimits(torrents, {ratio: null})
    if (options['stop_at_ratio'] === true) {
      commands.setShareLimits(torrents, {ratio: Number(options['stop_ratio'])})
    }
    const on = (name: string): {on: boolean} | null =>
      typeof options[name] === 'boolean' ? {on: options[name]} : null
    const [sequential, firstLast, superSeeding] = [
      on('sequential_download'),
      on('prioritize_first_last_pieces'),
      on('super_seeding'),
    ]
    if (sequential) commands.setSequential(torrents, sequential)
    if (firstLast) commands.setFirstLast(torrents, firstLast)
    if (superSeeding) commands.setSuperSeeding(torrents, superSeeding)
    const managed = on('auto_managed')
    if (managed) for (const torrent of torrents) this.#world.update(torrent, {forceStart: !managed.on})
    if (typeof options['name'] === 'string') commands.rename(torrents, {name: options['name']})
    if (options['move_completed'] !== undefined || options['move_completed_path'] !== undefined)
      this.#moveCompleted(torrents, options)
    const files = options['file_priorities']
    if (Array.isArray(files)) for (const torrent of torrents) this.#setFiles(torrent, files as number[])
  }

  #setFiles(torrent: SimTorrent, levels: readonly number[]): void {
    for (const [name, level] of Object.entries(priorities)) {
      if (name === 'maximum') continue
      const selected = levels.flatMap((one, index) => (one === level ? [index] : []))
      const priority = name as keyof typeof priorities
      if (selected.length > 0) this.#world.commands.setFilePriority([torrent], {files: selected, priority})
    }
  }

  #add(options: Options, read: (fields: Partial<NewTorrent>) => NewTorrent): Outcome {
    const {commands} = this.#world
    try {
      const fields = read({
        running: options['add_paused'] !== true,
        forceStart: options['auto_managed'] === false,
        ...(typeof options['download_location'] === 'string' && {savePath: options['download_location']}),
      })
      const known = this.#world.known(fields.hash)
      if (known) return failure(`Torrent already in session (${fields.hash}).`)
      const {torrent} = commands.add(fields)
      this.#look(torrent)
      this.#moveCompleted([torrent], this.#config())
      this.#setOptions([torrent], {...options, auto_managed: undefined})
      if (this.#hasLabels) this.#labelByTracker(torrent)
      return answer(torrent.hash)
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      return failure(
        'Unable to add torrent, decoding filedump failed: unexpected end of file in bencoded string',
      )
    }
  }

  async #addUrl(url: string, options: Options): Promise<Outcome> {
    const fetched = await fetch(url).catch(() => null)
    if (!fetched?.ok) return failure(`${fetched?.status ?? 0} Not Found`)
    const bytes = new Uint8Array(await fetched.arrayBuffer())
    return this.#add(options, (fields) => fromTorrent(this.#world, bytes, fields))
  }

  /** Pairs of those that it does not have and the reason. */
  #remove(ids: readonly string[], withData: boolean): Outcome {
    const {commands} = this.#world
    const failed: [string, string][] = []
    for (const id of ids) {
      const torrent = this.#world.get(id)
      if (!torrent) failed.push([id, `torrent_id ${id} not in session.`])
      else if (withData) commands.removeWithData([torrent])
      else commands.remove([torrent])
    }
    return answer(failed)
  }
}

const nothing: Outcome = {result: ['null']}

function answer(value: unknown): Outcome {
  return {result: [JSON.stringify(value)]}
}

/** As a failure of the daemon comes through deluge-web. */
function failure(message: string): Outcome {
  return {
    error: `Failure: [Failure instance: Traceback (failure with no frames): <class 'deluge.error.AddTorrentError'>: ${message}\n]`,
    code: 4,
  }
}

function refused(message: string): Outcome {
  return {
    error: `Failure: [Failure instance: Traceback (failure with no frames): <class 'Exception'>: ${message}\n]`,
    code: 4,
  }
}

function unknownTorrent(id: unknown): Outcome {
  const own = `<class 'deluge.error.WrappedException'>: '${String(id)}'\nTraceback (most recent call last):\nKeyError: '${String(id)}'`
  return {error: `Failure: [Failure instance: Traceback (failure with no frames): ${own}\n]`, code: 4}
}

/** As it is installed it would bring it to its default folder. */
function completedPathOf({defaultSavePath, preferences}: World): string {
  const path = preferences.get('move_completed_path')
  return typeof path === 'string' ? path : defaultSavePath
}

function isBusy({state}: SimTorrent): boolean {
  return state === 'checking' || state === 'moving'
}

function messageOf({state, errorText}: SimTorrent): string {
  if (state === 'missingFiles') return 'Missing or invalid torrent data!'
  return state === 'error' ? errorText || 'Problem with resume data' : 'OK'
}

function trackerStatusOf({trackers}: SimTorrent): string {
  const [tracker] = trackers
  if (tracker?.status === 'working') return 'Announce OK'
  if (tracker?.status === 'updating') return 'Announce Sent'
  if (tracker?.status === 'error') return `Error: ${tracker.message}`
  if (tracker?.status === 'unreachable') return 'Error: Connection timed out'
  return ''
}

function kibsOf(limit: number | null): number {
  return limit === null ? -1 : limit / 1024
}

function bytesOf(kibs: unknown): number | null {
  return Number(kibs) > 0 ? Math.floor(Number(kibs) * 1024) : null
}

function tiersOf(trackers: unknown): string[][] {
  const tiers: string[][] = []
  for (const {url, tier} of trackers as {url: string; tier: number}[]) (tiers[tier] ??= []).push(url)
  return tiers.filter((tier) => tier !== undefined)
}

/** Of a label as it was added. Source: Label plugin, `OPTIONS_DEFAULTS`. */
const labelDefaults = {
  apply_max: false,
  apply_queue: false,
  stop_at_ratio: false,
  stop_ratio: 2,
  remove_at_ratio: false,
  apply_move_completed: false,
  move_completed: false,
  move_completed_path: '',
  auto_add: false,
  auto_add_trackers: [],
}

/** Source: `sanitize_filepath` in deluge/core/torrent.py. */
function sanitized(path: string): string {
  const parts = path.split(/[\\/]/).map((part) => part.trim())
  return parts.filter((part) => /[^.]/.test(part)).join('/')
}
