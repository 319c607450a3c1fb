import {expect, test} from 'vitest'
import {asUserId} from '#model/access.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {AlertBoard} from './active-alerts.ts'
import {RestoredDatabase} from './restored-database.ts'

test('what is under way goes on only when that of a member whose Arr knows better has ended', async () => {
  const clock = new VirtualClock()
  const told: string[] = []
  const ended = Promise.withResolvers<void>()
  const database = new RestoredDatabase({
    clock,
    board: new AlertBoard(),
    write: async () => undefined,
    log: {error: () => undefined, warn: () => undefined},
    known: {run: 'before', at: 1},
    instances: {
      evidence: Promise.resolve(null),
      isKnown: true,
      onMemberLost: (hear) => hear(asUserId('mia'), {from: 1, to: 2}),
    },
    fleet: {rowsOf: () => [], keyAt: () => null, valueAt: () => []} as never,
    servers: {list: () => [], freshSince: () => null},
    compartmentOf: () => null,
    sagas: {
      async abandon() {
        await ended.promise
        told.push('ended')
        return []
      },
      resume: () => void told.push('goes on'),
    },
    actionQueue: {
      forgetGranted: async () => undefined,
      adoptQuarantine: async () => undefined,
      knowsQuarantine: () => false,
    },
  })
  await database.start(null)
  await clock.advance(1)
  expect(told).toEqual([])
  ended.resolve()
  await clock.advance(1)
  expect(told).toEqual(['ended', 'goes on'])
})
