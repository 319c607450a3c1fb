import fc from 'fast-check'
import {expect, test} from 'vitest'
import {
  evidenceOf,
  checkMapping,
  notLookedAt,
  SECOND_LOOK_MS,
  type Evidence,
  type MappingLook,
  type MappingState,
} from './mapping-verdict.ts'

const blind: MappingLook = {evidence: null, why: 'Its disk is away.'}

/** Looks so many ms apart, from the beginning. */
function after(looks: readonly MappingLook[], ms = SECOND_LOOK_MS): MappingState {
  return looks.reduce(
    (before, look, at) => checkMapping(before, look, {folder: '/data', now: at, at: at * ms}),
    notLookedAt,
  )
}
const twice = (...evidence: Evidence[]) => after([{evidence}, {evidence}])

test.each<[Evidence | null, ...[size: number, there: number | 'missing'][]]>([
  ['fits', [10, 10], [5, 5]],
  ['other', [10, 9], [1, 1]],
  ['other', [10, 'missing'], [8, 7]],
  ['missing', [10, 'missing'], [1, 1]],
  ['part', [10, 10], [10, 'missing']],
  [null],
])('a torrent is evidence by most of its bytes: %s', (expected, ...files) => {
  expect(evidenceOf(files.map(([size, there]) => ({size, there})))).toBe(expected)
})

test('several that lie there prove it, one does not, and none of them may be missing', () => {
  expect(twice('fits', 'fits')).toMatchObject({verdict: 'proven', suspectedAt: null})
  for (const evidence of [
    [],
    ['fits'],
    ['fits', 'fits', 'missing'],
    ['fits', 'fits', 'part'],
  ] as Evidence[][])
    expect(twice(...evidence)).toMatchObject({verdict: 'unproven', suspectedAt: null})
})

test('several that do not lie there contradict it, one alone does not', () => {
  const against: Evidence[][] = [
    ['missing', 'missing'],
    ['other', 'missing'],
    ['other', 'other', 'fits'],
  ]
  for (const evidence of against) expect(twice(...evidence).verdict).toBe('contradicted')
  for (const evidence of [['missing'], ['other'], ['other', 'other', 'fits', 'fits']] as Evidence[][])
    expect(twice(...evidence).verdict).toBe('unproven')
})

test('a torrent that lost most of its files has a right mapping anyway', () => {
  expect(twice('fits', 'missing', 'missing', 'missing', 'missing').verdict).toBe('unproven')
})

test('what a look finds is said, and how the doubt ends', () => {
  expect(twice('fits', 'other', 'other', 'missing').reason).toBe(
    'The path mapping of /data is contradicted. Looked at 4 complete torrents: 1 is there with all files, 2 have files of other sizes there, 1 is not there. Correct the path mapping (PathMappings) of this server, or check the files of these torrents there: it ends when a look finds them.',
  )
})

test('two looks have to lie minutes apart, and one that sees nothing begins again', () => {
  const against: MappingLook = {evidence: ['other', 'other']}
  expect(after([against, against], SECOND_LOOK_MS - 1).verdict).toBe('unproven')
  expect(after([against, blind, against]).verdict).toBe('unproven')
  expect(after([against, {evidence: ['fits', 'fits']}, against]).verdict).toBe('unproven')
  expect(after([against, against, blind]).verdict).toBe('contradicted')
})

test('new evidence ends it; one torrent that still does not lie there does not', () => {
  const against: MappingLook = {evidence: ['other', 'other']}
  const then = (...evidence: Evidence[]) => after([against, against, {evidence}]).verdict
  expect(then('other')).toBe('contradicted')
  expect(then('fits', 'fits')).toBe('proven')
  expect(then('fits', 'missing')).toBe('unproven')
  expect(then()).toBe('unproven')
})

const evidence = fc.array(fc.constantFrom<Evidence>('fits', 'part', 'other', 'missing'), {maxLength: 8})
const looks = fc.array(
  fc.option(evidence, {nil: null}).map((it): MappingLook => (it === null ? blind : {evidence: it})),
  {maxLength: 6},
)

test('whatever was seen before: proven only by torrents that all lie there, contradicted only after two looks', () => {
  fc.assert(
    fc.property(looks, (all) => {
      const {verdict} = after(all)
      const last = all.at(-1)?.evidence ?? null
      if (verdict === 'proven') {
        expect(last!.length).toBeGreaterThan(1)
        expect(new Set(last)).toEqual(new Set(['fits']))
      }
      if (verdict !== 'contradicted') return
      const against = all.filter((it) => it.evidence?.some((one) => one === 'other' || one === 'missing'))
      expect(against.length).toBeGreaterThan(1)
      if (last) expect(last.filter((it) => it === 'fits').length).toBeLessThan(last.length)
    }),
  )
})
