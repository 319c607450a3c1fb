/** What Transmission's calls do to a world, and what they answer. Parameters and answers are in snake_case. */
import {placementOf} from '#clients/transmission/labels.ts'
import {asWritten} from '#clients/transmission/true-names.ts'
import type {Limit} from '#model/torrent.ts'
import {fromMagnet, fromTorrent} from './additions.ts'
import type {NewTorrent, SimTorrent} from './sim-torrent.ts'
import {BYTES_PER_K, readerOf, type FieldReader} from './transmission-fields.ts'
import type {Profile} from './transmission-profile.ts'
import {sessionAnswer, setSession, statsAnswer} from './transmission-session.ts'
import {
  camelCase,
  dashes,
  legacyField,
  legacySessionKey,
  respelt,
  snake,
  textOf,
} from './transmission-spelling.ts'
import type {World} from './world.ts'

type Params = Readonly<Record<string, unknown>>
type Dialect = 'legacy' | 'jsonrpc'

/** The result as JSON text in pieces, or what went wrong; `partial` = arguments that come with an error. */
export type Outcome =
  | {readonly result: Iterable<string>}
  | {readonly error: string; readonly code?: number; readonly partial?: unknown}

type Method = (params: Params, dialect: Dialect) => Outcome | Promise<Outcome>

const RECENT_SECONDS = 60
/** So late the daemon stops what it is to stop. What is started until then is stopped as well. */
const PULSE_MS = 500
const priorities = ['low', 'normal', 'high'] as const

export class TransmissionMethods {
  readonly #world: World
  readonly #profile: Profile
  readonly #version: string
  readonly #methods: Readonly<Record<string, Method>>
  /** When the pulse stops it, by the clock that does not jump. */
  readonly #stopsAt = new WeakMap<SimTorrent, number>()

  constructor(world: World, profile: Profile, version: string) {
    this.#world = world
    this.#profile = profile
    this.#version = version
    const {commands} = world
    const onTorrents =
      (run: (torrents: SimTorrent[], params: Params) => void): Method =>
      (params) => {
        run(this.#selected(params['ids']), params)
        return nothing
      }
    this.#methods = {
      torrent_get: (params, dialect) => this.#get(params, dialect),
      torrent_set: (params) => this.#set(params),
      torrent_add: (params, dialect) => this.#add(params, dialect),
      torrent_start: onTorrents((torrents) => {
        commands.start(torrents)
        this.#stopAtPulse(torrents)
      }),
      torrent_start_now: onTorrents((torrents) => {
        commands.forceStart(torrents)
        this.#stopAtPulse(torrents)
      }),
      torrent_stop: onTorrents((torrents) => {
        this.#markToStop(torrents.filter(({running}) => running))
        commands.stop(torrents)
      }),
      torrent_verify: onTorrents((torrents) => commands.recheck(torrents, 'error')),
      torrent_reannounce: onTorrents((torrents) =>
        commands.reannounce(torrents.filter(({running}) => running)),
      ),
      torrent_remove: onTorrents((torrents, params) =>
        params['delete_local_data'] === true ? commands.removeWithData(torrents) : commands.remove(torrents),
      ),
      torrent_set_location: (params) => this.#setLocation(params),
      torrent_rename_path: (params) => this.#renamePath(params),
      queue_move_top: onTorrents((torrents) => commands.moveInQueue(torrents, {to: 'top'})),
      queue_move_up: onTorrents((torrents) => commands.moveInQueue(torrents, {to: 'up'})),
      queue_move_down: onTorrents((torrents) => commands.moveInQueue(torrents, {to: 'down'})),
      queue_move_bottom: onTorrents((torrents) => commands.moveInQueue(torrents, {to: 'bottom'})),
      session_get: (params, dialect) => this.#sessionGet(params, dialect),
      session_set: (params) => setSession(world, params),
      session_stats: (_, dialect) => this.#sessionStats(dialect),
      free_space: (params, dialect) => this.#freeSpace(params, dialect),
    }
    // What ran and finds no files when 3.00 loads it is to stop, although it never ran.
    if (profile.rpc === 16)
      world.onRestart(() =>
        this.#markToStop(
          [...world.list()].filter(({state}) => state === 'missingFiles' || state === 'error'),
        ),
      )
  }

  /**
   * A daemon shows a stop at its next pulse, and takes a start before that for nothing. Here the stop shows at once, and
   * the start until the pulse: in the end it is stopped as well. Source: real daemons, 3.00 to 4.1.4.
   */
  #markToStop(torrents: Iterable<SimTorrent>): void {
    const at = this.#world.clock.monotonic() + PULSE_MS
    for (const torrent of torrents) this.#stopsAt.set(torrent, at)
  }

  #stopAtPulse(torrents: Iterable<SimTorrent>): void {
    const {clock, commands} = this.#world
    for (const torrent of torrents) {
      const inMs = (this.#stopsAt.get(torrent) ?? -Infinity) - clock.monotonic()
      if (inMs > 0) clock.after(inMs, () => commands.halt([torrent]))
    }
  }

  knows(method: string): boolean {
    return Object.hasOwn(this.#methods, method)
  }

  run(method: string, params: Params, dialect: Dialect): Outcome | Promise<Outcome> {
    return this.#methods[method]!(params, dialect)
  }

  /* ───────────────────────────── reading ───────────────────────────── */

  #get(params: Params, dialect: Dialect): Outcome {
    const asked = params['fields']
    if (!Array.isArray(asked) || asked.length === 0) return {error: 'no fields specified', code: -32602}
    const columns = this.#columns(asked.map(String), dialect)
    const isRecent = params['ids'] === 'recently_active'
    const torrents = this.#selected(params['ids'])
    const removed = isRecent ? this.#world.removedWithin(RECENT_SECONDS).map(({id}) => id) : null
    return {result: this.#list(torrents, columns, params['format'] === 'table', removed, dialect)}
  }

  /** 3.00 answers fields it does not know with 0, newer ones leave them out. */
  #columns(asked: readonly string[], dialect: Dialect): {name: string; read: FieldReader}[] {
    const {rpc} = this.#profile
    return asked.flatMap((name) => {
      const own = dialect === 'legacy' ? snake(name) : name
      const isSpeltRight = dialect === 'jsonrpc' || legacyField(own) === name
      const read = isSpeltRight ? readerOf(own, rpc) : null
      if (read) return [{name, read}]
      return rpc === 16 ? [{name, read: () => 0}] : []
    })
  }

  *#list(
    torrents: Iterable<SimTorrent>,
    columns: readonly {name: string; read: FieldReader}[],
    asTable: boolean,
    removed: readonly number[] | null,
    dialect: Dialect,
  ): Generator<string> {
    const spell = (value: unknown): unknown =>
      dialect === 'legacy' && typeof value === 'object' ? respelt(value, legacyField) : value
    yield `{${removed ? `"removed":${JSON.stringify(removed)},` : ''}"torrents":[`
    let comma = ''
    if (asTable) {
      yield JSON.stringify(columns.map(({name}) => name))
      comma = ','
    }
    for (const torrent of torrents) {
      const values = columns.map(({read}) => spell(read(torrent, this.#world)))
      const row = asTable ? values : Object.fromEntries(columns.map(({name}, at) => [name, values[at]]))
      yield comma + JSON.stringify(row)
      comma = ','
    }
    yield ']}'
  }

  /** Absent = all, a number, a hash, or a list of both; unknown ones are passed over. */
  #selected(ids: unknown): SimTorrent[] {
    const world = this.#world
    if (ids === undefined) return [...world.list()]
    if (ids === 'recently_active') return world.changedWithin(RECENT_SECONDS, this.#profile.counted)
    const list: unknown[] = Array.isArray(ids) ? ids : [ids]
    return list.flatMap((id) => {
      const found = typeof id === 'number' ? world.byId(id) : world.get(String(id).toLowerCase())
      return found ? [found] : []
    })
  }

  #sessionGet(params: Params, dialect: Dialect): Outcome {
    const whole = sessionAnswer(this.#world, this.#profile, this.#version)
    const fields = params['fields']
    const wanted = Array.isArray(fields)
      ? new Set(fields.map((name) => (dialect === 'legacy' ? snake(String(name)) : String(name))))
      : null
    const selected = Object.fromEntries(Object.entries(whole).filter(([name]) => !wanted || wanted.has(name)))
    return answer(dialect === 'legacy' ? respelt(selected, legacySessionKey) : selected)
  }

  #sessionStats(dialect: Dialect): Outcome {
    const stats = statsAnswer(this.#world)
    if (dialect === 'jsonrpc') return answer(stats)
    const spell = (name: string): string => (name.endsWith('_stats') ? dashes(name) : camelCase(name))
    return answer(respelt(stats, spell))
  }

  #freeSpace(params: Params, dialect: Dialect): Outcome {
    const path = textOf(params['path'])
    if (!path.startsWith('/')) return {error: 'directory path is not absolute', code: 3}
    const space = {path, size_bytes: this.#world.free, ...(this.#profile.rpc >= 17 && {total_size: 8e12})}
    const spell = (name: string): string => (name === 'total_size' ? name : dashes(name))
    return answer(dialect === 'legacy' ? respelt(space, spell) : space)
  }

  /* ───────────────────────────── torrents ───────────────────────────── */

  async #add(params: Params, dialect: Dialect): Promise<Outcome> {
    const labels = this.#profile.rpc >= 17 && Array.isArray(params['labels']) ? params['labels'] : []
    const options: Partial<NewTorrent> = {
      running: params['paused'] !== true,
      ...placementOf({from: 'label'}, labels.map(String), '', ''),
      ...(typeof params['download_dir'] === 'string' && {savePath: params['download_dir']}),
      ...(params['sequential_download'] === true && {sequential: true}),
    }
    const fields = await this.#readSource(params, options)
    if ('error' in fields) return fields
    const {torrent, duplicate} = this.#world.commands.add(
      this.#profile.rpc === 16 ? writtenBy3(fields) : fields,
    )
    const reported = {hash_string: torrent.hash, id: torrent.id, name: torrent.name}
    const key = duplicate ? 'torrent_duplicate' : 'torrent_added'
    if (dialect === 'jsonrpc') return answer({[key]: reported})
    return answer({[dashes(key)]: respelt(reported, camelCase)})
  }

  async #readSource(
    params: Params,
    options: Partial<NewTorrent>,
  ): Promise<NewTorrent | {error: string; code?: number}> {
    const {metainfo, filename} = params
    const bad = {
      error: this.#profile.rpc === 16 ? 'invalid or corrupt torrent file' : 'unrecognized info',
      code: 4,
    }
    try {
      if (typeof metainfo === 'string')
        return fromTorrent(this.#world, Buffer.from(metainfo, 'base64'), options)
      if (typeof filename !== 'string') return {error: 'no filename or metainfo specified', code: -32602}
      if (!/^https?:/i.test(filename)) {
        const magnet = fromMagnet(this.#world, filename, options)
        return magnet.hashV1 === null ? bad : magnet
      }
      const fetched = await fetch(filename)
      if (!fetched.ok) return {error: `gotMetadataFromURL: http error ${fetched.status}`, code: 8}
      return fromTorrent(this.#world, new Uint8Array(await fetched.arrayBuffer()), options)
    } catch (error) {
      if (error instanceof TypeError) return {error: 'gotMetadataFromURL: http error 0: No Response', code: 8}
      return bad
    }
  }

  #set(params: Params): Outcome {
    const torrents = this.#selected(params['ids'])
    const {commands} = this.#world
    const problem = this.#setLabels(torrents, params['labels']) ?? this.#setTrackers(torrents, params)
    if (problem) return problem
    commands.setSpeedLimits(torrents, speedLimits(params))
    commands.setShareLimits(torrents, {
      ratio: limitOf(params['seed_ratio_mode'], params['seed_ratio_limit'], 1),
      idleTime: limitOf(params['seed_idle_mode'], params['seed_idle_limit'], 60),
    })
    const priority = params['bandwidth_priority']
    if (typeof priority === 'number') commands.setPriority(torrents, {priority: priorities[priority + 1]!})
    const sequential = params['sequential_download']
    if (typeof sequential === 'boolean' && this.#profile.rpc >= 18) {
      commands.setSequential(torrents, {on: sequential})
    }
    this.#setFiles(torrents, params)
    return nothing
  }

  #setLabels(torrents: SimTorrent[], labels: unknown): Outcome | null {
    if (!Array.isArray(labels)) return null
    const texts = labels.map(String)
    if (this.#profile.rpc >= 17 && texts.some((label) => label.trim() === '' || label.includes(','))) {
      return {error: 'labels cannot be empty and cannot contain comma (,) character', code: -32602}
    }
    const {category, tags} = placementOf({from: 'label'}, texts, '', '')
    this.#world.commands.setCategory(torrents, {category})
    this.#world.commands.setTags(torrents, {tags})
    return null
  }

  #setTrackers(torrents: SimTorrent[], params: Params): Outcome | null {
    const {commands} = this.#world
    const list = params['tracker_list']
    if (typeof list === 'string' && this.#profile.rpc >= 17) {
      const tiers = list.split(/\n\s*\n/).map((tier) => tier.split('\n').filter((url) => url.trim() !== ''))
      commands.replaceTrackers(
        torrents,
        tiers.filter((tier) => tier.length > 0),
      )
    }
    const added = params['tracker_add']
    if (Array.isArray(added)) commands.addTrackers(torrents, {tiers: added.map((url) => [String(url)])})
    return (
      this.#replaceTracker(torrents, params['tracker_replace']) ??
      this.#removeTrackers(torrents, params['tracker_remove'])
    )
  }

  #replaceTracker(torrents: SimTorrent[], pair: unknown): Outcome | null {
    if (!Array.isArray(pair)) return null
    for (const torrent of torrents) {
      const found = torrent.trackers.find(({id}) => id === pair[0])
      if (!found) return {error: 'error setting announce list', code: 1}
      this.#world.commands.editTracker([torrent], {from: found.url, to: String(pair[1])})
    }
    return null
  }

  #removeTrackers(torrents: SimTorrent[], ids: unknown): Outcome | null {
    if (!Array.isArray(ids)) return null
    for (const torrent of torrents) {
      const urls = torrent.trackers.filter(({id}) => ids.includes(id)).map(({url}) => url)
      if (urls.length === 0) return {error: 'error setting announce list', code: 1}
      this.#world.commands.removeTrackers([torrent], {urls})
    }
    return null
  }

  /** An empty list means every file. */
  #setFiles(torrents: SimTorrent[], params: Params): void {
    const settings = {
      files_unwanted: 'skip',
      files_wanted: 'normal',
      priority_low: 'low',
      priority_normal: 'normal',
      priority_high: 'high',
    } as const
    for (const [name, priority] of Object.entries(settings)) {
      const files = params[name]
      if (!Array.isArray(files)) continue
      for (const torrent of torrents) {
        const every = this.#world.files(torrent).map((_, index) => index)
        const selected = files.length === 0 ? every : (files as number[])
        this.#world.commands.setFilePriority([torrent], {files: selected, priority})
      }
    }
  }

  #setLocation(params: Params): Outcome {
    const path = textOf(params['location'])
    if (!path.startsWith('/')) return {error: 'new location path is not absolute', code: 3}
    const torrents = this.#selected(params['ids'])
    this.#world.commands.setLocation(torrents, {path, moveData: params['move'] === true})
    return nothing
  }

  /** The top path renames torrent and folder. */
  #renamePath(params: Params): Outcome {
    const [torrent] = this.#selected(params['ids'])
    const [path, name] = [textOf(params['path']), textOf(params['name'])]
    if (!torrent) return {error: 'Invalid argument', code: 5}
    const files = this.#world.files(torrent)
    const to = path.slice(0, path.lastIndexOf('/') + 1) + name
    const reported = {path, name, id: torrent.id}
    const {commands} = this.#world
    if (files.some((file) => file.path === path)) commands.renameFile([torrent], {from: path, to})
    else if (files.some((file) => file.path.startsWith(`${path}/`))) {
      commands.renameFolder([torrent], {from: path, to})
    } else return {error: 'Invalid argument', code: 5, partial: reported}
    if (!path.includes('/')) commands.rename([torrent], {name})
    return answer(reported)
  }
}

const nothing: Outcome = {result: ['{}']}

function answer(value: unknown): Outcome {
  return {result: [JSON.stringify(value)]}
}

/** Only what was set: a switch, a value, or both. */
function speedLimits(params: Params): {down?: number | null; up?: number | null} {
  const of = (way: 'download' | 'upload'): number | null | undefined => {
    if (params[`${way}_limited`] === false) return null
    const value = params[`${way}_limit`]
    return typeof value === 'number' ? value * BYTES_PER_K : undefined
  }
  const [down, up] = [of('download'), of('upload')]
  return {...(down !== undefined && {down}), ...(up !== undefined && {up})}
}

function limitOf(mode: unknown, value: unknown, unit: number): Limit | undefined {
  if (mode === 0) return 'inherit'
  if (mode === 2) return null
  return typeof value === 'number' ? value * unit : undefined
}

/** 3.00 calls no file as other systems refuse to, whatever the torrent is called. [run 3.00] */
function writtenBy3(fields: NewTorrent): NewTorrent {
  const {rootName, files} = fields
  const path = (reported: string): string => reported.split('/').map(asWritten).join('/')
  return {
    ...fields,
    ...(rootName !== undefined && {rootName: asWritten(rootName)}),
    ...(files && {files: files.map((file) => ({...file, path: path(file.path)}))}),
  }
}
