import {expect, test} from 'vitest'
import {Signal} from '../lib/signal.ts'
import {ModuleMissing, whenThere} from './modules.ts'
import type {Connection} from './socket.ts'

const live: Connection = {state: 'live', since: 0}
const lost: Connection = {state: 'reconnecting', since: 0, isGone: true}
const noPause = () => Promise.resolve()

function socketThat(connection: Connection) {
  return {connection, changes: new Signal()}
}

/** Fails as long as `isAway` says so. */
function module(isAway: () => boolean) {
  const told = {asked: 0}
  const load = async () => {
    told.asked++
    if (isAway()) throw new TypeError('Failed to fetch dynamically imported module')
    return 'page'
  }
  return {told, load}
}

test('what is lost while the program is there is asked for again', async () => {
  let failures = 2
  const {load, told} = module(() => failures-- > 0)
  expect(await whenThere(load, socketThat(live), noPause)).toBe('page')
  expect(told.asked).toBe(3)
})

test('what the program does not have any more is said to be missing', async () => {
  const {load, told} = module(() => true)
  await expect(whenThere(load, socketThat(live), noPause)).rejects.toThrow(ModuleMissing)
  expect(told.asked).toBe(3)
})

test('a program that is away is waited for, and asked once more when it is back', async () => {
  const socket = socketThat(lost)
  let isAway = true
  const {load, told} = module(() => isAway)
  const paused = Promise.withResolvers<void>()
  const page = whenThere(load, socket, async () => paused.resolve())
  await paused.promise
  await Promise.resolve()
  expect(told.asked).toBe(1)

  isAway = false
  socket.connection = live
  socket.changes.emit()
  expect(await page).toBe('page')
  expect(told.asked).toBe(2)
})

test('a page that never had a live connection asks anyway', async () => {
  const {load, told} = module(() => true)
  await expect(
    whenThere(load, socketThat({state: 'connecting', failedSince: null}), noPause),
  ).rejects.toThrow(ModuleMissing)
  expect(told.asked).toBe(3)
})
