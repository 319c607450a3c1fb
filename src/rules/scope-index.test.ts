import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {compileRule} from './compiled-rule.ts'
import {aRule} from './rule.fixture.ts'
import {scopeIndex} from './scope-index.ts'
import {world, type Row} from './world.fixture.ts'

const unknown = <T>(value: fc.Arbitrary<T>) => fc.option(value, {nil: undefined, freq: 4})
const rows: fc.Arbitrary<readonly Row[]> = fc.array(
  fc
    .record({
      server: unknown(fc.constantFrom('box', 'attic')),
      category: unknown(fc.constantFrom('', 'tv', 'TV/hd', 'films')),
      hosts: unknown(fc.constantFrom([], ['a.org'], ['b.a.org', 'c.net'])),
      tags: fc.constantFrom([], ['x']),
    })
    .map(({server, category, hosts, tags}): Row => {
      const known = {'server.id': server, category, 'tracker.hosts': hosts, tags}
      return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined))
    }),
  {minLength: 1, maxLength: 12},
)
const rules = fc.array(
  fc
    .record({
      servers: fc.constantFrom([], ['box']),
      categories: fc.constantFrom([], ['tv'], ['films', 'tv']),
      subcategories: fc.boolean(),
      trackers: fc.constantFrom([], ['a.org'], ['*.a.org']),
      tagsAny: fc.constantFrom([], ['x']),
      holds: fc.boolean(),
    })
    .map(({holds, ...scope}) => ({scope, ...(holds && {hold: {for: '1h'}})})),
  {minLength: 1, maxLength: 8},
)

test('every rule that may be about a torrent is asked, in its order, and others only for the time that they count', () => {
  fc.assert(
    fc.property(rules, rows, (written, torrents) => {
      const all = written.map((it, at) => ({compiled: compileRule(aRule({...it, id: `r${at}`}), world)}))
      const rulesFor = scopeIndex(all, world)
      for (const torrent of torrents) {
        const {inside, outside} = rulesFor(torrent)
        const may = all.filter(({compiled}) => compiled.scope.evaluate(torrent) !== 'no')
        expect(inside.filter((it) => may.includes(it))).toEqual(may)
        expect(inside.toSorted((a, b) => all.indexOf(a) - all.indexOf(b))).toEqual(inside)
        const left = all.filter((it) => !inside.includes(it) && it.compiled.rule.hold)
        expect(outside).toEqual(left)
      }
    }),
  )
})
