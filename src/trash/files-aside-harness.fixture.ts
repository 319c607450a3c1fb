/** Files on a real disk, and a program that sets them aside, can be killed, and can be started again. */
import {lstat, mkdir, mkdtemp, readdir, realpath, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {onTestFinished} from 'vitest'
import type {Memory} from '#automation-state/memory.ts'
import type {RecycleFile} from '#disk/recycle.ts'
import {SagaRunner, type SagaKind} from '#executor/saga-runner.ts'
import type {JournalEntry} from '#journal/entry.ts'
import type {RuleActionEnded} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import {memoryHarness} from '#test/automation-state/memory.fixture.ts'
import type {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {FilesAside, type FilesState, type FilesSubject} from './files-aside.ts'

interface Program {
  readonly saga: SagaKind
}

interface ProgramParts {
  readonly memory: Memory
  readonly clock: VirtualClock
  readonly lostSettings: () => number
  readonly aside: <S extends FilesState>(of: FilesSubject<S>) => FilesAside<S>
}

/** @param files their texts, by their paths. @param program as it starts */
export async function filesAsideHarness<P extends Program>(
  files: Readonly<Record<string, string>>,
  program: (parts: ProgramParts, root: string) => P,
) {
  const base = await memoryHarness()
  const root = await realpath(await mkdtemp(join(tmpdir(), 'commodarr-aside-')))
  onTestFinished(() => rm(root, {recursive: true}))
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(root, path)), {recursive: true})
    await writeFile(join(root, path), text)
  }
  for (const [path, text] of Object.entries(files)) await write(path, text)
  const world = {
    owner: null as string | null,
    journalFails: false,
    lostSettings: 0,
    /** While a file is asked for its owner: it is about to be moved, or to go. */
    beforeTouch: async () => {},
  }
  const journal: JournalEntry[] = []
  /** Of actions of rules, with the word that each ended with. */
  const ended: string[] = []
  let [begun, failures] = [0, 0]

  function start(memory: Memory) {
    const {clock} = base
    const sagas = new SagaRunner({
      ends: {publish: (end) => void ended.push((end as RuleActionEnded).code)},
      repository: memory.sagas,
      clock,
      random: () => 1,
      newId: () => `s${++begun}`,
      log: {warn: () => void failures++},
    })
    const owners = {
      of: () => async () => {
        await world.beforeTouch()
        return world.owner
      },
    }
    const into = {
      async write(entries: readonly JournalEntry[]) {
        if (world.journalFails) throw new CommodarrError('storage_unavailable', 'The disk is full.')
        journal.push(...entries)
      },
    }
    const parts: ProgramParts = {
      memory,
      clock,
      lostSettings: () => world.lostSettings,
      aside: (of) => new FilesAside(of, memory.trash, sagas, owners, {clock, journal: into}),
    }
    const running = program(parts, root)
    sagas.register(running.saga)
    return {memory, sagas, running}
  }
  let now = start(await base.open())

  return {
    world,
    journal,
    ended,
    clock: base.clock,
    write,
    remove: (path: string) => rm(join(root, path)),
    running: () => now.running,
    memory: () => now.memory,
    trash: () => now.memory.trash.all(),
    /** Until a step has failed once more. */
    fails: async (): Promise<void> => {
      const before = failures
      const hasFailed = () => failures > before
      while (!hasFailed()) await sleep(5)
    },
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

/** As a look at the disk finds it. */
export async function seen(path: string): Promise<RecycleFile> {
  const {dev, ino, size} = await lstat(path, {bigint: true})
  return {path, device: String(dev), inode: String(ino), size: Number(size)}
}
