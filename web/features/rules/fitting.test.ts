import {expect, test} from 'vitest'
import {fittingOf} from './fitting.ts'

const live = {
  category: ['films', 'Films-4K', 'tv', ''],
  tag: ['keep', 'long way'],
  tracker: ['a.example', 'b.a.example', 'nota.example'],
}

test.each([
  ['category', 'in', ' FILMS', ['films'], 'category:films'],
  ['category', 'startsWith', 'films', ['films', 'Films-4K'], 'category:films,Films-4K'],
  ['category', 'glob', '*4k', ['Films-4K'], 'category:Films-4K'],
  ['category', 'matches', '^t', ['tv'], 'category:tv'],
  ['tags', 'hasNone', 'long way', ['long way'], 'tag:"long way"'],
  ['tags', 'hasAny', 'gone', [], null],
  ['tracker.hosts', 'host', '*.a.example', ['b.a.example'], 'tracker:b.a.example'],
  ['tracker.hosts', 'hasAny', 'a.example', ['a.example'], 'tracker:a.example'],
  ['category', 'matches', '(', null, null],
])('of %s %s %s fit the names %j, found by %s', (fact, op, entry, names, q) => {
  expect(fittingOf({fact, op}, entry, live)).toEqual({names, q})
})

test.each([
  ['state', 'in', 'stalledDown', 'state:stalledDown'],
  ['server.id', 'eq', 's 1', 'server:"s 1"'],
  ['name', 'contains', 'a "b"', String.raw`name:"a \"b\""`],
  ['name', 'startsWith', 'S01.', String.raw`/^S01\./`],
  ['name', 'glob', '*x?', '/^.*x.$/'],
  ['name', 'matches', String.raw`s\d\d`, String.raw`/s\d\d/`],
  ['name', 'matches', 'a/ b', null],
  ['age', 'gt', '1d', null],
])('of %s %s %s torrents are found by %s', (fact, op, entry, q) => {
  expect(fittingOf({fact, op}, entry, live)).toEqual({names: null, q})
})
