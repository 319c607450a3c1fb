import {expect, test} from 'vitest'
import type {SubjectName} from '#model/decision.ts'
import {DAY, MINUTE} from '#model/units.ts'
import {memoryHouse} from '#test/automation-state/memory.fixture.ts'
import {Rechecks} from './rechecks.ts'

const about: SubjectName = {kind: 'torrent', key: 'A/1', serverId: null}

test('each check waits twice as long as the one before; a restart forgets nothing, and a week without one all of it', async () => {
  const base = await memoryHouse()
  const {clock} = base
  const rechecks = async () => new Rechecks({deadlines: (await base.open()).deadlines, clock})
  const first = await rechecks()
  expect(first.of(about)).toEqual({count: 0, nextAt: null})
  for (const [at, minutes] of [30, 60, 120].entries()) {
    await first.count(about)
    expect(first.of(about)).toEqual({count: at + 1, nextAt: clock.now() + minutes * MINUTE * 1_000})
  }
  const again = await rechecks()
  expect(again.of(about).count).toBe(3)
  expect(again.of({...about, key: 'B/1'}).count).toBe(0)
  await clock.advance(7 * DAY * 1_000)
  expect(again.of(about)).toEqual({count: 0, nextAt: null})
  await again.count(about)
  expect(again.of(about).count).toBe(1)
})
