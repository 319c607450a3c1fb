/**
 * Keeps in mind which disks lie at the folders that servers are mapped to, at the folders below in which their torrents
 * lie, and at `FreeSpaceFolder`, and says when one is another or is gone: once for each disk and server, whether a rule
 * is about it or not. Looked at before anybody has to know: of a disk that was never seen an empty folder tells nothing.
 * Source: scenario S08.
 */
import {overlap, toOurs} from '#disk/path-mapping.ts'
import type {MountedDisks} from '#disk/mounted-disks.ts'
import {deviceAt, type MountVerdict, type RememberedMount} from '#disk/mounts.ts'
import type {Deadlines} from '#automation-state/deadlines.ts'
import type {Mounts} from '#automation-state/mounts.ts'
import type {Fleet} from '#fleet/fleet.ts'
import type {ServerDefinition} from '#model/server.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {DAY} from '#model/units.ts'
import {ActiveAlerts, type WatchContext} from './active-alerts.ts'

/** Folders of ours that the configuration names. */
interface ConfiguredFolders {
  /** Those that are enabled. */
  readonly servers: readonly ServerDefinition[]
  /** `FreeSpaceFolder`; `null` = not set. */
  readonly spaceFolder: string | null
}

const FIRST_LOOK_MS = 10_000
const LOOK_MS = 60_000
/** Of known folders below mapped ones, and of folders of torrents, more are not looked at in one round: the others next. */
const MOST_PATHS = 200

/** Of a path whose disk is away, or not back for long: a disk that is there at the next start has to settle, too. */
const AWAY = 'disk_away'
const VERSION = 1
/** After so long nobody waits for it any more. */
const KEPT_MS = 365 * DAY * 1_000

/** A folder that is looked at, and the servers that have it. */
interface Watched {
  readonly path: string
  readonly servers: readonly ServerDefinition[]
}

/** A disk that is not there, where one was. */
interface Gone {
  readonly disk: string
  readonly detail: string
}

/** A folder of torrents, and the mapped one that it lies in. */
interface TorrentFolder {
  readonly path: string
  readonly root: string
}

export class MountWatch {
  readonly #clock: WatchContext['clock']
  readonly #log: WatchContext['log']
  readonly #mounted: MountedDisks
  readonly #mounts: Pick<Mounts, 'get' | 'set' | 'all' | 'forget'>
  readonly #deadlines: Pick<Deadlines, 'of' | 'ofKind' | 'set' | 'cancel'>
  readonly #fleet: Pick<Fleet, 'savePaths'>
  readonly #configured: () => ConfiguredFolders
  /** By the disk that was there, and the server. */
  readonly #notices: ActiveAlerts
  /** By the folder, as it was seen last. */
  readonly #gone = new Map<string, Gone>()
  /** Known folders, and folders of torrents, whose turn is still to come. */
  #known: string[] = []
  #folders: TorrentFolder[] = []
  #servers: ServerId[] = []
  #cancel: () => void = () => undefined
  #looking: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(
    {board, clock, log}: WatchContext,
    mounted: MountedDisks,
    {
      mounts,
      deadlines,
    }: {
      readonly mounts: Pick<Mounts, 'get' | 'set' | 'all' | 'forget'>
      readonly deadlines: Pick<Deadlines, 'of' | 'ofKind' | 'set' | 'cancel'>
    },
    fleet: Pick<Fleet, 'savePaths'>,
    configured: () => ConfiguredFolders,
  ) {
    this.#clock = clock
    this.#log = log
    this.#mounted = mounted
    this.#mounts = mounts
    this.#deadlines = deadlines
    this.#fleet = fleet
    this.#configured = configured
    this.#notices = new ActiveAlerts(board)
  }

  start(): void {
    for (const {subject} of this.#deadlines.ofKind(AWAY)) {
      const known = this.#mounts.get(subject)
      if (known) this.#mounts.set(subject, {...known, returnedAt: 'away'})
    }
    this.#plan(FIRST_LOOK_MS)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancel()
    await this.#looking
  }

  async look(): Promise<void> {
    await this.#learnDisks()
    const watched = this.#watched()
    for (const path of this.#gone.keys()) if (!watched.has(path)) this.#gone.delete(path)
    for (const path of this.#turns(watched)) await this.#lookAt(path)
    this.#report([...watched.values()])
  }

  async #lookAt(path: string): Promise<void> {
    const remembered = this.#mounts.get(path)
    const verdict = await this.#mounted.believedMount(path)
    if (await this.#isNoDisk(path, verdict)) {
      this.#gone.delete(path)
      this.#mounts.forget(path)
      return this.#endAway(path)
    }
    if (remembered) await this.#keep(path, verdict.mounted !== true)
    // That the same disk was emptied is somebody's doing as often as not: its facts are unknown, nobody is called.
    const isEmptied = verdict.mounted === true || verdict.reason === 'emptied'
    if (isEmptied || !remembered) this.#gone.delete(path)
    else this.#gone.set(path, {disk: nameOf(remembered), detail: verdict.detail})
  }

  /** A folder on the disk of the one around it, which no configuration names, comes and goes with its torrents. */
  async #isNoDisk(path: string, verdict: MountVerdict): Promise<boolean> {
    const {servers, spaceFolder} = this.#configured()
    if (path === spaceFolder) return false
    if (servers.some(({paths}) => paths.some(({ours}) => ours === path))) return false
    if (verdict.mounted === true) return verdict.remember.device === (await this.#mounted.deviceAround(path))
    return verdict.reason === 'missing' && (await this.#mounted.diskAway(path)) === null
  }

  /** Each server has a line of its own: who sees one of them hears nothing of the others. */
  #report(watched: readonly Watched[]): void {
    const lasting = new Set<string>()
    for (const {path, servers} of watched) {
      const gone = this.#gone.get(path)
      if (!gone) continue
      const {disk, detail} = gone
      for (const server of servers.length === 0 ? [null] : servers) {
        const cause = `${disk} ${server?.id ?? ''}`
        lasting.add(cause)
        this.#notices.begin(cause, {
          by: 'Disks',
          subject: server === null ? 'path' : 'server',
          serverId: server?.id ?? null,
          name: server === null ? path : null,
          code: 'disk_missing',
          heals: false,
          args: {path, disk, ...(server && {server: server.name})},
          message: `The disk at ${path} is not the one that was there: ${detail}`,
        })
      }
    }
    for (const cause of this.#notices.open) if (!lasting.has(cause)) this.#notices.end(cause)
  }

  async #endAway(path: string): Promise<void> {
    if (this.#deadlines.of(AWAY, path) === null) return
    try {
      await this.#deadlines.cancel(AWAY, path)
    } catch (error) {
      this.#log.error({err: error, path}, 'that a folder is no disk could not be written down')
    }
  }

  /** That it is away is known over a restart, until it has settled. */
  async #keep(path: string, isAway: boolean): Promise<void> {
    const isKept = this.#deadlines.of(AWAY, path) !== null
    if (isKept === isAway) return
    const now = this.#clock.now()
    const record = {
      kind: AWAY,
      subject: path,
      dueAt: now + KEPT_MS,
      version: VERSION,
      detail: {},
      createdAt: now,
    }
    try {
      if (isAway) await this.#deadlines.set(record)
      else if ((await this.#mounted.whyUnsettled(path)) === null) await this.#deadlines.cancel(AWAY, path)
    } catch (error) {
      this.#log.error({err: error, path}, 'that a disk is away could not be written down')
    }
  }

  #plan(ms: number): void {
    this.#cancel = this.#clock.after(ms, () => {
      this.#looking = this.look().finally(() => {
        if (!this.#isStopped) this.#plan(LOOK_MS)
      })
    })
  }

  /** Folders that servers are mapped to, those around and below of which a disk is known, and `FreeSpaceFolder`. */
  #watched(): ReadonlyMap<string, Watched> {
    const {servers, spaceFolder} = this.#configured()
    const watched = new Map<string, Watched>()
    const put = (path: string, servers: readonly ServerDefinition[]) => {
      const others = watched.get(path)?.servers ?? []
      watched.set(path, {path, servers: [...new Set([...others, ...servers])]})
    }
    for (const server of servers) for (const {ours} of server.paths) put(ours, [server])
    for (const {path} of this.#mounts.all()) {
      const its = servers.filter(({paths}) => paths.some(({ours}) => overlap(path, ours)))
      if (its.length > 0) put(path, its)
    }
    if (spaceFolder !== null && !watched.has(spaceFolder)) put(spaceFolder, [])
    return watched
  }

  /** Mapped folders each time, all others in turn. */
  #turns(watched: ReadonlyMap<string, Watched>): readonly string[] {
    const mapped = new Set(this.#configured().servers.flatMap(({paths}) => paths.map(({ours}) => ours)))
    if (this.#known.length === 0) this.#known = [...watched.keys()].filter((path) => !mapped.has(path))
    const others = this.#known.splice(0, MOST_PATHS).filter((path) => watched.has(path))
    return [...mapped, ...others]
  }

  /** A disk that is mounted below a mapped folder is kept in mind where torrents lie on it, whoever asked for it. */
  async #learnDisks(): Promise<void> {
    const asked = new Map<string, ReturnType<typeof deviceAt>>()
    const deviceOf = (path: string) => {
      const device = asked.get(path) ?? deviceAt(path, this.#mounted.patience)
      asked.set(path, device)
      return device
    }
    for (const {path, root} of this.#nextFolders()) await this.#mounted.learnDisks(root, path, deviceOf)
  }

  /** Of one server after the other, so that no list of all is kept. */
  #nextFolders(): readonly TorrentFolder[] {
    if (this.#folders.length === 0) {
      const mapped = this.#configured().servers.filter(({paths}) => paths.length > 0)
      if (this.#servers.length === 0) this.#servers = mapped.map(({id}) => id)
      const next = this.#servers.shift()
      const server = mapped.find(({id}) => id === next)
      for (const savePath of server ? this.#fleet.savePaths(server.id) : []) {
        const path = toOurs(savePath, server!.paths)
        const root = path === null ? undefined : server!.paths.find(({ours}) => isBelow(path, ours))?.ours
        if (path !== null && root !== undefined) this.#folders.push({path, root})
      }
    }
    return this.#folders.splice(0, MOST_PATHS)
  }
}

function isBelow(path: string, root: string): boolean {
  return path.startsWith(root.endsWith('/') ? root : `${root}/`)
}

/** Two disks that were seen at different times may have had one number. */
function nameOf({device, fileSystem, totalBytes}: RememberedMount): string {
  return `${device} ${fileSystem} ${totalBytes}`
}
