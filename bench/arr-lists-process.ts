/** The program that reads lists of an Arr, on its main thread or in another one; `arr-lists.bench.ts` forks it. */
import {setTimeout as delay} from 'node:timers/promises'
import {isMainThread, parentPort, Worker, workerData} from 'node:worker_threads'
import {openArr} from '#arr-client/api/open.ts'
import type {ArrPort} from '#arr-client/api/port.ts'
import type {LibraryItem} from '#model/arr.ts'
import {Secret} from '#model/secret.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import {cpuMsOfThread} from '#lib/clock.ts'

export interface ReadLists {
  readonly where: 'main' | 'thread'
  readonly list: 'queue' | 'library'
  readonly url: string
  readonly apiKey: string
}

export interface ListReading {
  /** The main thread, at most between two turns of its loop, ms. */
  readonly stood: number
  /** The main thread, ms. */
  readonly cpu: number
  /** All threads, ms. */
  readonly processCpu: number
}

type Where = Pick<ReadLists, 'url' | 'apiKey'>
type List = ReadLists['list']

const ROUNDS = 8
/** Whose pages a manager keeps: films of torrents. */
const KEPT = 2_000

if (!isMainThread) {
  const reading = open(workerData as Where)
  const answer = async (list: List) => parentPort!.postMessage(await read(await reading, list))
  parentPort!.on('message', (list: List) => void answer(list))
} else {
  process.on('message', (asked) => void measure(asked as ReadLists).then((it) => process.send?.(it)))
  process.on('disconnect', () => process.exit(0))
}

function open({url, apiKey}: Where): Promise<ArrPort> {
  const address = {url, apiKey: new Secret(apiKey), skipVerify: false}
  const policy = {objectionTo: () => null, lookup: undefined}
  return openArr(address, policy, isMainThread ? {turns: new TimeSlice()} : {})
}

/** What the other thread is told of it: the rows of a queue, what is known of a few films. */
async function read(port: ArrPort, list: List): Promise<readonly object[]> {
  if (list === 'queue') return port.queue()
  const kept: Pick<LibraryItem, 'id' | 'monitored' | 'hasFile' | 'belowCutoff'>[] = []
  await port.library(({id, monitored, hasFile, belowCutoff}) => {
    if (id <= KEPT) kept.push({id, monitored, hasFile, belowCutoff})
  })
  return kept
}

async function measure({where, list, url, apiKey}: ReadLists): Promise<ListReading> {
  const isHere = where === 'main'
  // What is read here is told to a manager in its thread, what is read there to us.
  const other = isHere
    ? new Worker('require("node:worker_threads").parentPort.on("message", () => {})', {eval: true})
    : new Worker(new URL(import.meta.url), {workerData: {url, apiKey}})
  const port = isHere ? await open({url, apiKey}) : null
  const rounds: ListReading[] = []
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push(
      await watched(async () => {
        if (port) other.postMessage(await read(port, list))
        else await answerOf(other, list)
      }),
    )
  }
  await port?.close()
  await other.terminate()
  const least = (of: keyof ListReading): number => Math.min(...rounds.map((it) => it[of]))
  return {stood: least('stood'), cpu: least('cpu'), processCpu: least('processCpu')}
}

function answerOf(thread: Worker, list: List): Promise<unknown> {
  thread.postMessage(list)
  return new Promise((resolve) => thread.once('message', resolve))
}

async function watched(work: () => Promise<void>): Promise<ListReading> {
  await delay(50)
  const before = {cpu: cpuMsOfThread(), whole: process.cpuUsage()}
  const loop = {stood: 0, turnedAt: before.cpu}
  const turned = (): void => {
    const now = cpuMsOfThread()
    loop.stood = Math.max(loop.stood, now - loop.turnedAt)
    loop.turnedAt = now
  }
  const turns = setInterval(turned, 1)
  await work()
  const [cpu, {user, system}] = [cpuMsOfThread() - before.cpu, process.cpuUsage(before.whole)]
  await delay(20)
  clearInterval(turns)
  return {stood: loop.stood, cpu, processCpu: (user + system) / 1_000}
}
