import {expect, test} from 'vitest'
import type {Reader} from '#search-query/filter-of.ts'
import {RequestInvalid} from '../answers/field-errors.ts'
import {TorrentQuerySchema} from '../schemas/torrent-query.ts'
import {torrentQuery} from './torrent-query.ts'

const reader: Reader = {
  now: Date.UTC(2026, 0, 31, 12),
  servers: [
    {id: 'qBit', name: 'Seedbox', kind: 'qbittorrent'},
    {id: 'box', name: 'nas', kind: 'transmission'},
  ],
  arrs: [{id: 'Radarr', name: 'Radarr', kind: 'radarr'}],
}
const ask = (parameters: Record<string, string | string[]>) =>
  torrentQuery(TorrentQuerySchema.parse(parameters), reader)

test('Arrs are asked for by name, of those in sight; no one sorts by what some may not see', () => {
  expect(ask({q: 'arr:radarr item:glass'}).filter).toMatchObject({
    arrs: {any: ['Radarr']},
    arrItems: {any: ['glass']},
    arrsInSight: ['Radarr'],
  })
  expect(() => ask({q: 'arr:sonarr'})).toThrow(RequestInvalid)
  for (const column of ['arr_id', '-arr_item']) expect(() => ask({sort: [column]})).toThrow(RequestInvalid)
})

test('nothing asked is the first hundred of everything', () => {
  expect(ask({})).toEqual({filter: expect.anything(), sort: [], offset: 0, limit: 100, facets: []})
})

test('repeated values are joined, a leading dash excludes, a backslash takes the rest as it is', () => {
  const {filter} = ask({
    server_id: 'box',
    state: ['seeding', '-stopped'],
    category: ['', 'tv', '-films'],
    tag: '-',
    tracker: '\\-odd.example',
  })
  expect(filter).toMatchObject({
    servers: {any: ['box']},
    states: {any: ['seeding'], none: ['stopped']},
    categories: {any: ['', 'tv'], none: ['films']},
    tags: {none: ['']},
    trackers: {any: ['-odd.example']},
  })
})

test('ranges have one or two ends, in the unit of the column', () => {
  const {filter} = ask({size_min: '1000', ratio_min: '1.5', ratio_max: '2', up_limit_max: '10'})
  expect(filter.ranges).toEqual({
    size: {min: 1000, max: undefined},
    ratio: {min: 1.5, max: 2},
    upLimit: {min: undefined, max: 10},
  })
})

for (const [text, ms] of [
  ['1767225600000', 1_767_225_600_000],
  ['2026-01-01', 1_767_225_600_000],
  ['2026-01-01T01:00:00+01:00', 1_767_225_600_000],
] as const) {
  test(`a time may be written ${text}`, () => {
    expect(ask({added_after: text, completed_before: text}).filter.ranges).toEqual({
      addedAt: {min: ms, max: undefined},
      completedAt: {min: undefined, max: ms},
    })
  })
}

test('completed is a figure and completed_after a time, and they do not meet', () => {
  expect(ask({completed_min: '5', completed_after: '7'}).filter.ranges).toEqual({
    completed: {min: 5, max: undefined},
    completedAt: {min: 7, max: undefined},
  })
})

test('sorting takes several columns, by commas or repeated, turned round by a dash', () => {
  const sort = [
    {by: 'addedAt', descending: true},
    {by: 'name', descending: false},
    {by: 'server', descending: false},
  ]
  expect(ask({sort: '-added_at,name,server'}).sort).toEqual(sort)
  expect(ask({sort: ['-added_at', 'name', 'server']}).sort).toEqual(sort)
})

test('text and yes-or-no filters pass through', () => {
  const filter = {
    text: 'big "bunny" -sd',
    private: true,
    complete: false,
    active: true,
    trackerProblem: false,
  }
  const {text: q, private: isPrivate} = filter
  expect(
    ask({q, private: String(isPrivate), complete: 'false', active: 'true', tracker_problem: 'false'}).filter,
  ).toMatchObject(filter)
})

test('q is the language of the search box, and joins the parameters', () => {
  expect(ask({q: 'bunny server:seedbox size>10GB added<1d -/sd/'}).filter).toMatchObject({
    text: 'bunny',
    servers: {any: ['qBit']},
    ranges: {size: {min: 10_000_000_001}},
    ages: {addedAt: {max: expect.closeTo(86_400)}},
    patterns: [{pattern: 'sd', negated: true}],
  })
})

for (const [parameters, filter] of [
  [{q: 'server:nas,seedbox', server_id: 'box'}, {servers: {any: ['box']}}],
  [{q: 'state:error', state: 'stopped'}, {states: {any: []}}],
  [{q: '-cat:tv', category: '-films'}, {categories: {none: ['films', 'tv']}}],
  [{q: 'tag:a', tag: 'b'}, {tags: {all: ['b', 'a']}}],
  [{q: 'tag:a,b', tag: 'c'}, {tags: {any: ['a', 'b'], all: ['c']}}],
  [{q: 'tracker:a', tracker: '-b'}, {trackers: {all: ['a'], none: ['b']}}],
  [{q: 'size<5kB ratio>=1', size_min: '10'}, {ranges: {size: {min: 10, max: 4999}, ratio: {min: 1}}}],
  [{q: 'is:complete', complete: 'false'}, {keys: []}],
  [
    {q: 'is:complete', complete: 'true', private: 'true'},
    {complete: true, private: true},
  ],
] as const) {
  test(`${JSON.stringify(parameters)} asks for both`, () => {
    expect(ask({...parameters}).filter).toMatchObject(filter)
  })
}

test('of tags there is one list of which one is enough', () => {
  const refusal = refusalOf(() => ask({q: 'tag:a,b', tag: ['c', 'd']}))
  expect(refusal.errors).toEqual([
    {field: 'q', found: 'a list of tags', accepted: 'one list, in tag or in q'},
  ])
})

test('what q cannot mean is refused, each with what would do', () => {
  const refusal = refusalOf(() => ask({q: 'size>10BG server:naz is:x added<soon hash:xyz'}))
  expect(refusal.message).toBe('`size>10BG`: unknown unit. Did you mean 10GB?')
  expect(refusal.errors).toMatchObject([
    {field: 'q', found: '10BG', line: 1, column: 6, accepted: expect.arrayContaining(['GB', 'GiB'])},
    {field: 'q', found: 'naz', line: 1, column: 18, accepted: ['Seedbox', 'nas']},
    {field: 'q', found: 'x', accepted: expect.arrayContaining(['complete', 'active'])},
    {field: 'q', found: 'soon', accepted: expect.arrayContaining(['7d', 'today'])},
    {field: 'q', found: 'xyz', accepted: expect.stringContaining('64 digits')},
  ])
})

test('alternatives are asked for beside the parameters', () => {
  expect(ask({q: 'size>1GB OR ratio > 2', complete: 'true'}).filter).toMatchObject({
    complete: true,
    groups: [[{ranges: {size: {min: 1_000_000_001}}}, {ranges: {ratio: {min: expect.any(Number)}}}]],
  })
})

test('what joins nothing is refused with its place', () => {
  const refusal = refusalOf(() => ask({q: 'bunny\nOR (tag:a'}))
  expect(refusal.errors).toEqual([
    {
      field: 'q',
      found: '(tag:a',
      accepted: '(tag:a)',
      says: '`(`: a closing parenthesis is missing; in a name it is written in quotes. Did you mean (tag:a)?',
      line: 2,
      column: 4,
    },
  ])
})

for (const [parameters, field, accepted] of [
  [{sort: 'nmae'}, 'sort', 'name'],
  [{sort: '-'}, 'sort', 'server'],
  [{facets: 'colour'}, 'facets', 'category'],
  [{state: 'paused'}, 'state', 'stopped'],
  [{server_id: '-nowhere'}, 'server_id', 'box'],
] as const) {
  test(`${JSON.stringify(parameters)} is refused with the names that are accepted`, () => {
    const refusal = refusalOf(() => ask(parameters))
    expect(refusal.errors).toHaveLength(1)
    expect(refusal.errors[0]).toMatchObject({field})
    expect(refusal.errors[0]!.accepted).toContain(accepted)
  })
}

function refusalOf(work: () => unknown): RequestInvalid {
  try {
    work()
  } catch (error) {
    if (error instanceof RequestInvalid) return error
    throw error
  }
  throw new Error('nothing was refused')
}
