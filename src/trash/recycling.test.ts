import {expect, test} from 'vitest'
import {torrent} from '#test/automation-state/memory.fixture.ts'
import {Recycling} from './recycling.ts'

const film = torrent(1)

/** What was begun under `mine` is taken back, and forgotten in the trash when the test says so. */
function house() {
  const forgotten = Promise.withResolvers<void>()
  const world = {waits: 'mine', dropped: [] as string[]}
  const recycling = new Recycling({
    service: {mayGo: () => true, forget: () => forgotten.promise},
    begun: {about: () => ({step: 'gone', state: {id: world.waits}})},
    sagas: {drop: async () => void world.dropped.push(world.waits)},
  } as unknown as ConstructorParameters<typeof Recycling>[0])
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
