import {expect, test} from 'vitest'
import {editions, instanceOf, movedTracker, ownerIn, owes, planOf, trackers, type Plan} from './plan.ts'

const plan = planOf(8014)
const [grabbed] = plan.releases
const [first, second] = plan.arrs.map(({instance: {name}}) => name)
const own = 'f'.repeat(40)

test('what an Arr grabbed stays its own wherever it is put', () => {
  const {hash} = grabbed!.made
  const places = ['', 'elsewhere', first!, second!]
  expect(places.map((category) => ownerIn(plan, plan.arrs[0]!.server, {hash, category}))).toEqual(
    places.map(() => first),
  )
})

test('what a person added is adopted while it is in the category of an Arr, and belongs to none in any other', () => {
  const whose = (category: string) => ownerIn(plan, plan.arrs[0]!.server, {hash: own, category})
  expect([first!, second!].map(whose)).toEqual([first, second])
  expect(['', 'elsewhere', `${first}/films`, first!.toUpperCase()].map(whose)).toEqual([
    null,
    null,
    null,
    null,
  ])
})

test('an earlier edition of a world is as it was, and all else of a newer one, too', () => {
  const seeds = Array.from({length: 10}, (_, seed) => seed)
  const [earlier, second, third, newest] = editions.map((edition) =>
    seeds.map((seed) => planOf(seed, 1, edition)),
  ) as [Plan[], Plan[], Plan[], Plan[]]
  const same = ({releases, ...rest}: Plan) => {
    const hashes = releases.map(({made}) => made.hash)
    return {...rest, hashes, danger: null, allowlist: null, lies: [], clocksOff: {}, foreignClients: {}}
  }
  for (const newer of [second, third, newest]) expect(newer.map(same)).toEqual(earlier.map(same))
  expect(earlier.every((it) => it.danger === null && it.allowlist === null)).toBe(true)
  expect(second.some((it) => it.danger !== null)).toBe(true)
  const dared = (plans: readonly Plan[]) => plans.map(({danger}) => danger)
  expect(dared(second)).not.toContain('restored')
  expect(dared(third)).toContain('restored')
  expect(dared(third).filter((danger, at) => danger !== 'restored' && danger !== dared(second)[at])).toEqual(
    [],
  )
  expect(third.some((it) => it.allowlist !== null)).toBe(true)
  const withoutLies = third.map(({releases, ...rest}) => ({...rest, releases: releases.length}))
  expect(newest.map(({releases, ...rest}) => ({...rest, releases: releases.length, ...none}))).toEqual(
    withoutLies,
  )
})

const none = {lies: [], clocksOff: {}, foreignClients: {}}

test('the world lies in each seed of the newest edition, and about everything in some', () => {
  const plans = Array.from({length: 60}, (_, seed) => planOf(seed, 1, 4))
  expect(plans.every(({lies}) => lies.length > 0)).toBe(true)
  expect(new Set(plans.flatMap(({lies}) => lies)).size).toBe(7)
  const foreign = plans.filter(({lies}) => lies.includes('foreign client'))
  expect(foreign.filter((it) => Object.keys(it.foreignClients).length < it.arrs.length)).toEqual([])
  const off = plans.flatMap((it) => Object.keys(it.clocksOff))
  expect(off.length).toBeGreaterThan(0)
  expect(off.length).toBeLessThan(plans.flatMap(({servers}) => servers).length)
})

test('an Arr with a client that is none of our servers has that behind its own', () => {
  const [arr] = plan.arrs
  expect(instanceOf({...plan, foreignClients: {}}, arr!)).toBe(arr!.instance)
  const {name} = arr!.instance
  const {downloadClients} = instanceOf({...plan, foreignClients: {[name]: 'Transmission'}}, arr!)
  expect(downloadClients?.map((it) => [it.name, it.implementation, it.category])).toEqual([
    [arr!.server, undefined, name],
    [`other client of ${name}`, 'Transmission', `${name}-other`],
  ])
})

test('a tracker that changed its host name is owed as before, and may change it back', () => {
  const [, asking] = trackers
  const moved = movedTracker(asking)
  expect(new URL(moved).hostname).not.toBe(new URL(asking).hostname)
  expect(movedTracker(moved)).toBe(asking)
  const debt = {ratio: 1, seedingTime: 3_600, needsBoth: false}
  const owed = (url: string) => owes({debt}, [{url}])
  expect([asking, moved, trackers[0], movedTracker(trackers[0])].map(owed)).toEqual([
    true,
    true,
    false,
    false,
  ])
})
