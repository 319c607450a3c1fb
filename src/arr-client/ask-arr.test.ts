import {afterEach, expect, test, vi} from 'vitest'
import type {ArrSim} from '#lab/arrs/create.ts'
import {withTwoItems} from '#lab/arrs/two-items.fixture.ts'
import {Secret} from '#model/secret.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {askingInside} from './inside-arrs.fixture.ts'

let sim: ArrSim
afterEach(() => sim.close())

function scene() {
  sim = withTwoItems('radarr')
  const [arr] = sim.all
  const answer = vi.spyOn(arr!, 'answer')
  const clock = new VirtualClock()
  const ask = askingInside(() => arr!, clock)
  const way = (key = arr!.apiKey) => {
    return {
      url: 'http://radarr',
      apiKey: new Secret(key),
      skipVerify: false,
      reach: {range: 'anywhere', allowed: []} as never,
    }
  }
  /** Paths that were asked since the last time. */
  const paths = () => {
    const asked = answer.mock.calls.map(([{path}]) => path)
    answer.mockClear()
    return asked
  }
  return {ask, way, clock, paths}
}

const whoItIs = ['/api', '/api/v3/system/status']

test('who answers at an address is asked once in ten minutes, whatever else is asked there', async () => {
  const {ask, way, clock, paths} = scene()
  await ask(way(), (port) => port.rootFolders())
  expect(paths()).toEqual([...whoItIs, '/api/v3/rootfolder'])
  for (let n = 0; n < 5; n++) await ask(way(), (port) => port.rootFolders())
  expect(paths()).toEqual(Array(5).fill('/api/v3/rootfolder'))
  await clock.advance(600_000)
  await ask(way(), (port) => port.rootFolders())
  expect(paths()).toEqual([...whoItIs, '/api/v3/rootfolder'])
})

test('it is asked again after a failure, for another key, and where that is the question', async () => {
  const {ask, way, paths} = scene()
  await ask(way(), (port) => port.rootFolders())
  paths()
  await ask(way(), async ({status}) => status, 'whoItIs')
  expect(paths()).toEqual(whoItIs)
  await expect(ask(way(), () => Promise.reject(new Error('away')))).rejects.toThrow('away')
  await ask(way(), (port) => port.rootFolders())
  expect(paths()).toEqual([...whoItIs, '/api/v3/rootfolder'])
  await expect(ask(way('other'), (port) => port.rootFolders())).rejects.toMatchObject({code: 'login_refused'})
})
