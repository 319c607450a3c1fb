/**
 * What is asked of a server only when somebody looks: coalesced (ten people looking at one torrent ask once), kept for
 * two seconds, bounded, and never sent to a server that is not online.
 */
import type {CallBounds, DetailReader} from '#clients/port.ts'
import {ownFoldersIn} from '#clients/kinds/registry.ts'
import type {Clock} from '#lib/clock.ts'
import {SingleFlight} from '#lib/single-flight.ts'
import type {BelievedRoom, ServerFigures, ServerStats} from '#model/server.ts'
import {staysAtLimit} from '#model/limit-end.ts'
import type {LimitEndReader, ServerReader, TorrentReader} from '#model/services.ts'
import {keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {Bytes} from '#model/units.ts'
import {boundsOf} from './budget.ts'
import type {Link} from './link.ts'
import {sanitizePatch, sanitizeStats} from './sanitize-patch.ts'

const KEEP_MS = 2_000

export function detailReaders(
  /** What a server tells of room, as far as its disk is there. */
  rooms: {
    figuresNow(id: ServerId, stats: ServerStats): Promise<ServerFigures>
    room(id: ServerId, free: Bytes | undefined, path: string | null): Promise<BelievedRoom>
  },
  clock: Clock,
  /** @throws {CommodarrError} when there is no such server or it cannot be asked now. */
  usable: (id: ServerId) => Link,
): {
  torrents: TorrentReader
  servers: ServerReader
  /** As its daemon has them in this moment: nothing that was kept counts. @throws {CommodarrError} it does not answer */
  settingsNow: (id: ServerId, category?: string) => Promise<Readonly<Record<string, unknown>>>
  /** The port at which it listens for peers in this moment, as it writes it; `null` = its settings alone say it. @throws {CommodarrError} likewise */
  peerPortNow: (id: ServerId) => Promise<unknown>
  limitEnds: LimitEndReader
  /** Folders that the server writes to or watches itself, as it writes them. @throws {CommodarrError} likewise */
  ownFolders: (id: ServerId) => Promise<readonly string[]>
} {
  const flights = new SingleFlight<unknown>(clock, KEEP_MS)
  const ask = <T>(
    id: ServerId,
    what: string,
    question: (from: DetailReader, bounds: CallBounds) => Promise<T>,
  ) => flights.ask(`${what} ${id}`, () => askNow(id, question)) as Promise<T>
  /** What is short on every server, however large it is: it is parsed in one go. */
  const askShort = <T>(
    id: ServerId,
    what: string,
    question: (from: DetailReader, bounds: CallBounds) => Promise<T>,
  ) =>
    ask(id, what, (from, bounds) => {
      const maxBytes = Math.min(bounds.maxBytes, usable(id).quota?.shortAnswerBytes ?? Infinity)
      return question(from, {...bounds, maxBytes, maxListBytes: bounds.maxBytes})
    })
  const askNow = async <T>(
    id: ServerId,
    question: (from: DetailReader, bounds: CallBounds) => Promise<T>,
  ): Promise<T> => {
    const link = usable(id)
    const bounds = boundsOf('detail', link.signal, link.patience)
    const maxBytes = Math.min(bounds.maxBytes, link.quota?.answerBytes ?? Infinity)
    return question(link.client.details, {...bounds, maxBytes})
  }
  const of = <T>(
    key: TorrentKey,
    what: string,
    question: (from: DetailReader, bounds: CallBounds) => Promise<T>,
  ) => ask(key.serverId, `${what} ${keyText(key)}`, question)
  const shortOf = <T>(
    key: TorrentKey,
    what: string,
    question: (from: DetailReader, bounds: CallBounds) => Promise<T>,
  ) => askShort(key.serverId, `${what} ${keyText(key)}`, question)
  return {
    settingsNow: (id, category = '') =>
      askNow(id, (from, bounds) => from.preferencesFor?.(category, bounds) ?? from.preferences(bounds)),
    peerPortNow: (id) => askNow(id, async (from, bounds) => (await from.peerPort?.(bounds)) ?? null),
    limitEnds: {
      of: (id, hashes) => askNow(id, (from, bounds) => from.limitEnds(hashes, bounds)),
      ofForced: (id, hashes) =>
        askNow(
          id,
          async (from, bounds) =>
            (await from.limitEndsOfForced?.(hashes, bounds)) ??
            new Map(hashes.map((hash) => [hash, staysAtLimit])),
        ),
      ofStarted: (id, hashes) =>
        askNow(
          id,
          async (from, bounds) =>
            (await from.limitEndsOfStarted?.(hashes, bounds)) ??
            new Map(hashes.map((hash) => [hash, staysAtLimit])),
        ),
      ofAdded: (id, category) => askNow(id, (from, bounds) => from.limitEndOfAdded(category, bounds)),
      ofChange: (id, removed) =>
        askNow(id, async (from, bounds) => (await from.limitEndOfChange?.(removed, bounds)) ?? staysAtLimit),
    },
    ownFolders: async (id) =>
      ownFoldersIn(usable(id).client.kind, await askNow(id, (from, bounds) => from.preferences(bounds))),
    torrents: {
      files: (key) => of(key, 'files', (from, bounds) => from.files(key.hash, bounds)),
      trackers: (key) => shortOf(key, 'trackers', (from, bounds) => from.trackers(key.hash, bounds)),
      peers: (key) => shortOf(key, 'peers', (from, bounds) => from.peers(key.hash, bounds)),
      webSeeds: (key) => shortOf(key, 'webSeeds', (from, bounds) => from.webSeeds(key.hash, bounds)),
      pieces: (key) => shortOf(key, 'pieces', (from, bounds) => from.pieces(key.hash, bounds)),
      more: async (key) =>
        sanitizePatch(await shortOf(key, 'more', (from, bounds) => from.more(key.hash, bounds))),
      exportTorrent: (key) => of(key, 'export', (from, bounds) => from.exportTorrent(key.hash, bounds)),
    },
    servers: {
      limits: (id) => askShort(id, 'limits', (from, bounds) => from.limits(bounds)),
      stats: async (id) =>
        rooms.figuresNow(
          id,
          sanitizeStats(await askShort(id, 'stats', (from, bounds) => from.stats(bounds))),
        ),
      freeSpace: async (id, path) => {
        const free = await askShort(id, `free ${path ?? ''}`, (from, bounds) => from.freeSpace(path, bounds))
        return rooms.room(id, free, path)
      },
      preferences: (id) => askShort(id, 'preferences', (from, bounds) => from.preferences(bounds)),
    },
  }
}
