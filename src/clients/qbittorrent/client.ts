/** One qBittorrent server, 4.3.9 (with less) to 5.3. Start reading at README.md. */
import {ServerFault} from '#model/errors.ts'
import type {ServerInfo} from '#model/server.ts'
import type {CallBounds, ClientDeps, PortState, TorrentClient} from '../port.ts'
import {sweepPassingTags} from './add.ts'
import {QbittorrentControl} from './control.ts'
import {QbittorrentDetails} from './details.ts'
import {detect, readApiVersion, type Detected} from './features.ts'
import {parseJson} from '../json.ts'
import {textIn} from './native.ts'
import {QbittorrentServerControl} from './server-control.ts'
import {MaindataSync} from './sync.ts'
import {asList, Wire, type Connection} from './wire.ts'

export class QbittorrentClient implements TorrentClient {
  readonly kind = 'qbittorrent'
  readonly keepsAddedAt = true
  readonly sync: MaindataSync
  readonly control: QbittorrentControl
  readonly server: QbittorrentServerControl
  readonly details: QbittorrentDetails
  /** For `erase.ts` alone. */
  readonly wire: Wire
  readonly #connection: Connection
  #detected: Detected | null = null
  #defaultSavePath = ''

  constructor(given: ClientDeps) {
    const {clock, turns, metainfo} = given
    this.wire = new Wire(given)
    this.#connection = {wire: this.wire, clock, turns, metainfo, detected: () => this.#connected()}
    this.sync = new MaindataSync(this.wire, (bounds) => this.#readSavePath(bounds), clock, turns)
    this.control = new QbittorrentControl(this.#connection)
    this.server = new QbittorrentServerControl(this.#connection, (bounds) => this.#savePathChanged(bounds))
    this.details = new QbittorrentDetails(this.#connection, {
      serverState: () => this.sync.serverState,
      defaultSavePath: () => this.#defaultSavePath,
    })
  }

  async connect(bounds: CallBounds): Promise<ServerInfo> {
    await this.wire.open(bounds)
    const apiVersion = await this.#apiVersion(bounds)
    const version = (await this.wire.ask('app/version', bounds)).replace(/^v/, '')
    this.#detected = detect(version, apiVersion)
    this.sync.connected(this.#detected.dialect)
    await this.#readSavePath(bounds)
    await this.#sweep(bounds)
    const {features, limitation} = this.#detected
    return {kind: this.kind, version, apiVersion, features, limitation}
  }

  /** An answer of a few bytes that only a session gets. */
  async probe(bounds: CallBounds): Promise<void> {
    await this.#apiVersion(bounds)
  }

  readonly clockAheadMs = (): number | null => this.wire.clockAheadMs

  look(bounds: CallBounds): Promise<PortState> {
    return this.wire.look(bounds)
  }

  close(): Promise<Error | void> {
    return this.wire.close()
  }

  async #apiVersion(bounds: CallBounds): Promise<string> {
    const text = await this.wire.ask('app/webapiVersion', bounds)
    if (readApiVersion(text)) return text
    throw new ServerFault('wrong_server', 'not_a_torrent_server', 'What answers there is not a qBittorrent.')
  }

  async #sweep(bounds: CallBounds): Promise<void> {
    const tags = asList('torrents/tags', parseJson(Buffer.from(await this.wire.ask('torrents/tags', bounds))))
    await sweepPassingTags(this.#connection, tags.map(textIn), bounds)
  }

  /** No list tells it: asked with each whole one. */
  async #readSavePath(bounds: CallBounds): Promise<void> {
    this.#savesIn(await this.wire.ask('app/defaultSavePath', bounds))
  }

  /** The change was taken, so a fault after it is not its own: the folder is unknown then until the next whole list. */
  async #savePathChanged(bounds: CallBounds): Promise<void> {
    this.#savesIn('')
    await this.#readSavePath(bounds).catch(() => undefined)
  }

  #savesIn(folder: string): void {
    this.#defaultSavePath = folder
    this.sync.savesIn(folder)
  }

  #connected(): Detected {
    if (this.#detected) return this.#detected
    throw new ServerFault('server_unreachable', 'none', 'The server was not connected to yet.')
  }
}
