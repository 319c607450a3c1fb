import {EventEmitter} from 'node:events'
import {expect, test} from 'vitest'
import {parentNamed, Signals} from './signals.ts'

function reported(isInTerminal = false) {
  const system = new EventEmitter()
  const exits: number[] = []
  const time = {ms: 0}
  const parent = {id: 7, isId: 7, look: () => {}}
  const signals = new Signals(
    (signal, listener) => system.on(signal, listener),
    (code) => exits.push(code),
    isInTerminal,
    () => time.ms,
    {id: parent.id, now: () => parent.isId, everySecond: (look) => (parent.look = look)},
  )
  return {system, signals, exits, time, parent}
}

test.each(['SIGINT', 'SIGTERM'])('%s ends it in order, and once more at once', async (signal) => {
  const {system, signals, exits, time} = reported()
  system.emit(signal)
  expect(await signals.stopped).toBe(0)
  // Of our starter, which was told the same.
  time.ms = 900
  system.emit(signal)
  expect(exits).toEqual([])
  time.ms = 2_000
  system.emit('SIGTERM')
  expect(exits).toEqual([130])
})

test('SIGHUP reads the configuration again, as often as it comes, and ends nothing', async () => {
  const {system, signals, exits} = reported()
  // Before there is a configuration to be read again, too.
  system.emit('SIGHUP')
  let reloads = 0
  signals.onReload(() => reloads++)
  system.emit('SIGHUP')
  system.emit('SIGHUP')
  expect([reloads, exits]).toEqual([2, []])
  system.emit('SIGTERM')
  expect(await signals.stopped).toBe(0)
})

test('a terminal that goes ends what was started in it, and that is no success', async () => {
  const {system, signals} = reported(true)
  signals.onReload(() => expect.unreachable())
  system.emit('SIGHUP')
  expect(await signals.stopped).toBe(129)
})

test('a program that was started by a parent that has to be there ends in order without it', async () => {
  const {signals, exits, time, parent} = reported()
  let ended = false
  void signals.stopped.then(() => (ended = true))
  parent.look()
  await Promise.resolve()
  expect(ended).toBe(false)
  parent.isId = 1
  parent.look()
  expect(await signals.stopped).toBe(0)
  // It is looked at again while what is under way ends.
  time.ms = 5_000
  parent.look()
  expect(exits).toEqual([])
})

test('the parent that must be there is named by its process ID, or none is', () => {
  expect(parentNamed(undefined)).toBeNull()
  expect(parentNamed('12')?.id).toBe(12)
  expect(parentNamed('12')?.now()).toBe(process.ppid)
})
