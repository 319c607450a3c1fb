import {EventEmitter} from 'node:events'
import {expect, test} from 'vitest'
import {Signals} from './signals.ts'

function told(isInTerminal = false) {
  const system = new EventEmitter()
  const exits: number[] = []
  const time = {ms: 0}
  const signals = new Signals({
    on: (signal, listener) => system.on(signal, listener),
    exit: (code) => exits.push(code),
    isInTerminal,
    now: () => time.ms,
  })
  return {system, signals, exits, time}
}

test.each(['SIGINT', 'SIGTERM'])('%s ends it in order, and once more at once', async (signal) => {
  const {system, signals, exits, time} = told()
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
  const {system, signals, exits} = told()
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
  const {system, signals} = told(true)
  signals.onReload(() => expect.unreachable())
  system.emit('SIGHUP')
  expect(await signals.stopped).toBe(129)
})
