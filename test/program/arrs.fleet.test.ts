/** Arrs through the whole program, over HTTP to one that is made up of fixed answers. */
import {createServer, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import {afterAll, beforeAll, beforeEach, expect, test} from 'vitest'
import {readArrTable} from '#config/arrs.ts'
import {expectProblem} from '#test/http/expect-problem.ts'
import {startTestApp, type TestApp} from './program.fixture.ts'

const key = 'canary-key-of-an-arr'
const box = {
  id: 1,
  name: 'box',
  enable: true,
  protocol: 'torrent',
  implementation: 'QBittorrent',
  removeCompletedDownloads: true,
  removeFailedDownloads: false,
  tags: [],
  fields: [
    {name: 'host', value: 'box.example'},
    {name: 'port', value: 8080},
    {name: 'username', value: 'me'},
    {name: 'password', value: '********'},
    {name: 'movieCategory', value: 'films'},
    {name: 'initialState', value: 2},
  ],
}
const answers: Record<string, unknown> = {
  '/api': {current: 'v3', deprecated: []},
  '/api/v3/system/status': {appName: 'Radarr', instanceName: 'Films', version: '5.14.0', isDocker: false},
  '/api/v3/downloadclient': [box],
  '/api/v3/downloadclient/1': box,
  '/api/v3/remotepathmapping': [{id: 1, host: 'box.example', remotePath: '/data/', localPath: '/mnt/'}],
  '/api/v3/rootfolder': [{id: 1, path: '/films', accessible: true, freeSpace: 1e12}],
  '/api/v3/qualityprofile': [],
  '/api/v3/indexer': [],
  '/api/v3/config/downloadclient': {
    id: 1,
    enableCompletedDownloadHandling: true,
    autoRedownloadFailed: true,
    autoRedownloadFailedFromInteractiveSearch: true,
  },
  '/api/v3/config/mediamanagement': {id: 1, copyUsingHardlinks: false, recycleBin: ''},
  '/api/v3/queue/details': [],
  '/api/v3/health': [],
  '/api/v3/notification': [],
}

let arr: Server
let url: string
let program: TestApp
const changed: unknown[] = []

beforeAll(async () => {
  arr = createServer((request, reply) => {
    const path = new URL(request.url!, 'http://arr').pathname
    const known = request.headers['x-api-key'] === key
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      if (request.method === 'PUT') changed.push([path, JSON.parse(Buffer.concat(chunks).toString())])
      const answer = request.method === 'PUT' ? {} : answers[path]
      reply.writeHead(known ? (answer === undefined ? 404 : 200) : 401, {'content-type': 'application/json'})
      reply.end(known ? JSON.stringify(answer ?? {}) : '')
    })
  })
  await new Promise<void>((done) => arr.listen(0, '127.0.0.1', done))
  url = `http://127.0.0.1:${(arr.address() as AddressInfo).port}`
  program = await startTestApp({servers: [], arrs: fileWith('films')})
})
/** Changes are told from those of the tests before. */
beforeEach(() => changed.splice(0))
afterAll(async () => {
  await program.stop()
  arr.close()
})

/** A configuration whose one Arr has this category. */
function fileWith(category: string) {
  const {arr: filed} = readArrTable('Radarr', 'radarr', {
    URI: url,
    APIKey: key,
    Category: category,
    Managed: true,
  })
  return {arrs: [filed!], off: [], written: {}}
}

/** What was put right in the Arr, newest first. */
async function fixes(): Promise<readonly object[]> {
  return (await program.api.get<{entries: object[]}>('/api/audit?subject=arr&verb=fix')).entries
}

test('with one key everything about an Arr is known but passwords', async () => {
  const {status, body} = await program.api.send('POST', '/api/arrs/discover', {url, api_key: key})
  expect([status, body]).toMatchObject([
    200,
    {
      arr: {kind: 'radarr', name: 'Films', version: '5.14.0'},
      known: [{id: 'Radarr'}],
      servers: [{url: 'http://box.example:8080', categories: ['films'], missing: ['password'], known: null}],
      path_mappings: [{remote_path: '/data/', local_path: '/mnt/'}],
      root_folders: [{path: '/films', free_space: 1e12}],
    },
  ])
  expect(JSON.stringify(body)).not.toContain(key)
  const refused = await program.api.send('POST', '/api/arrs/discover', {url, api_key: 'another'})
  expect(refused.body).toMatchObject({code: 'login_refused'})
})

test('what the doctor finds is fixed in the Arr, and both are in the audit', async () => {
  const {findings} = await program.api.get<{findings: {code: string}[]}>('/api/arrs/Radarr/doctor')
  expect(findings.map(({code}) => code)).toEqual([
    'client_removes_completed',
    'client_adds_stopped',
    'server_not_here',
    'hard_links_off',
  ])
  const fixed = await program.api.send('POST', '/api/arrs/Radarr/doctor/hard_links_off/fix', {})
  expect([fixed.status, changed]).toEqual([
    200,
    [['/api/v3/config/mediamanagement/1', {id: 1, copyUsingHardlinks: true, recycleBin: ''}]],
  ])
  expect((await fixes())[0]).toMatchObject({verb: 'fix', name: 'Radarr', args: {code: 'hard_links_off'}})
})

test('what was fixed is listed as long as it is so, and is put back; what was changed since stays', async () => {
  const media = '/api/v3/config/mediamanagement'
  const fixed = async () => {
    const {body} = await program.api.send('POST', '/api/arrs/discover', {id: 'Radarr'})
    return (body as {fixed: {code: string; about: string}[]}).fixed.map(({code}) => code)
  }
  const undo = () =>
    program.api.send('POST', '/api/arrs/Radarr/doctor/hard_links_off/fix', {about: '', undo: true})
  // The Arr has them off still, or again.
  expect(await fixed()).toEqual([])
  expectProblem(await undo(), 'arr_finding_gone')
  expect(changed).toEqual([])
  answers[media] = {id: 1, copyUsingHardlinks: true, recycleBin: ''}
  expect(await fixed()).toEqual(['hard_links_off'])
  expect((await undo()).status).toBe(200)
  expect(changed).toEqual([[`${media}/1`, {id: 1, copyUsingHardlinks: false, recycleBin: ''}]])
  expect(await fixed()).toEqual([])
  expectProblem(await undo(), 'arr_finding_gone')
  answers[media] = {id: 1, copyUsingHardlinks: false, recycleBin: ''}
})

test('downloads begin on their own again, and the client is otherwise as it was', async () => {
  const fixed = await program.api.send('POST', '/api/arrs/Radarr/doctor/client_adds_stopped/fix', {
    about: 'box',
  })
  expect(fixed.body).toMatchObject({fixed: [{code: 'client_adds_stopped', about: 'box'}]})
  const fields = box.fields.map((it) => (it.name === 'initialState' ? {...it, value: 0} : it))
  expect(changed).toEqual([['/api/v3/downloadclient/1', {...box, fields}]])
  expect((await fixes())[0]).toMatchObject({verb: 'fix', args: {code: 'client_adds_stopped', about: 'box'}})
})

test('a client with another category than the section gets ours, once nothing of it is under way', async () => {
  const films = {name: 'movieCategory', value: 'movies'}
  const fields = box.fields.map((it) => (it.name === films.name ? films : it))
  const before = {...answers}
  answers['/api/v3/downloadclient'] = [{...box, fields}]
  answers['/api/v3/downloadclient/1'] = {...box, fields}
  answers['/api/v3/queue/details'] = [
    {
      id: 5,
      movieId: 1,
      downloadId: 'A'.repeat(40),
      downloadClient: 'box',
      protocol: 'torrent',
      title: 'A film',
    },
  ]
  const {findings} = await program.api.get<{findings: object[]}>('/api/arrs/Radarr/doctor')
  expect(findings).toContainEqual({
    code: 'category_not_ours',
    severity: 'warning',
    about: 'box',
    fixable: true,
    sentence: expect.stringContaining('puts torrents into movies; here its category is films'),
  })
  const fix = () => program.api.send('POST', '/api/arrs/Radarr/doctor/category_not_ours/fix', {about: 'box'})
  expectProblem(await fix(), 'arr_busy')
  expect(changed).toEqual([])
  answers['/api/v3/queue/details'] = []
  expect((await fix()).body).toMatchObject({fixed: [{code: 'category_not_ours'}]})
  expect(changed).toEqual([['/api/v3/downloadclient/1', box]])
  expect((await fixes()).slice(0, 2)).toMatchObject([
    {verb: 'fix', code: null, args: {code: 'category_not_ours'}},
    {verb: 'fix', code: 'arr_busy', args: {code: 'category_not_ours'}},
  ])
  Object.assign(answers, before)
})

test('an Arr that a user adds is tried at its own address, and the file can take its category', async () => {
  const films = {kind: 'radarr', name: 'Mine', url: `${url}/elsewhere`, category: 'mine', api_key: key}
  const made = await program.api.send('POST', '/api/arrs', films)
  expect(made.status).toBe(201)
  const {id} = made.body as {id: string}
  expect((await program.api.send('POST', `/api/arrs/${id}/test`)).body).toMatchObject({code: 'wrong_server'})
  const {people} = program.app
  people.arrDirectory.setFile(fileWith('mine'))
  const {arrs} = await program.api.get<{arrs: object[]}>('/api/arrs')
  expect(arrs).toMatchObject([
    {id: 'Radarr', obstacle: {code: 'same_category', with: [{name: 'Mine'}]}},
    {id, obstacle: {code: 'same_category', with: [{name: 'Radarr'}]}},
  ])
  expect((await program.api.send('DELETE', `/api/arrs/${id}`)).status).toBe(204)
  people.arrDirectory.setFile(fileWith('films'))
})
