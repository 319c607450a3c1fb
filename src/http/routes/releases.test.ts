import {afterEach, beforeEach, expect, test} from 'vitest'
import type {Principal} from '#model/access.ts'
import type {OfferedRelease, RunningArr} from '#model/arr-service.ts'
import {CommodarrError, ServerFault} from '#model/errors.ts'
import {arrHarness, sectionNamed, type ArrHarness, type Name} from '#registry/arrs/arrs-harness.fixture.ts'
import {ReleaseLists} from '#registry/arrs/release-lists.ts'
import {expectProblem} from '#test/http/expect-problem.ts'
import {fakeHarness, type FakeHarness} from '#test/http/http-fakes.ts'
import {byHeader} from '#test/http/rig.fixture.ts'
import {releaseRoutes} from './releases.ts'

const best: OfferedRelease = {
  guid: 'https://indexer.example/download?apikey=canary',
  indexerId: 3,
  indexer: 'Tidemark',
  title: 'Film.2020.1080p.WEB-DL-SIM',
  size: 8_589_934_592,
  age: 3_600,
  seeders: 12,
  leechers: 3,
  quality: 'WEBDL-1080p',
  languages: ['English'],
  score: 25,
  formats: ['HDR'],
  protocol: 'torrent',
  approved: true,
  weight: 0,
  rejections: [],
}
const noSeeds: OfferedRelease = {
  ...best,
  title: 'Film.2020.720p.WEB-DL-SIM',
  seeders: 0,
  approved: false,
  weight: 1,
  rejections: [{class: 'seeders', text: 'Not enough seeders: 0. Minimum seeders: 1'}],
}

let harness: ArrHarness
let transports: FakeHarness
let grab: () => Promise<boolean>

beforeEach(async () => {
  harness = await arrHarness([sectionNamed('Radarr')])
  grab = async () => true
  const lists = new ReleaseLists({
    ...harness,
    managers: {of: () => ({}) as RunningArr},
    asker: {releases: async () => [best, noSeeds], grab: () => grab()},
    log: {error: () => {}},
  })
  const names: readonly Name[] = ['ada', 'ann']
  const people: Record<string, Principal> = Object.fromEntries(names.map((name) => [name, harness.as(name)]))
  transports = await fakeHarness({
    nouns: [releaseRoutes(lists)],
    authentication: {
      signIns: [byHeader(people)],
      hosts: 'this machine',
      stranger: () => new CommodarrError('unauthorised', 'Log in.'),
    },
  })
})
afterEach(async () => {
  await transports.http.close()
  await harness.store.close()
})

interface List {
  readonly list: string
  readonly state: string
  readonly releases: readonly object[]
}

function ask(method: 'GET' | 'POST', path: string, payload?: object, who: Name = 'ada') {
  const headers = {host: 'localhost', 'x-who': who}
  const url = `/api/arrs/Radarr/releases${path}`
  return transports.http.app.inject({method, url, headers, ...(payload && {payload})})
}

async function listed(): Promise<List> {
  const begun = await ask('POST', '', {unit: 'movie/17'})
  expect(begun.statusCode).toBe(202)
  const {list} = begun.json<List>()
  return (await ask('GET', `/${list}`)).json<List>()
}

test('a search of releases is begun, and its list has each release with what the Arr says against it', async () => {
  const list = await listed()
  expect(list).toMatchObject({state: 'done', unit: 'movie/17', fault: null})
  const shared = {indexer: 'Tidemark', size: 8_589_934_592, age: 3_600, leechers: 3, quality: 'WEBDL-1080p'}
  const more = {languages: ['English'], score: 25, formats: ['HDR'], protocol: 'torrent', grabbed: false}
  expect(list.releases).toEqual([
    {place: 0, title: best.title, seeders: 12, approved: true, rejections: [], ...shared, ...more},
    {
      place: 1,
      title: noSeeds.title,
      seeders: 0,
      approved: false,
      rejections: noSeeds.rejections,
      ...shared,
      ...more,
    },
  ])
})

test('Q52 no answer has the address of a release, or a key', async () => {
  const {list} = await listed()
  const answers = [await ask('GET', `/${list}`), await ask('POST', `/${list}/1/grab`, {})]
  for (const {body} of answers) expect(body).not.toMatch(/canary|indexer\.example|guid/)
})

test('one is grabbed by its place, and a rejected one with override', async () => {
  const {list} = await listed()
  expect((await ask('POST', `/${list}/0/grab`, {})).statusCode).toBe(204)
  expectProblem(await ask('POST', `/${list}/1/grab`, {}), 'release_rejected')
  expect((await ask('POST', `/${list}/1/grab`, {override: true})).statusCode).toBe(204)
  const {releases} = (await ask('GET', `/${list}`)).json<List>()
  expect(releases).toMatchObject([{grabbed: true}, {grabbed: true}])
})

test('what the Arr says when it cannot grab a release is passed on', async () => {
  const {list} = await listed()
  const words = "What answers there answered 500: Download client isn't configured yet or is unavailable."
  grab = async () => {
    throw new ServerFault('server_failed', 'server_error', words, {about: {status: 500}})
  }
  const answer = await ask('POST', `/${list}/0/grab`, {})
  expectProblem(answer, 'server_failed')
  expect(answer.json()).toMatchObject({detail: words})
})

test('Q51 a list that has expired is unknown, and so is one of another user', async () => {
  const {list} = await listed()
  await harness.service.share(harness.as('ada'), 'Radarr' as never, {everyone: 'control', users: []})
  expectProblem(await ask('GET', `/${list}`, undefined, 'ann'), 'releases_unknown')
  await harness.clock.advance(31 * 60_000)
  expectProblem(await ask('GET', `/${list}`), 'releases_unknown')
  expectProblem(await ask('POST', `/${list}/0/grab`, {}), 'releases_unknown')
})

test('what is no unit is refused', async () => {
  for (const unit of ['movie/0', 'series/5', 'season/5', 'movie/17/3', ''])
    expectProblem(await ask('POST', '', {unit}), 'bad_request')
})
