/** A folder on a real disk with a film and files beside it that nobody wants, and a program that can be started again. */
import {lstat, mkdir, mkdtemp, readdir, realpath, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {onTestFinished} from 'vitest'
import type {Memory} from '#automation-state/memory.ts'
import type {RecycleFile} from '#disk/recycle.ts'
import {SagaRunner} from '#executor/saga-runner.ts'
import type {JournalDecision} from '#journal/decided.ts'
import type {JournalEntry} from '#journal/entry.ts'
import type {Decision, WantedAction} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import {actionKinds, type RuleId} from '#model/rule.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {keyText} from '#model/torrent-key.ts'
import {memoryHarness, torrent} from '#test/automation-state/memory.fixture.ts'
import {ExtraFiles} from './extra-files.ts'
import {recycleExtraFiles} from './recycle-extra-files.ts'
import type {OurFiles} from './trash-disk.ts'

const film = torrent(1)
const beside = ['Film/info.nfo', 'Film/Proof/a.jpg']

export async function extraFilesHarness() {
  const base = await memoryHarness()
  const root = await realpath(await mkdtemp(join(tmpdir(), 'commodarr-extra-')))
  onTestFinished(() => rm(root, {recursive: true}))
  for (const path of ['Film/film.mkv', ...beside]) {
    await mkdir(dirname(join(root, path)), {recursive: true})
    await writeFile(join(root, path), path)
  }
  const listed = {
    key: film,
    name: 'Film',
    savePath: root,
    contentPath: join(root, 'Film'),
    category: 'films',
    tags: [],
  } as unknown as TorrentRecord
  const world = {
    torrent: listed as TorrentRecord | null,
    why: null as string | null,
    owner: null as string | null,
    journalFails: false,
    /** Said since it was judged. */
    outdated: null as {readonly message: string} | null,
    lostSettings: 0,
    /** While a file is asked for its owner: it is about to be moved. */
    beforeMove: async () => {},
  }
  const journal: JournalEntry[] = []
  const ended: string[] = []
  let begun = 0

  async function seen(path: string): Promise<RecycleFile> {
    const {dev, ino, size} = await lstat(join(root, path), {bigint: true})
    return {path: join(root, path), device: String(dev), inode: String(ino), size: Number(size)}
  }
  async function extraFilesOf(): Promise<OurFiles> {
    if (world.why !== null) return {why: world.why}
    const files = await Promise.all(beside.map(seen))
    return {files, folder: join(root, 'Film'), roots: [{path: root, device: files[0]!.device}]}
  }

  function start(memory: Memory) {
    const write = async (entries: readonly JournalEntry[]) => {
      if (world.journalFails) throw new CommodarrError('storage_unavailable', 'The disk is full.')
      journal.push(...entries)
    }
    const {clock} = base
    const sagas = new SagaRunner({
      repository: memory.sagas,
      clock,
      random: () => 1,
      newId: () => `s${++begun}`,
      log: {warn: () => {}},
    })
    const extraFiles: ExtraFiles = new ExtraFiles({
      repository: memory.trash,
      clock,
      write,
      disk: {extraFilesOf},
      sagas,
      fleet: {get: () => world.torrent},
    })
    const saga = recycleExtraFiles({
      extraFiles,
      lostSettings: () => world.lostSettings,
      repository: memory.trash,
      clock,
      write,
      disk: {
        ownerOf: () => async () => {
          await world.beforeMove()
          return world.owner
        },
      },
      ended: (_decision, _action, outcome) => void ended.push(outcome),
    })
    sagas.register(saga)
    return {memory, extraFiles, sagas}
  }
  let now = start(await base.open())

  const action: WantedAction = {
    action: 'extraFiles.recycle',
    params: {set: 'Radarr'},
    ...actionKinds['extraFiles.recycle'],
  }
  const decision = {
    ruleId: 'r1' as RuleId,
    ruleRevision: 2,
    reason: 'extraFiles',
    actions: [action],
    subject: {kind: 'torrent', key: keyText(film), serverId: film.serverId},
    evidence: {verdict: 'yes', branch: 'all', parts: []},
    preconditions: [],
  } as unknown as Decision

  return {
    world,
    journal,
    ended,
    begin: () =>
      now.extraFiles.begin({
        decision,
        action,
        key: film,
        ruleName: 'Extra',
        decided: {action: 'extraFiles.recycle', guards: []} as unknown as JournalDecision,
        outdated: () => world.outdated,
      }),
    trash: () => now.memory.trash.all(),
    /** Until nothing is under way. */
    run: async (): Promise<void> => {
      while (now.memory.sagas.unfinished().length > 0) {
        await base.clock.advance(10_000)
        // The disk is a real one.
        await sleep(5)
      }
    },
    /** Whoever is about to move this file never comes back, until the test ends. Resolves when he is. */
    diesBefore: (file: number): Promise<void> => {
      const [isAsked, isOver] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      let asked = 0
      world.beforeMove = () => {
        if (++asked !== file) return Promise.resolve()
        isAsked.resolve()
        return isOver.promise
      }
      onTestFinished(async () => {
        isOver.reject(new Error('It was killed.'))
        // What it had open is closed.
        await sleep(20)
      })
      return isAsked.promise
    },
    /** What runs is not waited for. */
    restart: async (): Promise<void> => {
      now.sagas.stop()
      now = start(await base.open())
      now.sagas.resume()
    },
    write: (path: string, text: string) => writeFile(join(root, path), text),
    lines: () => journal.map(({verb, phase, code = ''}) => `${verb} ${phase} ${code}`.trim()),
    /** Files that are there, those in the recycle area by their names alone. */
    files: async (): Promise<readonly string[]> => {
      const all = await readdir(root, {recursive: true, withFileTypes: true})
      return all
        .filter((it) => it.isFile())
        .map((it) => (it.parentPath.includes('recycle') ? `aside: ${it.name}` : join(it.parentPath, it.name)))
        .map((path) => path.replace(`${root}/`, ''))
        .sort()
    },
  }
}
