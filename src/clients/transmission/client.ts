/** Transmission 3.00 and newer: start here (README.md has the map of the room). */
import type {ServerDefinition, ServerInfo} from '#model/server.ts'
import type {CallBounds, ClientDeps, TorrentClient} from '../port.ts'
import {TransmissionControl, type ControlDeps} from './control.ts'
import {TransmissionDetails} from './details.ts'
import {featuresOf} from './features.ts'
import {TransmissionServerControl} from './server-control.ts'
import {OpenStarts} from './open-starts.ts'
import {readSession, sessionFields, type Session} from './session.ts'
import {TransmissionSync} from './sync.ts'
import {TrueNames} from './true-names.ts'
import {Wire} from './wire.ts'

export class TransmissionClient implements TorrentClient {
  readonly kind = 'transmission'
  readonly keepsAddedAt = true
  /** For `erase.ts`. */
  readonly wire: Wire
  readonly sync: TransmissionSync
  readonly control: TransmissionControl
  readonly server: TransmissionServerControl
  readonly details: TransmissionDetails
  readonly #definition: ServerDefinition
  readonly #session: {current: Session} = {current: unknownSession}

  constructor(given: ClientDeps) {
    const {definition, clock, metainfo} = given
    this.#definition = definition
    this.wire = new Wire(given)
    const shared = {
      wire: this.wire,
      session: this.#session,
      categorySource: definition.categorySource,
      paths: definition.paths,
      truths: new TrueNames(this.wire, this.#session, definition.paths),
      starts: new OpenStarts(clock),
    }
    this.sync = new TransmissionSync({...shared, clock, definition})
    const parts: ControlDeps = {...shared, sync: this.sync}
    this.control = new TransmissionControl(parts)
    this.server = new TransmissionServerControl(parts, this.control)
    this.details = new TransmissionDetails(this.wire, this.#session, definition, metainfo, shared.truths)
  }

  /** There is no login: each request carries the credentials. The first also learns session id and dialect. */
  async connect(bounds: CallBounds): Promise<ServerInfo> {
    const answer = await this.wire.first('session_get', {fields: sessionFields}, bounds)
    const session = readSession(answer, this.#session.current.incompleteDir)
    this.#session.current = session
    this.wire.confirmDialect(session.semver)
    return {
      kind: this.kind,
      version: session.version,
      apiVersion: `rpc ${session.rpc}`,
      features: featuresOf(session.rpc, this.#definition),
      limitation: null,
    }
  }

  async probe(bounds: CallBounds): Promise<void> {
    await this.wire.call('session_get', {fields: ['version']}, bounds)
  }

  readonly clockAheadMs = (): number | null => this.wire.clockAheadMs

  async close(): Promise<void> {
    await this.wire.close()
  }
}

/** Until `connect` asked: what every version has. */
const unknownSession: Session = {
  version: '',
  rpc: 16,
  semver: '',
  bytesPerK: 1000,
  downloadDir: '',
  incompleteDir: null,
  limits: {down: null, up: null},
  queueing: false,
}
