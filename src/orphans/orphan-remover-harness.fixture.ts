/** Files of nobody on a real disk, whoever sets them aside, and a program that can be started again. */
import {lstat, mkdir, mkdtemp, readdir, realpath, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {onTestFinished} from 'vitest'
import type {Memory} from '#automation-state/memory.ts'
import type {RecycleFile} from '#disk/recycle.ts'
import {ruleActor} from '#executor/rule-entry.ts'
import {SagaRunner} from '#executor/saga-runner.ts'
import type {JournalDecision} from '#journal/decided.ts'
import type {JournalEntry} from '#journal/entry.ts'
import type {Acting} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import type {Orphan, OrphanVerb} from '#model/orphans.ts'
import type {RuleId} from '#model/rule.ts'
import {asServerId} from '#model/torrent-key.ts'
import {DAY} from '#model/units.ts'
import {memoryHarness} from '#test/automation-state/memory.fixture.ts'
import {OrphanRemover, type NoOrphan, type OrphanFiles} from './orphan-remover.ts'
import {recycleOrphan} from './recycle-orphan.ts'

const serverId = asServerId('A')
/** A rule that wants them gone, and what the journal keeps of why. */
export const aside = {id: 'aside' as RuleId, revision: 2}
const decided = {ruleRevision: 2, mode: 'live', action: 'orphan.recycle'} as JournalDecision
const actor = {name: 'ada', origin: 'user', userId: null, address: null} as const

export async function orphanRemoverHarness(names: readonly string[] = ['Lost']) {
  const base = await memoryHarness()
  const root = await realpath(await mkdtemp(join(tmpdir(), 'commodarr-orphan-')))
  onTestFinished(() => rm(root, {recursive: true}))
  const pathsOf = (name: string) => [`films/${name}/film.mkv`, `films/${name}/Subs/film.srt`]
  for (const path of names.flatMap(pathsOf)) {
    await mkdir(dirname(join(root, path)), {recursive: true})
    await writeFile(join(root, path), '12345')
  }
  const world = {
    owner: null as string | null,
    journalFails: false,
    lostSettings: 0,
    isAdmin: true,
    isDeletable: true,
    /** Of these a look says so. */
    no: new Map<string, NoOrphan>(),
    bytes: 10,
    /** While a file is asked for its owner: it is about to be moved, or to go. */
    beforeTouch: async () => {},
  }
  const journal: JournalEntry[] = []
  let begun = 0

  const listed = (id: string): Orphan | null =>
    names.includes(id)
      ? {
          id,
          path: join(root, 'films', id),
          isFolder: true,
          files: 2,
          bytes: world.bytes,
          changedAt: 0,
          seenSince: 0,
          deletableAt: 0,
        }
      : null
  async function seen(path: string): Promise<RecycleFile> {
    const {dev, ino, size} = await lstat(join(root, path), {bigint: true})
    return {path: join(root, path), device: String(dev), inode: String(ino), size: Number(size)}
  }
  async function filesOf(name: string): Promise<OrphanFiles> {
    const files = await Promise.all(pathsOf(name).map(seen))
    const folder = join(root, 'films', name)
    const roots = [{path: root, device: files[0]!.device}]
    return {files, folder, roots, path: folder, serverId, contentPath: `/data/films/${name}`}
  }

  function start(memory: Memory) {
    const {clock} = base
    const write = async (entries: readonly JournalEntry[]) => {
      if (world.journalFails) throw new CommodarrError('storage_unavailable', 'The disk is full.')
      journal.push(...entries)
    }
    const sagas = new SagaRunner({
      repository: memory.sagas,
      clock,
      random: () => 1,
      newId: () => `s${++begun}`,
      log: {warn: () => {}},
    })
    const remover: OrphanRemover = new OrphanRemover({
      listed,
      repository: memory.trash,
      spent: memory.spent,
      clock,
      write,
      sagas,
      rescan: async (ids) => {
        const there = ids.filter((id) => listed(id) !== null)
        const found = there.map(async (id) => [id, world.no.get(id) ?? (await filesOf(id))] as const)
        return new Map(await Promise.all(found))
      },
      isDeletable: () => world.isDeletable,
      begun: () => undefined,
    })
    const ownerOf = () => async () => {
      await world.beforeTouch()
      return world.owner
    }
    const saga = recycleOrphan({
      remover,
      repository: memory.trash,
      disk: {ownerOf},
      spent: memory.spent,
      lostSettings: () => world.lostSettings,
      clock,
      write,
    })
    sagas.register(saga)
    return {memory, remover, sagas}
  }
  let now = start(await base.open())

  const by = (): Acting => ({
    actor,
    access: {permits: () => world.isAdmin, may: () => true, everywhere: true, servers: [serverId]},
  })
  return {
    world,
    journal,
    clock: base.clock,
    act: (verb: OrphanVerb, more: {ids?: readonly string[]; isTrial?: boolean; files?: number} = {}) => {
      const {ids = names, isTrial = false, files = 2 * new Set(ids).size} = more
      const seenThen = {files, bytes: world.bytes * new Set(ids).size}
      return now.remover.act(by(), {verb, ids, seen: seenThen, isTrial})
    },
    /** The same of a rule that keeps it for thirty days. @returns why it stays; `null` = it was begun */
    actForRule: async (verb: OrphanVerb, objection: NoOrphan | null = null) => {
      const no = await now.remover.actForRule({
        by: {...by(), actor: ruleActor('Aside')},
        verb,
        id: names[0]!,
        days: 30,
        decided,
        rule: aside,
        objection: () => objection,
      })
      return no && no.code
    },
    trash: () => now.memory.trash.all(),
    spent: () => now.memory.spent.within({}, 3_600),
    spentByRule: () => now.memory.spent.within({ruleId: aside.id}, DAY),
    /** Until nothing is under way. */
    run: async (): Promise<void> => {
      while (now.memory.sagas.unfinished().length > 0) {
        await base.clock.advance(10_000)
        // The disk is a real one.
        await sleep(5)
      }
    },
    /** Whoever is about to touch this file never comes back, until the test ends. Resolves when he is. */
    diesBefore: (file: number): Promise<void> => {
      const [isAsked, isOver] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      let asked = 0
      world.beforeTouch = () => {
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
      world.beforeTouch = async () => {}
      now.sagas.stop()
      now = start(await base.open())
      now.sagas.resume()
    },
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
