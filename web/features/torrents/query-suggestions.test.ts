import {expect, test} from 'vitest'
import {querySuggestions} from './filters/query-draft.ts'

test.each([
  ['nothing there', {onAnyServer: null, withoutWords: '', withoutFilters: null}],
  ['a OR state:error', {onAnyServer: null, withoutWords: null, withoutFilters: null}],
  ['state:error', {onAnyServer: null, withoutWords: null, withoutFilters: ''}],
  ['-server:nas state:error', {onAnyServer: 'state:error', withoutWords: null, withoutFilters: ''}],
  [
    'paper state:error server:nas "two words"',
    {
      onAnyServer: 'paper state:error "two words"',
      withoutWords: 'state:error server:nas',
      withoutFilters: 'paper "two words"',
    },
  ],
])('the ways out of %s', (q, ways) => {
  expect(querySuggestions(q)).toEqual(ways)
})
