/** The thread of a manager: what `automation/manager/manager.ts` needs of a thread, and nothing else. */
import {parentPort, workerData} from 'node:worker_threads'
import {openArr} from '#arr-client/api/open.ts'
import {policyFor} from '#arr-client/ask-arr.ts'
import {LiveChannel} from '#arr-client/live-channel.ts'
import {systemClock} from '#lib/clock.ts'
import {collect} from '#lib/collect.ts'
import {FollowingClock} from '#lib/house-clock.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import type {ThreadSign} from '#model/manager.ts'
import {Secret} from '#model/secret.ts'
import {ArrConnection} from '../arr/arr-connection.ts'
import {Manager, type ArrWays} from '../manager/manager.ts'
import type {ArrBirth, FromManager, ManagerInit, ToManager} from '../manager/messages.ts'

/** Well below what is taken for silence. */
const PULSE_MS = 2_000
/** The library of its Arr was read until then; it is read again by the hour. */
const FIRST_COLLECT_MS = 20_000
const COLLECT_MS = 15 * 60_000

const {run, timeZone, restMs, time, arr} = workerData as ManagerInit
const clock = new FollowingClock(systemClock, time)
const random = Math.random
const turns = new TimeSlice()
const sign = (it: ThreadSign<FromManager>): void => parentPort!.postMessage(it)

function sideOf(birth: ArrBirth, ways: ArrWays): ArrConnection {
  const {id, url, apiKey, skipVerify, reach, timers, historyFrom} = birth
  const address = {url, apiKey: new Secret(apiKey), skipVerify}
  const policy = policyFor(url, reach)
  return new ArrConnection({
    id,
    clock,
    random,
    timers,
    historyFrom,
    ...ways,
    open: (signal, updated) => openArr(address, policy, {signal, updated}),
    channel: (port) =>
      new LiveChannel({...address, url: () => port.url}, policy, port.status.apiVersion, {clock, random}),
  })
}

const manager = new Manager({
  run,
  timeZone,
  restMs,
  clock,
  pause: async () => {
    if (turns.due()) await turns.next()
  },
  say: (message) => sign({sign: 'message', message}),
  openArr: (ways) => arr && sideOf(arr, ways),
})

parentPort!.on('message', (message: ToManager) => {
  if (message.told === 'time') clock.follow(message.time)
  else manager.hear(message)
})
const beat = (): void =>
  sign({sign: 'pulse', pulse: {heapUsed: process.memoryUsage().heapUsed, ...manager.times}})
setInterval(beat, PULSE_MS)
setTimeout(() => void collect(), FIRST_COLLECT_MS)
setInterval(() => void collect(), COLLECT_MS)
manager.start()
sign({sign: 'ready'})
beat()
