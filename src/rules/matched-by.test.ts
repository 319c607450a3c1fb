import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {compileCondition} from './condition.ts'
import {compileRule} from './compiled-rule.ts'
import {matchedBy} from './matched-by.ts'
import {aRule} from './rule.fixture.ts'
import {world, type Row} from './world.fixture.ts'

const some = (...names: readonly string[]) => fc.subarray([...names])
const scopes = fc.record(
  {
    servers: some('box', 'nas'),
    arrs: some('radarr'),
    categories: some('tv', 'Films'),
    subcategories: fc.boolean(),
    tagsAny: some('a', 'B'),
    tagsAll: some('a', 'b'),
    tagsNone: some('c'),
    trackers: some('one.example.org', '*.example.org', 'other.net'),
    privacy: fc.constantFrom('public', 'private', 'any'),
    owner: fc.constantFrom('ann', null),
  },
  {requiredKeys: []},
)
const rows: fc.Arbitrary<Row> = fc.record({
  complete: fc.boolean(),
  'server.id': fc.constantFrom('box', 'nas', 'far'),
  'arr.id': fc.constantFrom('radarr', 'sonarr', null),
  category: fc.constantFrom('tv', 'TV/hd', 'films', ''),
  tags: some('A', 'b', 'c'),
  'tracker.hosts': some('one.example.org', 'example.org', 'other.net'),
  isPrivate: fc.constantFrom(true, false, undefined),
  'server.owner': fc.constantFrom('ann', 'bob', null),
}) as fc.Arbitrary<Row>

test('a search for what a rule matches decides what its scope and condition decide', () => {
  fc.assert(
    fc.property(scopes, rows, (scope, row) => {
      const rule = aRule({scope})
      const {scope: compiled, when} = compileRule(rule, world)
      const inScope = compiled.evaluate(row)
      const expected = inScope === 'yes' ? when.evaluate(row) : inScope
      expect(compileCondition(matchedBy(rule), world, false).evaluate(row)).toBe(expected)
    }),
  )
})
