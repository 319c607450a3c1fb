import {expect, test} from 'vitest'
import {A} from '#executor/executor-harness.fixture.ts'
import type {LimitEnd} from '#model/limit-end.ts'
import {copyHarness, source} from './copy-harness.fixture.ts'

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
    const harness = await copyHarness()
    const its = harness.world.torrents.get(`${A}/${source.hash}`)!
    Object.assign(its, {ratioLimit, seedTimeLimit: null, idleLimit: null})
    Object.assign(harness.world, {
      limitEnd: end,
      plan: action === 'move' ? links : {...links, way: 'copies', bytes: 1_000},
    })
    await harness.begin({}, source, action)
    await harness.run()
    expect([harness.world.ended, harness.world.added.length]).toEqual([['done'], 1])
    // Absent = as the server says for all (-2 in qBittorrent), and that is where it removes them.
    expect(harness.world.added[0]).toMatchObject({ratioLimit: null})
  },
)
