/**
 * A thread of managers: what `automation/manager/manager.ts` needs of a thread, and nothing else. Which managers it has,
 * it is told.
 */
import {parentPort} from 'node:worker_threads'
import {openArr} from '#arr-client/api/open.ts'
import {mostLibraryRows, policyFor} from '#arr-client/ask-arr.ts'
import {LiveChannel} from '#arr-client/live-channel.ts'
import {systemClock} from '#lib/clock.ts'
import {collect} from '#lib/collect.ts'
import {FollowingClock} from '#lib/instance-clock.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import type {ThreadSign} from '#model/manager.ts'
import {Secret} from '#model/secret.ts'
import {ArrConnection} from '../arr/arr-connection.ts'
import {Manager, type ArrWays} from '../manager/manager.ts'
import type {ArrBirth, ManagerInit} from '../manager/messages.ts'
import type {FromThread, ToThread} from './shared-threads.ts'
import {ThreadLives} from './thread-lives.ts'

/** Well below what is taken for silence. */
const PULSE_MS = 2_000
/** The library of its Arr was read until then; it is read again by the hour. */
const FIRST_COLLECT_MS = 20_000
const COLLECT_MS = 15 * 60_000

interface Running {
  readonly manager: Manager
  readonly clock: FollowingClock
}

const running = new Map<number, Running>()
const random = Math.random
const turns = new TimeSlice()
const sign = (it: ThreadSign<FromThread>): void => parentPort!.postMessage(it)
const say = (message: FromThread): void => sign({sign: 'message', message})
const lives = new ThreadLives((life) => say({from: 'broke', life}))

function sideOf(birth: ArrBirth, clock: FollowingClock, ways: ArrWays): ArrConnection {
  const {id, url, apiKey, skipVerify, reach, timers, historyFrom} = birth
  const address = {url, apiKey: new Secret(apiKey), skipVerify}
  const policy = policyFor(url, reach)
  return new ArrConnection({
    id,
    clock,
    random,
    timers,
    historyFrom,
    mostLibraryRows: mostLibraryRows(reach),
    ...ways,
    open: (signal, updated) => openArr(address, policy, {signal, updated, turns}),
    channel: (port) =>
      new LiveChannel({...address, url: () => port.url}, policy, port.status.apiVersion, {clock, random}),
  })
}

/** @param life by which the main thread knows it */
function begin(life: number, {time, arr, ...init}: ManagerInit): void {
  const clock = new FollowingClock(systemClock, time)
  const manager = new Manager(
    clock,
    init,
    async () => {
      if (turns.due()) await turns.next()
    },
    (said) => say({from: 'manager', life, said}),
    (ways) => arr && sideOf(arr, clock, ways),
  )
  running.set(life, {manager, clock})
  setTimeout(() => void collect(), FIRST_COLLECT_MS)
  manager.start()
  say({from: 'ready', life})
  beat()
}

parentPort!.on('message', (it: ToThread) => lives.run(it.life, () => hear(it)))

function hear(it: ToThread): void {
  if (it.to === 'begin') return begin(it.life, it.birth)
  const {manager, clock} = running.get(it.life)!
  if (it.to === 'end') {
    running.delete(it.life)
    void manager.stop()
  } else if (it.message.kind === 'time') {
    clock.follow(it.message.time)
  } else {
    manager.hear(it.message)
  }
}

function beat(): void {
  const {heapUsed} = process.memoryUsage()
  sign({sign: 'pulse', pulse: {heapUsed, lastPassAt: null, nextPassAt: null}})
  for (const [life, {manager}] of running) say({from: 'pulse', life, pulse: {heapUsed, ...manager.times}})
}

setInterval(beat, PULSE_MS)
setInterval(() => void collect(), COLLECT_MS)
sign({sign: 'ready'})
