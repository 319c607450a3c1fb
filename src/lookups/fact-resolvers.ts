/**
 * Single looks at a torrent: each a question that is kept and shared. What they mean is told by those who put them
 * together (`src/automation/facts/fact-topics.ts`, `src/lookups/content-links.ts`).
 */
import {stat} from 'node:fs/promises'
import {clientKinds} from '#clients/kinds/kinds.ts'
import {walkFolder, type FoundFile} from '#disk/folder-files.ts'
import type {DiskSpace} from '#disk/free-space.ts'
import {readLinks, type LinksRead} from '#disk/hard-links.ts'
import type {ServerDisk} from '#disk/path-mapping.ts'
import type {Patience} from '#disk/patience.ts'
import type {MountedDisks} from '#disk/mounted-disks.ts'
import type {Fleet} from '#fleet/fleet.ts'
import type {Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import {FilePatterns} from '#media/file-patterns.ts'
import type {ProbeProgram} from '#media/probe-program.ts'
import type {ProbeVerdict} from '#media/probe-verdict.ts'
import type {TorrentFile, Tracker} from '#model/details.ts'
import type {FileRulesReport, ManagerId} from '#model/manager.ts'
import type {ServerView, TorrentReader} from '#model/services.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {TrackerPhrases} from '#model/tracker-profile.ts'
import type {Bytes} from '#model/units.ts'
import type {OwnershipService} from '#ownership/ownership.ts'
import {unknown, type FactResult, type Unknown} from './fact-result.ts'
import {Questions, type Asker, type Read} from './questions.ts'
import {diskPace, RateLane, unknownPace, type Pace} from './rate-lane.ts'
import type {TrackerCrowds} from './tracker-crowds.ts'
import type {UnregisteredTimes} from './unregistered-times.ts'

export interface LookUpDeps {
  readonly clock: Clock
  readonly turns: TimeSlice
  /** A removal of it is under way, or had no answer. */
  readonly isGoing: (key: TorrentKey) => boolean
  readonly random: () => number
  readonly fleet: Pick<Fleet, 'get' | 'holders' | 'rows' | 'rowsOf' | 'serverAt' | 'keyAt' | 'valueAt'>
  readonly details: Pick<TorrentReader, 'files' | 'trackers'>
  readonly servers: () => readonly ServerView[]
  readonly server: (id: ServerId) => ServerView | null
  readonly disk: (id: ServerId) => ServerDisk
  readonly ownership: Pick<OwnershipService, 'look' | 'serversAround' | 'serverOf' | 'nameOf' | 'hasLeft'>
  /** May this manager know what is on that server? */
  readonly sees: (by: ManagerId, id: ServerId) => boolean
  /** The same, and is what it says evidence about a torrent that is there (`of`)? */
  readonly counts: (by: ManagerId, of: ServerId, id: ServerId) => boolean
  readonly ffprobe: Pick<ProbeProgram, 'probe'>
  readonly patience: Patience
  readonly mounted: MountedDisks
  /** For how long all trackers of a torrent have not known it. */
  readonly unregistered: Pick<UnregisteredTimes, 'found' | 'soFar' | 'pause' | 'over'>
  /** By which words people know what a tracker of a torrent on this server means. */
  readonly phrases: (id: ServerId, host: string) => TrackerPhrases
  /** Of whom many are. */
  readonly crowds: Pick<TrackerCrowds, 'isCrowd'>
  /** Our paths of files beside it that somebody took back from the trash. */
  readonly takenBack: (key: TorrentKey) => ReadonlySet<string>
}

/** As long as a tracker says the same: between two announces half an hour and more; after a reannounce it matters soon. */
const TRACKERS_MS = 60_000
/** Its size and place tell when files change, but not when somebody renames one. */
const FILES_MS = 60 * 60_000
/** Links come and go without a word to us: the executor looks again before it acts. */
const LINKS_MS = 60_000
const SPACE_MS = 30_000
/** Ffprobe keeps its verdict as long as the file is the same. */
const PROBE_MS = 10 * 60_000
/** What is in it and not the torrent's changes seldom, and the executor looks again before it acts. */
const FOLDER_MS = 60 * 60_000
/** A folder with more files is left alone. */
const MOST_IN_FOLDER = 20_000
const MOST_PATTERNS = 100

export class FactResolvers {
  readonly #parts: LookUpDeps
  readonly #questions: Questions
  readonly #lanes = new Map<string, RateLane>()
  /** By what is written: rules come again with every message. */
  readonly #patterns = new Map<string, FilePatterns>()

  constructor(parts: LookUpDeps) {
    this.#parts = parts
    this.#questions = new Questions(parts)
  }

  trackers(key: TorrentKey, asker: Asker): Promise<Read<readonly Tracker[]>> {
    const {details} = this.#parts
    return this.#questions.ask(
      {
        ...this.#ofServer('trackers', key),
        mark: '',
        keepMs: TRACKERS_MS,
        weight: (trackers) => trackers.length,
        look: async () => ({value: await details.trackers(key)}),
      },
      asker,
    )
  }

  files(key: TorrentKey, asker: Asker): Promise<Read<readonly TorrentFile[]>> {
    const {details} = this.#parts
    return this.#questions.ask(
      {
        ...this.#ofServer('files', key),
        mark: this.#stateOfFiles(key),
        keepMs: FILES_MS,
        weight: (files) => files.length,
        look: async () => {
          const files = await details.files(key)
          return files.length > 0 ? {value: files} : unknown('missing', 'Its files are not known yet.')
        },
      },
      asker,
    )
  }

  /** Compiled once: sections are few. */
  patternsOf(rules: FileRulesReport): FilePatterns {
    const written = JSON.stringify(rules)
    const patterns = this.#patterns.get(written) ?? new FilePatterns(rules)
    if (this.#patterns.size >= MOST_PATTERNS) this.#patterns.clear()
    this.#patterns.set(written, patterns)
    return patterns
  }

  /** @param paths ours, of its files: of some of them it is another question than of all */
  links(key: TorrentKey, paths: readonly string[], asker: Asker): Promise<Read<LinksRead>> {
    const {patience} = this.#parts
    return this.#questions.ask(
      {
        ...this.#ofDisk('links', key),
        mark: `${paths.length} ${this.#stateOfFiles(key)}`,
        keepMs: LINKS_MS,
        weight: ({links}) => links.length,
        look: async (signal) => {
          const read = await readLinks(paths, {patience, signal})
          return 'unknown' in read ? read : {value: read}
        },
      },
      asker,
    )
  }

  /** @param path ours, of the folder that is its own */
  folder(key: TorrentKey, path: string, asker: Asker): Promise<Read<readonly FoundFile[]>> {
    return this.#questions.ask(
      {
        ...this.#ofDisk('folder', key),
        mark: `${path} ${this.#stateOfFiles(key)}`,
        keepMs: FOLDER_MS,
        weight: (files) => files.length,
        look: (signal) => filesBelow(path, this.#parts.patience, signal),
      },
      asker,
    )
  }

  /**
   * @param path ours, of a file that is whole
   * @param size by its server: what has another one on our disk is a copy of it that is not complete, or another file
   */
  probe(
    key: TorrentKey,
    {path, size}: {readonly path: string; readonly size: Bytes},
    asker: Asker,
  ): Promise<Read<ProbeVerdict>> {
    const {patience, ffprobe} = this.#parts
    return this.#questions.ask(
      {
        ...this.#ofDisk('probe', key),
        mark: `${path} ${size} ${this.#stateOfFiles(key)}`,
        keepMs: PROBE_MS,
        look: async (signal) => {
          // A disk that hangs would hold ffprobe, and with it everybody behind.
          const there = await patience.ask(path, 'probe', () =>
            stat(path).then(
              (it) => it.size,
              () => -1,
            ),
          )
          if (there === null) return unknown('unreadable', 'The disk does not answer.')
          if (there < 0) return unknown('unreadable', 'The file is not there.')
          if (there !== size)
            return unknown('unreadable', `The file has ${there} bytes here, and ${size} on its server.`)
          return {value: await ffprobe.probe(path, signal)}
        },
      },
      asker,
    )
  }

  /** @param path ours, a folder @returns only of a disk that is the one we know */
  space(serverId: ServerId, path: string, asker: Asker): Promise<Read<DiskSpace>> {
    const name = `space ${serverId} ${path}`
    return this.#questions.ask(
      {
        name,
        mark: '',
        lane: this.#lane('disk', serverId),
        keepMs: SPACE_MS,
        hindrance: () => this.notOnline(serverId),
        look: () => this.#spaceOf(serverId, path),
      },
      asker,
    )
  }

  /** Why nothing that is told of the files in a folder counts yet: its disk came back a moment ago. @param path ours */
  async unsettled(path: string): Promise<Unknown | null> {
    const why = await this.#parts.mounted.whyUnsettled(path)
    return why === null ? null : unknown('unreadable', why)
  }

  async #spaceOf(id: ServerId, path: string): Promise<FactResult<DiskSpace>> {
    const roots = this.#parts.disk(id).mappings.map(({ours}) => ours)
    const space = await this.#parts.mounted.spaceAround(path, roots)
    return 'unknown' in space ? space : {value: space}
  }

  /** Warming is not online: its list may be a part. */
  notOnline(id: ServerId): Unknown | null {
    const server = this.#parts.server(id)
    const status = server?.health.status
    if (status === 'online' || status === 'degraded') return null
    return unknown('serverNotOnline', server ? `${server.name} is not online.` : 'There is no such server.')
  }

  #ofServer(what: string, key: TorrentKey) {
    return {
      name: `${what} ${keyText(key)}`,
      lane: this.#lane('server', key.serverId),
      hindrance: () => this.notOnline(key.serverId),
    }
  }

  #ofDisk(what: string, key: TorrentKey) {
    return {...this.#ofServer(what, key), lane: this.#lane('disk', key.serverId)}
  }

  #lane(of: 'server' | 'disk', id: ServerId): RateLane {
    const name = `${of} ${id}`
    const known = this.#lanes.get(name)
    if (known) return known
    const lane = new RateLane(
      this.#parts.clock,
      of === 'disk' ? diskPace : this.#paceOf(id),
      () => this.notOnline(id) === null,
    )
    this.#lanes.set(name, lane)
    return lane
  }

  #paceOf(id: ServerId): Pace {
    const kind = this.#parts.server(id)?.kind
    return kind ? clientKinds[kind].lookUps : unknownPace
  }

  /** A server that went is forgotten; another of its name may be of another kind. */
  forgetServer(id: ServerId): void {
    for (const what of ['server', 'disk']) this.#lanes.delete(`${what} ${id}`)
  }

  /**
   * What its row tells of its files. Not their count: some kinds tell it only after somebody asked, and the sizes
   * change with it.
   */
  #stateOfFiles(key: TorrentKey): string {
    const torrent: TorrentRecord | null = this.#parts.fleet.get(key)
    if (!torrent) return ''
    const {name, size, sizeTotal, complete, hasMetadata, contentPath} = torrent
    return JSON.stringify([name, size, sizeTotal, complete, hasMetadata, contentPath])
  }
}

/** All files of a folder, or why not. @throws the reason of the signal */
export async function filesBelow(
  path: string,
  patience: Patience,
  signal: AbortSignal,
): Promise<FactResult<readonly FoundFile[]>> {
  const all: FoundFile[] = []
  const why = await walkFolder(path, patience, signal, (files) => {
    all.push(...files)
    return all.length <= MOST_IN_FOLDER
  })
  if (why) return why
  return all.length > MOST_IN_FOLDER
    ? unknown('notSupported', 'There are too many files in its folder.')
    : {value: all}
}
