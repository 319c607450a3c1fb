import {expect, test} from 'vitest'
import {readJournalSearch, wishOf} from './journal-search.ts'

test('an address is read as far as it says something', () => {
  const said = {
    q: 'ubuntu',
    who: 'rule',
    actor: 'Stalled',
    what: 'destructive',
    outcome: 'held',
    when: 'day',
    rule: 'r-1',
  }
  expect(readJournalSearch({...said, torrent: 'ab'.repeat(20)})).toEqual({...said, torrent: 'ab'.repeat(20)})
  expect(readJournalSearch({q: 7, who: 'nobody', when: 3, torrent: 'x', actor: ''})).toEqual({q: '7'})
})

test('nothing that is wanted asks for everything', () => {
  expect(wishOf({}, null, 0)).toEqual({})
})

test('what is wanted is asked of the servers that the program is about', () => {
  const wish = wishOf({who: 'rule', what: 'destructive', when: 'hour', rule: 'r-1'}, ['nas'], 7_200_001)
  expect(wish).toEqual({
    origin: 'rule',
    server_id: ['nas'],
    from: 3_600_000,
    class: 'destructive',
    rule_id: 'r-1',
    q: undefined,
    actor: undefined,
    outcome: undefined,
    info_hash: undefined,
  })
})

test('single kinds of actions are named by commas, and today begins with the day of the browser', () => {
  const noon = new Date(2026, 10, 23, 12).getTime()
  const search = readJournalSearch({verb: 'remove,removeWithData', when: 'today'})
  expect(search).toEqual({verb: 'remove,removeWithData', when: 'today'})
  expect(wishOf(search, null, noon)).toMatchObject({
    verb: ['remove', 'removeWithData'],
    from: new Date(2026, 10, 23).getTime(),
  })
  expect(readJournalSearch({verb: 'remove,'})).toEqual({})
})
