/**
 * What lies in trash folders and in no list, as the database is an older copy: it is listed again, so that an
 * administrator can restore or delete it. No time and no rule does: nobody knows any more who wanted it gone.
 *
 * Source: scenario S41.
 */
import {randomUUIDv7} from 'node:crypto'
import {join} from 'node:path'
import type {Mounts} from '#automation-state/mounts.ts'
import type {TrashRepository} from '#automation-state/trash-repository.ts'
import {entriesAt} from '#disk/erase.ts'
import {mountPointsBelow} from '#disk/mount-table.ts'
import {toServer, type ServerDisk} from '#disk/path-mapping.ts'
import type {RecyclePlan} from '#disk/recycle.ts'
import type {MountedDisks} from '#disk/mounted-disks.ts'
import type {JournalEntry} from '#journal/entry.ts'
import type {Clock} from '#lib/clock.ts'
import {systemActor} from '#model/command.ts'
import {CommodarrError} from '#model/errors.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {NO_HASH, ORPHAN} from '#model/trash.ts'
import type {EpochMs} from '#model/units.ts'
import {bytesOf, keptRecord, type ResumeFacts} from './trash-record.ts'
import {KEPT_ON_MS} from './trash-service.ts'

/** For administrators. */
const WHY =
  'It lay in the trash folder and in no list, as an older copy of the database was put back. It is kept until an administrator restores or deletes it.'

export class FoundEntries {
  readonly #repository: Pick<TrashRepository, 'all' | 'setAside'>
  readonly #disk: (id: ServerId) => Pick<ServerDisk, 'mappings'>
  readonly #mounted: MountedDisks
  readonly #mounts: Pick<Mounts, 'all'>
  readonly #clock: Clock
  readonly #write: (entries: readonly JournalEntry[]) => Promise<void>
  /** One server after the other: two may share a folder. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(
    repository: Pick<TrashRepository, 'all' | 'setAside'>,
    disk: (id: ServerId) => Pick<ServerDisk, 'mappings'>,
    mounted: MountedDisks,
    mounts: Pick<Mounts, 'all'>,
    clock: Clock,
    write: (entries: readonly JournalEntry[]) => Promise<void>,
  ) {
    this.#repository = repository
    this.#disk = disk
    this.#mounted = mounted
    this.#mounts = mounts
    this.#clock = clock
    this.#write = write
  }

  /**
   * Lists what lies in the trash folders below the path mappings of a server.
   * @param since what was set aside before that the database knew, or somebody else did it
   * @throws {CommodarrError} a disk is away, or the database; what was found by then is listed
   */
  list(serverId: ServerId, since: EpochMs): Promise<void> {
    const listing = this.#last.then(() => this.#list(serverId, since))
    this.#last = listing.catch(() => {})
    return listing
  }

  async #list(serverId: ServerId, since: EpochMs): Promise<void> {
    for (const root of await this.#rootsOf(serverId)) {
      const away = await this.#mounted.diskAway(root)
      if (away !== null) throw new CommodarrError('disk_failed', away, {path: root})
      const entries = await this.#mounted.patience.ask(root, 'trash folder', () => entriesAt(root))
      if (entries === null)
        throw new CommodarrError('disk_failed', `The disk of ${root} does not answer.`, {path: root})
      const known = new Set(this.#repository.all().map(entryOf))
      for (const plan of entries)
        if (plan.at >= since && !known.has(nameOf(plan))) await this.#adopt(serverId, plan)
    }
  }

  /** Folders of ours that may have a trash folder: one for each disk. */
  async #rootsOf(serverId: ServerId): Promise<readonly string[]> {
    const roots = this.#disk(serverId).mappings.map(({ours}) => ours.replace(/(?<=.)\/+$/, ''))
    const known = this.#mounts.all().map(({path}) => path)
    const below = await Promise.all(
      roots.map(async (root) => [
        ...known.filter((path) => path.startsWith(`${root}/`)),
        ...(await mountPointsBelow(root)),
      ]),
    )
    return [...new Set([...roots, ...below.flat()])]
  }

  async #adopt(serverId: ServerId, plan: RecyclePlan): Promise<void> {
    const id = randomUUIDv7()
    const name = join(plan.root, plan.folder ?? folderOfAll(plan))
    const contentPath = toServer(name, this.#disk(serverId).mappings) ?? ''
    const at = this.#clock.now()
    const bytes = bytesOf(plan)
    const record = keptRecord({
      id,
      serverId,
      hash: NO_HASH,
      name,
      verb: ORPHAN,
      rule: null,
      userId: null,
      plan,
      bytes,
      resume: {savePath: null, category: null, tags: [], contentPath, isFound: true},
      at,
      until: at + KEPT_ON_MS,
    })
    await this.#repository.setAside({...record, setAsideAt: plan.at}, null)
    const actor = systemActor('Trash')
    const about = {subject: 'path', serverId, hash: null, name, verb: ORPHAN, args: {bytes}} as const
    await this.#write([{id, at, actor, ...about, phase: 'confirmed', message: WHY}])
  }
}

/** The file, where it is one; else the folder that all of them lay in, or the first one where that is the whole root. */
function folderOfAll({files}: RecyclePlan): string {
  const [first = '', ...others] = files.map(({from}) => from)
  if (others.length === 0) return first
  const parts = first.split('/').slice(0, -1)
  while (parts.length > 0 && !others.every((it) => it.startsWith(`${parts.join('/')}/`))) parts.pop()
  return parts.length === 0 ? first : parts.join('/')
}

function entryOf({resume}: {readonly resume: unknown}): string | null {
  const plan = (resume as Partial<ResumeFacts> | null)?.plan
  return plan ? nameOf(plan) : null
}

function nameOf({root, entry}: Pick<RecyclePlan, 'root' | 'entry'>): string {
  return join(root, entry)
}
