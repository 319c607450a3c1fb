import {mkdirSync, writeFileSync} from 'node:fs'
import {daemonId, labDaemon, type DaemonOptions, type LabDaemon} from './daemon.ts'
import {freePort} from '../free-port.ts'
import {DaemonProcess, makeFolder, peerAddress} from './process.ts'
import {programVersion} from './suites.ts'

interface TransmissionOptions extends DaemonOptions {
  /** Failed logins before 4.x refuses everybody; `null` = its guard is off. 3.00 only ever refuses after 100. */
  readonly maxLoginFailures?: number | null | undefined
  readonly queueing?: boolean | undefined
  /** Base of its addresses; default `/transmission/`. */
  readonly rpcUrl?: string | undefined
}

/** The same settings file works for 3.00, 4.1.0-beta.2 and 4.1.4. */
export async function startTransmission(options: TransmissionOptions): Promise<LabDaemon> {
  const {suite} = options
  const folder = makeFolder(suite, 'transmission')
  const [rpc, peer] = [await freePort(), await freePort()]
  const [username, password] = ['lab', 'lab-password']
  const url = `http://127.0.0.1:${rpc}${options.rpcUrl ?? '/transmission/'}rpc`
  mkdirSync(`${folder.ours}/downloads`)
  writeFileSync(
    `${folder.ours}/settings.json`,
    JSON.stringify(
      settings(options, {rpc, peer, username, password, downloads: `${folder.server}/downloads`}),
    ),
  )
  const authorization = `Basic ${btoa(`${username}:${password}`)}`
  const process = new DaemonProcess({
    suite,
    program: 'transmission-daemon',
    args: ['-f', '-g', folder.server],
    folder,
    isReady: async () => (await fetch(url, {headers: {authorization}})).status === 409,
  })
  await process.start()
  return labDaemon({
    kind: 'transmission',
    suite,
    id: daemonId('transmission', options),
    version: programVersion(suite, 'transmission-daemon'),
    url,
    username,
    password,
    folder,
    peerAddress: peerAddress(),
    peerPort: peer,
    processes: [process],
  })
}

function settings(
  options: TransmissionOptions,
  made: {rpc: number; peer: number; username: string; password: string; downloads: string},
): Record<string, unknown> {
  const queueing = options.queueing === true
  const guard = options.maxLoginFailures ?? null
  return {
    'rpc-port': made.rpc,
    'rpc-url': options.rpcUrl ?? '/transmission/',
    'rpc-bind-address': '127.0.0.1',
    'rpc-authentication-required': true,
    'rpc-username': made.username,
    'rpc-password': made.password,
    'rpc-whitelist-enabled': false,
    'rpc-host-whitelist-enabled': false,
    'anti-brute-force-enabled': guard !== null,
    'anti-brute-force-threshold': guard ?? 100,
    'peer-port': made.peer,
    'bind-address-ipv4': peerAddress(),
    'port-forwarding-enabled': false,
    'dht-enabled': false,
    'pex-enabled': false,
    'lpd-enabled': false,
    'utp-enabled': false,
    'download-dir': made.downloads,
    'download-queue-enabled': queueing,
    'seed-queue-enabled': queueing,
    // Positions matter, nobody waits.
    'download-queue-size': 1_000,
    'seed-queue-size': 1_000,
  }
}
