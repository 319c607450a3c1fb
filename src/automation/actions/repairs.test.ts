import {expect, test} from 'vitest'
import type {SubjectName} from '#model/decision.ts'
import {asServerId} from '#model/torrent-key.ts'
import {DAY, HOUR, MINUTE} from '#model/units.ts'
import {memoryHarness} from '#test/automation-state/memory.fixture.ts'
import {Repairs} from './repairs.ts'

const about: SubjectName = {kind: 'torrent', key: 'A/1', serverId: null}

test('each repair waits twice as long as the one before; a restart forgets nothing, and a week without one all of it', async () => {
  const base = await memoryHarness()
  const {clock} = base
  const repairs = async () => new Repairs((await base.open()).deadlines, clock)
  const first = await repairs()
  expect(first.of(about)).toEqual({count: 0, nextAt: null})
  for (const [at, minutes] of [30, 60, 120].entries()) {
    await first.count(about, true)
    expect(first.of(about)).toEqual({count: at + 1, nextAt: clock.now() + minutes * MINUTE * 1_000})
  }
  const again = await repairs()
  expect(again.of(about).count).toBe(3)
  expect(again.of({...about, key: 'B/1'}).count).toBe(0)
  await clock.advance(7 * DAY * 1_000)
  expect(again.of(about)).toEqual({count: 0, nextAt: null})
  await again.count(about, false)
  expect(again.of(about).count).toBe(1)
})

test('checks of a server are counted for an hour, over restarts; what only started a torrent is none', async () => {
  const base = await memoryHarness()
  const {clock} = base
  const repairs = async () => new Repairs((await base.open()).deadlines, clock)
  const A = asServerId('A')
  const on = (n: number): SubjectName => ({kind: 'torrent', key: `A/${n}`, serverId: A})
  const first = await repairs()
  for (let n = 0; n < 20; n++) await first.count(on(n), true)
  await first.count(on(99), false)
  expect([first.checksOf(A), first.checksOf(asServerId('B')), first.of(on(99)).count]).toEqual([20, 0, 1])
  expect((await repairs()).checksOf(A)).toBe(20)
  await clock.advance(HOUR * 1_000)
  expect(first.checksOf(A)).toBe(0)
})
