/**
 * The program that reads the library of an Arr in another thread and keeps it on its main one, with the database;
 * `library.bench.ts` forks it.
 */
import {setTimeout as delay} from 'node:timers/promises'
import {isMainThread, parentPort, Worker, workerData} from 'node:worker_threads'
import {openArr} from '#arr-client/api/open.ts'
import {LibraryIndex} from '#automation/arr/library-index.ts'
import {LibraryReader} from '#automation/arr/library-reader.ts'
import {cpuMsOfThread, systemClock} from '#lib/clock.ts'
import {collect} from '#lib/collect.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {LibraryService} from '#library/library-service.ts'
import type {LibraryKnown, LibraryPart} from '#library/parts.ts'
import {asArrId} from '#model/arr.ts'
import type {LibraryCondition, LibrarySort} from '#model/library.ts'
import {Secret} from '#model/secret.ts'
import {Store} from '#store/store.ts'

export interface ReadLibrary {
  readonly url: string
  readonly apiKey: string
  /** Of the database. */
  readonly path: string
}

export interface LibraryReading {
  readonly rows: number
  /** From the first question to the last row on the main thread, ms. */
  readonly read: number
  /** All threads for that, ms. */
  readonly cpu: number
  /** Most that a thread worked between two turns of its loop, ms of the processor. */
  readonly threadStood: number
  readonly mainStood: number
  /** More than before, at the most and after, MB. */
  readonly rssPeak: number
  readonly rssAfter: number
  /** Until all of it was in the database, ms; longest that the main thread stood meanwhile. */
  readonly write: number
  readonly writeStood: number
  /** From the start of a program that has all of it in its database to the first list, ms. */
  readonly load: number
  /** The same, ms of the processor. */
  readonly loadCpu: number
  readonly loadStood: number
  /** Lists of 100 rows: all by title, filtered, by another column, ms of the processor. */
  readonly open: number
  readonly filter: number
  readonly sort: number
}

type FromReader =
  | LibraryPart
  | {readonly is: 'ready'}
  | {readonly is: 'collected'}
  | {readonly is: 'stood'; readonly ms: number}

const arrId = asArrId('bench')
const MB = 1024 ** 2
const YOUNG_MIB = 8

if (isMainThread) {
  process.on('message', (asked) => void measure(asked as ReadLibrary).then((it) => process.send?.(it)))
  process.on('disconnect', () => process.exit(0))
} else void readHere(workerData as ReadLibrary)

async function readHere({url, apiKey}: ReadLibrary): Promise<void> {
  const say = (part: FromReader): void => parentPort!.postMessage(part)
  const address = {url, apiKey: new Secret(apiKey), skipVerify: false}
  const policy = {objectionTo: () => null, lookup: undefined}
  const port = await openArr(address, policy, {turns: new TimeSlice()})
  const index = new LibraryIndex()
  // Begun as it will be run: what a thread is without a library counts as nothing.
  await port.readStatus()
  say({is: 'ready'})
  index.take(await new Promise<LibraryKnown>((resolve) => parentPort!.once('message', resolve)))
  const stood = watchLoop()
  const reader = new LibraryReader({
    port,
    clock: systemClock,
    random: () => 0.5,
    index,
    mostRows: 500_000,
    replaced: () => undefined,
    say(part) {
      if (part.is === 'whole') say({is: 'stood', ms: stood()})
      say(part)
      if (part.is === 'whole') void collect().then(() => say({is: 'collected'}))
    },
  })
  reader.start()
}

/** @returns how long the thread worked at most between two turns since, ms of the processor */
function watchLoop(): () => number {
  const loop = {stood: 0, turnedAt: cpuMsOfThread()}
  const turned = (): void => {
    const now = cpuMsOfThread()
    loop.stood = Math.max(loop.stood, now - loop.turnedAt)
    loop.turnedAt = now
  }
  const turns = setInterval(turned, 1)
  return () => {
    clearInterval(turns)
    return loop.stood
  }
}

async function openService(path: string) {
  const store = await Store.sqlite(path)
  const writes = {last: performance.now()}
  const service = new LibraryService({
    store: {
      read: (work) => store.read(work),
      write: async (work) => {
        const done = await store.write(work)
        writes.last = performance.now()
        return done
      },
    },
    clock: systemClock,
    random: () => 0.5,
    turns: new TimeSlice(),
    log: {error: (about) => console.error(about)},
    exists: () => true,
    queued: () => new Set(),
  })
  service.start()
  return {store, service, writes}
}

async function measure(asked: ReadLibrary): Promise<LibraryReading> {
  const {store, service, writes} = await openService(asked.path)
  const known = await service.known(arrId)
  const worker = new Worker(new URL(import.meta.url), {
    workerData: asked,
    resourceLimits: {maxYoungGenerationSizeMb: YOUNG_MIB},
  })
  let threadStood = 0
  const heard = {ready: Promise.withResolvers<void>(), collected: Promise.withResolvers<void>()}
  worker.on('message', (part: FromReader) => {
    if (part.is === 'stood') threadStood = part.ms
    else if (part.is === 'ready' || part.is === 'collected') heard[part.is].resolve()
    else service.take(arrId, part)
  })
  await heard.ready.promise
  await collect()
  const rss = {before: process.memoryUsage().rss, peak: 0}
  const watch = setInterval(() => (rss.peak = Math.max(rss.peak, process.memoryUsage().rss)), 5)
  const stood = watchLoop()
  const cpu = process.cpuUsage()
  const begun = performance.now()
  worker.postMessage(known)
  while (service.stateOf(arrId).readAt === null) await delay(1)
  const read = performance.now() - begun
  const {user, system} = process.cpuUsage(cpu)
  const mainStood = stood()
  const writing = watchLoop()
  await service.stop()
  const write = Math.max(0, writes.last - begun - read)
  const writeStood = writing()
  clearInterval(watch)
  await heard.collected.promise
  await collect()
  const rssAfter = process.memoryUsage().rss - rss.before
  await worker.terminate()
  await store.close()
  return {
    ...(await measureLists(asked.path)),
    read,
    cpu: (user + system) / 1_000,
    threadStood,
    mainStood,
    rssPeak: (rss.peak - rss.before) / MB,
    rssAfter: rssAfter / MB,
    write,
    writeStood,
  }
}

async function measureLists(path: string) {
  const stood = watchLoop()
  const [begun, cpu] = [performance.now(), cpuMsOfThread()]
  const {store, service} = await openService(path)
  const list = (condition: LibraryCondition | null, sort: readonly LibrarySort[]) =>
    service.query({arrs: new Set([arrId]), condition, sort, offset: 0, limit: 100})
  const {total: rows} = await list(null, [])
  const load = performance.now() - begun
  const loadCpu = cpuMsOfThread() - cpu
  const loadStood = stood()
  const timed = async (condition: LibraryCondition | null, sort: readonly LibrarySort[]) => {
    const times: number[] = []
    for (let round = 0; round < 7; round++) {
      const from = cpuMsOfThread()
      await list(condition, sort)
      times.push(cpuMsOfThread() - from)
    }
    return times.toSorted((one, other) => one - other)[3]!
  }
  const missing: LibraryCondition = {
    all: [
      {asks: 'state', states: ['missing']},
      {asks: 'title', piece: 'har'},
    ],
  }
  const open = await timed(null, [{by: 'title', isDescending: false}])
  const filter = await timed(missing, [{by: 'title', isDescending: false}])
  const sort = await timed(null, [{by: 'added', isDescending: true}])
  await service.stop()
  await store.close()
  return {rows, load, loadCpu, loadStood, open, filter, sort}
}
