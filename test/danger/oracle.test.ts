import {expect, test} from 'vitest'
import {mayGo, type Facts} from './oracle.ts'

/** Nothing speaks against it. */
const free: Facts = {
  wantedBy: 'rule',
  torrent: 'film',
  disk: {look: 'seesTheDisk', isReached: true, isCalledMissing: false, hasFiles: true},
  debt: {daysAsked: 5, daysSeeded: 5},
  arr: 'hasImported',
  neighbour: 'hasAnsweredAll',
  files: [{path: 'film.mkv', users: ['film']}],
}
const {disk} = free
const missing = {...disk, isCalledMissing: true}
const unshared = {...missing, look: 'isNotShared'} as const
const emptied = {...disk, look: 'seesAnEmptyFolder'} as const
const other = {...disk, look: 'seesAnotherFolder'} as const
const owing = {daysAsked: 5, daysSeeded: 4}
const ours = (...users: readonly string[]) => ({files: [{path: 'film.mkv', users}]})

test.each<[string, Partial<Facts>]>([
  ['nothing speaks against it', {}],
  ['it owes nothing', {debt: null}],
  ['no Arr is concerned', {arr: 'notConcerned'}],
  ['its folder is not shared, and its server has nothing to say', {disk: {...disk, look: 'isNotShared'}}],
  ['a look found nothing there', {disk: {...missing, hasFiles: false}, debt: owing, arr: 'isSilent'}],
  ['a rule that is not about missing files wants it, and they are there', {disk: missing}],
  ['a rule can wait until a neighbour has reported what it has', {neighbour: 'tellsAllSoon'}],
  ['a person wants it, whatever it owes', {wantedBy: 'person', debt: owing, arr: 'stillImports'}],
  ['a person sends it past the trash, whatever is seen', {wantedBy: 'personAtOnce', disk: emptied}],
])('it may go: %s', (_, change) => {
  expect(mayGo({...free, ...change}).map((it) => it.mayGo)).toEqual([true])
})

test.each<[string, Partial<Facts>]>([
  ['film 2 needs it', ours('film', 'film 2')],
  ['film 2 needs it', {...ours('film', 'film 2'), wantedBy: 'personAtOnce'}],
  ['another server of this disk does not answer, and may need it by now', {neighbour: 'isSilent'}],
  [
    'another server of this disk has not told yet what it has',
    {neighbour: 'tellsAllSoon', wantedBy: 'personAtOnce'},
  ],
  ['it is not of the torrent that was to go', ours()],
  ['its disk is away, and comes back with it', {disk: {...unshared, isReached: false}}],
  ['where it should lie is an empty folder, so its disk may be away', {disk: emptied}],
  ['where it should lie is another folder, so nothing is known of it', {disk: other}],
  ['it is called missing, and nobody can look whether it is', {disk: {...unshared, hasFiles: false}}],
  ['it is there, and what its server says of missing files is wrong', {disk: missing, wantedBy: 'cleanUp'}],
  ['it seeded 4 of the 5 days that its tracker asks', {debt: owing}],
  ['its Arr still has to take it in', {arr: 'stillImports'}],
  ['its Arr does not answer, so nobody can say what it has', {arr: 'isSilent'}],
  ['its Arr says itself that it does not see its downloads', {arr: 'saysItIsBlind'}],
  ['it is in the category of an Arr that has no proof of it', {arr: 'neverHeardOfIt'}],
  ['it was to go into the trash, and nobody sees where it is', {wantedBy: 'person', disk: emptied}],
  ['it was to go into the trash, and nobody sees where it is', {wantedBy: 'person', disk: other}],
])('it stays: %s', (because, change) => {
  expect(mayGo({...free, ...change})).toEqual([{path: 'film.mkv', mayGo: false, because}])
})
