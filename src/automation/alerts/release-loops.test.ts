import {expect, test} from 'vitest'
import {HOUR} from '#model/units.ts'
import {memoryHarness} from '#test/automation-state/memory.fixture.ts'
import {AlertBoard} from './active-alerts.ts'
import {ReleaseLoops} from './release-loops.ts'

const HOUR_MS = HOUR * 1_000

async function harness() {
  const base = await memoryHarness()
  const {clock} = base
  const heard: string[] = []
  const world = {perDay: 3}
  const open = async () => {
    const {givenUp} = await base.open()
    const board = new AlertBoard(clock, {error: () => {}, warn: () => {}}, async () => {})
    const loops = new ReleaseLoops({
      givenUp,
      arrs: {
        active: () => [{id: 'radarr', config: {EntrySearch: {FailuresPerDay: world.perDay}}}] as never,
        card: () => ({name: 'Films'}) as never,
      },
      board,
      clock,
    })
    loops.start((arrId, items) => void heard.push(`${arrId} ${items.join()}`))
    return {loops, board}
  }
  const first = await open()
  const giveUp = (n: number, item = 'movie/17', reason: string | null = null) =>
    first.loops.hear([
      {
        arrId: 'radarr',
        item,
        downloadId: `H${n}`,
        grabbedAt: n,
        title: `Release.${n}`,
        at: clock.now(),
        reason,
      },
    ])
  return {...first, clock, world, heard, giveUp, open}
}

test('the fourth release that is given up within a day has its film wait, and is reported once', async () => {
  const {clock, loops, board, heard, giveUp} = await harness()
  for (const n of [1, 2, 3]) {
    await giveUp(n)
    await clock.advance(HOUR_MS)
  }
  expect([loops.of('radarr', 'movie/17'), loops.isAfter('radarr', ['movie/17'], 'stalled')]).toEqual([
    null,
    true,
  ])
  expect([board.list(), heard]).toEqual([[], []])
  await giveUp(4)
  expect(loops.ofAny('radarr', ['movie/1', 'movie/17'])).toMatchObject({count: 4, release: 'Release.4'})
  expect(heard).toEqual(['radarr movie/17'])
  expect(board.list()).toMatchObject([
    {code: 'release_loop', name: 'Films', heals: false, args: {id: 'radarr', items: ['movie/17']}},
  ])
  expect(board.list()[0]!.message).toContain('the last Release.4 (4)')
  // The same news once more is none.
  await giveUp(4)
  expect(heard).toHaveLength(1)
})

test('a user who resumes it ends the loop, and only a new one begins again', async () => {
  const {loops, board, heard, giveUp} = await harness()
  for (const n of [1, 2, 3, 4]) await giveUp(n)
  await expect(loops.resume('radarr', 'movie/18')).rejects.toMatchObject({code: 'command_refused'})
  await loops.resume('radarr', 'movie/17')
  expect([loops.of('radarr', 'movie/17'), board.list()]).toEqual([null, []])
  expect(heard).toEqual(['radarr movie/17', 'radarr movie/17'])
  for (const n of [5, 6, 7]) await giveUp(n)
  expect(loops.of('radarr', 'movie/17')).toBeNull()
  await giveUp(8)
  expect(loops.of('radarr', 'movie/17')).toMatchObject({count: 4})
})

test('a loop outlives a restart, and ends after a week without anyone', async () => {
  const {clock, open, loops, giveUp} = await harness()
  for (const n of [1, 2, 3, 4]) await giveUp(n)
  loops.stop()
  const {loops: after, board} = await open()
  expect([after.of('radarr', 'movie/17')?.count, board.list().length]).toEqual([4, 1])
  for (let hour = 0; hour < 7 * 24; hour++) await clock.advance(HOUR_MS)
  await clock.advance(1)
  expect([after.of('radarr', 'movie/17'), board.list()]).toEqual([null, []])
})

test('another limit of its section counts at once, and 0 leaves all alone but what its score gave up', async () => {
  const {loops, board, world, giveUp} = await harness()
  for (const n of [1, 2]) await giveUp(n)
  for (const n of [3, 4, 5]) await giveUp(n, 'movie/18', 'scoreUnmet')
  expect([loops.of('radarr', 'movie/17'), loops.of('radarr', 'movie/18')?.count]).toEqual([null, 3])
  world.perDay = 1
  loops.follow()
  expect(loops.of('radarr', 'movie/17')).toMatchObject({count: 2})
  expect(board.list()).toHaveLength(1)
  expect(board.list()[0]!.message).toContain('Release.2 (2)')
  world.perDay = 0
  loops.follow()
  expect([loops.of('radarr', 'movie/17'), loops.of('radarr', 'movie/18')?.count]).toEqual([null, 3])
})
