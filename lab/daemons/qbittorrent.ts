import {pbkdf2Sync, randomBytes} from 'node:crypto'
import {mkdirSync, writeFileSync} from 'node:fs'
import {daemonId, labDaemon, type DaemonOptions, type LabDaemon} from './daemon.ts'
import {freePort} from '../free-port.ts'
import {DaemonProcess, makeFolder, peerAddress} from './process.ts'
import {programVersion} from './suites.ts'

interface QbittorrentOptions extends DaemonOptions {
  /** Failed logins before the ban; the next attempt after them is refused with 403. */
  readonly maxLoginFailures?: number | undefined
  readonly banSeconds?: number | undefined
  /** Positions matter then, but nobody waits. */
  readonly queueing?: boolean | undefined
  /** How often the daemon renews its own figures; its default is 1500. */
  readonly refreshMs?: number | undefined
  /** Beside its downloads it has a folder `apart`, to it on another disk. Needs root. */
  readonly hasFolderApart?: boolean | undefined
  /** Loopback needs no login. */
  readonly withoutLogin?: boolean | undefined
}

/**
 * The same configuration works for 4.5.2, 5.1.0 and 5.3.0. TCP alone, because the others speak no µTP and each first
 * attempt would cost 3.5 s.
 */
export async function startQbittorrent(options: QbittorrentOptions): Promise<LabDaemon> {
  const {suite} = options
  const folder = makeFolder(suite, 'qbittorrent')
  const [web, peer] = [await freePort(), await freePort()]
  const [username, password] = ['admin', 'lab-password']
  const url = `http://127.0.0.1:${web}`
  const apart = `${folder.ours}/apart`
  for (const one of [`${folder.ours}/downloads`, apart]) mkdirSync(one)
  mkdirSync(`${folder.ours}/qBittorrent/config`, {recursive: true})
  writeFileSync(
    `${folder.ours}/qBittorrent/config/qBittorrent.conf`,
    configuration(options, {web, peer, password, downloads: `${folder.server}/downloads`}),
  )
  const process = new DaemonProcess({
    suite,
    program: 'qbittorrent-nox',
    args: [`--profile=${folder.server}`],
    folder,
    ...(options.hasFolderApart && {mounted: apart}),
    isReady: async () => (await fetch(`${url}/api/v2/app/version`)).status > 0,
  })
  await process.start()
  return labDaemon({
    kind: 'qbittorrent',
    suite,
    id: daemonId('qbittorrent', options),
    version: programVersion(suite, 'qbittorrent-nox'),
    url,
    username,
    password,
    folder,
    peerAddress: peerAddress(),
    peerPort: peer,
    processes: [process],
  })
}

function configuration(
  options: QbittorrentOptions,
  made: {web: number; peer: number; password: string; downloads: string},
): string {
  return `[LegalNotice]
Accepted=true

[Preferences]
WebUI\\Enabled=true
WebUI\\Address=127.0.0.1
WebUI\\Port=${made.web}
WebUI\\LocalHostAuth=${options.withoutLogin !== true}
WebUI\\UseUPnP=false
WebUI\\Username=admin
WebUI\\Password_PBKDF2="@ByteArray(${passwordHash(made.password)})"
WebUI\\MaxAuthenticationFailCount=${options.maxLoginFailures ?? 3}
WebUI\\BanDuration=${options.banSeconds ?? 5}

[BitTorrent]
Session\\Port=${made.peer}
Session\\DHTEnabled=false
Session\\PeXEnabled=false
Session\\LSDEnabled=false
Session\\QueueingSystemEnabled=${options.queueing === true}
Session\\MaxActiveDownloads=-1
Session\\MaxActiveUploads=-1
Session\\MaxActiveTorrents=-1
Session\\MaxActiveCheckingTorrents=4
Session\\DefaultSavePath=${made.downloads}
Session\\MultiConnectionsPerIp=true
Session\\BTProtocol=TCP
Session\\InterfaceAddress=${peerAddress()}
Session\\RefreshInterval=${options.refreshMs ?? 250}

[Network]
PortForwardingEnabled=false
`
}

/** PBKDF2-HMAC-SHA512, 100,000 rounds, `salt:key` in base64: the form of its settings file since 4.2. */
function passwordHash(password: string): string {
  const salt = randomBytes(16)
  const key = pbkdf2Sync(password, salt, 100_000, 64, 'sha512')
  return `${salt.toString('base64')}:${key.toString('base64')}`
}
