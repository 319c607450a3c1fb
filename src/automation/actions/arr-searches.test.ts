import {expect, test} from 'vitest'
import type {ReleaseLoop} from '#model/searching.ts'
import {memoryHarness} from '#test/automation-state/memory.fixture.ts'
import {ArrSearches} from './arr-searches.ts'

test('a rule has nothing searched that is given up again and again, until a user resumes it', async () => {
  const {clock, open} = await memoryHarness()
  const {searched} = await open()
  const asked: string[] = []
  let loop: ReleaseLoop | null = {count: 4, until: clock.now() + 1_000, release: 'Film'}
  const searches = new ArrSearches(
    {ask: async (_: unknown, name: string) => asked.push(name)},
    searched,
    {begin: async () => undefined as never},
    {card: () => null},
    clock,
    {ofAny: (_, items) => (items.includes('movie/17') ? loop : null)},
  )
  const make = () => searches.make('radarr', ['movie/16', 'movie/17'], {reason: 'stalled', mayRepeat: true})
  expect(await make()).toMatchObject({outcome: 'postponed', code: 'release_loop'})
  expect(asked).toEqual([])
  loop = null
  expect(await make()).toMatchObject({outcome: 'done'})
  expect(asked).toEqual(['search'])
})
