import {afterEach, beforeEach, expect, test} from 'vitest'
import {accessOf} from '#accounts/grants.ts'
import type {Principal} from '#model/access.ts'
import type {PosterOf} from '#model/arr.ts'
import type {ArrWay, Poster} from '#model/arr-service.ts'
import {CommodarrError} from '#model/errors.ts'
import {arrHarness, draft, type ArrHarness, type Name} from '#registry/arrs/arrs-harness.fixture.ts'
import {ArrPosters} from '#registry/arrs/posters.ts'
import {fakeHarness, type FakeHarness} from '#test/http/http-fakes.ts'
import {byHeader} from '#test/http/rig.fixture.ts'
import {arrPosterRoutes} from './arr-posters.ts'

let harness: ArrHarness
let http: FakeHarness
let poster: Poster
let asked: [ArrWay, PosterOf][]
let arr: string
const picture: Poster = {bytes: Buffer.from('picture'), type: 'image/png', tag: 'tag-of-it'}

beforeEach(async () => {
  harness = await arrHarness()
  poster = picture
  asked = []
  const posters = new ArrPosters({
    directory: harness.directory,
    kept: {
      async of(_arr, _place, _by, ask) {
        await ask()
        return poster
      },
    },
    async ask(way, of) {
      asked.push([way, of])
      return null
    },
  })
  const names: readonly Name[] = ['ada', 'ann', 'bob', 'vic']
  const people: Record<string, Principal> = Object.fromEntries(names.map((name) => [name, harness.as(name)]))
  http = await fakeHarness({
    nouns: [arrPosterRoutes(posters)],
    authentication: {
      signIns: [byHeader(people)],
      hosts: 'this machine',
      stranger: () => new CommodarrError('unauthorised', 'Log in.'),
    },
  })
  const everywhere = {userId: null, role: 'administrator', scopes: null, servers: null} as const
  people['ada'] = {...people['ada']!, access: accessOf(everywhere, http.registry)}
  arr = (await harness.service.create(harness.as('ann'), draft())).id
})
afterEach(async () => {
  await http.http.close()
  await harness.store.close()
})

function ask(who: Name, path: string, headers: object = {}) {
  return http.http.app.inject({
    url: `/api/arrs/${path}`,
    headers: {host: 'localhost', 'x-who': who, ...headers},
  })
}

test('a poster comes with its type and a tag, and is not sent again to who has it', async () => {
  const answer = await ask('ann', `${arr}/posters/movie/17`)
  expect([answer.statusCode, answer.body]).toEqual([200, 'picture'])
  expect(answer.headers).toMatchObject({
    'content-type': 'image/png',
    etag: '"tag-of-it"',
    'cache-control': 'private, no-cache',
    'x-content-type-options': 'nosniff',
  })
  expect(asked).toMatchObject([[{url: 'http://films.example:7878'}, {kind: 'movie', id: 17}]])
  for (const known of ['"tag-of-it"', '"other", W/"tag-of-it"', '*']) {
    const again = await ask('ann', `${arr}/posters/movie/17`, {'if-none-match': known})
    expect([again.statusCode, again.body]).toEqual([304, ''])
  }
  expect((await ask('ann', `${arr}/posters/movie/17`, {'if-none-match': '"other"'})).statusCode).toBe(200)
})

test('where there is none nothing is sent, and what could not be read is asked for again', async () => {
  poster = 'none'
  const none = await ask('ann', `${arr}/posters/movie/17`)
  expect([none.statusCode, none.headers['cache-control']]).toEqual([204, 'private, max-age=600'])
  poster = 'unread'
  const unread = await ask('ann', `${arr}/posters/movie/17`)
  expect([unread.statusCode, unread.headers['cache-control']]).toEqual([204, 'no-store'])
})

test('a kind that the app does not have is not asked for', async () => {
  expect((await ask('ann', `${arr}/posters/album/17`)).statusCode).toBe(204)
  expect(asked).toEqual([])
})

test('an Arr of another user has no posters, like one that is not there', async () => {
  const [hidden, missing] = [
    await ask('bob', `${arr}/posters/movie/17`),
    await ask('bob', 'none/posters/movie/17'),
  ]
  const about = ({statusCode, body}: typeof hidden) => {
    const {code, detail} = JSON.parse(body) as {code: string; detail: string}
    return [statusCode, code, detail.replace(arr, 'none')]
  }
  expect(about(hidden)).toEqual(about(missing))
  expect(hidden.statusCode).toBe(404)
  expect(asked).toEqual([])
})

test('what is no kind and no number is refused by name', async () => {
  const kind = await ask('ann', `${arr}/posters/film/17`)
  expect(kind.statusCode).toBe(400)
  expect(kind.body).toContain('"field":"kind"')
  for (const item of ['0', '1.5', '..%2F..%2Fetc', '2000000000']) {
    const answer = await ask('ann', `${arr}/posters/movie/${item}`)
    expect(answer.statusCode).toBe(400)
    expect(answer.body).toContain('"field":"item"')
  }
})
