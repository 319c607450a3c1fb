import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import type {TorrentFilter} from '#model/query.ts'
import {fields} from './fields.ts'
import {filterOf} from './filter-of.ts'
import {reader} from './reader.fixture.ts'
import {anyText} from './texts.fixture.ts'

const across = (column: 'path' | 'message', choice: object) => ({
  containsAcross: [
    {fields: column === 'path' ? ['savePath', 'contentPath'] : ['message', 'trackerMessage'], choice},
  ],
})
const range = (column: string, min?: number, max?: number) => ({
  ranges: {[column]: {...(min !== undefined && {min}), ...(max !== undefined && {max})}},
})
/** Only Arrs in sight count, whatever is asked of them. */
const ofArrs = (filter: object) => ({...filter, arrsInSight: ['Radarr', 'Radarr-4K', 'arr-1', 'Sonarr']})
const day = 86_400_000
const january = Date.UTC(2026, 0, 1)

const examples: readonly (readonly [text: string, filter: object])[] = [
  ['', {}],
  ['big "bunny two" -sd -"x y"', {text: 'big "bunny two" -sd -"x y"'}],
  ['- ""', {}],
  ['"say \\"hi\\""', {contains: {name: {any: ['say "hi"']}}}],
  ['Title: x', {text: 'Title: x'}],
  ['-Title :', {text: '-"Title :"'}],
  [
    '/s\\d\\d/ -/720p$/',
    {
      patterns: [
        {pattern: 's\\d\\d', negated: false},
        {pattern: '720p$', negated: true},
      ],
    },
  ],
  ['server:seedbox', {servers: {any: ['box-1']}}],
  ['server:nas', {servers: {any: ['nas']}}],
  ['server:ATTIC', {servers: {any: ['nas', 'two']}}],
  ['server:"my box",nas', {servers: {any: ['long', 'nas']}}],
  ['server:SEED', {servers: {any: ['box-1']}}],
  ['server:box', {servers: {any: ['box-1', 'long']}}],
  ['server:"box my"', {servers: {any: ['long']}}],
  ['-server:att', {servers: {none: ['nas', 'two']}}],
  ['arr:radarr', ofArrs({arrs: {any: ['Radarr']}})],
  ['arr:4k,films', ofArrs({arrs: {any: ['Radarr-4K', 'arr-1']}})],
  ['arr:"arr 4k"', ofArrs({arrs: {any: ['Radarr-4K']}})],
  ['-arr:none arr!=sonarr', ofArrs({arrs: {none: ['', 'Sonarr']}})],
  ['item:glass -item:"s01"', ofArrs({arrItems: {any: ['glass'], none: ['s01']}})],
  ['for:glass,harbour item:s01', ofArrs({arrItems: {any: ['glass', 'harbour'], all: ['s01']}})],
  ['import:waiting,Rejected', ofArrs({arrImports: {any: ['waiting', 'rejected']}})],
  ['-import:none', ofArrs({arrImports: {none: ['none']}})],
  ['server:nas server:seedbox', {servers: {any: ['nas', 'box-1']}}],
  ['-server:nas server!=two', {servers: {none: ['nas', 'two']}}],
  ['kind:transmission', {servers: {any: ['nas', 'two']}}],
  ['kind:Transmission server:nas,seedbox', {servers: {any: ['nas']}}],
  ['kind:rtorrent', {servers: {any: ['long']}}],
  ['-kind:transmission', {servers: {none: ['nas', 'two']}}],
  ['state:downloading', {states: {any: ['downloading']}}],
  ['state:seeding', {states: {any: ['seeding', 'stalledUp']}}],
  ['state:idle', {states: {any: ['stalledUp']}}],
  ['state:stalled', {states: {any: ['stalledDown']}}],
  ['state:queued', {states: {any: ['queuedDown', 'queuedUp']}}],
  ['state:stopped,checking,moving', {states: {any: ['stopped', 'checking', 'moving']}}],
  ['status:error state:metadata', {states: {any: ['error', 'metadata']}}],
  ['state:Missing,missingFiles,unknown', {states: {any: ['missingFiles', 'unknown']}}],
  ['state:queueddown', {states: {any: ['queuedDown']}}],
  ['state:seeding -state:idle', {states: {any: ['seeding', 'stalledUp'], none: ['stalledUp']}}],
  ['-state!=error', {states: {any: ['error']}}],
  ['category:tv cat:"my films"', {categories: {any: ['tv', 'my films']}}],
  ['category:none,"none" -category:""', {categories: {any: ['', 'none'], none: ['']}}],
  ['tag:a', {tags: {any: ['a']}}],
  ['tag:a,b', {tags: {any: ['a', 'b']}}],
  ['tag:a label:b -tag:c,d', {tags: {all: ['a', 'b'], none: ['c', 'd']}}],
  ['tag:a,b tag:c', {tags: {any: ['a', 'b'], all: ['c']}}],
  ['-tag:none', {tags: {none: ['']}}],
  ['tracker:Example.ORG tracker:b.org', {trackers: {all: ['example.org', 'b.org']}}],
  ['only_tracker:Example.ORG,b.org', {onlyTrackers: [{hosts: ['example.org', 'b.org'], negated: false}]}],
  [
    '-only_tracker:a.org tracker_only:b.org',
    {
      onlyTrackers: [
        {hosts: ['a.org'], negated: true},
        {hosts: ['b.org'], negated: false},
      ],
    },
  ],
  ['private:yes', {private: true}],
  ['private:No', {private: false}],
  ['-private:yes', {private: false}],
  ['private:yes,no', {groups: [[{private: true}, {private: false}]]}],
  ['private:yes -private:yes', {keys: []}],
  ['name:bunny', {contains: {name: {any: ['bunny']}}}],
  ['path:/data', across('path', {any: ['/data']})],
  ['-path:a,b', across('path', {none: ['a', 'b']})],
  ['message:"not registered"', across('message', {any: ['not registered']})],
  ['comment:a comment:b', {contains: {comment: {all: ['a', 'b']}}}],
  [
    'comment:a,b comment:c,d',
    {
      contains: {comment: {any: ['a', 'b']}},
      containsAcross: [{fields: ['comment'], choice: {any: ['c', 'd']}}],
    },
  ],
  ['creator:mktorrent', {contains: {createdBy: {any: ['mktorrent']}}}],
  ['hash:ABC,12', {hashes: ['abc', '12']}],
  [`hash:${'a'.repeat(40)}${'b'.repeat(24)}`, {hashes: ['a'.repeat(40)]}],
  ['is:complete', {complete: true}],
  ['is:incomplete', {complete: false}],
  ['-is:complete', {complete: false}],
  ['is:active', {active: true}],
  ['is:inactive', {active: false}],
  ['is:duplicate', {duplicate: true}],
  ['is:problem', {trackerProblem: true}],
  ['is:attention', {attention: true}],
  ['-is:attention', {attention: false}],
  ['is:stale', {stale: true}],
  ['is:private', {private: true}],
  ['is:public', {private: false}],
  ['-is:active,complete', {active: false, complete: false}],
  ['is:complete is:incomplete', {complete: true, keys: []}],
  ['size>10GB', range('size', 10_000_000_001)],
  ['size:>10GB', range('size', 10_000_000_001)],
  ['size>=1.5KiB', range('size', 1536)],
  ['size<1MB', range('size', undefined, 999_999)],
  ['size<=1m', range('size', undefined, 1_048_576)],
  ['size=5', range('size', 5, 5)],
  ['size:1GB..5GB', range('size', 1e9, 5e9)],
  ['size:5GB..1GB', range('size', 1e9, 5e9)],
  ['size:1GB..', range('size', 1e9)],
  ['size:..1GB', range('size', undefined, 1e9)],
  ['size>1GB size<5GB', range('size', 1_000_000_001, 4_999_999_999)],
  ['-size>10GB', range('size', undefined, 10_000_000_000)],
  ['-size<=10GB', range('size', 10_000_000_001)],
  ['total>1TiB', range('sizeTotal', 1024 ** 4 + 1)],
  ['left>0', range('amountLeft', 1)],
  ['progress<50%', range('progress', undefined, 0.499_999_999_999_999_94)],
  ['progress=1', range('progress', 1, 1)],
  ['progress!=1', range('progress', undefined, 0.999_999_999_999_999_9)],
  ['progress>=7%', range('progress', 0.07)],
  ['ratio<1', range('ratio', undefined, 0.999_999_999_999_999_9)],
  ['ratio>=2.5', range('ratio', 2.5)],
  ['down>1MB/s', range('downSpeed', 1_000_001)],
  ['up>=500KiB', range('upSpeed', 512_000)],
  ['downloaded>1GB', range('downloaded', 1_000_000_001)],
  ['uploaded>=1PB', range('uploaded', 1e15)],
  ['eta<1h', range('eta', undefined, 3599)],
  ['eta<=1h30m', range('eta', undefined, 5400)],
  ['seeds=0', range('seedsConnected', 0, 0)],
  ['seeds!=0', range('seedsConnected', 1)],
  ['-seeds=0', range('seedsConnected', 1)],
  ['seeds!=5', {groups: [[range('seedsConnected', undefined, 4), range('seedsConnected', 6)]]}],
  ['-size:1..2', {groups: [[range('size', undefined, 0), range('size', 3)]]}],
  [
    '-added:30d..7d',
    {
      groups: [
        [{ages: {addedAt: {max: 604_799.999_999_999_9}}}, {ages: {addedAt: {min: 2_592_000.000_000_000_5}}}],
      ],
    },
  ],
  ['-eta>=0', range('eta', Number.POSITIVE_INFINITY)],
  ['peers>10', range('peersConnected', 11)],
  ['seeds_swarm>0', range('seedsSwarm', 1)],
  ['peers_swarm>0', range('peersSwarm', 1)],
  ['availability>=1', range('availability', 1)],
  ['popularity>=1', range('popularity', 1)],
  ['active_time>1d', range('activeTime', 86_401)],
  ['seeding_time>=2w', range('seedingTime', 1_209_600)],
  ['seeding:30d..60d', range('seedingTime', 2_592_000, 5_184_000)],
  ['downlimit<=1MiB/s', range('downLimit', undefined, 1_048_576)],
  ['uplimit>0', range('upLimit', 1)],
  ['files>1', range('fileCount', 2)],
  ['queue<=3', range('queuePosition', undefined, 3)],
  ['added<7d', {ages: {addedAt: {max: 604_799.999_999_999_9}}}],
  ['added<=7d', {ages: {addedAt: {max: 604_800}}}],
  ['added:7d', {ages: {addedAt: {max: 604_800}}}],
  ['-added<7d', {ages: {addedAt: {min: 604_800}}}],
  ['added>=1y', {ages: {addedAt: {min: 31_536_000}}}],
  ['added:30d..7d', {ages: {addedAt: {min: 604_800, max: 2_592_000}}}],
  ['added:30d..', {ages: {addedAt: {max: 2_592_000}}}],
  ['added:2026-01-01', range('addedAt', january, january + day - 1)],
  ['added:2026-01-01..2026-02-01', range('addedAt', january, january + 32 * day - 1)],
  ['added:2026-01', range('addedAt', january, january + 31 * day - 1)],
  ['added:2026', range('addedAt', january, january + 365 * day - 1)],
  ['added>2026-01-01', range('addedAt', january + day)],
  ['added<2026', range('addedAt', undefined, january - 1)],
  ['added:today', range('addedAt', january + 30 * day, january + 31 * day - 1)],
  ['added>=yesterday', range('addedAt', january + 29 * day)],
  // It is 31 January 2026, a Saturday.
  ['added:"this month"', range('addedAt', january, january + 31 * day - 1)],
  ['added:last month', range('addedAt', january - 31 * day, january - 1)],
  ['added:last month..', range('addedAt', january - 31 * day)],
  ['added:january 2025.. tag:a', {tags: {any: ['a']}, ...range('addedAt', january - 365 * day)}],
  ['added:last year', range('addedAt', january - 365 * day, january - 1)],
  ['added:this week', range('addedAt', january + 25 * day, january + 32 * day - 1)],
  ['added<last week', range('addedAt', undefined, january + 18 * day - 1)],
  ['added:March', range('addedAt', january - 306 * day, january - 275 * day - 1)],
  ['added:jan', range('addedAt', january, january + 31 * day - 1)],
  ['added:january 2025', range('addedAt', january - 365 * day, january - 334 * day - 1)],
  ['added:winter', range('addedAt', january - 31 * day, january + 59 * day - 1)],
  ['added:"spring 2026"', range('addedAt', january + 59 * day, january + 151 * day - 1)],
  ['added:november .. january', range('addedAt', january - 61 * day, january + 31 * day - 1)],
  ['added:december..march', range('addedAt', january - 396 * day, january - 275 * day - 1)],
  ['removable<march', range('removableAt', undefined, january + 59 * day - 1)],
  ['removable:march..february', range('removableAt', january + 59 * day, january + 424 * day - 1)],
  ['added>=2026-01-01T01:00:00+01:00', range('addedAt', january)],
  ['completed>=2026', range('completedAt', january)],
  ['activity>=1mo', {ages: {lastActivityAt: {min: 2_592_000}}}],
  ['seen_complete<1h', {ages: {seenCompleteAt: {max: 3599.999_999_999_999_5}}}],
  ['removable:<7d', {ages: {removableAt: {min: -604_799.999_999_999_9}}}],
  ['removable<=7d', {ages: {removableAt: {min: -604_800}}}],
  ['removable:7d', {ages: {removableAt: {min: -604_800}}}],
  ['-removable:7d', {ages: {removableAt: {max: -604_800.000_000_000_1}}}],
  ['removable>=30d', {ages: {removableAt: {max: -2_592_000}}}],
  ['removable:7d..30d', {ages: {removableAt: {min: -2_592_000, max: -604_800}}}],
  ['removable:30d..', {ages: {removableAt: {max: -2_592_000}}}],
  ['removable:..7d', {ages: {removableAt: {min: -604_800}}}],
  ['removable<2026-02', range('removableAt', undefined, january + 31 * day - 1)],
  ['size > 10 GB', range('size', 10_000_000_001)],
  ['size : 1 GB .. 5 GB', range('size', 1e9, 5e9)],
  ['size:1 GB..', range('size', 1e9)],
  ['ratio == 1', range('ratio', 1, 1)],
  ['added < 7 days', {ages: {addedAt: {max: 604_799.999_999_999_9}}}],
  ['tag : a, b', {tags: {any: ['a', 'b']}}],
  ['dead or alive', {text: 'dead or alive'}],
  ['"dead OR alive" "OR"', {text: '"dead OR alive" "OR"'}],
  ['tag:a AND size>=5', {tags: {any: ['a']}, ...range('size', 5)}],
  ['size>=5 OR ratio>=2', {groups: [[range('size', 5), range('ratio', 2)]]}],
  ['x a OR b y', {groups: [[{text: 'x a'}, {text: 'b y'}]]}],
  ['x (a | b) y', {text: 'x y', groups: [[{text: 'a'}, {text: 'b'}]]}],
  ['a (b OR c) OR d', {groups: [[{text: 'a', groups: [[{text: 'b'}, {text: 'c'}]]}, {text: 'd'}]]}],
  ['(a OR b) OR c', {groups: [[{text: 'a'}, {text: 'b'}, {text: 'c'}]]}],
  ['tag:a AND size>=5 OR x', {groups: [[{tags: {any: ['a']}, ...range('size', 5)}, {text: 'x'}]]}],
  ['a|b', {text: 'a|b'}],
  ['-(state:error state:moving)', {groups: [[{states: {none: ['error', 'moving']}}]]}],
  ['(size>=5)', {groups: [[range('size', 5)]]}],
  ['(a b) OR (c -d) OR "e f"', {groups: [[{text: 'a b'}, {text: 'c -d'}, {text: '"e f"'}]]}],
  ['((a OR (b c)) d)', {groups: [[{text: 'd', groups: [[{text: 'a'}, {text: 'b c'}]]}]]}],
  ['-(tag:a)', {groups: [[{tags: {none: ['a']}}]]}],
  ['-(a tag:b)', {groups: [[{text: '-a'}, {tags: {none: ['b']}}]]}],
  ['-(a OR -b)', {groups: [[{text: '-a b'}]]}],
  ['NOT ratio>=2', {groups: [[range('ratio', undefined, 1.999_999_999_999_999_8)]]}],
  ['NOT ((a OR b) c)', {groups: [[{text: '-a -b'}, {text: '-c'}]]}],
  [
    '(/s01/ OR -/s02/)',
    {
      groups: [
        [{patterns: [{pattern: 's01', negated: false}]}, {patterns: [{pattern: 's02', negated: true}]}],
      ],
    },
  ],
  [
    'arr:sonarr OR item:glass',
    {groups: [[ofArrs({arrs: {any: ['Sonarr']}}), ofArrs({arrItems: {any: ['glass']}})]]},
  ],
  ['created<2026', range('createdAt', undefined, january - 1)],
]

for (const [text, filter] of examples) {
  test(`${text || 'nothing'} is understood`, () => {
    expect(filterOf(text, reader)).toEqual({filter, mistakes: []})
  })
}

test('every field has an example, by every operator that it knows', () => {
  const asked = new Set(examples.flatMap(([text]) => text.match(/[a-z_]+(?=[:<>=!])/g) ?? []))
  expect(fields.filter(({name, also}) => ![name, ...also].some((it) => asked.has(it)))).toEqual([])
})

test('days begin where the asker lives', () => {
  const at = (text: string, timeZone: string) => filterOf(text, {...reader, timeZone}).filter.ranges?.addedAt
  expect(at('added>=2026-01-01', 'Europe/Berlin')).toEqual({min: january - 3_600_000})
  expect(at('added>=today', 'Pacific/Kiritimati')).toEqual({min: january + 31 * day - 14 * 3_600_000})
  // The day on which summer time begins has 23 hours.
  const spring = Date.UTC(2026, 2, 29) - 3_600_000
  expect(at('added:2026-03-29', 'Europe/Berlin')).toEqual({min: spring, max: spring + 23 * 3_600_000 - 1})
})

test('the order of terms of different fields does not matter, and parts meet', () => {
  const filter: TorrentFilter = {
    text: 'bunny',
    tags: {any: ['x']},
    categories: {none: ['tv']},
    states: {any: ['stalledDown']},
    private: true,
    ranges: {size: {min: 10_000_000_001}, seedsConnected: {min: 0, max: 0}},
  }
  const terms = ['tag:x', '-category:tv', 'size>10GB', 'state:stalled', 'private:yes', 'seeds=0', 'bunny']
  fc.assert(
    fc.property(fc.shuffledSubarray(terms, {minLength: terms.length}), (shuffled) => {
      expect(filterOf(shuffled.join(' '), reader).filter).toEqual(filter)
    }),
  )
})

test('any text has a filter, and mistakes lie in it', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const {mistakes} = filterOf(text, reader)
      let last = 0
      for (const {from, to, found} of mistakes) {
        expect(from).toBeGreaterThanOrEqual(last)
        expect(text.slice(from, to)).toBe(found)
        last = from
      }
    }),
  )
})
