/** Random filters, orders and questions for tests, over what `test/fleet/arbitrary-frames.ts` makes up. */
import * as fc from 'fast-check'
import {facetNames, type TorrentFilter, type TorrentQuery} from '#model/query.ts'
import {torrentStates, type TorrentField} from '#model/torrent.ts'
import {asInfoHash} from '#model/torrent-key.ts'
import {hashes, servers} from '../fleet/arbitrary-frames.ts'

const word = fc.constantFrom('', 'tv', 'films', 'Films', 'tv10', 'nowhere')
const choices = <T>(value: fc.Arbitrary<T>) =>
  fc.record(
    {
      any: fc.array(value, {maxLength: 3}),
      all: fc.array(value, {maxLength: 1}),
      none: fc.array(value, {maxLength: 2}),
    },
    {requiredKeys: []},
  )
const choice = <T>(value: fc.Arbitrary<T>) => fc.option(choices(value), {nil: undefined, freq: 1})
const maybe = fc.option(fc.boolean(), {nil: undefined, freq: 1})
const range = fc.record(
  {min: fc.constantFrom(0, 1, 700), max: fc.constantFrom(1, 1000, 2 ** 41)},
  {requiredKeys: []},
)
/** Around the times of the made-up torrents, seen from where a virtual clock begins. */
const age = fc.record(
  {min: fc.constantFrom(0, 67_225_600), max: fc.constantFrom(-1, 67_225_600, 67_225_599.999, 2 ** 41)},
  {requiredKeys: []},
)
const piece = fc.constantFrom('', 'a', 'Ü', 'u', 'E\u0301', '/d/', 'd/a', 'TV', '10', 'nowhere', '\u0301')
const pieces = choices<string>(piece)
/** Syntax that this engine and RE2 share. */
const pattern = fc.constantFrom(
  'ubuntu',
  '^u.?B',
  '[0-9]{2}$',
  'ü',
  '^$',
  '(a|e)\\b',
  '\\bst',
  'x{100}',
  '^[^a-z]',
)

const plainFilters = fc.record(
  {
    keys: fc.array(fc.record({serverId: fc.constantFrom(...servers), hash: fc.constantFrom(...hashes)}), {
      minLength: 2,
      maxLength: 6,
    }),
    servers: choice(fc.constantFrom(...servers)),
    states: choice(fc.constantFrom(...torrentStates)),
    categories: choice(word),
    tags: choice(word),
    trackers: choice(word),
    onlyTrackers: fc.array(
      fc.record({hosts: fc.array(word, {minLength: 1, maxLength: 3}), negated: fc.boolean()}),
      {maxLength: 2},
    ),
    text: fc.constantFrom(
      '',
      'u',
      'UBUNTU',
      'é',
      '-ubuntu',
      'ubuntu 10',
      '1 -b',
      'ss',
      '<img',
      'x'.repeat(200),
    ),
    patterns: fc.array(fc.record({pattern, negated: fc.boolean()}), {maxLength: 2}),
    contains: fc.record(
      {
        name: pieces,
        savePath: pieces,
        contentPath: pieces,
        comment: pieces,
        message: pieces,
        nativeState: pieces,
      },
      {requiredKeys: []},
    ),
    containsAcross: fc.array(
      fc.record({
        fields: fc.subarray(['name', 'savePath', 'contentPath', 'comment'] as const, {minLength: 1}),
        choice: pieces,
      }),
      {maxLength: 1},
    ),
    hashes: fc.array(
      fc.constantFrom('', '0', '00', '1', 'e', hashes[1]!, hashes[4]!, 'f0', 'ee'.repeat(19), 'x'),
      {minLength: 1, maxLength: 3},
    ),
    private: maybe,
    complete: maybe,
    active: maybe,
    trackerProblem: maybe,
    attention: maybe,
    duplicate: maybe,
    stale: maybe,
    ranges: fc.record({size: range, eta: range, addedAt: range, seedsSwarm: range}, {requiredKeys: []}),
    ages: fc.record({addedAt: age, completedAt: age}, {requiredKeys: []}),
  },
  {requiredKeys: []},
)

const lightPlainFilters = fc
  .tuple(plainFilters, fc.subarray(Object.keys(partNames()), {maxLength: 2}))
  .map(([filter, parts]) =>
    Object.fromEntries(Object.entries(filter).filter(([part]) => parts.includes(part))),
  ) as typeof plainFilters

/** Alternatives, and alternatives within them. */
const groupsOf = (filter: fc.Arbitrary<TorrentFilter>) =>
  fc.array(fc.array(filter, {maxLength: 3}), {minLength: 1, maxLength: 2})
const nestedFilters = fc
  .tuple(lightPlainFilters, fc.option(groupsOf(lightPlainFilters), {nil: undefined, freq: 2}))
  .map(([filter, groups]): TorrentFilter => ({...filter, groups}))
const withGroups = (plain: fc.Arbitrary<TorrentFilter>) =>
  fc
    .tuple(plain, fc.option(groupsOf(nestedFilters), {nil: undefined, freq: 1}))
    .map(([filter, groups]): TorrentFilter => ({...filter, ...(groups && {groups})}))

const filters = withGroups(plainFilters)
/** With few parts, so that something is found. */
export const lightFilters = withGroups(lightPlainFilters)

/**
 * Without groups, and without Arrs and facts of rules, of which frames tell nothing (`src/views/arr-match.test.ts`,
 * `src/views/fact-tests.test.ts`).
 */
function partNames(): {
  readonly [P in Exclude<keyof TorrentFilter, 'groups' | 'facts' | 'disksInSight' | `arr${string}`>]-?: true
} {
  return {
    keys: true,
    servers: true,
    states: true,
    categories: true,
    tags: true,
    trackers: true,
    onlyTrackers: true,
    text: true,
    patterns: true,
    contains: true,
    containsAcross: true,
    hashes: true,
    private: true,
    complete: true,
    active: true,
    trackerProblem: true,
    attention: true,
    duplicate: true,
    stale: true,
    ranges: true,
    ages: true,
  }
}

const sortable = [
  'name',
  'server',
  'size',
  'ratio',
  'state',
  'category',
  'tags',
  'savePath',
  'contentPath',
  'comment',
  'eta',
  'addedAt',
  'isPrivate',
  'sequential',
  'priority',
  'trackerHosts',
  'ratioLimit',
  'infoHashV1',
  'downSpeed',
] as (TorrentField | 'server')[]

export const sorts = fc.array(fc.record({by: fc.constantFrom(...sortable), descending: fc.boolean()}), {
  maxLength: 3,
})

export const queries: fc.Arbitrary<TorrentQuery> = fc.record({
  scope: fc.subarray(servers, {minLength: 1}),
  filter: fc.oneof({weight: 3, arbitrary: lightFilters}, filters),
  sort: sorts,
  offset: fc.nat(4),
  limit: fc.nat(12),
  facets: fc.subarray([...facetNames]),
})

/** Hash number `i` of a long list. */
export function longHash(i: number): NonNullable<ReturnType<typeof asInfoHash>> {
  return asInfoHash(i.toString(16).padStart(40, '0'))!
}
