import {afterEach, beforeEach, expect, test} from 'vitest'
import {fakeHarness, hashOf, type FakeHarness} from '#test/http/http-fakes.ts'

let harness: FakeHarness
beforeEach(async () => {
  harness = await fakeHarness()
})
afterEach(() => harness.http.close())

const get = (path: string) => harness.http.app.inject(`/api/torrents/${path}`)

test.each([
  ['files', {files: [{index: 0, path: 'a/b.mkv', size: 5, progress: 0.5, priority: 'normal'}]}],
  [
    'trackers',
    {
      trackers: [
        {url: 'https://t.example/announce', tier: 0, status: 'working', message: '', last_announce_at: null},
      ],
    },
  ],
  [
    'peers',
    {
      peers: [
        {
          address: '10.0.0.1:5',
          client: 'x',
          progress: 1,
          down_speed: 1,
          up_speed: 2,
          flags: 'D',
          encrypted: true,
        },
      ],
    },
  ],
  ['web-seeds', {web_seeds: [{url: 'https://seed.example/'}]}],
  ['pieces', {size: 16384, count: 3, states: '012'}],
  ['more', {created_by: 'mktorrent', piece_count: 3}],
])('%s come from the server of the torrent', async (noun, body) => {
  const answer = await get(`${hashOf('b')}/${noun}`)
  expect(answer.statusCode).toBe(200)
  expect(answer.json()).toEqual(body)
})

test('details of a torrent on several servers need a server: theirs differ', async () => {
  for (const noun of ['files', 'trackers', 'peers', 'web-seeds', 'pieces', 'more', 'export']) {
    const answer = await get(`${hashOf('a')}/${noun}`)
    expect(answer.statusCode).toBe(409)
    expect(answer.json()).toMatchObject({code: 'server_id_required'})
  }
  expect((await get(`${hashOf('a')}/files?server_id=box`)).statusCode).toBe(200)
})

test('the .torrent file is handed out as a download', async () => {
  const answer = await get(`${hashOf('c')}/export`)
  expect(answer.headers['content-type']).toBe('application/x-bittorrent')
  expect(answer.headers['content-disposition']).toBe(`attachment; filename="${hashOf('c')}.torrent"`)
  expect(answer.body).toBe('d4:infode')
})

test('what the server no longer has is a 404', async () => {
  const answer = await get(`${hashOf('b')}/export`)
  expect(answer.statusCode).toBe(404)
  expect(answer.json()).toMatchObject({code: 'torrent_not_found'})
})
