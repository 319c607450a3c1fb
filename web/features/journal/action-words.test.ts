import {expect, test} from 'vitest'
import {whatWords} from './action-words.ts'

test.each([
  ['blocklist', {title: 'Some.Film.2020', searchAgain: true}, 'Some.Film.2020'],
  ['ignore', {title: 'Some.Film.2020'}, 'Some.Film.2020'],
  ['importAnyway', {title: 'Some.Film.2020', mode: 'auto'}, 'Some.Film.2020'],
  ['blocklist', {downloadId: 'AB'}, ''],
  ['addTags', {tags: ['films', 'new']}, 'films, new'],
  ['rename', {name: 'Radarr'}, ''],
  ['stop', {}, ''],
])('%s with %j is said with “%s”', (verb, args, words) => {
  expect(whatWords({verb, args, name: 'Radarr'})).toBe(words)
})
