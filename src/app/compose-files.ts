/**
 * What moves and removes files, put together: the trash, copies between servers, the folders of finished torrents, and
 * files that no torrent claims.
 */
import {join} from 'node:path'
import type {SagaRepository} from '#automation-state/saga-repository.ts'
import type {Spent} from '#automation-state/spent.ts'
import type {TrashRepository} from '#automation-state/trash-repository.ts'
import {copyTorrent, type CopySagaDeps} from '#automation/copies/copy-saga.ts'
import type {CopyPlacing} from '#automation/copies/copy-disk.ts'
import {Copying, type CopyingDeps} from '#automation/copies/copying.ts'
import {SharedCopies, type SharedCopiesDeps} from '#automation/copies/shared-copies.ts'
import {presenceOf} from '#automation/facts/presence.ts'
import type {MetainfoReader} from '#clients/port.ts'
import type {MountedDisks} from '#disk/mounted-disks.ts'
import type {CommandExecutor} from '#executor/executor.ts'
import type {SagaKind, SagaRunner} from '#executor/saga-runner.ts'
import type {Fleet} from '#fleet/fleet.ts'
import type {Part} from '#lib/lifecycle.ts'
import {systemActor} from '#model/command.ts'
import type {ArrId} from '#model/arr.ts'
import {CommodarrError, ServerUnknown} from '#model/errors.ts'
import type {Orphans} from '#model/orphans.ts'
import type {Executor, ListFreshness, ServerView} from '#model/services.ts'
import {keyText, type InfoHash, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import {EXTRA_FILES, ORPHAN} from '#model/trash.ts'
import {MINUTE} from '#model/units.ts'
import {ArrLibraries, type LibraryDeps} from '#orphans/arr-libraries.ts'
import {OwnFolders, SteadyTime, type FleetClaimsDeps, type KeptTorrent} from '#orphans/fleet-claims.ts'
import {OrphanRescan} from '#orphans/rescan.ts'
import {orphanedFiles, OrphanRemover} from '#orphans/orphan-remover.ts'
import {OrphanRules, type OrphanRulesDeps} from '#orphans/orphan-rules.ts'
import {OrphanWatch} from '#orphans/orphan-watch.ts'
import {OrphanSurvey} from '#orphans/survey.ts'
import {ExtraFiles, extraFilesDisk, filesBeside, type ExtraFilesDiskDeps} from '#trash/extra-files.ts'
import {FilesAside, type FilesAsideDeps} from '#trash/files-aside.ts'
import {ASIDE, RECYCLE, recycleTorrent} from '#trash/recycle-torrent.ts'
import type {RemovalDeps} from '#trash/removal-steps.ts'
import {Recycling} from '#trash/recycling.ts'
import {Removals} from '#trash/removals.ts'
import type {TrashDisk} from '#trash/trash-disk.ts'
import type {ResumeFacts} from '#trash/trash-record.ts'
import {TrashService, type TrashDeps} from '#trash/trash-service.ts'

interface TrashOfAppDeps extends Omit<
  TrashDeps,
  'fleet' | 'details' | 'executor' | 'isUnderWay' | 'poll' | 'presence' | 'features' | 'namesIn'
> {
  readonly metainfo: MetainfoReader
  readonly fleet: Fleet
  readonly servers: {
    get(id: ServerId): ServerView | null
    freshSince: ListFreshness['freshSince']
    /** Asks it for its list now, and of these torrents for all of it. @throws {CommodarrError} */
    poll(id: ServerId, closely: readonly InfoHash[]): Promise<void>
  }
  readonly details: TrashDeps['details']
  readonly disk: TrashDisk
  readonly executor: TrashDeps['executor'] & Pick<CommandExecutor, 'run' | 'refusals'>
  readonly sagas: Pick<SagaRunner, 'begin' | 'drop'>
  readonly begun: Pick<SagaRepository, 'about'>
  readonly hasLeftPermanently: Pick<HasLeftPermanently, 'server'>
}

export interface TrashOfApp {
  /** For routes, and for the rule action queue. To be started when the sagas go on, stopped before memory closes. */
  readonly trash: TrashService
  /** For the rule action queue. */
  readonly recycling: Recycling
  /** For people. */
  readonly removals: Removals
  readonly noTrash: TrashDisk['noTrash']
  /** For the runner of sagas. */
  readonly sagaKinds: (parts: RemovalDeps) => readonly SagaKind[]
}

export function trashOfApp(parts: TrashOfAppDeps): TrashOfApp {
  const {disk, owners, write, clock, fleet, sagas, begun, executor, servers, ourselves, hasLeftPermanently} =
    parts
  const isUnderWay: TrashDeps['isUnderWay'] = (record) =>
    [RECYCLE, ASIDE, EXTRA_FILES].some((kind) => begun.about(kind, keyText(record))) ||
    begun.about(ORPHAN, record.id) !== null
  const poll = (id: ServerId, hashes: readonly InfoHash[]) => servers.poll(id, hashes)
  const trash = new TrashService({
    ...parts,
    isUnderWay,
    poll: ({serverId, hash}) => poll(serverId, [hash]),
    presence: (key) => presenceOf(key, {fleet, servers, hasLeft: hasLeftPermanently.server}),
    features: (id) => servers.get(id)?.features ?? null,
    namesIn: (torrent) => namesIn(torrent, parts.metainfo),
  })
  const recycling = new Recycling({disk, service: trash, sagas, begun, fleet, poll, clock})
  const by = {actor: systemActor('Commodarr'), access: ourselves} as const
  const recheck = async (key: TorrentKey) =>
    void (await executor.run({by, keys: [key], command: {verb: 'recheck', args: {}}}))
  return {
    trash,
    recycling,
    removals: new Removals(executor, recycling, disk, fleet),
    noTrash: (key) => disk.noTrash(key),
    sagaKinds: (more) => recycleTorrent({...more, trash, owners, write, clock, recheck}),
  }
}

/** As a torrent file calls its files; `null` = it cannot be read. */
async function namesIn(torrent: Uint8Array, metainfo: MetainfoReader): Promise<readonly string[] | null> {
  try {
    return (await metainfo.read(torrent)).files.map(({path}) => path)
  } catch (error) {
    if (error instanceof CommodarrError && error.code === 'torrent_invalid') return null
    throw error
  }
}

/**
 * It is not configured any more, and the configuration is in no doubt: read whole, without faults, and with all that
 * protects. What the database has of one that people added could be read, or it was removed.
 */
export interface HasLeftPermanently {
  server(this: void, id: ServerId): boolean
  arr(this: void, id: ArrId): boolean
}

interface CopiesOfAppDeps
  extends
    Omit<CopyingDeps, 'fleet' | 'objection' | 'objectionToFolder' | 'deadlines'>,
    Pick<CopySagaDeps, 'rules'>,
    Pick<SharedCopiesDeps, 'board' | 'log' | 'ourselves'> {
  readonly executor: CopySagaDeps['executor'] &
    SharedCopiesDeps['executor'] &
    Pick<Executor, 'objectionToFolder'>
  readonly deadlines: CopyingDeps['deadlines'] & CopySagaDeps['deadlines'] & SharedCopiesDeps['deadlines']
  readonly fleet: Fleet
  readonly placing: CopyPlacing
  readonly details: CopySagaDeps['details']
  readonly server: (id: ServerId) => ServerView | null
  readonly freshSince: ListFreshness['freshSince']
  readonly hasLeftPermanently: Pick<HasLeftPermanently, 'server'>
}

interface CopiesOfApp {
  /** For the rule action queue. */
  readonly copying: Copying
  /** For people. */
  readonly progress: CopyPlacing['progress']
  /** For the runner of sagas. */
  readonly saga: SagaKind
  /** What is being copied goes on after the next start. */
  readonly part: Part
}

/** What copies torrents from one server to another, put together. */
export function copiesOfApp(parts: CopiesOfAppDeps): CopiesOfApp {
  const {fleet, server, freshSince, executor, hasLeftPermanently, placing} = parts
  const presence = (key: TorrentKey) =>
    presenceOf(key, {fleet, servers: {get: server, freshSince}, hasLeft: hasLeftPermanently.server})
  const shared = new SharedCopies({...parts, presence})
  return {
    copying: new Copying({
      ...parts,
      objection: (id) => objectionOf(id, server(id)),
      objectionToFolder: (...asked) => executor.objectionToFolder(...asked),
    }),
    progress: (source, target) => placing.progress(source, target),
    saga: copyTorrent({...parts, presence, shared}),
    part: {
      name: 'copies',
      start: () => shared.start(),
      stop() {
        placing.stop()
        return shared.stop()
      },
    },
  }
}

/** What is begun there shall not wait for it from the first moment on. */
function objectionOf(id: ServerId, view: ServerView | null): CommodarrError | null {
  if (view === null) return new ServerUnknown(id)
  const {status} = view.health
  if (status === 'online' || status === 'degraded') return null
  return new CommodarrError('server_not_online', `The other server is ${status}.`, {serverId: id})
}

type ExtraFilesOfAppDeps = FilesAsideDeps &
  Omit<ExtraFilesDiskDeps, 'takenBack'> & {readonly repository: TrashRepository}

/** What clears the folders of finished torrents, put together. */
export function extraFilesOfApp(parts: ExtraFilesOfAppDeps): ExtraFiles {
  const looks = extraFilesDisk({...parts, takenBack: (key) => takenBack(key, parts.repository)})
  const aside = new FilesAside(parts, filesBeside)
  return new ExtraFiles(looks, parts.fleet, parts.clock, aside)
}

/** Our paths of files beside a torrent that somebody restored: they stay, for as long as that is remembered. */
export function takenBack(
  {serverId, hash}: TorrentKey,
  repository: Pick<TrashRepository, 'all'>,
): ReadonlySet<string> {
  const back = repository
    .all()
    .filter((it) => it.hash === hash && it.serverId === serverId)
    .filter(({verb, state}) => verb === EXTRA_FILES && state === 'restored')
    .flatMap(({resume}) => (resume as ResumeFacts).plan ?? [])
  return new Set(back.flatMap(({root, files}) => files.map(({from}) => join(root, from))))
}

export interface OrphansOfAppDeps
  extends
    Omit<FleetClaimsDeps, 'fleet' | 'time' | 'kept' | 'ownFolders'>,
    Pick<OrphanRulesDeps, 'rules' | 'timeZone' | 'quarantines' | 'log'>,
    Omit<LibraryDeps, 'mappings'>,
    Omit<FilesAsideDeps, 'repository'> {
  readonly mounted: MountedDisks
  /** Asks it for its list now. @throws {CommodarrError} */
  readonly poll: (id: ServerId) => Promise<void>
  readonly spent: Spent
  /** After the start, ms. */
  readonly firstLookMs?: number | undefined
  /** As the server writes them. @throws {CommodarrError} it is away, or does not report its settings */
  readonly foldersOfServer: (id: ServerId) => Promise<readonly string[]>
  readonly fleet: FleetClaimsDeps['fleet']
  readonly repository: TrashRepository
}

export interface OrphansOfApp {
  /** For routes. */
  readonly orphans: Orphans
  /** For the runner of sagas. */
  readonly saga: SagaKind
  /** For the rule action queue. */
  readonly forRules: Pick<OrphanRemover, 'actForRule'>
  readonly rules: OrphanRules
  readonly part: Part
}

/** What is in doubt again and again is no reason to look without end. */
const LOOK_AGAIN_MS = 10 * MINUTE * 1_000
const stopping = {code: 'changed_meanwhile', message: 'Commodarr is about to end.'} as const

/** Orphans, put together: who looks for them, what rules want of them, and who sets them aside. */
export function orphansOfApp(parts: OrphansOfAppDeps): OrphansOfApp {
  const {servers, disk, repository, clock} = parts
  const mappings = () => servers().flatMap(({id}) => disk(id).mappings)
  const time = new SteadyTime(clock)
  const kept = () => keptIn(repository)
  const ownFolders = new OwnFolders(parts.foldersOfServer)
  const libraries = new ArrLibraries({...parts, mappings})
  const survey = new OrphanSurvey({...parts, time, kept, ownFolders}, libraries, parts.mounted)
  const looked = (): void => void rules.pass()
  const watch: OrphanWatch = new OrphanWatch(survey, clock, parts.log, looked, parts.firstLookMs)
  const rules = new OrphanRules({...parts, watch, time})
  let isStopping = false
  let lookedAgainAt = -Infinity
  const lookAgain = (): void => {
    if (clock.monotonic() - lookedAgainAt < LOOK_AGAIN_MS) return
    lookedAgainAt = clock.monotonic()
    void watch.look()
  }
  const remover = new OrphanRemover(
    watch,
    new OrphanRescan(survey, watch, parts.poll),
    parts.spent,
    clock,
    new FilesAside(parts, orphanedFiles(repository, parts.spent, clock)),
  )
  return {
    orphans: {
      state: () => watch.state(),
      look: () => void watch.look(),
      cancelLook: () => watch.cancelLook(),
      act: (by, order) => remover.act(by, order),
    },
    saga: remover.saga(),
    forRules: {
      async actForRule(order) {
        if (isStopping) return stopping
        const no = await remover.actForRule(order)
        // What is not as it was listed is listed again before rules want it again.
        if (no?.code === 'changed_meanwhile') lookAgain()
        return no
      },
    },
    rules,
    part: {
      name: 'orphans',
      start() {
        watch.start()
        rules.start()
      },
      async stop() {
        isStopping = true
        // A look that ends has rules pass once more.
        await watch.stop()
        await rules.stop()
      },
    },
  }
}

/** What was removed without its data claims that as long as it can be brought back. */
function keptIn(repository: Pick<TrashRepository, 'all'>): readonly KeptTorrent[] {
  return repository
    .all()
    .filter(({verb, state}) => verb !== ORPHAN && state !== 'restored' && state !== 'purged')
    .map(({serverId, hash, name, resume}) => {
      const {contentPath = ''} = (resume ?? {}) as Partial<ResumeFacts>
      return {serverId, hash, name, contentPath}
    })
}
