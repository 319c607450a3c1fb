/** What Ombi gives of films and series, and what it leaves out. */
import {expect, test} from 'vitest'
import {assembleSim} from '../arrs/create.ts'
import {virtualTimeLine} from '../arrs/time-line.ts'
import {Ombi} from './ombi.ts'

async function asked(ombi: Ombi, path: string, headers: object = {apikey: ombi.apiKey.toUpperCase()}) {
  const url = new URL(path, 'http://ombi')
  const request = {method: 'GET', path: url.pathname, query: url.searchParams, headers: {...headers}}
  const {status, body} = await ombi.answer(request)
  const text = [...body].join('')
  return {status, text, value: (/^[[{\d]/.test(text) ? JSON.parse(text) : null) as never}
}

function ombiWith(): Ombi {
  const ombi = new Ombi({time: virtualTimeLine()})
  ombi.movies.push(
    {title: 'Pending', theMovieDbId: 1},
    {title: 'Approved', theMovieDbId: 2, imdbId: 'tt2', approved: true},
    {title: 'Denied', theMovieDbId: 3, denied: true},
    {title: 'There', theMovieDbId: 4, approved: true, available: true},
    {title: 'Both', theMovieDbId: 5, approved: true, has4KRequest: true, approved4K: true, denied4K: false},
    {title: 'Large alone', theMovieDbId: 6, is4kRequest: true, denied4K: true},
  )
  ombi.series.push({
    title: 'A Show',
    tvDbId: 7,
    tmdbId: 70,
    children: [
      {approved: true, seasons: [{season: 2, episodes: [1, 2]}], requestedBy: 'ann'},
      {seasons: [{season: 3, episodes: [1]}]},
    ],
  })
  return ombi
}

test('films say their approvals, of the copy in 4K apart', async () => {
  const {value} = await asked(ombiWith(), '/api/v1/Request/movie')
  const rows = value as {theMovieDbId: number}[]
  expect(rows).toMatchObject([
    {approved: false, denied: false, available: false, requestStatus: 'Common.PendingApproval'},
    {approved: true, imdbId: 'tt2', requestStatus: 'Common.ProcessingRequest'},
    {denied: true, requestStatus: 'Common.RequestDenied'},
    {available: true},
    {approved: true, has4KRequest: true, approved4K: true, denied4K: false, available4K: false},
    {approved: false, is4kRequest: true, has4KRequest: true, denied4K: true},
  ])
})

test('series have their seasons in the whole list, and none in the small one', async () => {
  const ombi = ombiWith()
  expect((await asked(ombi, '/api/v1/Request/tv')).value).toMatchObject([
    {
      tvDbId: 7,
      externalProviderId: 70,
      childRequests: [
        {
          approved: true,
          requestedUser: {userName: 'ann'},
          seasonRequests: [{seasonNumber: 2, episodes: [{episodeNumber: 1}, {episodeNumber: 2}]}],
        },
        {approved: false, seasonRequests: [{seasonNumber: 3}]},
      ],
    },
  ])
  expect((await asked(ombi, '/api/v1/Request/tvlite')).value).toMatchObject([
    {childRequests: [{seasonRequests: []}, {seasonRequests: []}]},
  ])
})

test.each([
  ['movie/10/0/1/3/0', [2, 4, 5]],
  ['movie/10/0/1/5/0', [1, 6]],
  ['movie/10/0/1/4/2', [2, 5]],
  ['movie/10/0/1/0/1', [4]],
  ['movie/2/1/1/0/0', [2, 3]],
] as const)('the page %s has films %j', async (path, ids) => {
  const {value} = await asked(ombiWith(), `/api/v1/Request/${path}`)
  const {collection} = value as {collection: {theMovieDbId: number}[]}
  expect(collection.map(({theMovieDbId}) => theMovieDbId)).toEqual(ids)
})

test('pages of series ignore their filters', async () => {
  const {value} = await asked(ombiWith(), '/api/v1/Request/tv/10/0/1/5/1')
  expect(value).toMatchObject({total: 1, collection: [{tvDbId: 7}]})
  expect((await asked(ombiWith(), '/api/v1/Request/tv/total')).value).toBe(1)
})

test('a wrong key is refused in plain words, and the case of its letters does not count', async () => {
  const {status, text} = await asked(ombiWith(), '/api/v1/Request/movie', {apikey: 'another'})
  expect([status, text]).toEqual([401, 'Invalid API Key'])
  const ombi = ombiWith()
  expect((await asked(ombi, `/api/v1/Request/movie?apikey=${ombi.apiKey}`, {})).status).toBe(200)
  expect((await asked(ombi, '/api/v1/Status', {})).status).toBe(200)
})

test('what is approved is added to its Arr, which searches it, and is available once it came in', async () => {
  const downloadClients = [{name: 'A'}]
  const sim = assembleSim({
    clock: 'virtual',
    validation: null,
    instances: [
      {name: 'Films', app: 'radarr', downloadClients},
      {name: 'Shows', app: 'sonarr', downloadClients},
    ],
  })
  const [films, shows] = [sim.arr('Films'), sim.arr('Shows')]
  const ombi = new Ombi({time: sim.time, radarr: films, sonarr: shows})
  ombi.movies.push({title: 'Some Film', theMovieDbId: 2})
  ombi.series.push({
    title: 'A Show',
    tvDbId: 7,
    children: [{seasons: [{season: 1, episodes: [1]}]}, {seasons: [{season: 4, episodes: [1]}]}],
  })
  expect(() => ombi.approveMovie(3)).toThrow('it was not asked for')
  ombi.approveMovie(2)
  ombi.approveSeries(7, 1)
  const {value: series} = await asked(ombi, '/api/v1/Request/tv')
  expect(series).toMatchObject([{childRequests: [{approved: false}, {approved: true}]}])
  films.arr.releases.define({itemId: 1, life: {completeAfter: 1}})
  await sim.time.advance(300_000)
  expect(films.arr.library.parents).toMatchObject([{title: 'Some Film', externalId: 2}])
  expect(shows.arr.library.units.map(({season}) => season)).toEqual([4])
  expect([films.arr.stats.searches, shows.arr.stats.searches]).toEqual([{1: 1}, {1: 1}])
  ombi.lookAtArrs()
  const {value: movies} = await asked(ombi, '/api/v1/Request/movie')
  expect(movies).toMatchObject([{approved: true, available: true}])
  await sim.close()
})
