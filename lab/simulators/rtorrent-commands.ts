/**
 * rTorrent's commands over a world: getters, lists with their filters, and what changes something. A version knows the
 * names it had; a name it lacks is a fault of its own words. Recordings of 0.9.8 and 0.16.17.
 */
import {limitsOfName, throttleName} from '#clients/rtorrent/throttles.ts'
import {priorities} from '#model/torrent.ts'
import {fromMagnet, fromTorrent} from './additions.ts'
import {glued, RtorrentColumns, textOf, type Handler} from './rtorrent-columns.ts'
import {RtFault, type Call, type Result, type Value} from './rtorrent-encoding.ts'
import {
  contentPath,
  customOf,
  fileGetters,
  isActive,
  peerGetters,
  placementIn,
  torrentGetters,
  trackerGetters,
} from './rtorrent-fields.ts'
import {parseCommand} from './rtorrent-language.ts'
import {RtorrentPrograms} from './rtorrent-programs.ts'
import type {NewTorrent, SimTorrent} from './sim-torrent.ts'
import {CONFIG_FOLDER} from './torrent-folder.ts'
import type {World} from './world.ts'

const MIB = 1024 * 1024
/** The most of `GLOBAL_ON_BUT_OPEN` and of what people set: above it 0.9.8 refuses. */
const MOST_RATE = 500 * MIB

export class RtorrentCommands {
  readonly #world: World
  readonly #isNew: boolean
  readonly #version: string
  readonly #handlers: ReadonlyMap<string, Handler>
  readonly #columns: RtorrentColumns
  readonly #throttles = new Map<string, {down: number | null; up: number | null}>()
  readonly #programs = new RtorrentPrograms(() => this.#world.disk)
  #sizeLimit = 524_288

  constructor(world: World, version: string) {
    this.#world = world
    this.#version = version
    this.#isNew = !version.startsWith('0.9.')
    this.#columns = new RtorrentColumns({
      world,
      isNew: this.#isNew,
      command: (name) => this.#handlers.get(name),
      groupOf: (torrent) => this.#groupOf(torrent),
      seedMode: (torrent, mode) => this.#seedMode(torrent, mode),
    })
    this.#handlers = new Map(Object.entries(this.#all()))
    world.onRestart(() => {
      this.#throttles.clear()
      this.#sizeLimit = 524_288
    })
  }

  /** Most bytes of one request, `network.xmlrpc.size_limit`. */
  get sizeLimit(): number {
    return this.#sizeLimit
  }

  run({method, params}: Call): Result {
    try {
      const handler = this.#handlers.get(method)
      if (handler) return handler(params)
      const getter = this.#columns.getter(method)
      if (!getter) return new RtFault(-506, `Method '${method}' not defined`)
      return getter(this.#torrent(params))
    } catch (error) {
      if (error instanceof RtFault) return error
      return new RtFault(-503, error instanceof Error ? error.message : 'unknown')
    }
  }

  /* ───────────────────────────── torrents ───────────────────────────── */

  #torrent([target]: readonly Value[]): SimTorrent {
    const hash = typeof target === 'string' ? target.slice(0, 40).toLowerCase() : ''
    if (hash.length !== 40) throw new RtFault(this.#isNew ? -503 : -501, 'Unsupported target type found.')
    const torrent = this.#world.get(hash)
    if (!torrent) throw this.#fault('Could not find info-hash.', 'info-hash not found')
    return torrent
  }

  #fault(old: string, now: string): RtFault {
    return this.#isNew ? new RtFault(-503, `invalid parameters: ${now}`) : new RtFault(-501, old)
  }

  /* ───────────────────────────── commands ───────────────────────────── */

  #all(): Record<string, Handler> {
    return {
      ...this.#system(),
      ...this.#lists(),
      ...this.#torrentCommands(),
      ...this.#insideCommands(),
      ...this.#comparisons(),
      ...this.#limits(),
      ...this.#loads(),
    }
  }

  #system(): Record<string, Handler> {
    const world = this.#world
    return {
      'system.client_version': () => this.#version,
      'system.library_version': () => (this.#isNew ? this.#version : '0.13.8'),
      'system.api_version': () => (this.#isNew ? '23' : '10'),
      'system.pid': () => world.session.pid,
      'system.time_seconds': () => world.now(),
      'system.listMethods': () => this.#methodNames(),
      'system.multicall': () => new RtFault(-503, 'Recursive multicall'),
      'execute.capture': (params) => this.#programs.run(params),
      'execute.throw': (params) => {
        this.#programs.run(params)
        return 0
      },
      'directory.default': () => world.defaultSavePath,
      'session.path': () => `${CONFIG_FOLDER}/session`,
      'method.get': ([, name]) => this.#methodText(textOf(name)),
      'network.xmlrpc.size_limit': () => this.#sizeLimit,
      'network.xmlrpc.size_limit.set': ([, bytes]) => (this.#sizeLimit = Number(bytes)) && 0,
      ...(this.#isNew && {'network.rpc.use_jsonrpc': () => 1}),
      ...this.#preference('throttle.max_uploads.global', 0),
      ...this.#preference('throttle.max_downloads.global', 0),
      ...this.#preference('throttle.max_peers.normal', 200),
      'network.listen.port': () => world.peerPort,
      'network.port_range': () =>
        (world.preferences.get('network.port_range') as Value | undefined) ??
        `${world.peerPort}-${world.peerPort}`,
      ...this.#preference('network.port_random', 0),
    }
  }

  #preference(name: string, standard: Value): Record<string, Handler> {
    return {
      [name]: () => (this.#world.preferences.get(name) as Value | undefined) ?? standard,
      [`${name}.set`]: ([, value]) => {
        this.#world.commands.setPreferences({values: {[name]: value}})
        return 0
      },
    }
  }

  /** Of an event what it runs, by the name that each has; tests set theirs beside its settings. */
  #methodText(name: string): Value {
    if (name !== 'event.download.erased') throw new RtFault(-503, 'Key not found.')
    const others = this.#world.preferences.get(name) as Readonly<Record<string, string>> | undefined
    return {'!_download_list': 'ui.unfocus_download=', '~_delete_tied': 'd.delete_tied=', ...others}
  }

  #methodNames(): string[] {
    const getters = Object.keys(torrentGetters)
    const language = ['cat', 'false', 'or', 'equal', 'match', 'elapsed.less', 'd.custom', 'd.throttle_name']
    const inside = [fileGetters, trackerGetters, peerGetters].flatMap((table) => Object.keys(table))
    const later = this.#isNew ? ['d.name.or_base64', 'd.base_path.or_base64'] : []
    return [...new Set([...this.#handlers.keys(), ...getters, ...language, ...inside, ...later])]
  }

  #lists(): Record<string, Handler> {
    return {
      'd.multicall2': (params) => this.#columns.list(params, false),
      ...(this.#isNew && {'d.multicall': (params: readonly Value[]) => this.#columns.list(params, false)}),
      'd.multicall.filtered': (params) => this.#columns.list(params, true),
      download_list: () => [...this.#world.list()].map(({hash}) => hash.toUpperCase()),
      'view.size': () => this.#world.size,
      'd.custom5': ([hash]) => customOf(this.#torrent([hash!]), '5'),
      'd.custom': ([hash, key]) => customOf(this.#torrent([hash!]), textOf(key)),
    }
  }

  #torrentCommands(): Record<string, Handler> {
    const {commands} = this.#world
    const each =
      (act: (torrents: readonly SimTorrent[]) => void): Handler =>
      (params) => {
        act([this.#torrent(params)])
        return 0
      }
    return {
      // To what a failed check stopped it does nothing, as that is still in its view of started ones. Source: 0.9.8.
      'd.start': each((torrents) =>
        commands.start(
          this.#opened(torrents.filter(({state}) => state !== 'error' && state !== 'missingFiles')),
        ),
      ),
      'd.stop': each((torrents) => commands.stop(torrents)),
      'd.open': each(() => {}),
      'd.close': each(() => {}),
      'd.save_full_session': each(() => {}),
      'd.update_priorities': each(() => {}),
      'd.erase': each((torrents) => commands.remove(torrents)),
      'd.check_hash': each((torrents) => commands.recheck(this.#opened(torrents), 'words')),
      'd.tracker_announce': each((torrents) => commands.reannounce(torrents)),
      'd.custom1.set': ([hash, label]) => this.#label(this.#torrent([hash!]), textOf(label)),
      'd.custom.set': ([hash, key, value]) => {
        commands.setCustom([this.#torrent([hash!])], textOf(key), textOf(value))
        return 0
      },
      'd.directory.set': ([hash, path]) => this.#place(this.#torrent([hash!]), textOf(path)),
      'd.directory_base.set': ([hash, path]) =>
        this.#place(this.#torrent([hash!]), textOf(path).replace(/\/[^/]*$/, '')),
      'd.priority.set': ([hash, priority]) => {
        commands.setPriority([this.#torrent([hash!])], {priority: priorities[Number(priority)] ?? 'normal'})
        return 0
      },
      'd.throttle_name.set': ([hash, name]) => this.#throttle(this.#torrent([hash!]), textOf(name)),
      'd.connection_current.set': each(() => {}),
      // Tried on 0.9.8.
      add_peer: ([hash, peer]) => {
        const torrent = this.#torrent([hash!])
        if (torrent.isPrivate) throw new RtFault(-503, 'Download is private.')
        commands.addPeers([torrent], {peers: [textOf(peer)]})
        return 0
      },
    }
  }

  #label(torrent: SimTorrent, label: string): Value {
    const {category, tags} = placementIn(label)
    const {commands} = this.#world
    if (category !== torrent.category) commands.setCategory([torrent], {category})
    if (tags.join() !== torrent.tags.join()) commands.setTags([torrent], {tags})
    commands.setCustom([torrent], '1', label)
    return label
  }

  #opened(torrents: readonly SimTorrent[]): readonly SimTorrent[] {
    for (const torrent of torrents) this.#world.update(torrent, {openedPath: null})
    return torrents
  }

  /** What is closed keeps the path of its files until it is opened again. Source: 0.9.8 and 0.16.17. */
  #place(torrent: SimTorrent, path: string): Value {
    if (!torrent.running)
      this.#world.update(torrent, {openedPath: torrent.openedPath ?? contentPath(torrent)})
    this.#world.commands.setLocation([torrent], {path, moveData: false})
    return 0
  }

  #seedMode(torrent: SimTorrent, mode: string): Value {
    this.#world.commands.setSuperSeeding([torrent], {on: mode === 'initial_seed'})
    return mode
  }

  #throttle(torrent: SimTorrent, name: string): Value {
    if (isActive(torrent)) throw new RtFault(-503, 'Cannot set throttle on active download.')
    const limits = this.#throttles.get(name) ?? {down: null, up: null}
    this.#world.commands.setSpeedLimits([torrent], limits)
    return 0
  }

  #groupOf({downLimit, upLimit}: SimTorrent): string {
    const name = throttleName({down: downLimit, up: upLimit})
    if (name !== '' && !this.#throttles.has(name)) this.#throttles.set(name, limitsOfName(name)!)
    return name
  }

  /** As direct calls: a target, a command on it and what its value is compared with, byte by byte. */
  #comparisons(): Record<string, Handler> {
    const compare =
      (holds: (order: number) => boolean): Handler =>
      ([target, ...sides]) => {
        const [one, other] = sides.map((side) => this.#bytes(textOf(target), side))
        return Number(holds(Buffer.compare(one!, other!)))
      }
    return {
      equal: compare((order) => order === 0),
      less: compare((order) => order < 0),
      greater: compare((order) => order > 0),
    }
  }

  #bytes(target: string, side: Value): Buffer {
    // One character a byte, whatever the command holds.
    const source = Buffer.from(side as string | Uint8Array).toString('latin1')
    const {name, args} = parseCommand(source)
    if (args.some((arg) => arg.kind === 'call'))
      throw new RtFault(-503, 'A value was carried out as a command.')
    if (name === 'cat') return Buffer.from(glued(args), 'latin1')
    const value = this.#valueAt(target, name)
    return Buffer.from(typeof value === 'number' ? String(value) : (value as string | Uint8Array))
  }

  #valueAt(target: string, name: string): Value {
    const isFile = /:f\d+$/.test(target)
    if (!isFile) return this.run({method: name, params: [target]}) as Value
    const torrent = this.#torrent([target])
    const file = this.#world.files(torrent)[indexOf(target)]
    const getter = fileGetters[name]
    if (!file || !getter) throw this.#fault('Invalid index.', 'index not found')
    return getter(file, torrent)
  }

  /* ───────────────────────────── inside ───────────────────────────── */

  #insideCommands(): Record<string, Handler> {
    const {commands} = this.#world
    return {
      'f.multicall': ([hash, , ...columns]) => {
        const torrent = this.#torrent([hash!])
        return this.#cells(this.#world.files(torrent), columns, (name) => fileGetters[name], torrent)
      },
      't.multicall': ([hash, , ...columns]) =>
        this.#cells(this.#torrent([hash!]).trackers, columns, (name) => trackerGetters[name], null),
      'p.multicall': ([hash, , ...columns]) =>
        this.#cells(this.#world.peers(this.#torrent([hash!])), columns, (name) => peerGetters[name], null),
      'f.priority.set': ([target, priority]) => this.#filePriority(textOf(target), Number(priority)),
      'f.prioritize_first.enable': ([target]) => this.#firstLast(target!, true),
      'f.prioritize_first.disable': ([target]) => this.#firstLast(target!, false),
      'f.prioritize_last.enable': ([target]) => this.#firstLast(target!, true),
      'f.prioritize_last.disable': ([target]) => this.#firstLast(target!, false),
      'd.tracker.insert': ([hash, , url]) => {
        commands.addTrackers([this.#torrent([hash!])], {tiers: [[textOf(url)]]})
        return 0
      },
      't.is_enabled.set': ([target, on]) => {
        const torrent = this.#torrent([target!])
        const tracker = torrent.trackers[indexOf(target!)]
        if (!tracker) throw this.#fault('Invalid index.', 'index not found')
        commands.enableTracker(torrent, tracker.url, Number(on) === 1)
        return 0
      },
      'p.banned.set': ([target]) => this.#ban(textOf(target)),
      'p.disconnect': () => 0,
    }
  }

  #cells<T>(
    items: readonly T[],
    columns: readonly Value[],
    getter: (name: string) => ((item: T, torrent: SimTorrent) => Value) | undefined,
    torrent: SimTorrent | null,
  ): Value {
    const getters = columns.map((column) => {
      const {name} = parseCommand(textOf(column))
      const found = getter(name)
      if (!found) throw new RtFault(-503, `Command "${name}" does not exist.`)
      return found
    })
    return items.map((item) => getters.map((get) => get(item, torrent!)))
  }

  #filePriority(target: string, priority: number): Value {
    const torrent = this.#torrent([target])
    const index = indexOf(target)
    if (!this.#world.files(torrent)[index]) throw this.#fault('Invalid index.', 'index not found')
    const word = (['skip', 'normal', 'high'] as const)[priority] ?? 'normal'
    this.#world.commands.setFilePriority([torrent], {files: [index], priority: word})
    return 0
  }

  #firstLast(target: Value, on: boolean): Value {
    const torrent = this.#torrent([target])
    if (torrent.firstLast !== on) this.#world.commands.setFirstLast([torrent], {on})
    return 0
  }

  #ban(target: string): Value {
    const torrent = this.#torrent([target])
    const id = target.slice(42).toLowerCase()
    const peer = this.#world.peers(torrent).find((one) => one.id === id)
    if (!peer) throw this.#fault('Could not find peer.', 'peer not found')
    this.#world.commands.banPeers({peers: [peer.address]})
    return 0
  }

  /* ───────────────────────────── limits ───────────────────────────── */

  #limits(): Record<string, Handler> {
    const world = this.#world
    const way = (which: 'down' | 'up'): Record<string, Handler> => ({
      [`throttle.global_${which}.rate`]: () => (which === 'down' ? world.downSpeed : world.upSpeed),
      [`throttle.global_${which}.total`]: () =>
        world.shown(which === 'down' ? world.session.downloaded : world.session.uploaded),
      [`throttle.global_${which}.max_rate`]: () => world.limits[which] ?? 0,
      [`throttle.global_${which}.max_rate.set`]: ([, rate]) => this.#globalLimit(which, Number(rate)),
      [`throttle.${which}`]: ([, name, kib]) => this.#makeGroup(which, name!, kib!),
      // Groups work only while the global limit of their direction is on.
      [`throttle.${which}.max`]: ([, name]) => {
        const limit = this.#throttles.get(textOf(name))?.[which] ?? null
        return limit === null ? -1 : world.limits[which] === null ? 0 : limit
      },
    })
    return {...way('down'), ...way('up')}
  }

  #globalLimit(which: 'down' | 'up', rate: number): Value {
    if (!this.#isNew && rate >= MOST_RATE) throw new RtFault(-503, 'Max unchoked must be between 0 and 2^16.')
    this.#world.commands.setGlobalLimits({[which]: rate === 0 ? null : rate})
    return 0
  }

  #makeGroup(which: 'down' | 'up', name: Value, kib: Value): Value {
    if (typeof kib !== 'string') throw new RtFault(-503, 'Wrong object type.')
    const group = this.#throttles.get(textOf(name)) ?? {down: null, up: null}
    this.#throttles.set(textOf(name), {...group, [which]: Number(kib) * 1024 || null})
    return 0
  }

  /* ───────────────────────────── loading ───────────────────────────── */

  #loads(): Record<string, Handler> {
    const load =
      (isStarted: boolean, isRaw: boolean): Handler =>
      ([, source, ...commands]) => {
        this.#load(source!, commands.map(textOf), isStarted, isRaw)
        return 0
      }
    return {
      'load.normal': load(false, false),
      'load.start': load(true, false),
      'load.raw': load(false, true),
      'load.raw_start': load(true, true),
    }
  }

  /** Answers 0 whatever comes of it: a duplicate, rubbish, an address where nothing is. */
  #load(source: Value, commands: readonly string[], isStarted: boolean, isRaw: boolean): void {
    const fields = this.#fieldsOf(source, isRaw)
    if (!fields) return
    const {torrent, duplicate} = this.#world.commands.add({...fields, running: false})
    if (duplicate) return
    for (const command of commands) this.#columns.column(command)(torrent)
    if (isStarted) this.#world.commands.start([torrent])
  }

  #fieldsOf(source: Value, isRaw: boolean): NewTorrent | null {
    try {
      if (isRaw) return fromTorrent(this.#world, source as Uint8Array)
      return textOf(source).startsWith('magnet:') ? fromMagnet(this.#world, textOf(source)) : null
    } catch {
      return null
    }
  }
}

/** `HASH:f3`, `HASH:t0`. */
function indexOf(target: Value): number {
  return Number(textOf(target).slice(42))
}
