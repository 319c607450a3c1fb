/**
 * The verbs on torrents. Each checks first which of the named torrents exist (`selection.ts`), then sends one call for
 * all of them where Deluge takes a list. Afterwards the sync reads their slow fields again.
 * Source: deluge/core/core.py and torrent.py of 2.0.3 and 2.2.0, plugins/Label.
 */
import type {FilePriority, CommandResult, Renamed, TorrentVerbs} from '#model/command.ts'
import {BadArgument, NotSupported} from '#model/errors.ts'
import type {Features} from '#model/server.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import type {BytesPerSecond} from '#model/units.ts'
import type {CallBounds, TorrentControl} from '../port.ts'
import {featuresOf, setFilePriority} from './features.ts'
import {number, records, text} from './fields.ts'
import {moveInQueue} from './queue.ts'
import {forPresent, refusalOf, sendList, type Outcomes} from './selection.ts'
import type {Session} from './session.ts'
import type {DelugeSync} from './sync.ts'
import type {NativeRecord, Wire} from './wire.ts'

type Hashes = readonly InfoHash[]
type Result = Promise<Outcomes | void>
type Args<V extends keyof TorrentVerbs> = Readonly<TorrentVerbs[V]>
type SendOne = (hash: InfoHash, raw: NativeRecord) => Promise<CommandResult | void>
type Tiers = readonly (readonly string[])[]

/** Torrents between whose looks and their order no more time passes than for so many questions. */
const LOOKED_AT_ONCE = 25

/** What Deluge's own pages set. */
const priorityNumbers = {skip: 0, low: 1, normal: 4, high: 7} as const

export class DelugeControl implements TorrentControl {
  readonly batchLimit = 500
  readonly #wire: Wire
  readonly #session: {readonly current: Session}
  /** Hurries to see what a command may have changed. */
  readonly #sync: Pick<DelugeSync, 'hurry' | 'hurryServer'>

  constructor(
    wire: Wire,
    session: {readonly current: Session},
    sync: Pick<DelugeSync, 'hurry' | 'hurryServer'>,
  ) {
    this.#wire = wire
    this.#session = session
    this.#sync = sync
  }

  /** In its turn, also when it was forced before. One that reached its ratio limit stays stopped. */
  start(hashes: Hashes, _: Args<'start'>, bounds: CallBounds): Result {
    return this.#forPresent(hashes, [], bounds, async (present) => {
      const ids = [...present.keys()]
      if (this.#session.current.isQueueing) await this.#setOptions(ids, {auto_managed: true}, bounds)
      return this.afterALook('core.resume_torrents', ids, bounds)
    })
  }

  forceStart(hashes: Hashes, _: Args<'forceStart'>, bounds: CallBounds): Result {
    return this.#forPresent(hashes, [], bounds, async (present) => {
      const ids = [...present.keys()]
      await this.#setOptions(ids, {auto_managed: false}, bounds)
      return this.afterALook('core.resume_torrents', ids, bounds)
    })
  }

  stop(hashes: Hashes, _: Args<'stop'>, bounds: CallBounds): Result {
    return this.#forPresent(hashes, [], bounds, (present) =>
      this.afterALook('core.pause_torrents', [...present.keys()], bounds),
    )
  }

  /** Deluge itself stops again what it saw stopped when the check was ordered. */
  recheck(hashes: Hashes, _: Args<'recheck'>, bounds: CallBounds): Result {
    return this.#forPresent(hashes, [], bounds, (present) =>
      this.afterALook('core.force_recheck', [...present.keys()], bounds),
    )
  }

  reannounce(hashes: Hashes, _: Args<'reannounce'>, bounds: CallBounds): Result {
    return this.#send('core.force_reannounce', hashes, [], bounds)
  }

  /** @throws {NotSupported} to name a folder without moving: Deluge has no call for it */
  async setLocation(hashes: Hashes, {path, moveData}: Args<'setLocation'>, bounds: CallBounds): Result {
    if (!moveData) throw this.#refusal('setLocation')
    return this.#send('core.move_storage', hashes, [path], bounds)
  }

  /** The name that is shown. */
  rename(hashes: Hashes, {name}: Args<'rename'>, bounds: CallBounds): Result {
    return this.#options(hashes, {name}, bounds)
  }

  renameFile(hashes: Hashes, {from, to}: Args<'renameFile'>, bounds: CallBounds): Result {
    return this.#renameFiles(hashes, [{from, to}], bounds)
  }

  renameFiles(hashes: Hashes, {files}: Args<'renameFiles'>, bounds: CallBounds): Result {
    return this.#renameFiles(hashes, files, bounds)
  }

  #renameFiles(hashes: Hashes, files: readonly Renamed[], bounds: CallBounds): Result {
    return this.#each(hashes, ['files'], bounds, async (hash, raw) => {
      const indexes = new Map(records(raw, 'files').map((one) => [text(one, 'path'), number(one, 'index')]))
      const names = files.map(({from, to}) => [indexes.get(from), to] as const)
      const lost = names.findIndex(([index]) => index === undefined)
      if (lost >= 0 && files.length === 1) return missing('The torrent has no file with this path.')
      if (lost >= 0) return missing(`The torrent has no file “${files[lost]!.from}”. None was renamed.`)
      await this.#wire.call('core.rename_files', [hash, names], bounds)
    })
  }

  /** Deluge goes by how paths begin, so a folder is named with its slash. */
  renameFolder(hashes: Hashes, {from, to}: Args<'renameFolder'>, bounds: CallBounds): Result {
    return this.#each(hashes, ['files'], bounds, async (hash, raw) => {
      const isThere = records(raw, 'files').some((file) => text(file, 'path')?.startsWith(`${from}/`))
      if (!isThere) return missing('The torrent has no folder with this path.')
      await this.#wire.call('core.rename_folder', [hash, `${from}/`, `${to}/`], bounds)
    })
  }

  async setCategory(hashes: Hashes, {category}: Args<'setCategory'>, bounds: CallBounds): Result {
    this.checkLabel(category)
    return this.#forPresent(hashes, [], bounds, async (present) => {
      if (category !== '') await this.ensureLabel(category, bounds)
      return eachOf(present, async (hash) => {
        await this.#wire.call('label.set_torrent', [hash, category], bounds)
      })
    })
  }

  async addTags(): Promise<never> {
    throw this.#refusal('addTags')
  }

  async removeTags(): Promise<never> {
    throw this.#refusal('removeTags')
  }

  async setTags(): Promise<never> {
    throw this.#refusal('setTags')
  }

  /** Deluge takes the priorities of all files as a whole. */
  async setFilePriority(
    hashes: Hashes,
    {files, priority}: Args<'setFilePriority'>,
    bounds: CallBounds,
  ): Result {
    if (files.length === 0) throw new BadArgument('No files are named.', {field: 'files'})
    if (!takesPriority(priority)) throw this.#refusal('setFilePriority')
    return this.#each(hashes, ['file_priorities'], bounds, async (hash, raw) => {
      const known = raw['file_priorities']
      const priorities = Array.isArray(known) ? [...(known as unknown[])] : []
      if (files.some((index) => index >= priorities.length)) {
        return missing('The torrent has no file with this index.')
      }
      for (const index of files) priorities[index] = priorityNumbers[priority]
      await this.#wire.call('core.set_torrent_options', [[hash], {file_priorities: priorities}], bounds)
    })
  }

  /** Below the tiers there are. Those it has already stay where they are. */
  addTrackers(hashes: Hashes, {tiers: added}: Args<'addTrackers'>, bounds: CallBounds): Result {
    return this.#editTrackers(hashes, bounds, (tiers) => [...tiers, ...without(added, new Set(tiers.flat()))])
  }

  editTracker(hashes: Hashes, {from, to}: Args<'editTracker'>, bounds: CallBounds): Result {
    return this.#editTrackers(hashes, bounds, (tiers) =>
      tiers.flat().includes(from) ? tiers.map((tier) => tier.map((url) => (url === from ? to : url))) : null,
    )
  }

  removeTrackers(hashes: Hashes, {urls}: Args<'removeTrackers'>, bounds: CallBounds): Result {
    const gone = new Set(urls)
    return this.#editTrackers(hashes, bounds, (tiers) =>
      tiers.flat().some((url) => gone.has(url)) ? without(tiers, gone) : null,
    )
  }

  addPeers(hashes: Hashes, {peers}: Args<'addPeers'>, bounds: CallBounds): Result {
    return this.#each(hashes, [], bounds, async (hash) => {
      for (const peer of peers) {
        const [, ip6, ip, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(peer) ?? []
        if (port === undefined) throw new BadArgument('A peer is ip:port or [ip6]:port.', {found: peer})
        await this.#wire.call('core.connect_peer', [hash, ip6 ?? ip, Number(port)], bounds)
      }
    })
  }

  async addWebSeeds(): Promise<never> {
    throw this.#refusal('addWebSeeds')
  }

  async removeWebSeeds(): Promise<never> {
    throw this.#refusal('removeWebSeeds')
  }

  setSpeedLimits(hashes: Hashes, {down, up}: Args<'setSpeedLimits'>, bounds: CallBounds): Result {
    return this.#options(
      hashes,
      {
        ...(down !== undefined && {max_download_speed: kibsOf(down)}),
        ...(up !== undefined && {max_upload_speed: kibsOf(up)}),
      },
      bounds,
    )
  }

  async setShareLimits(hashes: Hashes, args: Args<'setShareLimits'>, bounds: CallBounds): Result {
    return this.#options(hashes, this.shareOptions(args), bounds)
  }

  moveInQueue(hashes: Hashes, {to}: Args<'moveInQueue'>, bounds: CallBounds): Result {
    return this.#forPresent(hashes, [], bounds, (present) =>
      moveInQueue(this.#wire, [...present.keys()], to, bounds),
    )
  }

  async setPriority(): Promise<never> {
    throw this.#refusal('setPriority')
  }

  setSuperSeeding(hashes: Hashes, {on}: Args<'setSuperSeeding'>, bounds: CallBounds): Result {
    return this.#options(hashes, {super_seeding: on}, bounds)
  }

  setSequential(hashes: Hashes, {on}: Args<'setSequential'>, bounds: CallBounds): Result {
    return this.#options(hashes, {sequential_download: on}, bounds)
  }

  setFirstLast(hashes: Hashes, {on}: Args<'setFirstLast'>, bounds: CallBounds): Result {
    return this.#options(hashes, {prioritize_first_last_pieces: on}, bounds)
  }

  async setAutoManaged(): Promise<never> {
    throw this.#refusal('setAutoManaged')
  }

  async setComment(): Promise<never> {
    throw this.#refusal('setComment')
  }

  /** Options of a torrent for these limits. @throws {NotSupported} times, and what follows a default */
  shareOptions({ratio, seedingTime, idleTime}: Args<'setShareLimits'>): NativeRecord {
    if (typeof seedingTime === 'number' || typeof idleTime === 'number' || ratio === 'inherit') {
      throw this.#refusal('setShareLimits')
    }
    if (ratio === undefined) return {}
    return ratio === null ? {stop_at_ratio: false} : {stop_at_ratio: true, stop_ratio: ratio}
  }

  /** @throws {NotSupported} labels are off, or it cannot be one */
  checkLabel(category: string): void {
    if (!this.#session.current.hasLabels || !/^[a-z0-9_-]*$/.test(category)) {
      throw new NotSupported(this.#why('setCategory'), {found: category})
    }
  }

  /** Two who add one label at the same time both find it missing, so the answer of the slower is none. */
  async ensureLabel(label: string, bounds: CallBounds): Promise<void> {
    const isThere = async () => {
      const labels = await this.#wire.call('label.get_labels', [], bounds)
      return Array.isArray(labels) && labels.includes(label)
    }
    if (await isThere()) return
    try {
      await this.#wire.call('label.add', [label], bounds)
    } catch (error) {
      if (!(await isThere())) throw error
    }
    this.#sync.hurryServer()
  }

  /**
   * Sends what Deluge decides by whether a torrent runs. It goes by what it saw of it last, which may be long ago: it
   * stops nothing that it takes for stopped, wakes nothing that it takes for queued, and lets run after its check what
   * it takes for running. A question about one torrent alone has it look. [run on 2.0.3]
   */
  async afterALook(
    method: 'core.pause_torrents' | 'core.resume_torrents' | 'core.force_recheck',
    ids: readonly InfoHash[],
    bounds: CallBounds,
  ): Promise<Outcomes> {
    const left = new Map<InfoHash, CommandResult>()
    // So few that the first of them is as it was when the last was looked at.
    for (let at = 0; at < ids.length; at += LOOKED_AT_ONCE) {
      const some = ids.slice(at, at + LOOKED_AT_ONCE)
      for (const id of some) await this.#wire.call('core.get_torrent_status', [id, ['state']], bounds)
      for (const [hash, outcome] of await sendList(this.#wire, method, some, [], bounds))
        left.set(hash, outcome)
    }
    return left
  }

  #options(hashes: Hashes, options: NativeRecord, bounds: CallBounds): Result {
    return this.#forPresent(hashes, [], bounds, async (present) => {
      if (Object.keys(options).length > 0) return this.#setOptions([...present.keys()], options, bounds)
    })
  }

  #setOptions(ids: readonly InfoHash[], options: NativeRecord, bounds: CallBounds): Promise<Outcomes> {
    return sendList(this.#wire, 'core.set_torrent_options', ids, [options], bounds)
  }

  #send(method: string, hashes: Hashes, more: readonly unknown[], bounds: CallBounds): Result {
    return this.#forPresent(hashes, [], bounds, (present) =>
      sendList(this.#wire, method, [...present.keys()], more, bounds),
    )
  }

  /** @param edit the new tiers of one torrent; `null` = it has no such tracker */
  #editTrackers(hashes: Hashes, bounds: CallBounds, edit: (tiers: Tiers) => Tiers | null): Result {
    return this.#each(hashes, ['trackers'], bounds, async (hash, raw) => {
      const before = tiersOf(raw)
      const after = edit(before)
      if (after === null) return missing('The torrent has no tracker with this address.')
      const list = after.flatMap((tier, at) => tier.map((url) => ({url, tier: at})))
      if (JSON.stringify(before) === JSON.stringify(after)) return
      await this.#wire.call('core.set_torrent_trackers', [hash, list], bounds)
    })
  }

  #each(hashes: Hashes, keys: readonly string[], bounds: CallBounds, send: SendOne): Result {
    return this.#forPresent(hashes, keys, bounds, (present) => eachOf(present, send))
  }

  async #forPresent(
    hashes: Hashes,
    keys: readonly string[],
    bounds: CallBounds,
    send: Parameters<typeof forPresent>[4],
  ): Result {
    try {
      return await forPresent(this.#wire, hashes, keys, bounds, send)
    } finally {
      this.#sync.hurry(hashes)
    }
  }

  #why(verb: keyof Features): string {
    return featuresOf(this.#session.current.hasLabels)[verb].reason
  }

  #refusal(verb: keyof TorrentVerbs): NotSupported {
    return new NotSupported(this.#why(verb), {verb})
  }
}

/** @param send what it gives back, and a refusal, is the outcome of that torrent */
async function eachOf(present: ReadonlyMap<InfoHash, NativeRecord>, send: SendOne): Promise<Outcomes> {
  const outcomes = new Map<InfoHash, CommandResult>()
  for (const [hash, raw] of present) {
    const outcome = await send(hash, raw).catch((error: unknown) => refusalOf(error, hash))
    if (outcome) outcomes.set(hash, outcome)
  }
  return outcomes
}

/** KiB/s; Deluge takes fractions, so nothing is rounded. */
export function kibsOf(limit: BytesPerSecond | null): number {
  return limit === null ? -1 : limit / 1024
}

/** 0 to 7: Deluge itself sets four of them. */
export function filePriorityOf(level: unknown): FilePriority {
  if (level === 0) return 'skip'
  if (typeof level !== 'number' || level === priorityNumbers.normal) return 'normal'
  return level < priorityNumbers.normal ? 'low' : 'high'
}

function takesPriority(priority: FilePriority): priority is keyof typeof priorityNumbers {
  return setFilePriority.takes.includes(priority)
}

function missing(message: string): CommandResult {
  return {outcome: 'failed', code: 'not_found', message}
}

function tiersOf(raw: NativeRecord): string[][] {
  const tiers = new Map<number, string[]>()
  for (const tracker of records(raw, 'trackers')) {
    const tier = number(tracker, 'tier') ?? 0
    tiers.set(tier, [...(tiers.get(tier) ?? []), text(tracker, 'url') ?? ''])
  }
  return [...tiers].toSorted(([one], [other]) => one - other).map(([, urls]) => urls)
}

function without(tiers: Tiers, urls: ReadonlySet<string>): string[][] {
  return tiers.map((tier) => tier.filter((url) => !urls.has(url))).filter((tier) => tier.length > 0)
}
