/** A torrent with files on a real disk, its server, the trash, and a program that can be started again. */
import {lstat, mkdir, mkdtemp, readdir, realpath, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {onTestFinished} from 'vitest'
import type {Memory} from '#automation-state/memory.ts'
import {becomes} from '#automation-state/trash-repository.ts'
import type {RecycleFile} from '#disk/recycle.ts'
import {by} from '#executor/executor-harness.fixture.ts'
import type {Refusal} from '#executor/guards/guard.ts'
import type {TermedOrder} from '#executor/order-terms.ts'
import type {Verdict} from '#executor/outcomes.ts'
import {SagaRunner} from '#executor/saga-runner.ts'
import type {JournalEntry} from '#journal/entry.ts'
import type {Access, Acting} from '#model/access.ts'
import type {TrashState} from '#model/automation-state.ts'
import type {LibraryClaim} from '#model/arr.ts'
import type {AddTorrent, AnyTorrentCommand, CommandResult, RemovalCommand} from '#model/command.ts'
import type {Decision, RuleActionEnded, WantedAction} from '#model/decision.ts'
import type {TorrentFile, Tracker} from '#model/details.ts'
import type {CommodarrError} from '#model/errors.ts'
import {staysAtLimit} from '#model/limit-end.ts'
import {actionKinds, type RuleId} from '#model/rule.ts'
import type {Features} from '#model/server.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {keyText} from '#model/torrent-key.ts'
import type {LibraryAway} from '#model/trash.ts'
import {memoryHarness, torrent} from '#test/automation-state/memory.fixture.ts'
import {ASIDE, RECYCLE, TorrentAside} from './recycle-torrent.ts'
import {Recycling, TorrentsNow} from './recycling.ts'
import {KeptFiles} from './kept-files.ts'
import {Removals} from './removals.ts'
import {RestoreOrders} from './restore-orders.ts'
import {Restoring} from './restoring.ts'
import {ReturningTorrents} from './returning-torrents.ts'
import type {FileOwners} from './file-owners.ts'
import type {NoTrash, TrashDisk} from './trash-disk.ts'
import {TrashService, type Owned} from './trash-service.ts'

type FilesOfTorrent = Awaited<ReturnType<TrashDisk['filesOf']>>

export const film = torrent(1)
export const usualFiles: readonly TorrentFile[] = [
  {index: 0, path: 'Film/a.mkv', size: 10, progress: 1, priority: 'normal'},
  {index: 1, path: 'Film/Subs/a.srt', size: 15, progress: 1, priority: 'normal'},
]

const mayNot = {outcome: 'refused', code: 'forbidden', message: 'He may not.'} as const

export const metainfo = new Uint8Array([100, 0, 255, 101])

export async function trashHarness() {
  const base = await memoryHarness()
  const root = await realpath(await mkdtemp(join(tmpdir(), 'commodarr-trash-')))
  onTestFinished(() => rm(root, {recursive: true}))
  const listed = {
    key: film,
    name: 'Film',
    savePath: root,
    contentPath: join(root, 'Film'),
    size: 7,
    category: 'films',
    tags: ['a'],
    hasMetadata: true,
    complete: true,
    completed: 25,
    state: 'stopped',
    pending: [],
  } as unknown as TorrentRecord
  const world = {
    torrent: listed as TorrentRecord | null,
    /** Its server has it in its list. */
    isShown: true,
    isSeen: true,
    why: null as string | null,
    isNothing: false,
    noTrash: null as NoTrash | null,
    /** What guards say of what a person wants removed; `null` = nothing. */
    refusal: null as CommandResult | null,
    /** What a verb is refused with while it is brought back. */
    refused: new Map<string, CommandResult>(),
    /** What its server tells of it when it is asked for all that makes it. */
    refreshed: () => {},
    /** What its server says to what a person removes. */
    answer: {outcome: 'done'} as CommandResult,
    /** Its removal is under way, or had no answer: what is waited for. */
    removal: null as Refusal | null,
    owner: null as string | null,
    exportFault: null as CommodarrError | null,
    trackers: [] as readonly Tracker[],
    /** As its server calls them now, and which of them it wants. */
    files: usualFiles,
    /** How its torrent file calls them. */
    names: usualFiles.map(({path}) => path) as readonly string[] | null,
    features: null as Features | null,
    /** What its server does at a share limit. */
    limitEnd: staysAtLimit,
    /** It does not tell that. */
    limitFault: null as CommodarrError | null,
    /** What Arrs say of its data. */
    library: async (): Promise<LibraryClaim | null> => null,
    /** What its server has of it when it was added again, or checked. */
    found: {complete: true, completed: 25} as Partial<TorrentRecord>,
    /** Its server is not configured any more. */
    hasLeft: false,
    /** Of whoever has it brought back; `null` = nothing any more. */
    rights: by.access as Access | null,
    /** It does what it is told of a torrent. */
    obeys: true,
    addFault: null as CommodarrError | null,
    /** Its server does not answer. */
    pollFault: null as CommodarrError | null,
    verdict: {outcome: 'confirmed', code: '', message: ''} as Verdict,
    /** Whoever is killed never comes back: before his removal goes out, or after. */
    dies: null as 'before' | 'after' | null,
    /** Its removal waits so many ms for its last announce. */
    announcing: 0,
    removals: 0,
    lostSettings: 0,
    libraryAway: null as LibraryAway | 'starting' | null,
    /** While an Arr is asked whether its library is there. */
    whileAsked: async (): Promise<void> => {},
    /** What something in the trash waits for, as it was told last. */
    waitsFor: [] as readonly LibraryAway[],
    /** Whose library was asked for. */
    owned: [] as Owned[],
    beforeRemoval: () => {},
    /** While the executor looks at what it is to send. */
    beforeSent: async (_command: AnyTorrentCommand): Promise<void> => {},
    /** The same of a removal. */
    beforeRemovalSent: async (): Promise<void> => {},
    /** Its server was told it. */
    afterSent: (_command: AnyTorrentCommand): void => {},
    /** While a file is asked for its owner: it is about to be moved. */
    beforeMove: () => {},
  }
  const added: AddTorrent[] = []
  /** Who had it sent to its server. */
  const senders: Acting[] = []
  /** Of what it was a step, in the journal. */
  const causes: (string | undefined)[] = []
  /** Commands that its server got for the torrent beside its removal: `recheck {}`. */
  const sent: string[] = []
  /** `<hash> <bytes that it had>`. */
  const foundLess: string[] = []
  /** What people had sent. */
  const orders: TermedOrder[] = []
  const journal: JournalEntry[] = []
  const logged: string[] = []
  let begun = 0
  const ended: string[] = []
  const write = async (entries: readonly JournalEntry[]) => void journal.push(...entries)

  async function seen(path: string): Promise<RecycleFile> {
    const {dev, ino, size} = await lstat(join(root, path), {bigint: true})
    return {path: join(root, path), device: String(dev), inode: String(ino), size: Number(size)}
  }
  const disk: Pick<TrashDisk, 'noTrash' | 'filesOf'> = {
    noTrash: async () => world.noTrash,
    async filesOf(): Promise<FilesOfTorrent> {
      if (world.why !== null) return {why: world.why, ...(world.isNothing && {isNothing: true})}
      const files = [await seen('Film/a.mkv'), await seen('Film/Subs/a.srt')]
      return {files, folder: join(root, 'Film'), roots: [{path: root, device: files[0]!.device}], doubts: []}
    },
  }
  const owners: Pick<FileOwners, 'of'> = {
    of: () => () => {
      world.beforeMove()
      return Promise.resolve(world.owner)
    },
  }
  for (const path of ['Film/a.mkv', 'Film/Subs/a.srt']) {
    await mkdir(dirname(join(root, path)), {recursive: true})
    await writeFile(join(root, path), path)
  }

  const presence = () => {
    if (world.hasLeft) return 'left'
    if (!world.isSeen) return 'unknown'
    return world.torrent ? 'there' : 'gone'
  }

  const limitEnd = () => {
    if (world.limitFault) throw world.limitFault
    return world.limitEnd
  }

  function start(memory: Memory) {
    const fleet = {get: () => (world.isShown ? world.torrent : null)}
    const poll = async () => {
      if (world.pollFault) throw world.pollFault
    }
    const details = {
      exportTorrent: async () => {
        if (world.exportFault) throw world.exportFault
        return metainfo
      },
      files: async () => world.files,
      trackers: async () => world.trackers,
    }
    const returning = new ReturningTorrents(
      fleet,
      {get: () => ({features: world.features}), poll},
      details,
      {
        of: async (_id, hashes) => new Map(hashes.map((hash) => [hash, limitEnd()])),
        ofForced: async (_id, hashes) => new Map(hashes.map((hash) => [hash, limitEnd()])),
        ofStarted: async (_id, hashes) => {
          const end = limitEnd()
          const {ratioLimit, seedTimeLimit} = world.torrent ?? {}
          const isFree = ratioLimit === null && seedTimeLimit === null
          return new Map(hashes.map((hash) => [hash, isFree ? staysAtLimit : end]))
        },
        ofAdded: async () => limitEnd(),
        ofChange: async () => limitEnd(),
      },
      async ({hash}, before) => void foundLess.push(`${hash} ${before}`),
    )
    const restoreOrders = new RestoreOrders(
      {
        add: async (sender, _server, add, causeId) => {
          senders.push(sender)
          causes.push(causeId)
          if (world.addFault) throw world.addFault
          added.push(add)
          world.torrent = {...listed, ...world.found, state: add.start ? 'seeding' : 'stopped'}
          return {status: 'added', hash: film.hash}
        },
        run: async ({by: sender, keys, command, actingNow, entryOf}) => {
          senders.push(sender)
          causes.push(...keys.map((key) => entryOf?.(key).causeId))
          await world.beforeSent(command)
          if (actingNow?.() === null) return keys.map((key) => ({key, result: mayNot}))
          sent.push(`${command.verb} ${JSON.stringify(command.args)}`)
          const no = world.refused.get(command.verb)
          if (no) return keys.map((key) => ({key, result: no}))
          if (world.obeys && world.torrent) Object.assign(world, done(command, world))
          world.afterSent(command)
          return keys.map((key) => ({key, result: {outcome: 'done'}}))
        },
      },
      () => world.rights,
      by.access,
      () => world.hasLeft,
    )
    const keptFiles = new KeptFiles(
      owners,
      (id) => memory.trash.metainfo(id),
      async () => world.names,
    )
    const service = new TrashService({
      repository: memory.trash,
      restoring: new Restoring(returning, restoreOrders, keptFiles, base.clock),
      owners,
      fleet,
      clock: base.clock,
      write,
      ourselves: by.access,
      hasLeft: () => world.hasLeft,
      isUnderWay: () => [RECYCLE, ASIDE].some((kind) => memory.sagas.about(kind, keyText(film))),
      lostSettings: () => world.lostSettings,
      libraryAway(of) {
        world.owned.push(of)
        return world.libraryAway
      },
      libraryAwayNow: async () => {
        await world.whileAsked()
        return world.libraryAway
      },
      waitsFor: (libraries) => (world.waitsFor = libraries),
      removals: {objection: () => world.removal, isAbout: () => world.removal !== null},
      presence,
      poll,
      libraryOf: () => world.library(),
      details,
      log: {error: (_about, text) => void logged.push(text)},
    })
    const kinds = new TorrentAside(
      {
        presence,
        announcing: async () => world.announcing,
        untilLook: (_decision, ownMs) => ownMs,
        remove: async () => {
          world.beforeRemoval()
          if (world.dies === 'before') return new Promise<never>(() => {})
          world.removals++
          if (world.verdict.outcome === 'confirmed') world.torrent = null
          if (world.dies === 'after') return new Promise<never>(() => {})
          return world.verdict
        },
      },
      service,
      owners,
      async () => void sent.push('recheck'),
      {clock: base.clock, journal: {write}},
    ).sagas()
    const sagas = new SagaRunner({
      ends: {publish: (end) => void ended.push((end as RuleActionEnded).code)},
      repository: memory.sagas,
      clock: base.clock,
      random: () => 1,
      newId: () => `s${++begun}`,
      log: {warn: (_about, text) => void logged.push(text)},
    }).register(...kinds)
    const torrents = new TorrentsNow(fleet, {poll: async () => world.refreshed()})
    const recycling = new Recycling(disk, service, sagas, torrents, base.clock)
    const removals = new Removals(
      {
        refusals: async () => new Map(world.refusal ? [[keyText(film), world.refusal]] : []),
        run: async (order) => {
          orders.push(order)
          if (world.dies === 'before') return new Promise<never>(() => {})
          await world.beforeRemovalSent()
          const no = order.terms?.(order.keys[0]!).objection() ?? null
          if (no) return order.keys.map((key) => ({key, result: {outcome: 'refused', ...no}}))
          if (world.answer.outcome === 'done') world.torrent = null
          if (world.dies === 'after') return new Promise<never>(() => {})
          return order.keys.map((key) => ({key, result: world.answer}))
        },
      },
      recycling,
      disk,
      torrents,
    )
    return {memory, service, sagas, recycling, removals}
  }
  let now = start(await base.open())

  const action: WantedAction = {action: 'recycle', params: {}, ...actionKinds.recycle}
  const decision = {
    ruleId: 'r1' as RuleId,
    ruleRevision: 2,
    reason: 'seedingDone',
    actions: [action],
    subject: {kind: 'torrent', key: keyText(film), serverId: film.serverId},
    evidence: {verdict: 'yes', branch: 'all', parts: []},
    preconditions: [],
  } as unknown as Decision

  return {
    world,
    /** As it was before anything was done. */
    listed,
    added,
    senders,
    causes,
    sent,
    foundLess,
    orders,
    journal,
    logged,
    ended,
    root,
    clock: base.clock,
    setFault: base.setFault,
    service: () => now.service,
    removals: () => now.removals,
    list: () => now.service.list(by),
    recycle: (params: WantedAction['params'] = {}) =>
      now.recycling.begin(decision, {...action, params}, film, 'Done'),
    /** As a person. */
    remove: async (
      verb: RemovalCommand['verb'],
      args: RemovalCommand['args'] = {},
    ): Promise<CommandResult> => {
      const [item] = await now.removals.run({by, keys: [film], command: {verb, args}})
      return item!.result
    },
    /** Until nothing is under way, however long the disk takes, or for so many turns. */
    run: async (turns = Number.POSITIVE_INFINITY): Promise<void> => {
      for (let n = 0; n < turns && now.memory.sagas.unfinished().length > 0; n++) {
        await base.clock.advance(10_000)
        // The disk is a real one.
        await sleep(5)
      }
    },
    /** Until it is so, however long the disk takes. */
    until: async (isSo: () => boolean): Promise<void> => {
      while (!isSo()) {
        await base.clock.advance(10_000)
        await sleep(5)
      }
    },
    /** What is under way ends so, whatever step it is at. */
    endAll: (end: string): Promise<void> => now.sagas.endAll(() => true, {end, why: 'Another one answers.'}),
    /** As if it had lain in a trash folder and in no list. */
    markFound: async (id: string): Promise<void> => {
      await now.memory.trash.change(id, (record) => ({
        ...record,
        resume: {...(record.resume as object), isFound: true},
      }))
    },
    /** As a crash left it. */
    mark: async (id: string, state: TrashState): Promise<void> =>
      void (await now.memory.trash.change(id, becomes(state, base.clock.now()))),
    restart: async (): Promise<void> => {
      now.sagas.stop()
      await now.service.stop()
      world.dies = null
      now = start(await base.open())
      now.sagas.resume()
    },
    /** Until what is brought back is as it was, or is not. */
    settle: async (): Promise<void> => {
      while (now.service.list(by).some(({state}) => state === 'restoring')) {
        await base.clock.advance(10_000)
        await sleep(5)
      }
    },
    /** Files that are there, those in the recycle area by their names alone; without the room that is taken in it before. */
    files: async (): Promise<readonly string[]> => {
      const found = await readdir(root, {recursive: true, withFileTypes: true})
      const isEmpty = (folder: string) =>
        !found.some(({name, parentPath}) => parentPath === folder && /^\d+ /.test(name))
      return found
        .filter((it) => it.isFile() && !(it.parentPath.includes('recycle') && isEmpty(it.parentPath)))
        .map((it) => (it.parentPath.includes('recycle') ? `aside: ${it.name}` : join(it.parentPath, it.name)))
        .map((path) => path.replace(`${root}/`, ''))
        .sort()
    },
  }
}

/** What a server that does as it is told shows then. */
function done(
  {verb, args}: AnyTorrentCommand,
  {torrent, files, found}: {torrent: TorrentRecord | null; files: readonly TorrentFile[]; found: object},
) {
  if (verb === 'start' || verb === 'stop')
    return {torrent: {...torrent, state: verb === 'start' ? 'seeding' : 'stopped'}}
  if (verb === 'recheck') return {torrent: {...torrent, ...found}}
  if (verb === 'renameFolder') {
    const {from, to} = args
    const isIn = ({path}: TorrentFile) => path.startsWith(`${from}/`)
    return {
      files: files.map((file) => (isIn(file) ? {...file, path: to + file.path.slice(from.length)} : file)),
    }
  }
  if (verb === 'renameFile')
    return {files: files.map((file) => (file.path === args.from ? {...file, path: args.to} : file))}
  if (verb === 'setFilePriority') {
    const {files: selected, priority} = args
    return {files: files.map((file) => (selected.includes(file.index) ? {...file, priority} : file))}
  }
  if (verb === 'setCategory') return {torrent: {...torrent, category: args.category}}
  if (verb === 'addTags') return {torrent: {...torrent, tags: [...(torrent?.tags ?? []), ...args.tags]}}
  if (verb === 'setSpeedLimits') return {torrent: {...torrent, downLimit: args.down, upLimit: args.up}}
  return {}
}
