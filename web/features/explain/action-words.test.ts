import {expect, test} from 'vitest'
import {speakEnglish} from '../../i18n/english.fixture.ts'
import {actorWords, journalWords, pausedWords, whatWords} from './action-words.ts'

await speakEnglish()

test.each([
  ['blocklist', {title: 'Some.Film.2020', searchAgain: true}, 'Some.Film.2020'],
  ['ignore', {title: 'Some.Film.2020'}, 'Some.Film.2020'],
  ['importAnyway', {title: 'Some.Film.2020', mode: 'auto'}, 'Some.Film.2020'],
  ['blocklist', {downloadId: 'AB'}, ''],
  ['addTags', {tags: ['films', 'new']}, 'films, new'],
  ['rename', {name: 'Radarr'}, ''],
  ['stop', {}, ''],
  ['renameFile', {from: 'Album/01.flac', to: 'Album/Track 01.flac'}, '01.flac → Track 01.flac'],
  ['renameFile', {from: 'Album/01.flac', to: '01.flac'}, 'Album/01.flac → 01.flac'],
  ['renameFolder', {from: 'Album', to: 'Record'}, 'Album → Record'],
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

test.each([
  [
    'maxShare',
    {most: 25, population: 1520},
    'It reached its safety limit: 25 of 1,520 at once or within a day.',
  ],
  [
    'commonCause',
    {what: 'tracker', name: 'a.example', torrents: 30},
    '30 torrents of the tracker a.example got into the same trouble at once: the tracker may be down.',
  ],
  // Written by another version, or for another reason: never more than is known.
  ['commonCause', {what: 'moon', name: 'a', torrents: 30}, 'The reason: one cause behind many torrents.'],
  ['commonCause', {}, 'The reason: one cause behind many torrents.'],
  ['maxShare', {}, 'The reason: large share of the server or folder.'],
  ['key_revoked', {}, 'The reason: its API key was revoked.'],
  ['too_costly', {ms: 900}, 'The reason: it takes too much time to evaluate.'],
])('a rule that %s paused, with %j, says “%s”', (reason, detail, words) => {
  expect(pausedWords({reason, detail})).toBe(words)
})
