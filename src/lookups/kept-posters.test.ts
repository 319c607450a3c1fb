import {mkdtempSync, readdirSync, rmSync, statSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import type {UserId} from '#model/access.ts'
import {asArrId} from '#model/arr.ts'
import {ServerFault} from '#model/errors.ts'
import {DAY, HOUR} from '#model/units.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {KeptPosters} from './kept-posters.ts'

const films = asArrId('films')
const away = () => Promise.reject(new ServerFault('server_unreachable', 'dns', 'Nothing answers there.'))

function jpeg(rest: string): Buffer {
  return Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from(rest)])
}

let folder: string
let clock: VirtualClock
let asked: number
let posters: KeptPosters
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'commodarr-posters-')), 'posters')
  clock = new VirtualClock()
  asked = 0
  posters = new KeptPosters(folder, clock)
})
afterEach(() => rmSync(join(folder, '..'), {recursive: true, force: true}))

/** As an Arr answers it. */
const gives = (answer: Uint8Array | null) => async () => {
  asked++
  return answer
}

async function words(poster: ReturnType<KeptPosters['of']>): Promise<string> {
  const it = await poster
  return typeof it === 'string' ? it : `${it.type} ${it.bytes.subarray(4).toString()}`
}

test('a poster is asked for once in a week, also over a restart, and its tag is that of its bytes', async () => {
  expect(await words(posters.of(films, 'movie 1', null, gives(jpeg('one'))))).toBe('image/jpeg one')
  expect(await words(posters.of(films, 'movie 1', null, gives(jpeg('two'))))).toBe('image/jpeg one')
  await clock.advance(6 * DAY * 1_000)
  posters = new KeptPosters(folder, clock)
  const kept = await posters.of(films, 'movie 1', null, gives(jpeg('two')))
  expect(await words(Promise.resolve(kept))).toBe('image/jpeg one')
  expect(asked).toBe(1)
  await clock.advance(2 * DAY * 1_000)
  const later = await posters.of(films, 'movie 1', null, gives(jpeg('two')))
  expect(await words(Promise.resolve(later))).toBe('image/jpeg two')
  expect(kept).not.toHaveProperty('tag', (later as {tag: string}).tag)
})

test('that an Arr has none is kept for an hour', async () => {
  expect(await words(posters.of(films, 'movie 1', null, gives(null)))).toBe('none')
  expect(await words(posters.of(films, 'movie 1', null, gives(jpeg('new'))))).toBe('none')
  await clock.advance(HOUR * 1_000)
  expect(await words(posters.of(films, 'movie 1', null, gives(jpeg('new'))))).toBe('image/jpeg new')
  expect(asked).toBe(2)
})

test('an Arr that is away shows what is kept, however old, and is left alone for a minute', async () => {
  await posters.of(films, 'movie 1', null, gives(jpeg('one')))
  await clock.advance(90 * DAY * 1_000)
  expect(await words(posters.of(films, 'movie 1', null, away))).toBe('image/jpeg one')
  expect(await words(posters.of(films, 'movie 2', null, gives(jpeg('two'))))).toBe('unread')
  expect(await words(posters.of(asArrId('series'), 'series 2', null, gives(jpeg('other'))))).toBe(
    'image/jpeg other',
  )
  await clock.advance(60_000)
  expect(await words(posters.of(films, 'movie 2', null, gives(jpeg('two'))))).toBe('image/jpeg two')
})

test('what does not begin as a picture is not shown, a drawing with scripts neither', async () => {
  expect(await words(posters.of(films, 'movie 1', null, gives(Buffer.from('<html>Log in</html>'))))).toBe(
    'none',
  )
  expect(await words(posters.of(films, 'movie 2', null, gives(Buffer.from('<svg><script/></svg>'))))).toBe(
    'none',
  )
  const webp = Buffer.from('RIFF0000WEBPVP8 ')
  expect((await posters.of(films, 'movie 3', null, gives(webp))) as object).toMatchObject({
    type: 'image/webp',
  })
})

test('who asks meanwhile waits for the same answer, and the same number of two Arrs is two pictures', async () => {
  const both = [
    posters.of(films, 'http://a movie 1', null, gives(jpeg('a'))),
    posters.of(films, 'http://a movie 1', null, gives(jpeg('b'))),
  ]
  expect(await Promise.all(both.map(words))).toEqual(['image/jpeg a', 'image/jpeg a'])
  expect(await words(posters.of(films, 'http://b movie 1', null, gives(jpeg('b'))))).toBe('image/jpeg b')
})

test('the folder stays within its limit: what was shown longest ago goes', async () => {
  posters = new KeptPosters(folder, clock, 3_000)
  const large = (name: string) => jpeg(name.padEnd(996, '.'))
  for (const name of ['a', 'b', 'c']) await posters.of(films, name, null, gives(large(name)))
  await posters.of(films, 'a', null, gives(large('a')))
  await posters.of(films, 'd', null, gives(large('d')))
  const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
  expect(bytes).toBe(3_000)
  const before = asked
  await posters.of(films, 'a', null, gives(large('a')))
  expect(asked).toBe(before)
  await posters.of(films, 'b', null, gives(large('b')))
  expect(asked).toBe(before + 1)
})

test('an Arr with very many posters pushes out its own, not those of another', async () => {
  posters = new KeptPosters(folder, clock, 4_000)
  const large = (name: string) => jpeg(name.padEnd(996, '.'))
  const series = asArrId('series')
  await posters.of(films, 'a', null, gives(large('a')))
  for (const name of ['b', 'c', 'd', 'e', 'f']) await posters.of(series, name, null, gives(large(name)))
  posters = new KeptPosters(folder, clock, 4_000)
  for (const name of ['g', 'h']) await posters.of(series, name, null, gives(large(name)))
  const before = asked
  await posters.of(films, 'a', null, gives(large('a')))
  expect(asked).toBe(before)
  await posters.of(series, 'b', null, gives(large('b')))
  expect(asked).toBe(before + 1)
})

test('a user who asks for very many posters that are not there asks no more for a while; others do', async () => {
  const [ann, bob] = ['ann', 'bob'] as UserId[]
  for (let id = 1; id <= 500; id++) await posters.of(films, `movie ${id}`, ann!, gives(null))
  expect(await words(posters.of(films, 'movie 501', ann!, gives(jpeg('new'))))).toBe('unread')
  expect(asked).toBe(500)
  expect(await words(posters.of(films, 'movie 501', bob!, gives(jpeg('new'))))).toBe('image/jpeg new')
  expect(await words(posters.of(films, 'movie 501', ann!, gives(jpeg('other'))))).toBe('image/jpeg new')
  await clock.advance(HOUR * 1_000)
  expect(await words(posters.of(films, 'movie 502', ann!, gives(jpeg('later'))))).toBe('image/jpeg later')
})

test('a folder that cannot be written costs the next question alone', async () => {
  posters = new KeptPosters('/proc/commodarr/posters', clock)
  expect(await words(posters.of(films, 'movie 1', null, gives(jpeg('one'))))).toBe('image/jpeg one')
  expect(await words(posters.of(films, 'movie 1', null, gives(jpeg('one'))))).toBe('image/jpeg one')
  expect(asked).toBe(2)
})
