/**
 * The verbs on torrents. Each checks first which of the named torrents exist (`selection.ts`), then sends one call for
 * all of them, or one per distinct value where the daemon wants whole lists (labels, trackers). Afterwards the sync
 * reads their slow fields again, because Transmission does not count most of these changes as activity.
 * Source: Transmission docs/rpc-spec.md §3.1, §3.2, §3.6, §3.7, §4.6.
 */
import type {Renamed, TorrentVerbs} from '#model/command.ts'
import {BadArgument, NotSupported} from '#model/errors.ts'
import type {CategorySource, PathMapping} from '#model/server.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import type {CallBounds, TorrentControl} from '../port.ts'
import {renameInTurn} from '../rename-in-turn.ts'
import {featuresOf, setFilePriority} from './features.ts'
import {checkLabel, labelsOf, pathOfCategory, placementOf, type Placement} from './labels.ts'
import {shareLimitParams, speedLimitParams} from './limits.ts'
import {labelsIn} from './normalise.ts'
import {runningTimeFields, type OpenStarts, type StartMethod} from './open-starts.ts'
import {text} from './codec.ts'
import {forPresent, type Outcomes} from './selection.ts'
import type {Session} from './session.ts'
import type {TransmissionSync} from './sync.ts'
import {TransmissionTrackers} from './trackers.ts'
import type {TrueNames} from './true-names.ts'
import type {Wire} from './wire.ts'

export interface ControlDeps {
  readonly wire: Wire
  readonly session: {readonly current: Session}
  readonly categorySource: CategorySource
  readonly paths: readonly PathMapping[]
  readonly truths: Pick<TrueNames, 'topOf' | 'forget'>
  readonly starts: Pick<OpenStarts, 'send' | 'forget'>
  /** Hurries to see what a command may have changed. */
  readonly sync: Pick<TransmissionSync, 'hurry'>
}

type Hashes = readonly InfoHash[]
type Result = Promise<Outcomes | void>
type Args<V extends keyof TorrentVerbs> = Readonly<TorrentVerbs[V]>

const priorityNumbers = {low: -1, normal: 0, high: 1} as const

export class TransmissionControl implements TorrentControl {
  readonly batchLimit = 1000
  readonly #parts: ControlDeps
  readonly #trackers: TransmissionTrackers

  constructor(parts: ControlDeps) {
    this.#parts = parts
    this.#trackers = new TransmissionTrackers(parts.wire, parts.session, parts.sync)
  }

  start(hashes: Hashes, _: Args<'start'>, bounds: CallBounds): Result {
    return this.#start('torrent_start', hashes, bounds)
  }

  /** Past the queue, for this run of the torrent only. */
  forceStart(hashes: Hashes, _: Args<'forceStart'>, bounds: CallBounds): Result {
    return this.#start('torrent_start_now', hashes, bounds)
  }

  /** It stops in the background (`open-starts.ts`): the next answer may still show the old state. */
  stop(hashes: Hashes, _: Args<'stop'>, bounds: CallBounds): Result {
    this.#parts.starts.forget(hashes)
    return this.#send('torrent_stop', hashes, {}, bounds)
  }

  recheck(hashes: Hashes, _: Args<'recheck'>, bounds: CallBounds): Result {
    return this.#send('torrent_verify', hashes, {}, bounds)
  }

  /** The daemon passes over torrents that are stopped. */
  reannounce(hashes: Hashes, _: Args<'reannounce'>, bounds: CallBounds): Result {
    return this.#send('torrent_reannounce', hashes, {}, bounds)
  }

  setLocation(hashes: Hashes, {path, moveData}: Args<'setLocation'>, bounds: CallBounds): Result {
    return this.#send('torrent_set_location', hashes, {location: path, move: moveData}, bounds)
  }

  /** Renames the top folder or single file on disk with it: Transmission knows no other name. */
  rename(hashes: Hashes, {name}: Args<'rename'>, bounds: CallBounds): Result {
    return this.#forPresent(hashes, ['name'], bounds, async (present) => {
      for (const [hash, raw] of present) {
        const top = await this.#parts.truths.topOf(hash, text(raw, 'name') ?? '', bounds)
        await this.#renamePath(hash, top, name, bounds)
      }
    })
  }

  renameFile(hashes: Hashes, one: Args<'renameFile'>, bounds: CallBounds): Result {
    return this.#renameInside(hashes, [one], bounds)
  }

  renameFiles(hashes: Hashes, {files}: Args<'renameFiles'>, bounds: CallBounds): Result {
    return this.#renameInside(hashes, files, bounds)
  }

  renameFolder(hashes: Hashes, one: Args<'renameFolder'>, bounds: CallBounds): Result {
    return this.#renameInside(hashes, [one], bounds)
  }

  /** By label, or by moving to the category's folder. */
  async setCategory(hashes: Hashes, {category}: Args<'setCategory'>, bounds: CallBounds): Result {
    const {categorySource, session} = this.#parts
    if (category !== '') checkLabel(categorySource, category, 'category')
    if (categorySource.from === 'path') {
      const path = pathOfCategory(session.current.downloadDir, category)
      return this.setLocation(hashes, {path, moveData: true}, bounds)
    }
    return this.#relabel(hashes, bounds, ({tags}) => ({category, tags}))
  }

  async addTags(hashes: Hashes, {tags}: Args<'addTags'>, bounds: CallBounds): Result {
    this.#checkTags(tags)
    return this.#relabel(hashes, bounds, (now) => ({...now, tags: [...new Set([...now.tags, ...tags])]}))
  }

  removeTags(hashes: Hashes, {tags}: Args<'removeTags'>, bounds: CallBounds): Result {
    return this.#relabel(hashes, bounds, (now) => ({
      ...now,
      tags: now.tags.filter((tag) => !tags.includes(tag)),
    }))
  }

  async setTags(hashes: Hashes, {tags}: Args<'setTags'>, bounds: CallBounds): Result {
    this.#checkTags(tags)
    return this.#relabel(hashes, bounds, (now) => ({...now, tags: [...new Set(tags)]}))
  }

  async setFilePriority(
    hashes: Hashes,
    {files, priority}: Args<'setFilePriority'>,
    bounds: CallBounds,
  ): Result {
    // An empty list of files means all of them to the daemon.
    if (files.length === 0) throw new BadArgument('No files are named.', {field: 'files'})
    if (!setFilePriority.takes.includes(priority)) throw this.#refusal('setFilePriority')
    const params =
      priority === 'skip' ? {files_unwanted: files} : {files_wanted: files, [`priority_${priority}`]: files}
    return this.#send('torrent_set', hashes, params, bounds)
  }

  addTrackers(hashes: Hashes, {tiers}: Args<'addTrackers'>, bounds: CallBounds): Result {
    return this.#trackers.add(hashes, tiers, bounds)
  }

  editTracker(hashes: Hashes, {from, to}: Args<'editTracker'>, bounds: CallBounds): Result {
    return this.#trackers.edit(hashes, from, to, bounds)
  }

  removeTrackers(hashes: Hashes, {urls}: Args<'removeTrackers'>, bounds: CallBounds): Result {
    return this.#trackers.remove(hashes, urls, bounds)
  }

  async addPeers(): Promise<never> {
    throw this.#refusal('addPeers')
  }

  async addWebSeeds(): Promise<never> {
    throw this.#refusal('addWebSeeds')
  }

  async removeWebSeeds(): Promise<never> {
    throw this.#refusal('removeWebSeeds')
  }

  async setSpeedLimits(hashes: Hashes, args: Args<'setSpeedLimits'>, bounds: CallBounds): Result {
    const params = speedLimitParams(args, this.#parts.session.current.bytesPerK)
    return this.#send('torrent_set', hashes, params, bounds)
  }

  async setShareLimits(hashes: Hashes, args: Args<'setShareLimits'>, bounds: CallBounds): Result {
    return this.#send('torrent_set', hashes, shareLimitParams(args), bounds)
  }

  moveInQueue(hashes: Hashes, {to}: Args<'moveInQueue'>, bounds: CallBounds): Result {
    return this.#send(`queue_move_${to}`, hashes, {}, bounds)
  }

  async setPriority(hashes: Hashes, {priority}: Args<'setPriority'>, bounds: CallBounds): Result {
    if (priority === 'off') {
      throw new NotSupported('Transmission has the priorities low, normal and high.', {found: priority})
    }
    return this.#send('torrent_set', hashes, {bandwidth_priority: priorityNumbers[priority]}, bounds)
  }

  async setSequential(hashes: Hashes, {on}: Args<'setSequential'>, bounds: CallBounds): Result {
    if (this.#parts.session.current.rpc < 18) throw this.#refusal('setSequential')
    return this.#send('torrent_set', hashes, {sequential_download: on}, bounds)
  }

  async setSuperSeeding(): Promise<never> {
    throw this.#refusal('setSuperSeeding')
  }

  async setFirstLast(): Promise<never> {
    throw this.#refusal('setFirstLast')
  }

  async setAutoManaged(): Promise<never> {
    throw this.#refusal('setAutoManaged')
  }

  async setComment(): Promise<never> {
    throw this.#refusal('setComment')
  }

  /** What the daemon still has to stop then is started once more by the sync. */
  #start(method: StartMethod, hashes: Hashes, bounds: CallBounds): Result {
    const {starts, wire} = this.#parts
    return this.#forPresent(hashes, runningTimeFields, bounds, (present) =>
      starts.send(method, present, () => wire.call(method, {ids: [...present.keys()]}, bounds)),
    )
  }

  #send(method: string, hashes: Hashes, params: Record<string, unknown>, bounds: CallBounds): Result {
    return this.#forPresent(hashes, [], bounds, async (present) => {
      await this.#parts.wire.call(method, {...params, ids: [...present.keys()]}, bounds)
    })
  }

  async #forPresent(
    hashes: Hashes,
    fields: readonly string[],
    bounds: CallBounds,
    send: Parameters<typeof forPresent>[4],
  ): Result {
    try {
      return await forPresent(this.#parts.wire, hashes, fields, bounds, send)
    } finally {
      this.#parts.sync.hurry(hashes)
    }
  }

  /** The daemon takes labels as a whole: read, change, and one call for all torrents that end up alike. */
  #relabel(hashes: Hashes, bounds: CallBounds, change: (now: Placement) => Placement): Result {
    const {categorySource, wire} = this.#parts
    return this.#forPresent(hashes, ['labels'], bounds, async (present) => {
      const groups = new Map<string, {labels: string[]; ids: InfoHash[]}>()
      for (const [hash, raw] of present) {
        const before = labelsIn(raw)
        const now = placementOf(categorySource, before, '', '')
        const labels = labelsOf(categorySource, change(now))
        if (labels.join('\0') === before.join('\0')) continue
        const group = groups.get(labels.join('\0')) ?? {labels, ids: []}
        group.ids.push(hash)
        groups.set(labels.join('\0'), group)
      }
      for (const {labels, ids} of groups.values()) await wire.call('torrent_set', {ids, labels}, bounds)
    })
  }

  #checkTags(tags: readonly string[]): void {
    for (const tag of tags) checkLabel(this.#parts.categorySource, tag, 'tag')
  }

  /** Only the last part of a path can change: Transmission renames, it does not move within a torrent. */
  async #renameInside(hashes: Hashes, names: readonly Renamed[], bounds: CallBounds): Result {
    const cut = (path: string): number => path.lastIndexOf('/') + 1
    const elsewhere = names.find(({from, to}) => from.slice(0, cut(from)) !== to.slice(0, cut(to)))
    if (elsewhere) {
      const {from, to} = elsewhere
      throw new NotSupported('Transmission renames within a folder; it moves nothing to another one.', {
        from,
        to,
      })
    }
    return this.#forPresent(hashes, [], bounds, async (present) => {
      for (const hash of present.keys())
        await renameInTurn(names, ({from, to}) => this.#renamePath(hash, from, to.slice(cut(to)), bounds))
    })
  }

  async #renamePath(hash: InfoHash, path: string, name: string, bounds: CallBounds): Promise<void> {
    if (name === '' || name.includes('/') || name === '.' || name === '..') {
      throw new BadArgument('A name is one part of a path: not empty and without a slash.', {found: name})
    }
    await this.#parts.wire.call('torrent_rename_path', {ids: [hash], path, name}, bounds)
    this.#parts.truths.forget(hash)
  }

  #refusal(verb: keyof TorrentVerbs): NotSupported {
    const {rpc} = this.#parts.session.current
    return new NotSupported(featuresOf(rpc, this.#parts)[verb].reason, {verb})
  }
}
