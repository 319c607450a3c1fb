/** Files on our disks that no torrent of any server claims, for whoever may set them aside. */
import type {Requester} from './access.ts'
import type {ActionResult} from './command.ts'
import type {ServerId} from './torrent-key.ts'
import type {Bytes, EpochMs} from './units.ts'

/** Why nobody can say what a server claims. */
export const missingReasons = [
  'offline',
  'warming',
  'never_listed',
  'short_list',
  'too_new',
  'not_mapped',
  'no_path',
  'moving',
  'settings_unread',
  'linked_folder',
  'folder_missing',
  'contents_missing',
  'mapping_contradicted',
] as const
export type MissingReason = (typeof missingReasons)[number]

/** Why nothing in a folder is an orphan. */
export const orphanHolds = [
  'servers_missing',
  'disk_missing',
  'not_readable',
  'not_proven',
  'library_unknown',
  'kept',
] as const
export type OrphanHold = (typeof orphanHolds)[number]

/** Why something that no torrent claims is none anyway. */
export const sparedReasons = [
  'young',
  'unfinished',
  'linked',
  'named',
  'library',
  'kept',
  'hidden',
  'unreadable',
  'torrent_files',
  'too_many',
] as const
export type SparedReason = (typeof sparedReasons)[number]

/** What passes without a person, within minutes. */
export const passingReasons: ReadonlySet<MissingReason> = new Set([
  'warming',
  'never_listed',
  'short_list',
  'too_new',
  'moving',
])

export interface MissingServer {
  readonly serverId: ServerId
  readonly why: MissingReason
  /** Of these torrents it is so; 0 = of the server as a whole. */
  readonly torrents: number
}

/** A folder that servers save torrents to, as we see it. */
export interface OrphanFolder {
  readonly path: string
  /** Those that may have something there. */
  readonly serverIds: readonly ServerId[]
  /** Then nothing in it is an orphan; `null` = it was looked at. */
  readonly held: {
    readonly why: OrphanHold
    /** For people; '' = the reason says it all. */
    readonly detail: string
    readonly missing: readonly MissingServer[]
  } | null
  /** Of what lies directly in it. */
  readonly claimed: number
  readonly orphans: number
  readonly spared: number
  /** Of its orphans. */
  readonly bytes: Bytes
}

/** A file, or a folder with all its files. */
export interface Orphan {
  /** Of exactly these files: once one of them changes it is another one. */
  readonly id: string
  readonly path: string
  readonly isFolder: boolean
  readonly files: number
  readonly bytes: Bytes
  /** The last of its files to. */
  readonly changedAt: EpochMs
  /** Since when every look found it unclaimed; only as long as the program runs. */
  readonly seenSince: EpochMs
  /** From then on it may be deleted permanently without the trash. */
  readonly deletableAt: EpochMs
}

/** What a rule calls it: what it is exactly, and, for people, where it lies. */
export function orphanKey({id, path}: Pick<Orphan, 'id' | 'path'>): string {
  return `${id} ${path}`
}

/** @param key of `orphanKey` */
export function orphanIn(key: string): Pick<Orphan, 'id' | 'path'> {
  const end = key.indexOf(' ')
  return {id: key.slice(0, end), path: key.slice(end + 1)}
}

export interface SparedPath {
  readonly path: string
  readonly why: SparedReason
  /** The file that it is for. */
  readonly about: string
}

export interface OrphanReport {
  readonly startedAt: EpochMs
  readonly endedAt: EpochMs
  readonly folders: readonly OrphanFolder[]
  /** The largest first. */
  readonly orphans: readonly Orphan[]
  readonly spared: readonly SparedPath[]
  /** That did not fit in. */
  readonly leftOff: {readonly orphans: number; readonly spared: number}
}

export interface OrphanState {
  readonly isLooking: boolean
  /** Of the look that goes on: folders that were looked at, of so many; `null` = none goes on, or it is not known yet. */
  readonly progress: {readonly done: number; readonly all: number} | null
  /** `null` = nobody looked since the program started. */
  readonly report: OrphanReport | null
  readonly nextAt: EpochMs
}

/** recycle: into the trash. delete: at once permanently, of what was seen for long enough. Also the verbs of the journal. */
export type OrphanVerb = 'orphan.recycle' | 'orphan.delete'

export interface OrphanOrder {
  readonly verb: OrphanVerb
  readonly ids: readonly string[]
  /** What somebody saw of them when he said yes. @see `Orphan` */
  readonly seen: {readonly files: number; readonly bytes: Bytes}
  /** Everything is looked at as if, and nothing done. */
  readonly isTrial: boolean
}

export interface OrphanResult {
  readonly id: string
  /** '' = it is not in the list. */
  readonly path: string
  readonly files: number
  readonly bytes: Bytes
  /** done: it is written down, and being moved; of a trial: it would be. */
  readonly result: ActionResult
}

export interface Orphans {
  state(): OrphanState
  /** Unless it is looked already. */
  look(): void
  /** Ends the look that goes on, if one does; what the last one found stays. */
  cancelLook(): void
  /** @throws {CommodarrError} forbidden; changed_meanwhile: `seen` is not what they are; too_many_actions */
  act(by: Requester, order: OrphanOrder): Promise<readonly OrphanResult[]>
}
