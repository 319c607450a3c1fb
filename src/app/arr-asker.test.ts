import {afterEach, expect, test} from 'vitest'
import type {ArrSim} from '#lab/arrs/create.ts'
import type {ArrApp} from '#lab/arrs/dialects.ts'
import {withTwoItems} from '#lab/arrs/two-items.fixture.ts'
import {askingInside} from '#arr-client/inside-arrs.fixture.ts'
import type {ArrWay} from '#model/arr-service.ts'
import {Secret} from '#model/secret.ts'
import {plainReach} from '#model/server.ts'
import {codeOf} from '#registry/servers/servers-harness.fixture.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {releaseAsker} from './arr-asker.ts'

let sim: ArrSim
afterEach(() => sim.close())

/** Asked of a simulated Arr, whose time passes while it answers. */
function asked(app: ArrApp) {
  sim = withTwoItems(app)
  const [arr] = sim.all
  const asker = releaseAsker(askingInside(() => arr!, new VirtualClock()))
  const way: ArrWay = {
    url: 'http://arr',
    apiKey: new Secret(arr!.apiKey),
    skipVerify: false,
    reach: plainReach.anywhere,
  }
  async function answered<T>(asking: Promise<T>): Promise<T> {
    const state = {isThere: false}
    const answering = asking.finally(() => (state.isThere = true))
    // Who awaits it hears what is wrong.
    answering.catch(() => undefined)
    while (!state.isThere) {
      await new Promise(setImmediate)
      await sim.time.advance(100)
    }
    return answering
  }
  const {signal} = new AbortController()
  return {
    inside: arr!.arr,
    releases: (unit: string) => answered(asker.releases(way, unit, signal)),
    grab: (guid: string, indexerId: number) => answered(asker.grab(way, {guid, indexerId})),
  }
}

test.each<[ArrApp, string]>([
  ['radarr', 'movie/1'],
  ['whisparr3', 'movie/1'],
  ['sonarr', 'episode/1'],
  ['sonarr', 'season/1/1'],
  ['sonarr5', 'season/1/1'],
  ['whisparr2', 'episode/1'],
  ['lidarr', 'album/1'],
  ['readarr', 'book/1'],
])(
  '%s: what indexers have of %s comes with all that the Arr says of it, and is grabbed',
  async (app, unit) => {
    const {inside, releases, grab} = asked(app)
    inside.releases.define({itemId: 1, unitIds: [1], seeders: 7, life: {completeAfter: null}})
    inside.releases.define({itemId: 1, unitIds: [1], seeders: 0, life: {completeAfter: null}})
    const [best, other, ...more] = await releases(unit)
    expect(more).toEqual([])
    expect(best).toMatchObject({approved: true, rejections: [], seeders: 7, leechers: 1, protocol: 'torrent'})
    expect(best!.title).not.toBe('')
    expect(best!.indexer).not.toBe('')
    expect(best!.quality).not.toBe('')
    expect(best!.size).toBeGreaterThan(0)
    expect(best!.age).toBeGreaterThan(0)
    expect(best!.languages).toEqual(app === 'lidarr' || app === 'readarr' ? [] : ['English'])
    expect(other).toMatchObject({approved: false, rejections: [{class: 'seeders'}]})
    expect(await grab(best!.guid, best!.indexerId)).toBe(true)
    expect(inside.stats.grabs).toHaveLength(1)
    expect(await grab('nowhere', 1)).toBe(false)
  },
)

test.each<[ArrApp, string, string]>([
  ['radarr', 'movie/99', 'library_item_unknown'],
  ['sonarr', 'season/1/9', 'library_item_unknown'],
  ['sonarr', 'season/99/1', 'library_item_unknown'],
  ['lidarr', 'album/99', 'library_item_unknown'],
  ['radarr', 'episode/1', 'bad_argument'],
  ['radarr', 'season/1/1', 'bad_argument'],
  ['sonarr', 'movie/1', 'bad_argument'],
])('%s has no %s: no indexer is asked', async (app, unit, code) => {
  const {inside, releases} = asked(app)
  expect(await codeOf(releases(unit))).toBe(code)
  expect(inside.stats.searches).toEqual({})
})
