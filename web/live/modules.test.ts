import {expect, test} from 'vitest'
import {Signal} from '../lib/signal.ts'
import {whenThere} from './modules.ts'
import type {Connection} from './socket.ts'

const live: Connection = {state: 'live', since: 0}
const lost: Connection = {state: 'reconnecting', since: 0, isGone: true}
const noPause = () => Promise.resolve()

function socketThat(connection: Connection) {
  return {connection, changes: new Signal()}
}

/** Fails as long as `isAway` says so. */
function module(isAway: () => boolean) {
  const calls = {asked: 0}
  const load = async () => {
    calls.asked++
    if (isAway()) throw new TypeError('Failed to fetch dynamically imported module')
    return 'page'
  }
  return {calls, load}
}

test('what is lost while the program is there is asked for again', async () => {
  let failures = 2
  const {load, calls} = module(() => failures-- > 0)
  expect(await whenThere(load, socketThat(live), noPause)).toBe('page')
  expect(calls.asked).toBe(3)
})

test('what does not come while the program is there fails as it failed the last time', async () => {
  const {load, calls} = module(() => true)
  let pauses = 0
  const pause = async () => void pauses++
  await expect(whenThere(load, socketThat(live), pause)).rejects.toThrow('Failed to fetch')
  // A connection that came back in a pause behind the last one would have nobody who waits for it.
  expect([calls.asked, pauses]).toEqual([4, 3])
})

test('what failed for the last time as the connection was lost is asked for once it is back', async () => {
  const socket = socketThat(live)
  let isAway = true
  const calls = {asked: 0}
  const load = async () => {
    if (++calls.asked === 4) socket.connection = lost
    if (isAway) throw new TypeError('Failed to fetch dynamically imported module')
    return 'page'
  }
  const page = whenThere(load, socket, async () => {
    if (calls.asked < 4) return
    // It comes back while somebody waits whether it is lost.
    isAway = false
    socket.connection = live
    socket.changes.emit()
  })
  expect(await page).toBe('page')
  expect(calls.asked).toBe(5)
})

test('a program that is away is asked for nothing, and once when it is back', async () => {
  const socket = socketThat({...lost, isGone: false})
  const {load, calls} = module(() => false)
  const page = whenThere(load, socket, noPause)
  // It is away for longer, and still away.
  socket.connection = lost
  for (let turn = 0; turn < 3; turn++) {
    socket.changes.emit()
    await Promise.resolve()
  }
  expect(calls.asked).toBe(0)
  socket.connection = live
  socket.changes.emit()
  expect(await page).toBe('page')
  expect(calls.asked).toBe(1)
})

test('what was asked for in the moment in which the program went is asked for when it is back', async () => {
  const socket = socketThat(live)
  let isAway = true
  const {load, calls} = module(() => isAway)
  const paused = Promise.withResolvers<void>()
  const page = whenThere(load, socket, async () => {
    socket.connection = lost
    paused.resolve()
  })
  await paused.promise
  await Promise.resolve()
  expect(calls.asked).toBe(1)

  isAway = false
  socket.connection = live
  socket.changes.emit()
  expect(await page).toBe('page')
  expect(calls.asked).toBe(2)
})

test('a page that never had a live connection asks anyway', async () => {
  const {load, calls} = module(() => true)
  await expect(
    whenThere(load, socketThat({state: 'connecting', failedSince: null}), noPause),
  ).rejects.toThrow('Failed to fetch')
  expect(calls.asked).toBe(4)
})
