import {expect, test} from 'vitest'
import {A} from '#executor/executor-harness.fixture.ts'
import type {LimitEnd} from '#model/limit-end.ts'
import {copyHouse, source} from './copy-harness.fixture.ts'

const links = {savePath: '/b', way: 'links', bytes: 0}
const removesAlone: LimitEnd = {is: 'goes', mayTakeFiles: false, wayOut: 'turn it off'}
const removesWithFiles: LimitEnd = {is: 'goes', mayTakeFiles: true, wayOut: 'turn it off'}

test.each([
  ['move', 'no limit on purpose', null, removesAlone],
  ['move', 'a limit above that of the server', 20, removesAlone],
  ['copyTo', 'no limit on purpose', null, removesWithFiles],
  ['copyTo', 'a limit above that of the server', 20, removesWithFiles],
] as const)(
  '%s of what has %s reaches no limit of the other server (%s)',
  async (action, _, ratioLimit, end) => {
    const house = await copyHouse()
    const its = house.world.torrents.get(`${A}/${source.hash}`)!
    Object.assign(its, {ratioLimit, seedTimeLimit: null, idleLimit: null})
    Object.assign(house.world, {
      limitEnd: end,
      plan: action === 'move' ? links : {...links, way: 'copies', bytes: 1_000},
    })
    await house.begin({}, source, action)
    await house.run()
    expect([house.world.ended, house.world.added.length]).toEqual([['done'], 1])
    // Absent = as the server says for all (-2 in qBittorrent), and that is where it removes them.
    expect(house.world.added[0]).toMatchObject({ratioLimit: null})
  },
)
