import {expect, test} from 'vitest'
import {speakEnglish} from '../../i18n/english.fixture.ts'
import {actorWords, journalWords, whatWords} from './action-words.ts'

await speakEnglish()

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

test.each([
  ['server', 'remove', 'seedbox', 'Remove server'],
  ['arr', 'create', 'Radarr', 'Add Arr'],
  ['torrent', 'remove', 'Some.Film.2020', 'Remove torrent only'],
  // Many torrents of it.
  ['server', 'remove', null, 'Remove torrent only'],
  ['server', 'change', 'seedbox', 'Change'],
] as const)('of a %s, %s of %s is “%s”', (subject, verb, name, words) => {
  expect(journalWords({subject, verb, name})).toBe(words)
})

test.each([
  ['rule', 'Seeding done', 'rule “Seeding done”'],
  ['system', 'Configuration', 'Configuration'],
  ['user', 'ada', 'ada'],
] as const)('who acted by %s as %s is “%s”', (origin, actor, words) => {
  expect(actorWords({origin, actor})).toBe(words)
})
