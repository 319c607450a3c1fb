import {CommodarrError} from '#model/errors.ts'
import type {Features, ServerInfo} from '#model/server.ts'
import type {CallBounds, ClientDeps, TorrentClient} from '../port.ts'
import {RtorrentControl} from './control.ts'
import {RtorrentDetails} from './details.ts'
import {readEraseHandlers} from './erase-handlers.ts'
import {featuresOf} from './features.ts'
import {RtorrentServerControl} from './server-control.ts'
import {RtorrentSession} from './session.ts'
import {RtorrentSync} from './sync.ts'

/** One rTorrent, 0.9.6 and newer: raw SCGI over TCP or a Unix socket, or through a web server. See README.md. */
export class RtorrentClient implements TorrentClient {
  readonly kind = 'rtorrent'
  /** What nobody wrote down beside it counts from its last start. */
  readonly keepsAddedAt = false
  readonly sync: RtorrentSync
  readonly control: RtorrentControl
  readonly server: RtorrentServerControl
  readonly details: RtorrentDetails
  /** For `erase.ts`. */
  readonly session: RtorrentSession
  #features: Features | null = null

  constructor(parts: ClientDeps) {
    this.session = new RtorrentSession(parts)
    const features = (): Features => this.features
    this.sync = new RtorrentSync(this.session)
    this.control = new RtorrentControl(this.session, features)
    this.server = new RtorrentServerControl(this.session, features)
    this.details = new RtorrentDetails(this.session, features)
  }

  /** Of the server as of the last connect. */
  get features(): Features {
    if (!this.#features) throw new CommodarrError('session_lost', 'There is no connection yet.')
    return this.#features
  }

  readonly clockAheadMs = (): number | null => this.#features && this.session.skewSeconds * 1_000

  async connect(bounds: CallBounds): Promise<ServerInfo> {
    const facts = await this.session.open(bounds)
    const handlers = await readEraseHandlers(this.session, bounds)
    this.#features = featuresOf(facts.methods, this.session.definition, handlers)
    return {
      kind: this.kind,
      version: facts.version,
      apiVersion: `api ${facts.apiVersion}`,
      features: this.#features,
      limitation: null,
    }
  }

  async probe(bounds: CallBounds): Promise<void> {
    await this.session.wire.ask('system.pid', [''], bounds)
  }

  async close(): Promise<void> {
    await this.session.wire.close()
  }
}
