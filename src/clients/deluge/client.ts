/** Deluge 2.0 and newer, by the JSON-RPC of deluge-web: start here (README.md has the map of the room). */
import type {PathMapping, ServerInfo} from '#model/server.ts'
import type {CallBounds, ClientDeps, TorrentClient} from '../port.ts'
import {DelugeControl} from './control.ts'
import {DelugeDetails} from './details.ts'
import {featuresOf} from './features.ts'
import {DelugeServerControl} from './server-control.ts'
import {configKeys, labelsAreOn, readConfig, readVersion, type Session} from './session.ts'
import {DelugeSync} from './sync.ts'
import {throwFault, Wire} from './wire.ts'

export class DelugeClient implements TorrentClient {
  readonly kind = 'deluge'
  /** After a crash it may tell of another moment: it is kept with what a torrent resumes from. */
  readonly keepsAddedAt = false
  /** For `erase.ts`. */
  readonly wire: Wire
  readonly sync: DelugeSync
  readonly control: DelugeControl
  readonly server: DelugeServerControl
  readonly details: DelugeDetails
  readonly #paths: readonly PathMapping[]
  readonly #session: {current: Session} = {current: unknownSession}

  constructor(given: ClientDeps) {
    this.wire = new Wire(given)
    this.sync = new DelugeSync(this.wire, given.clock, this.#session)
    this.control = new DelugeControl(this.wire, this.#session, this.sync)
    this.server = new DelugeServerControl(this.wire, this.#session, this.sync, this.control)
    const {paths} = given.definition
    this.details = new DelugeDetails(this.wire, paths, given.metainfo, this.#session)
    this.#paths = paths
  }

  connect(bounds: CallBounds): Promise<ServerInfo> {
    return this.#connect(bounds).catch(throwFault)
  }

  async #connect(bounds: CallBounds): Promise<ServerInfo> {
    const version = readVersion(await this.wire.connect(bounds))
    const hasLabels = labelsAreOn(await this.wire.call('core.get_enabled_plugins', [], bounds))
    const config = readConfig(await this.wire.call('core.get_config_values', [configKeys], bounds))
    this.#session.current = {version, hasLabels, ...config}
    const libtorrent = await this.wire.call('core.get_libtorrent_version', [], bounds)
    return {
      kind: this.kind,
      version,
      apiVersion: `libtorrent ${String(libtorrent)}`,
      features: featuresOf(hasLabels, this.#paths),
      limitation: null,
    }
  }

  async probe(bounds: CallBounds): Promise<void> {
    await this.wire.expectDaemon(bounds)
  }

  readonly clockAheadMs = (): number | null => this.wire.clockAheadMs

  close(): Promise<Error | void> {
    return this.wire.close()
  }
}

/** Until `connect` asked. */
const unknownSession: Session = {
  version: '',
  hasLabels: false,
  downloadLocation: '',
  stateFolder: null,
  isQueueing: true,
  limits: {down: null, up: null},
}
