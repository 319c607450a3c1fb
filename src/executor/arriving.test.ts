import {expect, test} from 'vitest'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {ArrivingTorrents} from './arriving.ts'
import {A, B, key} from './executor-harness.fixture.ts'

const lands = (folder: string, ...paths: string[]) => sized(2, folder, ...paths)
const sized = (size: number, folder: string, ...paths: string[]) => [
  {folder, files: paths.map((path) => ({path, size})), arrives: 'takenOver' as const},
]
const its = (n: number, server = A) => ({key: key(server, n), name: `t${n}`})

test('what was just added is met at its paths, by others of its server, until it is listed', async () => {
  const clock = new VirtualClock()
  const listed = new Set<string>()
  const arriving = new ArrivingTorrents(clock, ({hash}) => listed.has(hash))
  arriving.take(its(1), sized(1, '/data/', 'Film/film.mkv'))
  expect(arriving.meets(its(2), lands('/data', 'film/FILM.mkv', 'other.mkv'))).toBe('t1')
  expect(arriving.meets(its(2), lands('/data', 'Film/other.mkv'))).toBeNull()
  // The same files of another tracker.
  expect(arriving.meets(its(2), sized(1, '/data', 'Film/film.mkv'))).toBeNull()
  expect(arriving.meets(its(2), lands('/data/new', 'Film/film.mkv'))).toBeNull()
  // Itself, and what another server gets, is compared by lists.
  expect(arriving.meets(its(1), lands('/data', 'Film/film.mkv'))).toBeNull()
  expect(arriving.meets(its(2, B), lands('/data', 'Film/film.mkv'))).toBeNull()
  listed.add(key(A, 1).hash)
  expect(arriving.meets(its(2), lands('/data', 'Film/film.mkv'))).toBeNull()
})

test('one that is moved once it is complete is met at both of its places', () => {
  const arriving = new ArrivingTorrents(new VirtualClock(), () => false)
  arriving.take(its(1), [...sized(1, '/data', 'film.mkv'), ...sized(1, '/done', 'film.mkv')])
  for (const folder of ['/data', '/done'])
    expect(arriving.meets(its(2), lands(folder, 'film.mkv'))).toBe('t1')
  expect(arriving.meets(its(2), [...lands('/new', 'film.mkv'), ...lands('/done', 'film.mkv')])).toBe('t1')
})

test('what never came keeps nothing away for longer than a minute', async () => {
  const clock = new VirtualClock()
  const arriving = new ArrivingTorrents(clock, () => false)
  arriving.take(its(1), sized(1, '/data', 'film.mkv'))
  await clock.advance(60_000)
  expect(arriving.meets(its(2), lands('/data', 'film.mkv'))).toBe('t1')
  await clock.advance(1_000)
  expect(arriving.meets(its(2), lands('/data', 'film.mkv'))).toBeNull()
})
