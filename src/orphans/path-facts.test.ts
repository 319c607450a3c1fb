import {expect, test} from 'vitest'
import {factNames, factOf, type FactName} from '#model/fact.ts'
import {asServerId} from '#model/torrent-key.ts'
import {DAY, HOUR} from '#model/units.ts'
import {pathFacts, type PathSubject} from './path-facts.ts'

const NOW = Date.UTC(2026, 2, 1, 12)
const subject: PathSubject = {
  orphan: {
    id: 'o1',
    path: '/mnt/films/Lost',
    isFolder: true,
    files: 2,
    bytes: 500,
    changedAt: NOW - 10 * DAY * 1_000,
    seenSince: 0,
    deletableAt: 0,
  },
  folder: {
    path: '/mnt/films',
    serverIds: [asServerId('A'), asServerId('B')],
    held: null,
    claimed: 6,
    orphans: 2,
    spared: 1,
    bytes: 700,
  },
  room: {freeBytes: 1_000, totalBytes: 4_000, usedShare: 0.75, device: '1'},
  unclaimedFor: HOUR,
  isBroughtBack: () => false,
  seenAt: NOW - 1_000,
}
const world = {now: NOW, wall: NOW as number | undefined}
const readers = pathFacts({now: () => world.now, wall: () => world.wall, timeZone: 'UTC'})
const ofPaths = factNames.filter((name) => factOf(name).subjects.includes('path'))
const allOf = (it: PathSubject) =>
  Object.fromEntries(ofPaths.map((name) => [name, readers.reader(name, null)(it)]))

test('every fact of a path comes from the look that found it', () => {
  expect(allOf(subject)).toEqual({
    'path.freeBytes': 1_000,
    'path.usedShare': 0.75,
    'path.mounted': true,
    'path.readable': true,
    'path.fileAge': 10 * DAY,
    'path.fileClaimed': false,
    'path.unclaimedFor': HOUR,
    'path.place': '/mnt/films/Lost',
    'path.name': 'Lost',
    'path.folder': '/mnt/films',
    'path.kind': 'folder',
    'path.size': 500,
    'path.files': 2,
    'path.entries': 9,
    'path.servers': ['A', 'B'],
    'memory.protected': false,
    'time.hour': 12,
    'time.weekday': 'sun',
    'time.day': 1,
    'time.date': '2026-03-01',
  })
})

for (const unknown of ['unreadable', 'missing'] as const) {
  test(`of a disk that is ${unknown} nothing is known but the time and what people did`, () => {
    const away = {...subject, room: {unknown, detail: ''}}
    const known = Object.entries(allOf(away)).flatMap(([name, value]) => (value === undefined ? [] : [name]))
    expect(known).toEqual(['time.hour', 'time.weekday', 'time.day', 'time.date', 'memory.protected'])
    expect(readers.fact('path.size', null, away)).toMatchObject({unknown, source: '/mnt/films'})
  })
}

test('a file system that does not report its room is there anyway', () => {
  const silent = {...subject, room: {unknown: 'notSupported', detail: ''}} as const
  const some: readonly FactName[] = ['path.mounted', 'path.size', 'path.freeBytes']
  expect(some.map((name) => readers.reader(name, null)(silent))).toEqual([true, 500, undefined])
})

test('a clock that jumped makes nothing older, and shows no hour', () => {
  world.wall = undefined
  expect(allOf(subject)).toMatchObject({'path.fileAge': 10 * DAY, 'time.hour': undefined})
  world.wall = NOW
})

test('a reader and its trace say the same, and it is called by what it is exactly', () => {
  for (const name of ofPaths) {
    const fact = readers.fact(name, null, subject)
    expect('value' in fact && fact.value).toEqual(readers.reader(name, null)(subject))
  }
  expect(readers.name(subject)).toEqual({kind: 'path', key: 'o1 /mnt/films/Lost', serverId: null})
})
