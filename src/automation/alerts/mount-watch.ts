/**
 * Keeps in mind which disks lie at the folders that servers are mapped to, and says once when one is another or is gone.
 * Looked at before anybody has to know: of a disk that was never seen an empty folder tells nothing.
 * Source: scenario S08.
 */
import type {RememberedMount} from '#disk/mounts.ts'
import {overlap} from '#disk/path-mapping.ts'
import {believedMount, whyUnsettled, type BelievedDeps} from '#disk/verify-mount.ts'
import type {Deadlines} from '#automation-state/deadlines.ts'
import type {MountRecord} from '#model/automation-state.ts'
import type {ServerDefinition} from '#model/server.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {DAY} from '#model/units.ts'
import {ActiveAlerts, type NoticeDeps} from './active-alerts.ts'

interface MountWatchDeps extends NoticeDeps, Pick<BelievedDeps, 'patience'> {
  readonly mounts: BelievedDeps['mounts'] & {all(): readonly MountRecord[]}
  readonly definitions: () => readonly ServerDefinition[]
  readonly deadlines: Pick<Deadlines, 'of' | 'ofKind' | 'set' | 'cancel'>
}

const FIRST_LOOK_MS = 10_000
const LOOK_MS = 60_000
/** More are not looked at in one round. */
const MOST_PATHS = 200

/** Of a path whose disk is away, or not back for long: a disk that is there at the next start has to settle, too. */
const AWAY = 'disk_away'
const VERSION = 1
/** After so long nobody waits for it any more. */
const KEPT_MS = 365 * DAY * 1_000

export class MountWatch {
  readonly #parts: MountWatchDeps
  /** By the disk that was there. */
  readonly #notices: ActiveAlerts
  #cancel: () => void = () => undefined
  #looking: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(parts: MountWatchDeps) {
    this.#parts = parts
    this.#notices = new ActiveAlerts(parts)
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
    const {mounts, patience} = this.#parts
    const doubtful = new Set<string>()
    for (const [path, serverId] of this.#paths()) {
      const remembered = mounts.get(path)
      const verdict = await believedMount(path, {mounts, patience})
      if (remembered) await this.#keep(path, verdict.mounted !== true)
      // That the same disk was emptied is somebody's doing as often as not: its facts are unknown, nobody is called.
      if (verdict.mounted === true || verdict.reason === 'emptied' || !remembered) continue
      const disk = nameOf(remembered)
      doubtful.add(disk)
      this.#notices.begin(disk, {
        by: 'Disks',
        subject: 'server',
        serverId,
        name: null,
        code: 'disk_missing',
        args: {path},
        message: `The disk at ${path} is not the one that was there: ${verdict.detail}`,
      })
    }
    for (const disk of this.#notices.open) if (!doubtful.has(disk)) this.#notices.end(disk)
  }

  /** That it is away is known over a restart, until it has settled. */
  async #keep(path: string, isAway: boolean): Promise<void> {
    const {deadlines, clock, log, mounts, patience} = this.#parts
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
      else if ((await whyUnsettled(path, {mounts, patience})) === null) await deadlines.cancel(AWAY, path)
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

  /** Folders that servers are mapped to, and those below of which a disk is known; with the first server of each. */
  #paths(): ReadonlyMap<string, ServerId> {
    const {mounts, definitions} = this.#parts
    const paths = new Map<string, ServerId>()
    const known = mounts.all().map(({path}) => path)
    for (const {id, paths: mappings} of definitions()) {
      for (const {ours} of mappings) {
        for (const path of [ours, ...known.filter((it) => overlap(it, ours))]) {
          if (!paths.has(path) && paths.size < MOST_PATHS) paths.set(path, id)
        }
      }
    }
    return paths
  }
}

/** Two disks that were seen at different times may have had one number. */
function nameOf({device, fileSystem, totalBytes}: RememberedMount): string {
  return `${device} ${fileSystem} ${totalBytes}`
}
