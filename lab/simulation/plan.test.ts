import {expect, test} from 'vitest'
import {ownerIn, planOf, type Plan} from './plan.ts'

const plan = planOf(8014)
const [grabbed] = plan.releases
const [first, second] = plan.arrs.map(({instance: {name}}) => name)
const own = 'f'.repeat(40)

test('what an Arr grabbed stays its own wherever somebody puts it', () => {
  const {hash} = grabbed!.made
  const places = ['', 'elsewhere', first!, second!]
  expect(places.map((category) => ownerIn(plan, plan.arrs[0]!.server, {hash, category}))).toEqual(
    places.map(() => first),
  )
})

test('what a person added is adopted while it is in the category of an Arr, and nobody’s in any other', () => {
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
  const newer = seeds.map((seed) => planOf(seed))
  const earlier = seeds.map((seed) => planOf(seed, 1, 1))
  const same = ({releases, ...rest}: Plan) => {
    const hashes = releases.map(({made}) => made.hash)
    return {...rest, hashes, danger: null, allowlist: null}
  }
  expect(newer.map(same)).toEqual(earlier.map(same))
  expect(earlier.every((it) => it.danger === null && it.allowlist === null)).toBe(true)
  expect(newer.some((it) => it.danger !== null)).toBe(true)
  const second = seeds.map((seed) => planOf(seed, 1, 2).danger)
  const third = newer.map(({danger}) => danger)
  expect(second).not.toContain('restored')
  expect(third).toContain('restored')
  expect(third.filter((danger, at) => danger !== 'restored' && danger !== second[at])).toEqual([])
  expect(newer.some((it) => it.allowlist !== null)).toBe(true)
})
