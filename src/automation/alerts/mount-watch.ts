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
import type {Clock} from '#lib/clock.ts'
import type {ServerDefinition} from '#model/server.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {DAY} from '#model/units.ts'
import {ActiveAlerts, type AlertBoard} from './active-alerts.ts'

interface MountWatchDeps {
  readonly board: AlertBoard
  readonly clock: Clock
  readonly log: {error(about: object, text: string): void}
  readonly mounted: MountedDisks
  readonly mounts: Pick<Mounts, 'get' | 'set' | 'all' | 'forget'>
  readonly definitions: () => readonly ServerDefinition[]
  /** Where torrents of a server lie, as it writes that: each folder once. */
  readonly savePaths: (id: ServerId) => Iterable<string>
  /** `FreeSpaceFolder`; `null` = not set. */
  readonly spaceFolder: () => string | null
  readonly deadlines: Pick<Deadlines, 'of' | 'ofKind' | 'set' | 'cancel'>
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
  readonly #parts: MountWatchDeps
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

  constructor(parts: MountWatchDeps) {
    this.#parts = parts
    this.#notices = new ActiveAlerts(parts.board)
  }

  start(): void {
    const {mounts, deadlines} = this.#parts
    for (const {subject} of deadlines.ofKind(AWAY)) {
      const known = mounts.get(subject)
      if (known) mounts.set(subject, {...known, returnedAt: 'away'})
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
    const {mounts, mounted} = this.#parts
    const remembered = mounts.get(path)
    const verdict = await mounted.believedMount(path)
    if (await this.#isNoDisk(path, verdict)) {
      this.#gone.delete(path)
      mounts.forget(path)
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
    const {definitions, spaceFolder, mounted} = this.#parts
    if (path === spaceFolder()) return false
    if (definitions().some(({paths}) => paths.some(({ours}) => ours === path))) return false
    if (verdict.mounted === true) return verdict.remember.device === (await mounted.deviceAround(path))
    return verdict.reason === 'missing' && (await mounted.diskAway(path)) === null
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
    const {deadlines, log} = this.#parts
    if (deadlines.of(AWAY, path) === null) return
    try {
      await deadlines.cancel(AWAY, path)
    } catch (error) {
      log.error({err: error, path}, 'that a folder is no disk could not be written down')
    }
  }

  /** That it is away is known over a restart, until it has settled. */
  async #keep(path: string, isAway: boolean): Promise<void> {
    const {deadlines, clock, log, mounted} = this.#parts
    const isKept = deadlines.of(AWAY, path) !== null
    if (isKept === isAway) return
    const now = clock.now()
    const record = {
      kind: AWAY,
      subject: path,
      dueAt: now + KEPT_MS,
      version: VERSION,
      detail: {},
      createdAt: now,
    }
    try {
      if (isAway) await deadlines.set(record)
      else if ((await mounted.whyUnsettled(path)) === null) await deadlines.cancel(AWAY, path)
    } catch (error) {
      log.error({err: error, path}, 'that a disk is away could not be written down')
    }
  }

  #plan(ms: number): void {
    this.#cancel = this.#parts.clock.after(ms, () => {
      this.#looking = this.look().finally(() => {
        if (!this.#isStopped) this.#plan(LOOK_MS)
      })
    })
  }

  /** Folders that servers are mapped to, those around and below of which a disk is known, and `FreeSpaceFolder`. */
  #watched(): ReadonlyMap<string, Watched> {
    const {mounts, definitions, spaceFolder} = this.#parts
    const watched = new Map<string, Watched>()
    const put = (path: string, servers: readonly ServerDefinition[]) => {
      const others = watched.get(path)?.servers ?? []
      watched.set(path, {path, servers: [...new Set([...others, ...servers])]})
    }
    const servers = definitions()
    for (const server of servers) for (const {ours} of server.paths) put(ours, [server])
    for (const {path} of mounts.all()) {
      const its = servers.filter(({paths}) => paths.some(({ours}) => overlap(path, ours)))
      if (its.length > 0) put(path, its)
    }
    const measured = spaceFolder()
    if (measured !== null && !watched.has(measured)) put(measured, [])
    return watched
  }

  /** Mapped folders each time, all others in turn. */
  #turns(watched: ReadonlyMap<string, Watched>): readonly string[] {
    const mapped = new Set(this.#parts.definitions().flatMap(({paths}) => paths.map(({ours}) => ours)))
    if (this.#known.length === 0) this.#known = [...watched.keys()].filter((path) => !mapped.has(path))
    const others = this.#known.splice(0, MOST_PATHS).filter((path) => watched.has(path))
    return [...mapped, ...others]
  }

  /** A disk that is mounted below a mapped folder is kept in mind where torrents lie on it, whoever asked for it. */
  async #learnDisks(): Promise<void> {
    const {mounted} = this.#parts
    const asked = new Map<string, ReturnType<typeof deviceAt>>()
    const deviceOf = (path: string) => {
      const device = asked.get(path) ?? deviceAt(path, mounted.patience)
      asked.set(path, device)
      return device
    }
    for (const {path, root} of this.#nextFolders()) await mounted.learnDisks(root, path, deviceOf)
  }

  /** Of one server after the other, so that no list of all is kept. */
  #nextFolders(): readonly TorrentFolder[] {
    const {definitions, savePaths} = this.#parts
    if (this.#folders.length === 0) {
      const mapped = definitions().filter(({paths}) => paths.length > 0)
      if (this.#servers.length === 0) this.#servers = mapped.map(({id}) => id)
      const next = this.#servers.shift()
      const server = mapped.find(({id}) => id === next)
      for (const savePath of server ? savePaths(server.id) : []) {
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
