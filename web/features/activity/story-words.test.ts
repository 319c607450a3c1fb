import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {beforeAll, expect, test} from 'vitest'
import type {Story} from '../../api/activity.ts'
import {loadWords} from '../../i18n/text.ts'
import {storyWords} from './stories.ts'

beforeAll(() => Promise.all([loadWords('activity'), loadWords('action-names')]))

const NOW = new Date(2026, 10, 23, 7, 12).getTime()

function story(change: Partial<Story>): Story {
  return {
    id: 'one',
    place: 'here',
    at: NOW,
    from_at: NOW,
    what: 'removed',
    verb: 'recycle',
    subject: 'torrent',
    count: 1,
    complete: true,
    names: ['Hollow.Hill'],
    servers: [{server_id: 'nas', count: 1}],
    torrent: null,
    actor: 'Seeding goals',
    origin: 'rule',
    rule_id: 'goals',
    arr_id: null,
    reason: null,
    bytes: null,
    args: {},
    message: null,
    began_at: null,
    outcomes: {done: 1},
    retry: null,
    undo: {count: 0, action_id: null},
    ...change,
  }
}

const said = (change: Partial<Story>) => {
  const {strong, rest} = storyWords(story(change), {arr: (id) => (id === 'r' ? 'Radarr' : null)}, NOW)
  return rest === '' ? strong : `${strong} | ${rest}`
}

test('one thing is named, with why and how', () => {
  expect(said({reason: 'seedingDone', bytes: 2 ** 30})).toBe(
    'Removed Hollow.Hill | because it had seeded enough · in the trash · 1.00\u00a0GiB',
  )
})

test('up to three are named, more are counted and the newest named behind it', () => {
  expect(said({count: 3, names: ['a', 'b', 'c']})).toBe('Removed a, b and c | in the trash')
  expect(said({count: 9, names: ['a', 'b', 'c'], reason: 'stalled', verb: 'failDownload'})).toBe(
    'Replaced 9 torrents | because they had stalled · a, b and 7 more · its Arr gave it up and may search again',
  )
})

test('the same thing again and again says how often', () => {
  expect(said({count: 4, verb: 'setSpeedLimits', what: 'changed'})).toBe(
    'Changed the speed limits of Hollow.Hill (4 times)',
  )
})

test('what held rules back on one server more than once is no second server', () => {
  const frozen = {
    what: 'paused' as const,
    verb: 'freeze',
    subject: 'server' as const,
    origin: 'system' as const,
  }
  expect(said({...frozen, count: 2, names: ['nas']})).toBe('Paused rules on nas (2 times)')
  const servers = ['a', 'b', 'c', 'd'].map((id) => ({server_id: id, count: 2}))
  expect(said({...frozen, count: 8, names: ['a', 'b', 'c'], servers})).toMatch(/^Paused rules on 4 servers/)
})

test('what did not work says so in the words of the other side', () => {
  const change = {outcomes: {failed: 1}, message: 'attic: “No space left on device”.', verb: 'setLocation'}
  expect(said({...change, origin: 'user'})).toBe(
    'Couldn’t set location: Hollow.Hill | attic: “No space left on device”.',
  )
})

test('what was held back of a person did not work, of a rule it waits', () => {
  const change = {outcomes: {held: 1}, message: 'Too new.'}
  expect(said({...change, origin: 'user'})).toBe('Couldn’t move to the trash: Hollow.Hill | Too new.')
  expect(said({...change, origin: 'rule'})).toBe('Held back: move to the trash, Hollow.Hill | Too new.')
})

test('a dry run did nothing', () => {
  expect(said({outcomes: {simulated: 1}})).toMatch(/^Dry run: move to the trash, Hollow\.Hill/)
})

test('what is unknown is unconfirmed, never failed', () => {
  expect(said({outcomes: {unconfirmed: 1}})).toBe('Removed Hollow.Hill | in the trash · unconfirmed')
  expect(said({count: 3, names: ['a', 'b', 'c'], outcomes: {done: 2, unconfirmed: 1}})).toContain(
    '1 unconfirmed',
  )
})

test('an outage says how long it was, an import where to', () => {
  const hour = 3_600_000
  expect(
    said({what: 'servers', verb: 'offline', subject: 'server', names: ['nas'], began_at: NOW - hour}),
  ).toBe('nas was offline for 1\u00a0h')
  expect(said({what: 'imported', verb: 'imported', arr_id: 'r'})).toBe('Imported Hollow.Hill | into Radarr')
})

test('what it was done to decides about the words: servers and Arrs come and go by the verbs of torrents', () => {
  expect(said({what: 'servers', verb: 'remove', subject: 'server', names: ['nas']})).toBe(
    'Removed the server nas',
  )
})

test('whether rules act is shown in words, not as the setting that it is', () => {
  const setting = {what: 'servers' as const, verb: 'change', subject: 'setting' as const, names: ['observe']}
  expect(said({...setting, args: {from: null, to: 1_795_000_000_000}})).toBe('Started watching only')
  expect(said({...setting, args: {from: true, to: false}})).toBe('Let rules act')
  expect(said({...setting, names: ['audit_days']})).toBe('Changed the setting audit_days')
})

test('files of one torrent that were renamed are counted', () => {
  const renamed = {what: 'changed' as const, verb: 'renameFile', names: ['Album']}
  expect(said({...renamed, args: {from: 'Album/01.flac', to: 'Album/1.flac'}})).toBe(
    'Renamed a file of Album | 01.flac → 1.flac',
  )
  expect(said({...renamed, count: 9})).toBe('Renamed 9 files of Album')
  const files = [{from: 'Album/01.flac', to: 'Album/1.flac'}]
  const together = {...renamed, verb: 'renameFiles'}
  expect(said({...together, args: {files}})).toBe('Renamed a file of Album | 01.flac → 1.flac')
  expect(said({...together, args: {files, files_omitted: 499}})).toBe('Renamed 500 files of Album')
})

test('what a person has an Arr grab is named by its release, and the Arr behind it', () => {
  const grabbed = {what: 'servers' as const, verb: 'grab', subject: 'arr' as const, arr_id: 'r'}
  expect(said({...grabbed, count: 1, names: ['A.2020']})).toBe('Grabbed A.2020 | in Radarr')
})

test('what a person has an Arr do to downloads names the downloads, and the Arr behind them', () => {
  const forced = {what: 'imported' as const, verb: 'importAnyway', subject: 'arr' as const, arr_id: 'r'}
  expect(said({...forced, count: 2, names: ['A.2020', 'B.2021']})).toBe(
    'Imported A.2020 and B.2021 anyway | into Radarr',
  )
  expect(said({...forced, count: 4, names: ['A', 'B', 'C']})).toBe(
    'Imported 4 downloads anyway | A, B and 2 more · into Radarr',
  )
  expect(said({...forced, verb: 'ignore', what: 'removed', names: []})).toBe('Ignored a download | in Radarr')
})

test('what did not work is called by what it was to be', () => {
  const not = {what: 'settings' as const, outcomes: {held: 1}, origin: 'user' as const}
  expect(
    said({...not, verb: 'create', subject: 'key', names: ['Jonas'], message: 'The password is wrong.'}),
  ).toBe('Couldn’t create an API key for Jonas | The password is wrong.')
  expect(said({...not, verb: 'accept', subject: 'invitation', names: []})).toBe(
    'Couldn’t accept an invitation',
  )
})

test('what is shared says with whom', () => {
  const shared = {
    what: 'servers' as const,
    verb: 'share',
    subject: 'server' as const,
    names: ['nas'],
    origin: 'user' as const,
  }
  expect(said({...shared, args: {everyone: null, users: ['Bob', 'Carol']}})).toBe(
    'Shared nas with Bob and Carol',
  )
  expect(said({...shared, args: {everyone: 'view', users: []}})).toBe('Shared nas with everyone')
  expect(said({...shared, args: {everyone: null, users: []}})).toBe('Ended the sharing of nas')
  expect(said({...shared, args: {everyone: null}})).toBe('Changed the sharing of nas')
})

test('a category is shown by its name', () => {
  const made = {what: 'servers' as const, subject: 'server' as const, names: ['films']}
  expect(said({...made, verb: 'createCategory'})).toBe('Created the category films')
  expect(said({...made, verb: 'removeCategories'})).toBe('Removed categories: films')
})

test('without a name it is one of its kind', () => {
  expect(said({names: [], verb: 'start', what: 'changed'})).toBe('Started a torrent')
  expect(said({names: [], count: 1_200, verb: 'start', what: 'changed'})).toBe('Started 1,200 torrents')
})

/** As the source writes them to the journal; what a variable says is not found. */
const written = [/\bverb: '([\w.-]+)'/g, /\bverb: '[\w-]+' \| '([\w-]+)'/g, /#note\(\w+, '([\w.-]+)'/g]
/** Of errors: what a server cannot do. */
const noEntries = new Set(['webSeeds'])
/** Some verbs are of one of them alone. */
const subjects = [
  'torrent',
  'server',
  'arr',
  'rule',
  'tracker',
  'user',
  'key',
  'invitation',
  'session',
  'setting',
  'process',
]

test('every verb that is written to the journal has words', () => {
  const files = readdirSync('src', {recursive: true, encoding: 'utf8'}).filter(
    (it) => it.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(it),
  )
  const verbs = files.flatMap((file) => {
    const source = readFileSync(join('src', file), 'utf8')
    return written.flatMap((pattern) => [...source.matchAll(pattern)].map(([, verb]) => verb!))
  })
  expect(verbs.length).toBeGreaterThan(50)
  const isBare = (verb: string) =>
    subjects.every((subject) => said({verb, subject, count: 2, names: ['A', 'B']}).startsWith(`${verb}:`))
  const bare = [...new Set(verbs)].filter(isBare)
  expect(bare.filter((verb) => !noEntries.has(verb))).toEqual([])
})

test('a verb without words of its own is still shown', () => {
  expect(said({verb: 'somethingNew'})).toBe('somethingNew: Hollow.Hill')
})
