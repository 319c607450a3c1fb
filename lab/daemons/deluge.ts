import {createHash, randomBytes} from 'node:crypto'
import {mkdirSync, writeFileSync} from 'node:fs'
import {connect} from 'node:net'
import {daemonId, labDaemon, type DaemonOptions, type LabDaemon} from './daemon.ts'
import {freePort} from '../free-port.ts'
import {DaemonProcess, makeFolder, peerAddress, type DaemonFolder} from './process.ts'
import {programVersion} from './suites.ts'

interface DelugeMade {
  readonly folder: DaemonFolder
  readonly core: number
  readonly web: number
  readonly peer: number
  readonly password: string
}

/** deluged and deluge-web in front of it; its url is the web server's. Files as 2.0.3, 2.2.0 and 2.2.1 read them. */
export async function startDeluge(options: DaemonOptions): Promise<LabDaemon> {
  const {suite} = options
  const folder = makeFolder(suite, 'deluge')
  const made: DelugeMade = {
    folder,
    core: await freePort(),
    web: await freePort(),
    peer: await freePort(),
    password: 'lab-password',
  }
  writeConfiguration(made)
  const core = new DaemonProcess({
    suite,
    program: 'deluged',
    args: ['-d', '-c', `${folder.server}/core`, '-p', String(made.core), '-u', '127.0.0.1'],
    folder,
    isReady: () => accepts(made.core),
  })
  const web = new DaemonProcess({
    suite,
    program: 'deluge-web',
    args: ['-d', '-c', `${folder.server}/web`, '-p', String(made.web), '-i', '127.0.0.1'],
    folder,
    isReady: () => accepts(made.web),
  })
  await core.start()
  await web.start()
  return labDaemon({
    kind: 'deluge',
    suite,
    id: daemonId('deluge', options),
    version: programVersion(suite, 'deluged'),
    url: `http://127.0.0.1:${made.web}`,
    // deluge-web knows no user names.
    username: '',
    password: made.password,
    folder,
    peerAddress: peerAddress(),
    peerPort: made.peer,
    processes: [core, web],
  })
}

function writeConfiguration({folder, core, web, peer, password}: DelugeMade): void {
  for (const name of ['downloads', 'core', 'web']) mkdirSync(`${folder.ours}/${name}`)
  const unlimited = Object.fromEntries(
    ['max_active_limit', 'max_active_downloading', 'max_active_seeding'].map((name) => [name, -1]),
  )
  writeFileSync(`${folder.ours}/core/auth`, `localclient:${password}:10\n`, {mode: 0o600})
  writeTwoPart(`${folder.ours}/core/core.conf`, 1, {
    daemon_port: core,
    allow_remote: false,
    download_location: `${folder.server}/downloads`,
    random_port: false,
    listen_ports: [peer, peer],
    listen_interface: peerAddress(),
    outgoing_interface: peerAddress(),
    dht: false,
    upnp: false,
    natpmp: false,
    utpex: false,
    lsd: false,
    enabled_plugins: ['Label'],
    new_release_check: false,
    ...unlimited,
  })
  const host = randomBytes(16).toString('hex')
  writeTwoPart(`${folder.ours}/web/hostlist.conf`, 3, {
    hosts: [[host, '127.0.0.1', core, 'localclient', password]],
  })
  const salt = randomBytes(20).toString('hex')
  writeTwoPart(`${folder.ours}/web/web.conf`, 2, {
    port: web,
    pwd_salt: salt,
    pwd_sha1: createHash('sha1')
      .update(salt + password)
      .digest('hex'),
    default_daemon: host,
    first_login: false,
  })
}

/** Deluge's files are two JSON objects in a row: the format's version and the content. */
function writeTwoPart(path: string, file: number, content: Record<string, unknown>): void {
  writeFileSync(path, JSON.stringify({file, format: 1}) + JSON.stringify(content), {mode: 0o600})
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
