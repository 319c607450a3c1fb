/**
 * Keeps in mind which disks lie at the folders that servers are mapped to, and says once when one is another or is gone.
 * Looked at before anybody has to know: of a disk that was never seen an empty folder tells nothing.
 * Source: rules.md §5 `mount`; safety-scenarios.md 8.
 */
import type {RememberedMount} from '#disk/mounts.ts'
import {overlap} from '#disk/path-mapping.ts'
import {believedMount, type BelievedDeps} from '#disk/verify-mount.ts'
import type {MountRecord} from '#model/automation-state.ts'
import type {ServerDefinition} from '#model/server.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {ActiveAlerts, type NoticeDeps} from './active-alerts.ts'

interface MountWatchDeps extends NoticeDeps, Pick<BelievedDeps, 'patience'> {
  readonly mounts: BelievedDeps['mounts'] & {all(): readonly MountRecord[]}
  readonly definitions: () => readonly ServerDefinition[]
}

const FIRST_LOOK_MS = 10_000
const LOOK_MS = 60_000
/** More are not looked at in one round. */
const MOST_PATHS = 200

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
