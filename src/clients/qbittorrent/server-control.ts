/** Commands on the whole server. Source: Web API sheet §6.3 and §6.4, recordings of 4.5.2, 5.1.0 and 5.3.0. */
import type {AddOutcome, FetchedAddress, ServerVerbs} from '#model/command.ts'
import {CommandRefused} from '#model/errors.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import type {CallBounds, ServerControl} from '../port.ts'
import {addTorrent, findFetched, finishFetched} from './add.ts'
import {joinedTags} from './arguments.ts'
import {readAltSpeed, readCategories} from './details.ts'
import {isRecord} from './native.ts'
import type {Wire, Connection} from './wire.ts'

export class QbittorrentServerControl implements ServerControl {
  readonly #connection: Connection
  readonly #savePathChanged: (bounds: CallBounds) => Promise<void>

  constructor(connection: Connection, savePathChanged: (bounds: CallBounds) => Promise<void>) {
    this.#connection = connection
    this.#savePathChanged = savePathChanged
  }

  get #wire(): Wire {
    return this.#connection.wire
  }

  async addTorrent(add: ServerVerbs['addTorrent'], bounds: CallBounds): Promise<AddOutcome> {
    return addTorrent(this.#connection, add, bounds)
  }

  async findFetched(address: FetchedAddress, bounds: CallBounds): Promise<InfoHash | null> {
    return findFetched(this.#connection, address, bounds)
  }

  async finishFetched(hash: InfoHash, address: FetchedAddress, bounds: CallBounds): Promise<void> {
    await finishFetched(this.#connection, hash, address, bounds)
  }

  /** @throws {CommandRefused} it is there already, or the name is not a name (409) */
  async createCategory(args: ServerVerbs['createCategory'], bounds: CallBounds): Promise<void> {
    const {name, savePath = ''} = args
    await this.#wire.post('torrents/createCategory', {category: name, savePath}, bounds)
  }

  /**
   * Limits of the category stay as they are, and so does its folder for what is not complete: up to 5.1 what is left out
   * is taken away (tried on 4.5.2), and "nothing to change" is refused, too.
   */
  async editCategory(args: ServerVerbs['editCategory'], bounds: CallBounds): Promise<void> {
    const {name, savePath} = args
    const {[name]: row} = await this.#wire.record('torrents/categories', {}, bounds, {field: null})
    const apart = isRecord(row) ? row['download_path'] : undefined
    const kept =
      typeof apart === 'string'
        ? {downloadPathEnabled: true, downloadPath: apart}
        : {...(apart === false && {downloadPathEnabled: false})}
    try {
      await this.#wire.post('torrents/editCategory', {category: name, savePath, ...kept}, bounds)
    } catch (error) {
      if (!(error instanceof CommandRefused)) throw error
      const categories = await readCategories(this.#wire, bounds)
      if (!categories.some((category) => category.name === name && category.savePath === savePath))
        throw error
    }
  }

  async removeCategories({names}: ServerVerbs['removeCategories'], bounds: CallBounds): Promise<void> {
    await this.#wire.post('torrents/removeCategories', {categories: names.join('\n')}, bounds)
  }

  async createTags({tags}: ServerVerbs['createTags'], bounds: CallBounds): Promise<void> {
    if (tags.length > 0) await this.#wire.post('torrents/createTags', {tags: joinedTags(tags)}, bounds)
  }

  async deleteTags({tags}: ServerVerbs['deleteTags'], bounds: CallBounds): Promise<void> {
    if (tags.length > 0) await this.#wire.post('torrents/deleteTags', {tags: joinedTags(tags)}, bounds)
  }

  async banPeers({peers}: ServerVerbs['banPeers'], bounds: CallBounds): Promise<void> {
    await this.#wire.post('transfer/banPeers', {peers: peers.join('|')}, bounds)
  }

  /** By the preferences: `transfer/set…Limit` changes whichever limits are in force at the moment. */
  async setGlobalLimits({down, up}: ServerVerbs['setGlobalLimits'], bounds: CallBounds): Promise<void> {
    await this.#write({dl_limit: limitNumber(down), up_limit: limitNumber(up)}, bounds)
  }

  async setAltSpeed({on, down, up}: ServerVerbs['setAltSpeed'], bounds: CallBounds): Promise<void> {
    await this.#write({alt_dl_limit: limitNumber(down), alt_up_limit: limitNumber(up)}, bounds)
    if (on !== undefined) await this.#switchAltSpeed(on, bounds)
  }

  /** Keys the server does not know are ignored by it without a word. */
  async setPreferences({values}: ServerVerbs['setPreferences'], bounds: CallBounds): Promise<void> {
    await this.#write(values, bounds)
    if (values['save_path'] !== undefined) await this.#savePathChanged(bounds)
  }

  /** Before 4.5 it can only be turned round. */
  async #switchAltSpeed(on: boolean, bounds: CallBounds): Promise<void> {
    if (this.#connection.detected().dialect.speedModeSetter) {
      await this.#wire.post('transfer/setSpeedLimitsMode', {mode: on ? 1 : 0}, bounds)
      return
    }
    const isOn = await readAltSpeed(this.#wire, bounds)
    if (isOn !== on) await this.#wire.post('transfer/toggleSpeedLimitsMode', {}, bounds)
  }

  async #write(values: Readonly<Record<string, unknown>>, bounds: CallBounds): Promise<void> {
    const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
    if (Object.keys(given).length === 0) return
    await this.#wire.post('app/setPreferences', {json: JSON.stringify(given)}, bounds)
  }
}

/** bytes/s; the server's 0 is no limit. */
function limitNumber(limit: number | null | undefined): number | undefined {
  return limit === null ? 0 : limit
}
