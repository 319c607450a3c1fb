/**
 * Begins to set files aside that lie in a torrent's folder and that nobody wants; the torrent stays. Written down, in
 * the journal and in the trash, before the first one moves.
 */
import {randomUUIDv7} from 'node:crypto'
import {basename, dirname} from 'node:path'
import type {FoundFile} from '#disk/folder-files.ts'
import {codeOf} from '#disk/fs-errors.ts'
import {contradictionAt, toOurs, type CheckedMapping} from '#disk/path-mapping.ts'
import {foldedPath} from '#disk/places.ts'
import {ruleActor, verdictEntry} from '#executor/rule-entry.ts'
import {endOfSaga, type SagaKind} from '#executor/saga-runner.ts'
import type {JournalDecision} from '#journal/decided.ts'
import {filesBelow, type LookUpDeps} from '#lookups/fact-resolvers.ts'
import {isUnknown, unknown, type FactResult} from '#lookups/fact-result.ts'
import {notMapped, ownFolderOf, pathsOfFiles} from '#lookups/torrent-paths.ts'
import {FilePatterns, type FileRules} from '#media/file-patterns.ts'
import type {Clock} from '#lib/clock.ts'
import type {CommandResult} from '#model/command.ts'
import type {Decision, WantedAction} from '#model/decision.ts'
import type {TorrentFile} from '#model/details.ts'
import {CommodarrError} from '#model/errors.ts'
import type {FleetReader} from '#model/services.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {keyText, type TorrentKey} from '#model/torrent-key.ts'
import {EXTRA_FILES} from '#model/trash.ts'
import type {EpochMs} from '#model/units.ts'
import {waits} from '#model/waits.ts'
import type {OwnershipService} from '#ownership/ownership.ts'
import type {FilesAside, FilesState, FilesSubject} from './files-aside.ts'
import {asked, rootsOf, type OurFiles} from './trash-disk.ts'
import {bytesOf, planAside} from './trash-record.ts'
import {KEPT_DAYS} from './trash-service.ts'

interface ExtraFilesDisk {
  /** In its own folder, and wanted by nobody. @param set whose list of extensions counts */
  extraFilesOf(key: TorrentKey, set: string): Promise<OurFiles>
}

interface Clearing {
  readonly decision: Decision
  readonly action: WantedAction
  readonly key: TorrentKey
  readonly ruleName: string
  readonly decided: JournalDecision
  /** Why it is not wanted any more; `null` = it is. A look at the disk takes its time. */
  readonly outdated: () => {readonly message: string} | null
}

export interface ExtraFilesState extends FilesState {
  readonly ruleName: string
  readonly decision: Decision
  readonly action: WantedAction
  readonly key: TorrentKey
  readonly name: string
}

export function filesBeside(lostSettings: () => number): FilesSubject<ExtraFilesState> {
  return {
    kind: EXTRA_FILES,
    keyOf: ({key}) => key,
    isHeld: () => lostSettings() > 0,
    // They move in the moment in which their rule was asked, or never.
    mayGoOn: () => true,
    settle: async (state, outcome) => endOfSaga(state, outcome),
    entryOf({id, decision, key, ruleName, name, plan}, at, step) {
      const args = {files: plan.files.length, bytes: bytesOf(plan)}
      const more = {at, actor: ruleActor(ruleName), name, args, ...step}
      return {...verdictEntry(decision, key, more), id, verb: EXTRA_FILES}
    },
    isGivenUp: false,
    notBegun: 'changed_meanwhile',
    words: {
      alreadyUnderWay: 'They are being set aside already.',
      whereTheyWere: 'All of them are where they were.',
    },
  }
}

export class ExtraFiles {
  readonly #disk: ExtraFilesDisk
  readonly #fleet: Pick<FleetReader, 'get'>
  readonly #clock: Clock
  readonly #aside: FilesAside<ExtraFilesState>

  constructor(
    disk: ExtraFilesDisk,
    fleet: Pick<FleetReader, 'get'>,
    clock: Clock,
    aside: FilesAside<ExtraFilesState>,
  ) {
    this.#disk = disk
    this.#fleet = fleet
    this.#clock = clock
    this.#aside = aside
  }

  saga(): SagaKind {
    return this.#aside.saga()
  }

  /** Call when the guards let it through. @returns done = it has begun; changed_meanwhile = it is wanted no more */
  async begin(clearing: Clearing): Promise<CommandResult> {
    const {decision, action, key, ruleName, decided, outdated} = clearing
    const torrent = this.#fleet.get(key)
    const extras = await this.#disk.extraFilesOf(key, action.params['set'] as string)
    if ('why' in extras) return refused('not_supported', extras.why)
    const id = randomUUIDv7()
    const plan = planAside(extras, {id, at: this.#clock.now()})
    if ('refused' in plan) return refused('path_refused', plan.refused)
    if (!torrent) return refused('torrent_not_found', 'Its server does not list it any more.')
    const {name, savePath = null, category, tags, contentPath = ''} = torrent
    const rule = {id: decision.ruleId, revision: decision.ruleRevision}
    const days = (action.params['days'] as number | undefined) ?? KEPT_DAYS
    try {
      await this.#aside.begin({
        subject: keyText(key),
        state: {id, ruleName, decision, action, key, name, contentPath, plan},
        decided,
        kept: {name, rule, userId: null, bytes: bytesOf(plan), days},
        beside: {savePath, category, tags},
        outdated,
      })
      return {outcome: 'done'}
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      return refused(error.code, error.message)
    }
  }
}

function refused(code: string, message: string): CommandResult {
  return {outcome: 'refused', code, message}
}

/*
 * Files in the folder of a finished torrent that nobody wants. Whatever is in doubt is wanted: a torrent must never
 * miss a file that it would seed. Source: qBitrr.
 */

/** How servers and other programs call what they have not finished. */
const unfinished = /\.(?:!qb|part|parts|meta|tmp|crdownload|aria2)$/i

/** Our path of the folder that is the torrent's own. */
export function folderOfExtras(
  torrent: TorrentRecord | null,
  listed: readonly TorrentFile[],
  mappings: readonly CheckedMapping[],
): FactResult<string> {
  if (!torrent?.contentPath) return unknown('missing', 'Its server does not report where its data is.')
  if (toOurs(torrent.contentPath, mappings) === null) return notMapped
  const why = contradictionAt(torrent.contentPath, mappings)
  if (why !== null) return unknown('unreadable', why)
  const folder = ownFolderOf(torrent, listed, mappings)
  return folder === null ? unknown('notSupported', 'It has no folder of its own.') : {value: folder}
}

interface ExtrasWish {
  readonly torrent: Pick<TorrentRecord, 'contentPath'>
  /** All of it, as its server tells it now. */
  readonly listed: readonly TorrentFile[]
  /** All that lies in its folder. */
  readonly found: readonly FoundFile[]
  readonly mappings: readonly CheckedMapping[]
  /** By its name. */
  readonly allows: (name: string) => boolean
  /** Our paths of what somebody took back from the trash. */
  readonly takenBack: ReadonlySet<string>
  readonly now: EpochMs
}

/** Unknown when a file that it wants is not found where its server says: then nobody knows which are its own. */
export function extraFilesAmong(wish: ExtrasWish): FactResult<readonly FoundFile[]> {
  const {torrent, listed, found, mappings, allows, takenBack, now} = wish
  const paths = pathsOfFiles(torrent, listed, listed, mappings)
  if ('unknown' in paths) return paths
  const byPath = new Map(found.map((file) => [file.path, file]))
  const own = new Set<string>()
  const nodes = new Set<string>()
  for (const [at, file] of listed.entries()) {
    if (isUnwanted(file)) continue
    const path = paths.value[at]!
    const there = byPath.get(path)
    own.add(foldedPath(path))
    if (there) nodes.add(there.inode)
    // What is skipped, but for its edges, and what is empty need not be there.
    else if (file.priority !== 'skip' && file.size > 0)
      return unknown('missing', 'A wanted file is not where its server says.')
  }
  const isExtra = ({path, inode, changedAt}: FoundFile) =>
    !allows(basename(path)) &&
    !unfinished.test(path) &&
    !own.has(foldedPath(path)) &&
    !nodes.has(inode) &&
    !takenBack.has(path) &&
    now - changedAt >= waits.fileWritten.ms
  return {value: found.filter(isExtra)}
}

/** Of a file that was begun pieces at its edge may be seeded with those of its neighbours. */
function isUnwanted({priority, progress}: TorrentFile): boolean {
  return priority === 'skip' && progress === 0
}

type ExtraFilesDiskDeps = Pick<
  LookUpDeps,
  'fleet' | 'disk' | 'details' | 'patience' | 'clock' | 'takenBack'
> & {
  readonly ownership: Pick<OwnershipService, 'at'>
  /** Of a section of the configuration; `null` = there is none of this name. */
  readonly fileRules: (set: string) => FileRules | null
}

/** Which files lie in the folder of a torrent that nobody wants, looked at now, for the executor. */
export function extraFilesDisk(parts: ExtraFilesDiskDeps): ExtraFilesDisk {
  return {extraFilesOf: (key, set) => extraFilesOf(key, set, parts)}
}

async function extraFilesOf(key: TorrentKey, set: string, parts: ExtraFilesDiskDeps): Promise<OurFiles> {
  const {fleet, disk, details, patience, clock, takenBack} = parts
  const [rules, torrent] = [parts.fileRules(set), fleet.get(key)]
  if (!rules || !torrent) return {why: 'Its server, or the section of its Arr, is not there any more.'}
  const {mappings} = disk(key.serverId)
  const listed = await asked(() => details.files(key))
  if ('why' in listed) return listed
  const folder = folderOfExtras(torrent, listed.files, mappings)
  if (isUnknown(folder)) return {why: folder.detail}
  const found = await filesBelow(folder.value, patience, new AbortController().signal)
  if (isUnknown(found)) return {why: found.detail}
  const patterns = new FilePatterns(rules)
  const extras = extraFilesAmong({
    torrent,
    listed: listed.files,
    found: found.value,
    mappings,
    now: clock.now(),
    allows: (name) => patterns.allowsExtension(name),
    takenBack: takenBack(key),
  })
  if (isUnknown(extras)) return {why: extras.detail}
  const its = await othersIn(torrent, folder.value, extras.value, parts)
  if (its === null)
    return {why: 'It is unknown at the moment which other torrents need the files in its folder.'}
  const files = extras.value
    .filter(({path}) => !its(path))
    .map(({path, device, inode, size}) => ({path, device, inode, size}))
  const [first] = files
  if (!first) return {why: extras.value.length > 0 ? 'Other torrents have all of them.' : 'There is none.'}
  try {
    return {files, folder: folder.value, roots: await rootsOf(first, folder.value, mappings)}
  } catch (error) {
    return {why: `Its folder cannot be read (${codeOf(error)}).`}
  }
}

/** Is this one of another torrent, which may lie in the same folder? `null` = nobody can say. */
async function othersIn(
  {key, contentPath = ''}: TorrentRecord,
  folder: string,
  extras: readonly FoundFile[],
  {ownership}: Pick<ExtraFilesDiskDeps, 'ownership'>,
): Promise<((path: string) => boolean) | null> {
  const nameOf = (path: string) => path.slice(dirname(folder).length + 1)
  const files = extras.map(({path, size}, index): TorrentFile => ({
    index,
    path: nameOf(path),
    size,
    progress: 1,
    priority: 'normal',
  }))
  const {owners, doubts} = (await ownership.at([{key, contentPath, files}], true)).get(keyText(key))!
  if (doubts.length > 0) return null
  return (path) => owners.some((it) => it.files === 'all' || it.files.has(nameOf(path)))
}
