import type {Dispatcher} from 'undici'
import {expect, test} from 'vitest'
import {Ombi} from '#lab/around-arrs/ombi.ts'
import {Seerr} from '#lab/around-arrs/seerr.ts'
import type {SmallFault} from '#lab/around-arrs/small-server.ts'
import {virtualTimeLine} from '#lab/arrs/time-line.ts'
import {SocketlessDispatcher, type Answering} from '#lab/socketless.ts'
import {Secret} from '#model/secret.ts'
import type {RequestManagerKind} from '#model/requests.ts'
import {arrPlaceOf, MOST_REQUESTS, openRequestManager} from './request-managers.ts'

const policy = {objectionTo: () => null, lookup: undefined}
const time = virtualTimeLine()
const address = (server: Seerr | Ombi, key = server.apiKey) => ({
  url: 'http://manager/base',
  apiKey: new Secret(key),
  skipVerify: false,
})

function client(server: Seerr | Ombi, key?: string) {
  const kind: RequestManagerKind = server instanceof Seerr ? 'seerr' : 'ombi'
  return openRequestManager(kind, address(server, key), policy, {
    dispatcher: server.dispatcher(),
    clock: time,
  })
}

const arrs = [
  {kind: 'radarr', name: 'HD', hostname: 'HD.home', port: 7878},
  {kind: 'radarr', name: 'UHD', hostname: 'uhd', port: 7879, baseUrl: '/uhd/', is4k: true},
  {kind: 'sonarr', name: 'Shows', hostname: 'shows', port: 8989, useSsl: true},
] as const
const seerrWith = () => new Seerr({time, urlBase: '/base', arrs})

test('Q44 requests of Seerr come with their Arr, their seasons and their ids, those for 4K with fields of their own', async () => {
  const seerr = seerrWith()
  seerr.request({type: 'movie', title: 'Film', tmdbId: 11, status: 2, requestedBy: 'ann'})
  seerr.request({type: 'movie', title: 'Film', tmdbId: 11, status: 2, is4k: true})
  seerr.request({type: 'tv', title: 'Show', tmdbId: 70, tvdbId: 7, imdbId: 'tt7', status: 2, seasons: [2, 3]})
  seerr.request({type: 'movie', title: 'By IMDb', imdbId: 'tt0000009', status: 2})
  const {requests, isWhole} = await client(seerr).list(false)
  expect(isWhole).toBe(true)
  const requestedAt = time.now()
  const plain = {
    kind: 'movie',
    title: null,
    tmdbId: 11,
    tvdbId: null,
    imdbId: null,
    arrPlace: 'hd.home:7878',
    itemId: null,
    requester: 'ann',
    is4k: false,
    status: 'approved',
    seasons: [],
    requestedAt,
  }
  expect(requests.toReversed()).toEqual([
    {...plain, id: '1'},
    {...plain, id: '2', requester: 'admin', is4k: true, arrPlace: 'uhd:7879/uhd'},
    {
      ...plain,
      id: '3',
      kind: 'series',
      tmdbId: 70,
      tvdbId: 7,
      imdbId: 'tt7',
      requester: 'admin',
      arrPlace: 'shows:8989',
      seasons: [
        {season: 2, episodes: null},
        {season: 3, episodes: null},
      ],
    },
    {...plain, id: '4', tmdbId: null, imdbId: 'tt0000009', requester: 'admin'},
  ])
})

test('Q44 what is available or declined is in no list, and an unknown status is not available', async () => {
  const seerr = seerrWith()
  const ask = (tmdbId: number, about: object) =>
    seerr.request({type: 'movie', title: `Film ${tmdbId}`, tmdbId, ...about})
  ask(1, {status: 1})
  ask(2, {status: 2, mediaStatus: 4})
  ask(3, {status: 2, mediaStatus: 5})
  ask(4, {status: 3})
  ask(5, {status: 9})
  const ids = async (withPending: boolean) =>
    (await client(seerr).list(withPending)).requests.map(({tmdbId, status}) => `${tmdbId} ${status}`)
  expect(await ids(false)).toEqual(['2 approved'])
  expect(await ids(true)).toEqual(['2 approved', '1 pending'])
})

/** A later version that has statuses of its own. */
class OfLaterVersion extends SocketlessDispatcher {
  readonly #rows: readonly object[]

  constructor(rows: readonly object[]) {
    super()
    this.#rows = rows
  }

  protected override async answer(_: Dispatcher.DispatchOptions, answering: Answering): Promise<void> {
    answering.head(200, {'content-type': 'application/json'})
    const page = {pageInfo: {results: this.#rows.length}, results: this.#rows}
    await answering.piece(Buffer.from(JSON.stringify(page)))
    answering.end()
  }
}

test('Q44 media of status 9 count as not available, a request of status 9 as one that is not approved', async () => {
  const row = (id: number, status: number, mediaStatus: number) => ({
    id,
    status,
    type: 'movie',
    createdAt: '2026-01-01T00:00:00.000Z',
    media: {tmdbId: id, status: mediaStatus, status4k: 1},
  })
  const dispatcher = new OfLaterVersion([
    row(1, 2, 9),
    row(2, 9, 3),
    row(3, 2, 5),
    {id: 4, status: 2, media: null},
  ])
  const port = openRequestManager('seerr', address(seerrWith()), policy, {dispatcher, clock: time})
  const {requests} = await port.list(true)
  expect(requests.map(({id, status}) => [id, status])).toEqual([['1', 'approved']])
})

test('10,000 requests are read by pages of 100, and of more those that are newest', async () => {
  const seerr = new Seerr({time, urlBase: '/base'})
  for (let n = 1; n <= MOST_REQUESTS; n++)
    seerr.request({type: 'movie', title: `Film ${n}`, tmdbId: n, status: 2})
  const {requests, isWhole} = await client(seerr).list(false)
  expect([requests.length, isWhole]).toEqual([MOST_REQUESTS, true])
  // The last page is full: whether there is more is known by its count.
  expect(seerr.asked).toHaveLength(MOST_REQUESTS / 100)
  expect(seerr.asked[1]).toBe('GET /api/v1/request?take=100&skip=100&sort=added&filter=processing')
  seerr.request({type: 'movie', title: 'One more', tmdbId: 0, status: 2})
  const more = await client(seerr).list(false)
  expect([more.requests.length, more.isWhole]).toEqual([MOST_REQUESTS, false])
})

test('a manager that lists endless seasons, texts and numbers is read within bounds', async () => {
  const endless = {
    id: 1,
    status: 2,
    type: 'tv',
    createdAt: '2026-01-01T00:00:00.000Z',
    requestedBy: {displayName: 'x'.repeat(10_000)},
    media: {tvdbId: 7, imdbId: 'tt1 OR 1', status: 3, status4k: 1},
    seasons: Array.from({length: 60_000}, (_, seasonNumber) => ({seasonNumber})),
  }
  const dispatcher = new OfLaterVersion([endless, {...endless, id: 2}, {...endless, id: 3, seasons: []}])
  const port = openRequestManager('seerr', address(seerrWith()), policy, {dispatcher, clock: time})
  const {requests, isWhole} = await port.list(false)
  expect([requests.map(({id}) => id), isWhole]).toEqual([['1'], false])
  expect(requests[0]).toMatchObject({imdbId: null, requester: 'x'.repeat(300)})
})

test('a list that changes while it is read is read again', async () => {
  const seerr = new Seerr({time, urlBase: '/base'})
  for (let n = 1; n <= 150; n++) seerr.request({type: 'movie', title: `Film ${n}`, tmdbId: n, status: 2})
  const answer = seerr.answer.bind(seerr)
  let answers = 0
  seerr.answer = async (request) => {
    const said = await answer(request)
    // The newest is there by then: the first of the second page is on the first one from now on.
    if (++answers === 1) seerr.requests.at(-1)!.mediaStatus = 5
    return said
  }
  const {requests, isWhole} = await client(seerr).list(false)
  expect([requests.length, isWhole, seerr.asked.length]).toEqual([149, true, 4])
})

test('Q46 of Ombi films and seasons come as far as they are approved, those for 4K each for itself', async () => {
  const ombi = new Ombi({time, urlBase: '/base'})
  ombi.movies.push(
    {title: 'Pending', theMovieDbId: 1},
    {title: 'Approved', theMovieDbId: 2, imdbId: 'tt2', approved: true, requestedBy: 'ann'},
    {title: 'Denied', theMovieDbId: 3, approved: true, denied: true},
    {title: 'There', theMovieDbId: 4, approved: true, available: true},
    {title: 'Both', theMovieDbId: 5, approved: true, has4KRequest: true, approved4K: true},
    {title: 'Large alone', theMovieDbId: 6, is4kRequest: true, approved: true, denied4K: true},
  )
  ombi.series.push({
    title: 'A Show',
    tvDbId: 7,
    tmdbId: 70,
    children: [
      {approved: true, seasons: [{season: 2, episodes: [1, 2]}], requestedBy: 'bob', requestedAt: 1_000},
      {seasons: [{season: 3, episodes: [1]}]},
      {approved: true, denied: true, seasons: [{season: 4, episodes: [1]}]},
    ],
  })
  const {requests, isWhole} = await client(ombi).list(false)
  expect(isWhole).toBe(true)
  expect(requests.map(({title, is4k, requester}) => [title, is4k, requester])).toEqual([
    ['Approved', false, 'ann'],
    ['Both', false, 'admin'],
    ['Both', true, 'admin'],
    ['A Show', false, 'bob'],
  ])
  expect(requests.at(-1)).toMatchObject({
    id: 'series 100',
    tvdbId: 7,
    tmdbId: 70,
    seasons: [{season: 2, episodes: [1, 2]}],
    requestedAt: 1_000,
  })
  const withPending = (await client(ombi).list(true)).requests
  expect(withPending.filter(({status}) => status === 'pending').map(({title}) => title)).toEqual([
    'Pending',
    'A Show',
  ])
})

test.each<[RequestManagerKind, string]>([
  ['seerr', 'GET /api/v1/request?take=100&skip=0&sort=added&filter=processing'],
  ['ombi', 'GET /api/v1/Request/movie'],
])('Q47 a wrong key is named as such by %s, and ends the reading', async (kind, asked) => {
  const server = kind === 'seerr' ? seerrWith() : new Ombi({time, urlBase: '/base'})
  await expect(client(server, 'another-key').list(false)).rejects.toMatchObject({
    code: 'login_refused',
    message: 'It does not accept this key.',
  })
  expect(server.asked).toEqual([asked])
})

test.each<[SmallFault, string]>([
  ['loginPage', 'wrong_server'],
  ['cut', 'server_unreachable'],
  ['garbled', 'answer_invalid'],
])('of what answers with %j nothing is taken', async (fault, code) => {
  for (const server of [seerrWith(), new Ombi({time, urlBase: '/base'})]) {
    if (server instanceof Seerr) server.request({type: 'movie', title: 'Film', tmdbId: 1, status: 2})
    server.fault = fault
    await expect(client(server).list(false)).rejects.toMatchObject({code})
  }
})

test('a manager that says nothing is waited for a minute', async () => {
  const seerr = seerrWith()
  seerr.fault = 'silent'
  const read = client(seerr)
    .list(false)
    .catch((error: unknown) => error)
  await time.advance(60_000)
  expect(await read).toMatchObject({code: 'server_unreachable', reason: 'timed_out'})
})

/** Two hosts: one leads to the other. What each is asked is written down with its headers. */
class Leading extends SocketlessDispatcher {
  readonly asked: {readonly host: string; readonly headers: string}[] = []

  protected override async answer(
    {origin, headers}: Dispatcher.DispatchOptions,
    answering: Answering,
  ): Promise<void> {
    this.asked.push({host: String(origin), headers: JSON.stringify(headers)})
    answering.head(302, {location: 'http://elsewhere/api/v1/request', 'content-length': '0'})
    answering.end()
  }
}

test.each<RequestManagerKind>(['seerr', 'ombi'])(
  'Q52 the key of %s is not led to another host',
  async (kind) => {
    const dispatcher = new Leading()
    const port = openRequestManager(
      kind,
      {url: 'http://manager', apiKey: new Secret('canary-key'), skipVerify: false},
      policy,
      {dispatcher, clock: time},
    )
    const error: unknown = await port.list(false).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'wrong_server',
      message: 'It leads to another address, or to a login page. The key was not sent there.',
    })
    expect(JSON.stringify(error)).not.toContain('canary-key')
    expect(dispatcher.asked.map(({host}) => host)).toEqual(['http://manager'])
    expect(dispatcher.asked[0]!.headers).toContain('canary-key')
  },
)

test.each([
  ['http://HD.home:7878', 'hd.home:7878'],
  ['https://films.example', 'films.example:443'],
  ['http://films.example/radarr/', 'films.example:80/radarr'],
])('the Arr at %s is named %s', (url, place) => {
  expect(arrPlaceOf(url)).toBe(place)
})
