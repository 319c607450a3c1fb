/** When something else answers at an address: what it could be, to be knocked at and then offered. */
import type {DraftKind, ServerTrial} from '../../../api/servers.ts'
import {understand} from './address.ts'
import type {ServerForm} from './server-form.ts'

/** The same place, asked in another way. */
export type OtherWay = Pick<ServerForm, 'kind' | 'address'>

const kinds: readonly DraftKind[] = ['qbittorrent', 'transmission', 'rtorrent']

/** Somebody answered, and not as this kind does. */
const foreign: ReadonlySet<string> = new Set([
  'not_a_torrent_server',
  'wrong_path',
  'server_error',
  'garbled_answer',
  'cut_answer',
  'host_rejected',
  'connection_reset',
])

export function isForeign({ok, reason}: Pick<ServerTrial, 'ok' | 'reason'>): boolean {
  return !ok && foreign.has(reason)
}

/** Every other kind; rTorrent also behind a web server, where a bare host and port mean SCGI. Nothing twice. */
export function otherWays({kind, address}: OtherWay): readonly OtherWay[] {
  const typed = address.trim()
  const ways = kinds.flatMap((other) => {
    const isBare = other === 'rtorrent' && understand(typed, other)?.url.startsWith('scgi://') === true
    const asWeb = {kind: other, address: `http://${typed.replace(/^scgi:\/\//, '')}`}
    return isBare ? [asWeb, {kind: other, address: typed}] : [{kind: other, address: typed}]
  })
  return ways.filter((way) => way.kind !== kind || way.address !== typed)
}
