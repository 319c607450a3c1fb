import {expect, test} from 'vitest'
import {choiceOf, hasFilters, turned, wishOf, writtenChoice} from './activity-filters.ts'
import {readActivitySearch} from './activity-search.ts'

test('an address is read as far as it says something', () => {
  const said = {
    q: 'ubuntu',
    show: 'held',
    what: 'removed,-added',
    who: 'user:Mara',
    rule: 'r-1',
    when: 'day',
    hidden: true,
  }
  expect(readActivitySearch({...said, torrent: 'ab'.repeat(20)})).toEqual({...said, torrent: 'ab'.repeat(20)})
  expect(readActivitySearch({q: 7, show: 'all', when: 3, torrent: 'x', who: '', hidden: 'yes'})).toEqual({
    q: '7',
  })
})

test('nothing that is wanted asks for everything', () => {
  expect(wishOf({}, null, 0)).toEqual({})
})

test('what is wanted is asked of the servers that the program is about, unless servers are selected', () => {
  const search = {who: 'rule', what: 'removed,-added', when: 'hour', rule: 'r-1', hidden: true} as const
  expect(wishOf(search, ['nas'], 7_200_001)).toEqual({
    who: ['rule'],
    what: ['removed'],
    not_what: ['added'],
    rule_id: ['r-1'],
    server_id: ['nas'],
    hidden: 'true',
    from: 3_600_000,
  })
  expect(wishOf({server: 'attic,-loft'}, ['nas'], 0)).toEqual({server_id: ['attic'], not_server_id: ['loft']})
})

test('words that the server does not know are not asked for: an old address leads to everything', () => {
  expect(wishOf({what: 'destructive', who: 'nobody,user:'}, null, 0)).toEqual({})
})

test('what waits is no story: nothing is asked of them for it', () => {
  expect(wishOf({show: 'waiting'}, null, 0)).toEqual({})
})

test('today begins with the day of the browser', () => {
  const noon = new Date(2026, 10, 23, 12).getTime()
  expect(wishOf({when: 'today'}, null, noon)).toEqual({from: new Date(2026, 10, 23).getTime()})
})

test('a click includes, another one clears, with Shift it excludes', () => {
  const nothing = {some: [], none: []}
  const one = turned(nothing, 'removed', false)
  expect(one).toEqual({some: ['removed'], none: []})
  expect(turned(one, 'removed', false)).toEqual(nothing)
  const out = turned(one, 'removed', true)
  expect(out).toEqual({some: [], none: ['removed']})
  expect(turned(out, 'removed', true)).toEqual(nothing)
})

test.each(['user:Mara', 'user:a,b', '-odd', 'user:100%2C', '%'])(
  'the value %j comes back as it was',
  (value) => {
    expect(choiceOf(writtenChoice({some: [value], none: []}))).toEqual({some: [value], none: []})
    expect(choiceOf(writtenChoice({some: ['x'], none: [value]}))).toEqual({some: ['x'], none: [value]})
  },
)

test('nothing selected stands nowhere in the address', () => {
  expect(writtenChoice({some: [], none: []})).toBe(undefined)
  expect(choiceOf(undefined)).toEqual({some: [], none: []})
})

test('a range and bookkeeping are no filters', () => {
  expect(hasFilters({when: 'week', hidden: true})).toBe(false)
  expect(hasFilters({show: 'failed'})).toBe(true)
})
