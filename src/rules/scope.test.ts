import {expect, test} from 'vitest'
import type {RuleScope} from '#model/rule.ts'
import {aRule} from './rule.fixture.ts'
import {compileScope} from './scope.ts'
import {world, type Row} from './world.fixture.ts'

const compiled = (scope: Partial<RuleScope>) => compileScope(aRule({scope}).scope, world)

for (const [scope, row, verdict] of [
  [{servers: ['qBit', 'box']}, {'server.id': 'box'}, 'yes'],
  [{servers: ['qBit']}, {'server.id': 'box'}, 'no'],
  [{servers: ['qBit']}, {'server.id': 'qbit'}, 'no'],
  [{servers: ['qBit']}, {}, 'unknown'],
  [{arrs: ['Radarr']}, {'arr.id': 'Radarr'}, 'yes'],
  [{arrs: ['Radarr']}, {'arr.id': null}, 'no'],
  [{categories: ['TV']}, {category: 'tv'}, 'yes'],
  [{categories: ['film', 'tv']}, {category: 'tv'}, 'yes'],
  [{categories: ['tv']}, {category: 'TV/hd'}, 'no'],
  [{categories: ['tv']}, {category: ''}, 'no'],
  [{categories: ['tv'], subcategories: true}, {category: 'TV/hd'}, 'yes'],
  [{categories: ['tv'], subcategories: true}, {category: 'tv'}, 'yes'],
  [{categories: ['tv'], subcategories: true}, {category: 'tvs'}, 'no'],
  [{tagsAny: ['A', 'b']}, {tags: ['a']}, 'yes'],
  [{tagsAny: ['a']}, {tags: []}, 'no'],
  [{tagsAll: ['A', 'b', 'B']}, {tags: ['a', 'B', 'c']}, 'yes'],
  [{tagsAll: ['a', 'b']}, {tags: ['a']}, 'no'],
  [{tagsNone: ['keep']}, {tags: ['a']}, 'yes'],
  [{tagsNone: ['keep']}, {tags: ['a', 'KEEP']}, 'no'],
  [{tagsNone: ['keep']}, {tags: ['a', ' Keep ']}, 'no'],
  [{tagsNone: ['naïve']}, {tags: ['NAI\u0308VE']}, 'no'],
  [{tagsAll: ['keep', 'Keep ']}, {tags: ['keep']}, 'yes'],
  [{categories: ['Films ']}, {category: 'films'}, 'yes'],
  [{tagsNone: ['keep']}, {}, 'unknown'],
  [{trackers: ['Example.org']}, {'tracker.hosts': ['other.net', 'example.org']}, 'yes'],
  [{trackers: ['other.net', '*.example.org']}, {'tracker.hosts': ['a.example.org']}, 'yes'],
  [{trackers: ['example.org']}, {'tracker.hosts': ['tracker.example.org']}, 'no'],
  [{trackers: ['*.example.org']}, {'tracker.hosts': ['a.b.EXAMPLE.org']}, 'yes'],
  [{trackers: ['*.example.org']}, {'tracker.hosts': ['example.org']}, 'no'],
  [{trackers: ['*.example.org']}, {'tracker.hosts': ['myexample.org']}, 'no'],
  [{trackers: ['example.org']}, {'tracker.hosts': []}, 'no'],
  [{privacy: 'public'}, {isPrivate: false}, 'yes'],
  [{privacy: 'public'}, {isPrivate: true}, 'no'],
  [{privacy: 'public'}, {}, 'no'],
  [{privacy: 'private'}, {isPrivate: true}, 'yes'],
  [{privacy: 'private'}, {isPrivate: false}, 'no'],
  [{privacy: 'private'}, {}, 'yes'],
  [{owner: 'ann'}, {'server.owner': 'ann'}, 'yes'],
  [{owner: 'ann'}, {'server.owner': null}, 'no'],
] as const satisfies readonly (readonly [Partial<RuleScope>, Row, string])[]) {
  test(`${JSON.stringify(scope)} is for ${JSON.stringify(row)}: ${verdict}`, () => {
    const scoped = compiled(scope)
    expect(scoped.evaluate(row)).toBe(verdict)
    expect(scoped.trace(row)).toEqual([{part: Object.keys(scope)[0], verdict}])
  })
}

test('an empty scope is for all', () => {
  expect([compiled({}).evaluate({}), compiled({}).trace({}), compiled({}).uses]).toEqual(['yes', [], []])
})

test('every part has to fit', () => {
  const scope = compiled({categories: ['tv'], privacy: 'public', tagsAny: ['a']})
  expect(scope.evaluate({category: 'tv', isPrivate: false, tags: ['a']})).toBe('yes')
  expect(scope.evaluate({category: 'tv', isPrivate: true, tags: ['a']})).toBe('no')
  expect(scope.evaluate({category: 'film', isPrivate: false, tags: ['a']})).toBe('no')
  expect(scope.evaluate({category: 'tv', isPrivate: false})).toBe('unknown')
  expect(scope.evaluate({isPrivate: true})).toBe('no')
  expect(scope.uses.map(({fact}) => fact).toSorted()).toEqual(['category', 'isPrivate', 'tags'])
})
