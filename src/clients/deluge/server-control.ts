/** The verbs on the whole server: adding, labels, limits and settings. */
import type {AddOutcome, AddTorrent, ServerVerbs} from '#model/command.ts'
import {BadArgument, CommandRefused, CommodarrError, NotSupported} from '#model/errors.ts'
import type {Features} from '#model/server.ts'
import {asInfoHash, type InfoHash} from '#model/torrent-key.ts'
import {withPlainName} from '../magnet.ts'
import type {CallBounds, ServerControl} from '../port.ts'
import {kibsOf, type DelugeControl} from './control.ts'
import {featuresOf} from './features.ts'
import type {Session} from './session.ts'
import type {DelugeSync} from './sync.ts'
import {foreign, isRecord, type NativeRecord, type Wire} from './wire.ts'

type Args<V extends keyof ServerVerbs> = Readonly<ServerVerbs[V]>

export class DelugeServerControl implements ServerControl {
  readonly #wire: Wire
  readonly #session: {readonly current: Session}
  /** Hurries to see what a command may have changed. */
  readonly #sync: Pick<DelugeSync, 'hurry' | 'hurryServer'>
  readonly #torrents: DelugeControl

  constructor(
    wire: Wire,
    session: {readonly current: Session},
    sync: Pick<DelugeSync, 'hurry' | 'hurryServer'>,
    torrents: DelugeControl,
  ) {
    this.#wire = wire
    this.#session = session
    this.#sync = sync
    this.#torrents = torrents
  }

  /**
   * Adds a torrent. A label can only be given afterwards, so one with a label is added stopped and then started. By URL
   * the daemon fetches the file first and answers late; it has that torrent whole then, so it can be held until its files
   * were looked at. By a magnet link it asks no peer for metadata while it is stopped.
   * @throws {CommodarrError} `torrent_invalid` when the daemon cannot read it
   */
  async addTorrent(add: AddTorrent, bounds: CallBounds): Promise<AddOutcome> {
    this.#refuseWhatIsLacking(add)
    const {category = ''} = add
    if (category !== '') this.#torrents.checkLabel(category)
    await this.#wire.expectDaemon(bounds)
    // A label that it does not take is known before the torrent is there.
    if (category !== '') await this.#torrents.ensureLabel(category, bounds)
    const isHeld = add.waitsForFiles === true && 'url' in add.source && add.start
    const isLater = isHeld || category !== '' || add.topOfQueue === true
    const outcome = await this.#add(add, {...this.#options(add), add_paused: !add.start || isLater}, bounds)
    const {hash} = outcome
    if (outcome.status === 'duplicate' || hash === null) return outcome
    try {
      if (this.#session.current.hasLabels) await this.#label(hash, category, add, bounds)
      if (add.topOfQueue === true) await this.#wire.call('core.queue_top', [[hash]], bounds)
      if (isLater && add.start && !isHeld)
        await this.#torrents.afterALook('core.resume_torrents', [hash], bounds)
    } catch (fault) {
      if (!(fault instanceof Error)) throw fault
      // It is there, without all that was asked for: nothing but a person starts it.
      return {...outcome, fault}
    } finally {
      this.#sync.hurry([hash])
    }
    return {...outcome, ...(isHeld && {isHeld})}
  }

  /**
   * A label may have limits and a place of its own, which it gives its torrents: what was asked for counts. Deluge itself
   * gives one to what has certain trackers (`auto_add`), as it adds it.
   */
  async #label(hash: InfoHash, category: string, add: AddTorrent, bounds: CallBounds): Promise<void> {
    if (category !== '') await this.#wire.call('label.set_torrent', [hash, category], bounds)
    const asked = this.#askedFor(add)
    if (Object.keys(asked).length > 0)
      await this.#wire.call('core.set_torrent_options', [[hash], asked], bounds)
  }

  async createCategory({name, savePath}: Args<'createCategory'>, bounds: CallBounds): Promise<void> {
    if (savePath !== undefined && savePath !== '') throw this.#refusal('categoryPaths')
    this.#torrents.checkLabel(name)
    await this.#wire.expectDaemon(bounds)
    await this.#wire.call('label.add', [name], bounds)
    this.#sync.hurryServer()
  }

  async editCategory(): Promise<void> {
    throw this.#refusal('editCategory')
  }

  /** Their torrents stay, without a label. */
  async removeCategories({names}: Args<'removeCategories'>, bounds: CallBounds): Promise<void> {
    for (const name of names) this.#torrents.checkLabel(name)
    await this.#wire.expectDaemon(bounds)
    for (const name of names) await this.#wire.call('label.remove', [name], bounds)
    this.#sync.hurryServer()
  }

  async createTags(): Promise<void> {
    throw this.#refusal('createTags')
  }

  async deleteTags(): Promise<void> {
    throw this.#refusal('deleteTags')
  }

  async banPeers(): Promise<void> {
    throw this.#refusal('banPeers')
  }

  async setGlobalLimits({down, up}: Args<'setGlobalLimits'>, bounds: CallBounds): Promise<void> {
    await this.#setConfig(
      {
        ...(down !== undefined && {max_download_speed: kibsOf(down)}),
        ...(up !== undefined && {max_upload_speed: kibsOf(up)}),
      },
      bounds,
    )
  }

  async setAltSpeed(): Promise<void> {
    throw this.#refusal('setAltSpeed')
  }

  /** Deluge would keep a setting of any name, so those that it does not have are refused here. */
  async setPreferences({values}: Args<'setPreferences'>, bounds: CallBounds): Promise<void> {
    const config = await this.#wire.call('core.get_config', [], bounds)
    if (!isRecord(config)) throw foreign('the settings')
    const unknown = Object.keys(values).find((name) => !Object.hasOwn(config, name))
    if (unknown !== undefined) {
      throw new BadArgument(`Deluge has no setting called ${unknown}.`, {field: 'values', found: unknown})
    }
    await this.#setConfig(values, bounds)
  }

  async #setConfig(values: NativeRecord, bounds: CallBounds): Promise<void> {
    if (Object.keys(values).length === 0) return
    await this.#wire.expectDaemon(bounds)
    await this.#wire.call('core.set_config', [values], bounds)
    this.#sync.hurryServer()
  }

  #refuseWhatIsLacking(add: AddTorrent): void {
    const lacking =
      ((add.tags ?? []).length > 0 && 'tags') ||
      ((add.stopCondition ?? 'none') !== 'none' && 'addStopCondition') ||
      ((add.contentLayout ?? 'original') !== 'original' && 'addContentLayout')
    if (lacking) throw this.#refusal(lacking)
    const {source, maxBytes} = add
    if ('torrent' in source && maxBytes !== undefined && source.torrent.length > maxBytes) {
      throw new BadArgument(`The .torrent file is larger than ${maxBytes} bytes.`, {
        found: source.torrent.length,
      })
    }
  }

  /** What a label of its would change. */
  #askedFor(add: AddTorrent): NativeRecord {
    return {
      ...completion(add),
      // What is to follow the default gets it from Deluge when it is added.
      ...this.#torrents.shareOptions({
        ratio: add.ratioLimit === 'inherit' ? undefined : add.ratioLimit,
        seedingTime: add.seedingTimeLimit,
      }),
    }
  }

  #options(add: AddTorrent): NativeRecord {
    const {defaultPath = '', savePath: place = defaultPath} = add
    return {
      ...(place !== '' && {download_location: place}),
      ...(add.forceStart === true && {auto_managed: false}),
      ...(add.skipCheck === true && {seed_mode: true}),
      ...(add.sequential !== undefined && {sequential_download: add.sequential}),
      ...(add.firstLast !== undefined && {prioritize_first_last_pieces: add.firstLast}),
      ...(add.downLimit !== undefined && {max_download_speed: kibsOf(add.downLimit)}),
      ...(add.upLimit !== undefined && {max_upload_speed: kibsOf(add.upLimit)}),
      ...(add.rename !== undefined && add.rename !== '' && {name: add.rename}),
      ...this.#askedFor(add),
    }
  }

  async #add(add: AddTorrent, options: NativeRecord, bounds: CallBounds): Promise<AddOutcome> {
    const {source, cookies} = add
    try {
      const answer =
        'torrent' in source
          ? await this.#wire.call(
              'core.add_torrent_file',
              [source.fileName, Buffer.from(source.torrent).toString('base64'), options],
              bounds,
            )
          : 'magnet' in source
            ? await this.#wire.call(
                'core.add_torrent_magnet',
                [withPlainName(source.magnet), options],
                bounds,
              )
            : await this.#wire.call(
                'core.add_torrent_url',
                [source.url, options, cookies === undefined ? null : {Cookie: cookies}],
                bounds,
              )
      const hash = typeof answer === 'string' ? asInfoHash(answer) : null
      if (hash === null) throw new CommandRefused('The server did not say what it added.')
      return {status: 'added', hash}
    } catch (error) {
      if (!(error instanceof CommandRefused)) throw error
      const known = duplicateIn(error.message)
      if (known !== null) return {status: 'duplicate', hash: known}
      if (!/decoding filedump failed|unable to add (?:torrent|magnet)/i.test(error.message)) {
        throw error
      }
      throw new CommodarrError('torrent_invalid', `The server cannot read it: ${error.message}`, {}, error)
    }
  }

  #refusal(name: keyof Features): NotSupported {
    const {reason} = featuresOf(this.#session.current.hasLabels)[name]
    return new NotSupported(reason, {option: name})
  }
}

/** A place that was asked for is where it stays: Deluge may move what is complete to a folder of its own otherwise. */
function completion({savePath = '', data, completedPath}: AddTorrent): NativeRecord {
  if (savePath !== '' || data !== undefined || completedPath === null) return {move_completed: false}
  return completedPath === undefined ? {} : {move_completed: true, move_completed_path: completedPath}
}

/** "Torrent already in session (hash)." */
function duplicateIn(message: string): InfoHash | null {
  const hash = /already (?:in session|being added) \(([0-9a-f]{40})\)/i.exec(message)?.[1]
  return hash === undefined ? null : asInfoHash(hash)
}
