/** The verbs on the whole server: adding, categories and tags that it does not keep, limits and settings. */
import type {AddOutcome, AddTorrent, ServerVerbs} from '#model/command.ts'
import {BadArgument, CommandRefused, CommodarrError, NotSupported} from '#model/errors.ts'
import type {Features} from '#model/server.ts'
import {asInfoHash, type InfoHash} from '#model/torrent-key.ts'
import type {BytesPerSecond} from '#model/units.ts'
import {withPlainName} from '../magnet.ts'
import type {CallBounds, ServerControl} from '../port.ts'
import type {ControlDeps, TransmissionControl} from './control.ts'
import {featuresOf} from './features.ts'
import {checkLabel, labelsOf, pathOfCategory, placementOf, type Placement} from './labels.ts'
import {shareLimitParams, speedLimitParams, toK} from './limits.ts'
import {snakeName} from './names.ts'
import {labelsIn} from './normalise.ts'
import {text} from './codec.ts'
import {torrentsIn} from './selection.ts'
import type {Answer} from './wire.ts'

type Args<V extends keyof ServerVerbs> = Readonly<ServerVerbs[V]>

export class TransmissionServerControl implements ServerControl {
  readonly #parts: ControlDeps
  readonly #torrents: TransmissionControl

  constructor(parts: ControlDeps, torrents: TransmissionControl) {
    this.#parts = parts
    this.#torrents = torrents
  }

  /**
   * Adds a torrent. What `torrent_add` does not take (limits, a name, labels on 3.00) is set before it runs: it is
   * added stopped, changed, started. By URL the daemon fetches the file first and answers late.
   * @throws {CommodarrError} `torrent_invalid` when the daemon cannot read it
   */
  async addTorrent(add: AddTorrent, bounds: CallBounds): Promise<AddOutcome> {
    this.#refuseWhatIsLacking(add)
    if (add.data === 'shared') await this.#refuseIfRenamed(bounds)
    const later = this.#afterAdding(add)
    // Whom it fetches itself it has whole; who comes by a magnet link asks nobody for its metadata while it is stopped.
    const isHeld = add.waitsForFiles === true && 'url' in add.source && add.start
    const isLater =
      isHeld || Object.keys(later).length > 0 || add.rename !== undefined || add.topOfQueue === true
    const answer = await this.#add(
      {...this.#addParams(add), paused: !add.start || isLater || add.forceStart === true},
      bounds,
    )
    const duplicate = answer['torrent_duplicate'] as Answer | undefined
    const added = (answer['torrent_added'] ?? duplicate ?? {}) as Answer
    const hash = asInfoHash(text(added, 'hash_string') ?? '')
    if (duplicate) return {status: 'duplicate', hash}
    if (hash === null) throw new CommandRefused('The server did not say what it added.')
    try {
      await this.#finish(hash, isHeld ? {...add, start: false} : add, later, isLater, bounds)
    } catch (fault) {
      if (!(fault instanceof Error)) throw fault
      // It is there, without all that was asked for: nothing but a person starts it.
      return {status: 'added', hash, fault}
    } finally {
      this.#parts.sync.hurry([hash])
    }
    return {status: 'added', hash, ...(isHeld && {isHeld})}
  }

  async createCategory(): Promise<void> {
    throw this.#refusal('createCategory')
  }

  async editCategory(): Promise<void> {
    throw this.#refusal('editCategory')
  }

  /** Takes the label from every torrent that has it. */
  async removeCategories({names}: Args<'removeCategories'>, bounds: CallBounds): Promise<void> {
    if (this.#parts.categorySource.from === 'path') throw this.#refusal('removeCategories')
    const gone = new Set(names)
    const holders = await this.#torrentsWhere(({category}) => gone.has(category), bounds)
    await this.#inChunks(holders, (hashes) => this.#torrents.setCategory(hashes, {category: ''}, bounds))
  }

  async createTags(): Promise<void> {
    throw this.#refusal('createTags')
  }

  async deleteTags({tags}: Args<'deleteTags'>, bounds: CallBounds): Promise<void> {
    const gone = new Set(tags)
    const holders = await this.#torrentsWhere(
      (placement) => placement.tags.some((tag) => gone.has(tag)),
      bounds,
    )
    await this.#inChunks(holders, (hashes) => this.#torrents.removeTags(hashes, {tags}, bounds))
  }

  async banPeers(): Promise<void> {
    throw this.#refusal('banPeers')
  }

  async setGlobalLimits({down, up}: Args<'setGlobalLimits'>, bounds: CallBounds): Promise<void> {
    await this.#setSession({...this.#globalLimit('down', down), ...this.#globalLimit('up', up)}, bounds)
  }

  /** @throws {NotSupported} to lift an alternative limit: Transmission has only numbers there */
  async setAltSpeed({on, down, up}: Args<'setAltSpeed'>, bounds: CallBounds): Promise<void> {
    if (down === null || up === null) throw this.#refusal('setAltSpeed')
    const {bytesPerK} = this.#parts.session.current
    const settings = {
      ...(down !== undefined && {alt_speed_down: toK(down, bytesPerK)}),
      ...(up !== undefined && {alt_speed_up: toK(up, bytesPerK)}),
      ...(on !== undefined && {alt_speed_enabled: on}),
    }
    await this.#setSession(settings, bounds)
  }

  /** Names in any of the daemon's spellings. It passes over names it does not know. */
  async setPreferences({values}: Args<'setPreferences'>, bounds: CallBounds): Promise<void> {
    const spelt = Object.entries(values).map(([name, value]) => [snakeName(name), value])
    await this.#setSession(Object.fromEntries(spelt) as Record<string, unknown>, bounds)
  }

  async #setSession(settings: Record<string, unknown>, bounds: CallBounds): Promise<void> {
    if (Object.keys(settings).length > 0) await this.#parts.wire.call('session_set', settings, bounds)
  }

  #globalLimit(way: 'down' | 'up', limit: BytesPerSecond | null | undefined): Record<string, unknown> {
    if (limit === undefined) return {}
    if (limit === null) return {[`speed_limit_${way}_enabled`]: false}
    const value = toK(limit, this.#parts.session.current.bytesPerK)
    return {[`speed_limit_${way}`]: value, [`speed_limit_${way}_enabled`]: true}
  }

  /* ───────────────────────────── adding ───────────────────────────── */

  /** 4.x gives all of what it does not find whole `.part` names, on the disk, though it is stopped (tried on 4.1.0-beta.2 and 4.1.4). */
  async #refuseIfRenamed(bounds: CallBounds): Promise<void> {
    if (this.#parts.session.current.rpc < 17) return
    const fields = ['rename_partial_files']
    const {rename_partial_files: renames} = await this.#parts.wire.call('session_get', {fields}, bounds)
    if (renames === false) return
    throw new NotSupported(
      'This Transmission renames what is not whole (rename-partial-files), and others use these very files: give it another folder.',
    )
  }

  #refuseWhatIsLacking(add: AddTorrent): void {
    const {rpc} = this.#parts.session.current
    const lacking =
      (add.skipCheck === true && 'addSkipCheck') ||
      (add.firstLast === true && 'addFirstLast') ||
      (add.sequential === true && rpc < 18 && 'addSequential') ||
      ((add.stopCondition ?? 'none') !== 'none' && 'addStopCondition') ||
      ((add.contentLayout ?? 'original') !== 'original' && 'addContentLayout')
    if (lacking) throw new NotSupported(this.#why(lacking), {option: lacking})
    const {source, maxBytes} = add
    if ('torrent' in source && maxBytes !== undefined && source.torrent.length > maxBytes) {
      throw new BadArgument(`The .torrent file is larger than ${maxBytes} bytes.`, {
        found: source.torrent.length,
      })
    }
  }

  #addParams(add: AddTorrent): Record<string, unknown> {
    const {source} = add
    const {rpc} = this.#parts.session.current
    const labels = this.#labels(add)
    const path = this.#savePath(add)
    return {
      ...('torrent' in source
        ? {metainfo: Buffer.from(source.torrent).toString('base64')}
        : {filename: 'magnet' in source ? withPlainName(source.magnet) : source.url}),
      ...(path !== undefined && {download_dir: path}),
      ...(rpc >= 17 && labels.length > 0 && {labels}),
      ...(add.sequential === true && {sequential_download: true}),
      ...(add.cookies !== undefined && {cookies: add.cookies}),
    }
  }

  /** What only `torrent_set` takes; 3.00 passes over labels when adding. */
  #afterAdding(add: AddTorrent): Record<string, unknown> {
    const {rpc, bytesPerK} = this.#parts.session.current
    const labels = this.#labels(add)
    return {
      ...(rpc < 17 && labels.length > 0 && {labels}),
      ...speedLimitParams({down: add.downLimit, up: add.upLimit}, bytesPerK),
      ...shareLimitParams({ratio: add.ratioLimit, seedingTime: add.seedingTimeLimit}),
    }
  }

  #labels({category = '', tags = []}: AddTorrent): string[] {
    const {categorySource} = this.#parts
    if (category !== '') checkLabel(categorySource, category, 'category')
    for (const tag of tags) checkLabel(categorySource, tag, 'tag')
    return labelsOf(categorySource, {category, tags})
  }

  /** A path that was asked for goes before the one its category would bring. */
  #savePath({savePath, category = ''}: AddTorrent): string | undefined {
    const {categorySource, session} = this.#parts
    if (savePath !== undefined && savePath !== '') return savePath
    if (categorySource.from !== 'path' || category === '') return undefined
    return pathOfCategory(session.current.downloadDir, category)
  }

  async #add(params: Record<string, unknown>, bounds: CallBounds): Promise<Answer> {
    try {
      return await this.#parts.wire.call('torrent_add', params, bounds)
    } catch (error) {
      if (!(error instanceof CommandRefused) || !isUnreadable(error)) throw error
      throw new CommodarrError('torrent_invalid', `The server cannot read it: ${error.message}`, {}, error)
    }
  }

  async #finish(
    hash: InfoHash,
    add: AddTorrent,
    later: Record<string, unknown>,
    wasHeld: boolean,
    bounds: CallBounds,
  ): Promise<void> {
    const {wire} = this.#parts
    if (Object.keys(later).length > 0) await wire.call('torrent_set', {...later, ids: [hash]}, bounds)
    if (add.rename !== undefined && add.rename !== '') {
      await this.#torrents.rename([hash], {name: add.rename}, bounds)
    }
    if (add.topOfQueue === true) await wire.call('queue_move_top', {ids: [hash]}, bounds)
    if (add.forceStart === true && add.start) await wire.call('torrent_start_now', {ids: [hash]}, bounds)
    else if (wasHeld && add.start) await wire.call('torrent_start', {ids: [hash]}, bounds)
  }

  /* ───────────────────────────── labels of all torrents ───────────────────────────── */

  async #torrentsWhere(fits: (placement: Placement) => boolean, bounds: CallBounds): Promise<InfoHash[]> {
    const {wire, categorySource, session} = this.#parts
    const answer = await wire.call('torrent_get', {fields: ['hash_string', 'labels', 'download_dir']}, bounds)
    const root = session.current.downloadDir
    return torrentsIn(answer).flatMap((raw) => {
      const hash = asInfoHash(text(raw, 'hash_string') ?? '')
      const placement = placementOf(categorySource, labelsIn(raw), text(raw, 'download_dir') ?? '', root)
      return hash !== null && fits(placement) ? [hash] : []
    })
  }

  async #inChunks(
    hashes: readonly InfoHash[],
    run: (some: readonly InfoHash[]) => Promise<unknown>,
  ): Promise<void> {
    const {batchLimit} = this.#torrents
    for (let at = 0; at < hashes.length; at += batchLimit) await run(hashes.slice(at, at + batchLimit))
  }

  #why(name: keyof Features): string {
    return featuresOf(this.#parts.session.current.rpc, this.#parts)[name].reason
  }

  #refusal(verb: keyof ServerVerbs): NotSupported {
    return new NotSupported(this.#why(verb), {verb})
  }
}

/** "invalid or corrupt torrent file" (3.00), "unrecognized info" (4.x; codes 4 and 9 of JSON-RPC). */
function isUnreadable(error: CommandRefused): boolean {
  return (
    /corrupt|unrecognized info/i.test(error.message) ||
    error.about['rpcCode'] === 4 ||
    error.about['rpcCode'] === 9
  )
}
