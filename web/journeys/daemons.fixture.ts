/** Real torrent servers for the pages, with a tracker between them, and a witness of what each really has. */
import type {CallBounds, TorrentClient} from '#clients/port.ts'
import {createClient} from '#clients/kinds/registry.ts'
import type {LabDaemon} from '#lab/daemons/daemon.ts'
import {waitUntil} from '#lab/daemons/process.ts'
import {startQbittorrent} from '#lab/daemons/qbittorrent.ts'
import {startRtorrent} from '#lab/daemons/rtorrent.ts'
import {hostSuite, readySuites, type Suite} from '#lab/daemons/suites.ts'
import {startTransmission} from '#lab/daemons/transmission.ts'
import type {Observer} from '#lab/observers/observer.ts'
import {observeQbittorrent} from '#lab/observers/qbittorrent.ts'
import {observeRtorrent} from '#lab/observers/rtorrent.ts'
import {observeTransmission} from '#lab/observers/transmission.ts'
import {makeTorrent, type MadeTorrent} from '#lab/torrent-maker.ts'
import type {Tracker} from '#lab/tracker.ts'
import {systemClock} from '#lib/clock.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import type {AddTorrent} from '#model/command.ts'
import {ServerFault} from '#model/errors.ts'
import {insideMetainfo} from '#test/doubles/inside-work.ts'

/** A busy machine lets daemons wait, and nothing is judged by how long it took. */
const bounds: CallBounds = {timeoutMs: 270_000, maxBytes: 64 * 1024 * 1024}

interface Started {
  readonly daemon: LabDaemon
  readonly observer: Observer
}

/** Each server that a test can ask for, by the name it gets in Commodarr. */
const starts = {
  seedbox: async (suite: Suite): Promise<Started> => {
    const daemon = await startQbittorrent({suite, id: 'seedbox'})
    return {daemon, observer: observeQbittorrent(daemon)}
  },
  loft: async (suite: Suite): Promise<Started> => {
    const daemon = await startQbittorrent({suite, id: 'loft'})
    return {daemon, observer: observeQbittorrent(daemon)}
  },
  attic: async (suite: Suite): Promise<Started> => {
    const daemon = await startTransmission({suite, id: 'attic'})
    return {daemon, observer: observeTransmission(daemon)}
  },
  cellar: async (suite: Suite): Promise<Started> => {
    const daemon = await startRtorrent({suite, id: 'cellar', transport: 'unix'})
    return {daemon, observer: observeRtorrent(daemon)}
  },
} as const
export type ServerName = keyof typeof starts

/** A real server of the house. */
export class HouseDaemon {
  readonly name: ServerName
  readonly daemon: LabDaemon
  /** Asks it by its own interface. */
  readonly observer: Observer
  readonly #client: TorrentClient

  private constructor(name: ServerName, {daemon, observer}: Started) {
    this.name = name
    this.daemon = daemon
    this.observer = observer
    this.#client = createClient({
      definition: daemon.definition,
      clock: systemClock,
      turns: new TimeSlice(),
      metainfo: insideMetainfo,
    })
  }

  static async start(name: ServerName): Promise<HouseDaemon> {
    const suite = hostSuite() ?? readySuites()[0]!
    const started = new HouseDaemon(name, await starts[name](suite))
    await started.#client.connect(bounds)
    return started
  }

  /** What an administrator gives to add it. */
  get draft(): object {
    const {kind, url, username, password} = this.daemon
    const reach = url.startsWith('scgi+unix://') ? {socket: url.slice('scgi+unix://'.length)} : {url}
    return {kind, name: this.name, ...reach, ...(username !== '' && {username, password})}
  }

  /** It gets a torrent without Commodarr's doing. */
  async has(made: MadeTorrent, wish: Partial<Omit<AddTorrent, 'source'>> = {}): Promise<void> {
    const source = {torrent: made.torrent, fileName: `${made.name}.torrent`}
    for (;;) {
      try {
        await this.#client.server.addTorrent({source, start: false, ...wish}, bounds)
        return
      } catch (error) {
        // A server may close a kept connection in the moment in which it is used: then nobody knows whether it came.
        if (!(error instanceof ServerFault && error.outcomeUnknown)) throw error
        if ((await this.observer.torrent(made.hash)) !== null) return
      }
    }
  }

  /** It has all of a torrent and tells the tracker so; not before that do others find it. */
  async seeds(
    made: MadeTorrent,
    tracker: Tracker,
    wish: Partial<Omit<AddTorrent, 'source'>> = {},
  ): Promise<void> {
    made.writePayload(this.daemon.downloadDir)
    await this.has(made, {start: true, ...wish})
    await waitUntil(`${this.name} to seed ${made.name}`, () =>
      tracker.log.some(({hash, left}) => hash === made.hash && left === 0),
    )
  }

  async dispose(): Promise<void> {
    await this.#client.close()
    await this.daemon.dispose()
  }
}

/** Torrents that nobody transfers: a list to look at. rTorrent takes none without a tracker. */
export function paperTorrents(
  count: number,
  name: string,
  {announceUrl}: Pick<Tracker, 'announceUrl'>,
): readonly MadeTorrent[] {
  return Array.from({length: count}, (_, at) =>
    makeTorrent({
      name: `${name} ${String(at + 1).padStart(2, '0')}`,
      content: 16_384 * (1 + (at % 7)),
      trackers: [announceUrl],
    }),
  )
}
