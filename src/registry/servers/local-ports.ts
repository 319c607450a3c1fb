/**
 * Where torrent servers on this machine usually listen, and which of these ports is open: proposed to whoever sets
 * Commodarr up. A connection is opened and closed; nothing is sent, so nobody is logged in and no ban is risked.
 */
import {connect} from 'node:net'
import {clientKinds, serverKinds, type ServerKind} from '#clients/kinds/kinds.ts'
import {timeLimit, type Clock} from '#lib/clock.ts'
import type {Acting} from '#model/access.ts'
import type {ServerEditor} from './draft.ts'
import {seenBy} from './same-place.ts'

export interface LocalPort {
  readonly kind: ServerKind
  /** As it would be entered. */
  readonly url: string
}

const LOOPBACK = '127.0.0.1'
/** On this machine an open port answers in no time; one that a firewall swallows never does. */
const PATIENCE_MS = 1_000

/**
 * Those that are open, without the servers that this person sees here already.
 * @param own at which Commodarr itself listens
 */
export async function openLocalPorts(
  editor: Pick<ServerEditor, 'describe'>,
  clock: Clock,
  own: () => number,
  {access}: Acting,
  isOpen: (port: number) => Promise<boolean> = (port) => accepts(clock, port),
): Promise<readonly LocalPort[]> {
  const taken = new Set(seenBy(access, (id) => editor.describe(id)).flatMap(({url}) => localPort(url) ?? []))
  const asked = serverKinds.map((kind) => ({kind, port: clientKinds[kind].address.port}))
  const open = await Promise.all(
    asked.map(async ({kind, port}) => {
      if (port === own() || taken.has(port) || !(await isOpen(port))) return []
      const {takesScgi = false, path} = clientKinds[kind].address
      // The port of a kind that takes SCGI is that of SCGI.
      return [{kind, url: takesScgi ? `scgi://${LOOPBACK}:${port}` : `http://${LOOPBACK}:${port}${path}`}]
    }),
  )
  return open.flat()
}

/** `null` = on another machine, or a socket. */
function localPort(url: string): number | null {
  if (!URL.canParse(url)) return null
  const {hostname, port} = new URL(url)
  return /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname) && port !== '' ? Number(port) : null
}

/** Is it open on this machine? */
export function accepts(clock: Clock, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({host: LOOPBACK, port})
    const finish = (isOpen: boolean) => {
      cancel()
      socket.destroy()
      resolve(isOpen)
    }
    const cancel = timeLimit(clock, PATIENCE_MS, () => finish(false))
    socket.once('connect', () => finish(true))
    socket.once('error', () => finish(false))
  })
}
