import {expect, test} from 'vitest'
import type {SagaRunner} from '#executor/saga-runner.ts'
import {torrent} from '#test/automation-state/memory.fixture.ts'
import {Recycling} from './recycling.ts'
import type {TrashService} from './trash-service.ts'

const film = torrent(1)

/** What was begun under `mine` is taken back, and forgotten in the trash when the test says so. */
function house() {
  const forgotten = Promise.withResolvers<void>()
  const world = {waits: 'mine', dropped: [] as string[]}
  const recycling = new Recycling(
    {} as never,
    {mayGo: () => true, forget: () => forgotten.promise} as unknown as TrashService,
    {
      about: () => ({step: 'gone', state: {id: world.waits}}),
      drop: async () => void world.dropped.push(world.waits),
    } as unknown as SagaRunner,
    {} as never,
    {} as never,
  )
  return {world, takenBack: recycling.takeBack(film, 'mine'), forgotten}
}

test('what was begun and not sent waits for nothing any more', async () => {
  const {world, takenBack, forgotten} = house()
  forgotten.resolve()
  await takenBack
  expect(world.dropped).toEqual(['mine'])
})

test('a removal that begins while an earlier one is taken back goes on', async () => {
  const {world, takenBack, forgotten} = house()
  world.waits = 'another'
  forgotten.resolve()
  await takenBack
  expect(world.dropped).toEqual([])
})
