/** What copies torrents from one server to another, put together. */
import {Copying, type CopyingParts} from '#automation/copies/copying.ts'
import {copyTorrent, type CopySagaParts} from '#automation/copies/copy-saga.ts'
import type {SagaKind} from '#executor/saga-runner.ts'
import type {Fleet} from '#fleet/fleet.ts'
import {CommodarrError, ServerUnknown} from '#model/errors.ts'
import type {ServerView} from '#model/services.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {copyDisk, type CopyDiskParts} from '#automation/copies/copy-disk-mapped.ts'
import {presenceOf} from '#automation/facts/situation.ts'

export interface CopiesOfAppParts
  extends
    Omit<CopyingParts, 'disk' | 'fleet' | 'objection' | 'deadlines'>,
    Omit<CopyDiskParts, 'fleet' | 'details' | 'signal'>,
    Pick<CopySagaParts, 'executor' | 'rules'> {
  readonly deadlines: CopyingParts['deadlines'] & CopySagaParts['deadlines']
  readonly fleet: Fleet
  readonly details: CopyDiskParts['details'] & CopySagaParts['details']
  readonly server: (id: ServerId) => ServerView | null
}

export interface CopiesOfApp {
  /** For the desk of decisions. */
  readonly copying: Copying
  /** For the runner of sagas. */
  readonly saga: (ended: CopySagaParts['ended']) => SagaKind
  /** What is being copied goes on after the next start. */
  stop(): void
}

export function copiesOfApp(parts: CopiesOfAppParts): CopiesOfApp {
  const {fleet, server} = parts
  const stopping = new AbortController()
  const disk = copyDisk({...parts, signal: stopping.signal})
  return {
    copying: new Copying({...parts, disk, objection: (id) => objectionOf(id, server(id))}),
    saga: (ended) =>
      copyTorrent({...parts, disk, ended, presence: (key) => presenceOf(key, fleet, {get: server})}),
    stop: () => stopping.abort(),
  }
}

/** What is begun there shall not wait for it from the first moment on. */
function objectionOf(id: ServerId, view: ServerView | null): CommodarrError | null {
  if (view === null) return new ServerUnknown(id)
  const {status} = view.health
  if (status === 'online' || status === 'degraded') return null
  return new CommodarrError('server_not_online', `The other server is ${status}.`, {serverId: id})
}
