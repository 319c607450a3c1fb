/**
 * What moves and removes files, put together: the trash, copies between servers, the folders of finished torrents, and
 * files that no torrent claims.
 */
import {lookup} from 'node:dns/promises'
import {networkInterfaces} from 'node:os'
import {join} from 'node:path'
import type {TrashRepository} from '#automation-state/trash-repository.ts'
import type {RecheckWatch} from '#automation/alerts/recheck-watch.ts'
import {PurgeWaits} from '#automation/alerts/purge-waits.ts'
import {CopyOrders} from '#automation/copies/copy-orders.ts'
import {PeerMeeting} from '#automation/copies/peer-meeting.ts'
import {copyTorrent} from '#automation/copies/copy-saga.ts'
import {CopiedFiles, CopyPlacing, CopyPlans} from '#automation/copies/copy-disk.ts'
import {Copying} from '#automation/copies/copying.ts'
import {SharedCopies} from '#automation/copies/shared-copies.ts'
import {LibrariesAway} from '#automation/facts/libraries-away.ts'
import {isPublic} from '#clients/outgoing.ts'
import type {MetainfoReader} from '#clients/port.ts'
import type {OwnOrders} from '#executor/order-terms.ts'
import type {SagaKind, SagaRunner} from '#executor/saga-runner.ts'
import type {Part} from '#lib/lifecycle.ts'
import type {ArrId} from '#model/arr.ts'
import {CommodarrError, ServerUnknown} from '#model/errors.ts'
import type {Orphans} from '#model/orphans.ts'
import type {RuleId} from '#model/rule.ts'
import type {ServerView} from '#model/services.ts'
import type {CountedLife} from '#model/automation-state.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import {EXTRA_FILES, ORPHAN} from '#model/trash.ts'
import {MINUTE, type Bytes, type EpochMs} from '#model/units.ts'
import {ArrLibraries, keptFoldersShape} from '#orphans/arr-libraries.ts'
import {OwnFolders, SteadyTime, type KeptTorrent} from '#orphans/fleet-claims.ts'
import {PathQuarantines} from '#orphans/path-quarantines.ts'
import {OrphanRescan} from '#orphans/rescan.ts'
import {orphanedFiles, OrphanRemover} from '#orphans/orphan-remover.ts'
import {OrphanRules} from '#orphans/orphan-rules.ts'
import {OrphanWatch} from '#orphans/orphan-watch.ts'
import {OrphanSurvey} from '#orphans/survey.ts'
import type {Authority} from '#registry/rules/reach.ts'
import {ExtraFiles, extraFilesDisk, filesBeside} from '#trash/extra-files.ts'
import {FileOwners} from '#trash/file-owners.ts'
import {FilesAside} from '#trash/files-aside.ts'
import {ASIDE, RECYCLE, TorrentAside} from '#trash/recycle-torrent.ts'
import type {RemovalDeps} from '#trash/removal-steps.ts'
import {Recycling, TorrentsNow} from '#trash/recycling.ts'
import {Removals} from '#trash/removals.ts'
import {KeptFiles} from '#trash/kept-files.ts'
import {RestoreOrders} from '#trash/restore-orders.ts'
import {Restoring} from '#trash/restoring.ts'
import {ReturningTorrents} from '#trash/returning-torrents.ts'
import {TrashDisk} from '#trash/trash-disk.ts'
import type {ResumeFacts} from '#trash/trash-record.ts'
import {TrashService} from '#trash/trash-service.ts'
import type {Facts} from './compose-facts.ts'
import type {ActingParts, Standing} from './compose-standing.ts'

/** What else moves and removes files on the word of rules. */
interface ToMoveFiles {
  readonly sagas: SagaRunner
  readonly orders: OwnOrders
  readonly rechecks: Pick<RecheckWatch, 'foundLess'>
}

interface FilesFrom extends ToMoveFiles {
  readonly owners: FileOwners
  readonly quarantines: PathQuarantines
}

/** @throws {StorageFault} */
export async function openFiles(
  parts: ActingParts,
  standing: Standing,
  known: Facts,
  {sagas, orders, rechecks}: ToMoveFiles,
) {
  const {clock, ownership, people, mounted} = parts
  const hasLeft = (id: ServerId) => people.directory.hasLeft(id)
  const owners = new FileOwners(standing.diskOf, ownership, hasLeft, mounted.patience)
  const pathQuarantines = new PathQuarantines(standing.memory.deadlines, clock)
  const from: FilesFrom = {sagas, orders, rechecks, owners, quarantines: pathQuarantines}
  const ofTrash = trashOfApp(parts, standing, known, from)
  return {
    ofTrash,
    extraFiles: extraFilesOfApp(parts, standing, from),
    pathQuarantines,
    orphans: await orphansOfApp(parts, standing, known, from),
    copies: copiesOfApp(parts, standing, from, ofTrash),
  }
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
  readonly sagaKinds: (removals: RemovalDeps) => readonly SagaKind[]
}

function trashOfApp(
  parts: ActingParts,
  standing: Standing,
  {libraries, protecting, managers}: Facts,
  {sagas, owners, orders, rechecks}: FilesFrom,
): TrashOfApp {
  const {fleet, clock, log, executor, servers, ownership, details, limitEnds, lostSettings} = parts
  const {people, metainfo, mounted} = parts
  const {memory, rights, ourselves, diskOf, write, presence} = standing
  const librariesAway = new LibrariesAway(protecting, people.arrDirectory, managers)
  const purgeWaits = new PurgeWaits(parts.board, protecting)
  const disk = new TrashDisk(fleet, diskOf, details, ownership, mounted.patience)
  const hasLeft = (id: ServerId) => people.directory.hasLeft(id)
  const foundLess = (key: TorrentKey, before: Bytes) => rechecks.foundLess(key, before)
  const returning = new ReturningTorrents(fleet, servers, details, limitEnds, foundLess)
  const restoreOrders = new RestoreOrders(executor, rights.accessOf, ourselves, hasLeft)
  const keptFiles = new KeptFiles(
    owners,
    (id) => memory.trash.metainfo(id),
    (torrent) => namesIn(torrent, metainfo),
  )
  const trash = new TrashService({
    repository: memory.trash,
    restoring: new Restoring(returning, restoreOrders, keptFiles, clock),
    fleet,
    clock,
    log,
    write,
    details,
    owners,
    ourselves,
    hasLeft,
    lostSettings,
    removals: parts.removalsUnderWay,
    isUnderWay: (record) =>
      [RECYCLE, ASIDE, EXTRA_FILES].some((kind) => sagas.about(kind, keyText(record))) ||
      sagas.about(ORPHAN, record.id) !== null,
    poll: ({serverId, hash}) => servers.poll(serverId, [hash]),
    presence,
    libraryOf: (key) => libraries.look(key, 'data'),
    libraryAway: (of) => librariesAway.of(of),
    libraryAwayNow: (of) => librariesAway.now(of),
    waitsFor: (away) => purgeWaits.heard(away),
  })
  const torrents = new TorrentsNow(fleet, servers)
  const recycling = new Recycling(disk, trash, sagas, torrents, clock)
  const recheck = async (key: TorrentKey) =>
    void (await orders.run('Commodarr', {keys: [key], command: {verb: 'recheck', args: {}}}))
  return {
    trash,
    recycling,
    removals: new Removals(executor, recycling, disk, torrents),
    noTrash: (key) => disk.noTrash(key),
    sagaKinds: (removals) => new TorrentAside(removals, trash, owners, recheck, parts).sagas(),
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

interface CopiesOfApp {
  /** For the rule action queue. */
  readonly copying: Copying
  /** For people. */
  readonly orders: CopyOrders
  readonly progress: CopyPlacing['progress']
  /** For the runner of sagas. */
  readonly saga: SagaKind
  /** What is being copied goes on after the next start. */
  readonly part: Part
}

/** What copies torrents from one server to another, put together. */
function copiesOfApp(
  parts: ActingParts,
  standing: Standing,
  {sagas}: FilesFrom,
  {removals, noTrash}: Pick<TrashOfApp, 'removals' | 'noTrash'>,
): CopiesOfApp {
  const {board, fleet, clock, log, executor, servers, details, limitEnds, moveSpace, space} = parts
  const {memory, inForce, rules, rights, ourselves, diskOf, write, presence} = standing
  const {deadlines, sagas: begun} = memory
  const mappings = (id: ServerId) => diskOf(id).mappings
  const files = new CopiedFiles(fleet, details, mappings, parts.mounted)
  const placing = new CopyPlacing(files, mappings, space, clock)
  const reserve = () => inForce.settings.FreeSpace ?? 0
  memory.torrents.tellCounted((key, before) => fleet.countBefore(key, before))
  const shared = new SharedCopies({
    board,
    clock,
    log,
    fleet,
    deadlines,
    executor,
    limitEnds,
    ourselves,
    presence,
  })
  const ground = {
    meeting: new PeerMeeting({
      server: (id) => servers.get(id),
      settingsNow: parts.settingsNow,
      peerPortNow: parts.peerPortNow,
      addressesOf: addressesOfHost,
      isPublic,
      ownAddresses: () => Object.values(networkInterfaces()).flatMap((it) => it ?? []),
    }),
    takesTags: (id: ServerId) => servers.get(id)?.features?.addTags.support !== 'none',
    plans: new CopyPlans(fleet, mappings, space, reserve, moveSpace),
    files,
    placing,
    fleet,
    objection: (id: ServerId) => objectionOf(id, servers.get(id)),
    objectionToFolder: executor.objectionToFolder.bind(executor),
    deadlines,
    begun,
    sagas,
    limitEnds,
    clock,
    write,
  }
  const orders = new CopyOrders({
    ...ground,
    noTrash,
    removals,
    accessOf: rights.accessOf,
    savesAt: (id) => servers.get(id)?.stats?.defaultSavePath ?? null,
    whyNoTorrentFile(id) {
      const exporting = servers.get(id)?.features?.exportTorrent
      return exporting?.support === 'none' ? exporting.reason : null
    },
  })
  return {
    copying: new Copying(ground),
    orders,
    progress: (source, target) => placing.progress(source, target),
    saga: copyTorrent({
      ...ground,
      details,
      executor,
      removals,
      shared,
      rules: (id) => rules.of(id),
      accessOf: rights.accessOf,
      ourselves,
      presence,
      passOn(from, to, isSameUser) {
        const source = isSameUser ? fleet.get(from) : null
        const {cameAt = null, firstSeenAt = null} = memory.torrents.of(from) ?? {}
        const since = cameAt ?? firstSeenAt
        memory.torrents.passOn(from, to, clock.now(), source && countedOf(source, since))
      },
      isCancelled: (id) => orders.isCancelled(id),
      onEnd: (id, result) => orders.ended(id, result),
    }),
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

/** As this machine resolves it. */
async function addressesOfHost(host: string): Promise<readonly string[]> {
  const found = await lookup(host, {all: true}).catch(() => [])
  return found.map(({address}) => address)
}

/**
 * What is not reported is as it is for longest: nothing was uploaded, and all of it downloaded.
 * @param since it is there, as we saw it: a client may say another time after each start
 */
function countedOf(
  {key, infoHashV1, addedAt, uploaded, downloaded, size}: TorrentRecord,
  since: EpochMs | null,
): CountedLife {
  return {
    life: `${key.serverId}/${infoHashV1 ?? key.hash} ${since ?? addedAt ?? ''}`,
    uploaded: downloaded === undefined ? 0 : (uploaded ?? 0),
    downloaded: downloaded ?? size ?? 0,
  }
}

/** What is begun there shall not wait for it from the first moment on. */
function objectionOf(id: ServerId, view: ServerView | null): CommodarrError | null {
  if (view === null) return new ServerUnknown(id)
  const {status} = view.health
  if (status === 'online' || status === 'degraded') return null
  return new CommodarrError('server_not_online', `The other server is ${status}.`, {serverId: id})
}

/** What clears the folders of finished torrents, put together. */
function extraFilesOfApp(
  parts: ActingParts,
  {memory, inForce, diskOf}: Standing,
  {sagas, owners}: FilesFrom,
): ExtraFiles {
  const {fleet, clock, details, ownership, mounted} = parts
  const looks = extraFilesDisk({
    clock,
    fleet,
    details,
    ownership,
    patience: mounted.patience,
    fileRules: (set) => inForce.fileRules(set),
    disk: diskOf,
    takenBack: (key) => takenBack(key, memory.trash),
  })
  const aside = new FilesAside(filesBeside(parts.lostSettings), memory.trash, sagas, owners, parts)
  return new ExtraFiles(looks, fleet, clock, aside)
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

/** How soon orphans are looked for; the demo does not wait for ten minutes. */
export interface OrphanPace {
  /** After the start, ms. */
  readonly firstLookMs?: number | undefined
  /** What a server lists counts once it has been there for so long, ms. */
  readonly settledMs?: number | undefined
}

/** What is in doubt again and again is no reason to look without end. */
const LOOK_AGAIN_MS = 10 * MINUTE * 1_000
const stopping = {code: 'changed_meanwhile', message: 'Commodarr is about to end.'} as const

/** Orphans, put together: who looks for them, what rules want of them, and who sets them aside. */
async function orphansOfApp(
  parts: ActingParts,
  standing: Standing,
  {managers}: Facts,
  {sagas, owners, quarantines}: FilesFrom,
): Promise<OrphansOfApp> {
  const {fleet, clock, turns, log, mounted, lostSettings} = parts
  const {memory, diskOf: disk, timeZone} = standing
  const {firstLookMs, settledMs} = parts.orphanPace ?? {}
  const servers = () => parts.servers.list()
  const repository = memory.trash
  const time = new SteadyTime(clock)
  const kept = () => keptIn(repository)
  const ownFolders = new OwnFolders(parts.foldersOfServer)
  const libraries = new ArrLibraries({
    arrs: parts.people.arrDirectory,
    memberOf: (owner) => standing.memberOf(owner ?? 'file'),
    asker: parts.libraryAsker,
    awaited(id) {
      const queue = managers.of(id)?.queue ?? null
      return queue && queue.flatMap(({outputPath}) => outputPath || [])
    },
    known: await standing.lastAnswers('arr_kept_folders', keptFoldersShape),
    mappings: () => servers().flatMap(({id}) => disk(id).mappings),
    turns,
  })
  const claims = {fleet, turns, servers, disk, ownFolders, kept, time, settledMs}
  const survey = new OrphanSurvey(claims, libraries, mounted)
  const looked = (): void => void rules.pass()
  const watch: OrphanWatch = new OrphanWatch(survey, clock, log, looked, firstLookMs)
  const standingRules = () => standing.rules.all()
  const rules = new OrphanRules({
    mounted,
    clock,
    turns,
    time,
    log,
    watch,
    rules: standingRules,
    repository,
    quarantines,
    timeZone,
  })
  const accessBehind = (by: Authority | RuleId) => {
    const behind = typeof by === 'string' ? standing.rules.card(by) : by
    return behind && standing.rights.accessOf(behind)
  }
  let isStopping = false
  let lookedAgainAt = -Infinity
  const lookAgain = (): void => {
    if (clock.monotonic() - lookedAgainAt < LOOK_AGAIN_MS) return
    lookedAgainAt = clock.monotonic()
    void watch.look()
  }
  const remover = new OrphanRemover(
    watch,
    new OrphanRescan(survey, watch, (id) => parts.servers.poll(id)),
    memory.spent,
    clock,
    new FilesAside(
      orphanedFiles(repository, memory.spent, clock, lostSettings, accessBehind),
      repository,
      sagas,
      owners,
      parts,
    ),
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
