import {mkdirSync, writeFileSync} from 'node:fs'
import {daemonId, labDaemon, type DaemonOptions, type LabDaemon} from './daemon.ts'
import {freePort} from '../free-port.ts'
import {DaemonProcess, makeFolder, peerAddress, type DaemonFolder} from './process.ts'
import {callRtorrent, type ScgiAddress} from './scgi.ts'
import {programVersion} from './suites.ts'

export interface RtorrentOptions extends DaemonOptions {
  /** One process opens one of them only; a second is refused ("SCGI already enabled"). */
  readonly transport: 'tcp' | 'unix'
}

export interface RtorrentDaemon extends LabDaemon {
  /** Where its SCGI listens, for a web server in front or a raw call. */
  readonly scgi: ScgiAddress
}

/** The same rtorrent.rc works for 0.9.8 and 0.16.17. */
export async function startRtorrent(options: RtorrentOptions): Promise<RtorrentDaemon> {
  const {suite} = options
  const folder = makeFolder(suite, 'rtorrent')
  const [rpc, peer] = [await freePort(), await freePort()]
  mkdirSync(`${folder.ours}/downloads`)
  mkdirSync(`${folder.ours}/session`)
  writeFileSync(`${folder.ours}/rtorrent.rc`, configuration(options, folder, rpc, peer))
  const scgi: ScgiAddress =
    options.transport === 'tcp'
      ? {host: '127.0.0.1', port: rpc}
      : {path: `${folder.ours}/rpc.sock`, serverPath: `${folder.server}/rpc.sock`}
  const process = new DaemonProcess({
    suite,
    program: 'rtorrent',
    args: ['-n', '-o', `import=${folder.server}/rtorrent.rc`],
    folder,
    isReady: async () => (await callRtorrent(scgi, 'system.client_version', [])) !== '',
  })
  await process.start()
  const daemon = labDaemon({
    kind: 'rtorrent',
    suite,
    id: daemonId('rtorrent', options),
    version: programVersion(suite, 'rtorrent'),
    url: 'path' in scgi ? `scgi+unix://${scgi.path}` : `scgi://${scgi.host}:${scgi.port}`,
    username: '',
    password: '',
    folder,
    peerAddress: peerAddress(),
    peerPort: peer,
    processes: [process],
  })
  // Not a spread: `pid` is read again after each restart.
  return Object.defineProperty(daemon, 'scgi', {value: scgi, enumerable: true}) as RtorrentDaemon
}

function configuration(options: RtorrentOptions, folder: DaemonFolder, rpc: number, peer: number): string {
  const here = folder.server
  return `directory.default.set = ${here}/downloads
session.path.set = ${here}/session
network.port_range.set = ${peer}-${peer}
network.port_random.set = no
network.bind_address.set = ${peerAddress()}
dht.mode.set = disable
protocol.pex.set = no
trackers.use_udp.set = no
network.xmlrpc.size_limit.set = 16M
${options.transport === 'tcp' ? `network.scgi.open_port = 127.0.0.1:${rpc}` : `network.scgi.open_local = ${here}/rpc.sock`}
system.daemon.set = true
`
}
