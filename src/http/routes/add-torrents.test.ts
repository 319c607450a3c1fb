import {afterEach, beforeEach, expect, test} from 'vitest'
import {CommodarrError, ServerFault} from '#model/errors.ts'
import {fakeHarness, hashOf, type FakeHarness} from '#test/http/http-fakes.ts'
import {uploadLimits} from '../rows/torrent-forms.ts'

let harness: FakeHarness
beforeEach(async () => {
  harness = await fakeHarness()
})
afterEach(() => harness.http.close())

const magnet = `magnet:?xt=urn:btih:${hashOf('a')}`

async function add(payload: object) {
  const answer = await harness.http.app.inject({method: 'POST', url: '/api/torrents', payload})
  return {status: answer.statusCode, body: answer.json<Record<string, unknown>>(), text: answer.body}
}

test('a magnet link is added to the named server, started unless the request says otherwise', async () => {
  const {status, body} = await add({server_id: 'box', magnet})
  expect(status).toBe(201)
  expect(body).toEqual({server_id: 'box', status: 'added', info_hash: hashOf('a')})
  expect(harness.executor.added).toEqual([{serverId: 'box', add: {source: {magnet}, start: true}}])
})

test('the server may stand in the address, and the link be called uri', async () => {
  const uri = 'https://tracker.example/1.torrent'
  const send = async (query: string, payload: object) =>
    (await harness.http.app.inject({method: 'POST', url: `/api/torrents${query}`, payload})).statusCode
  expect(await send('?server_id=box', {uri})).toBe(201)
  expect(await send('?server_id=box', {uri, server_id: 'box'})).toBe(201)
  expect(harness.executor.added).toMatchObject(Array(2).fill({serverId: 'box', add: {source: {url: uri}}}))
  expect(await send('?server_id=box', {uri, server_id: 'qBit'})).toBe(400)
  expect(await send('?server=box', {uri, server_id: 'qBit'})).toBe(400)
  expect(harness.executor.added).toHaveLength(2)
})

test.each([
  ['&tr=udp%3A%2F%2Ft.example%3A1&tr=t.example', 't.example', 'an announce URL'],
  ['&tr.1=http%3A%2F%2Ft.example%3A99999', 'http://t.example:99999', 'an announce URL'],
  ['&x.pe=10.0.0.1:0', '10.0.0.1:0', 'ip:port'],
])('a link with %s is refused, with what is accepted', async (parts, found, accepted) => {
  const {status, body} = await add({server_id: 'box', magnet: magnet + parts})
  expect(status).toBe(400)
  expect(body['errors']).toEqual([{field: 'magnet', found, accepted: expect.stringContaining(accepted)}])
  expect(harness.executor.added).toEqual([])
})

test('a link may have trackers without a value, and peers', async () => {
  const link = `${magnet}&tr=&tr=udp%3A%2F%2Ft.example%3A1&x.pe=10.0.0.1:5&x.pe=[2001:db8::1]:5`
  expect((await add({server_id: 'box', magnet: link})).status).toBe(201)
})

test('every option travels by its own name', async () => {
  const url = 'https://tracker.example/t.torrent'
  await add({
    server_id: 'qBit',
    url,
    save_path: '/data',
    category: 'tv',
    tags: ['a'],
    start: false,
    force_start: true,
    skip_check: true,
    sequential: true,
    first_last: true,
    down_limit: 1,
    up_limit: 2,
    ratio_limit: null,
    seeding_time_limit: 'inherit',
    rename: 'n',
    stop_condition: 'filesChecked',
    content_layout: 'noSubfolder',
    top_of_queue: true,
    cookies: 'a=b',
  })
  expect(harness.executor.added[0]?.add).toEqual({
    source: {url},
    savePath: '/data',
    category: 'tv',
    tags: ['a'],
    start: false,
    forceStart: true,
    skipCheck: true,
    sequential: true,
    firstLast: true,
    downLimit: 1,
    upLimit: 2,
    ratioLimit: null,
    seedingTimeLimit: 'inherit',
    rename: 'n',
    stopCondition: 'filesChecked',
    contentLayout: 'noSubfolder',
    topOfQueue: true,
    cookies: 'a=b',
  })
})

test.each([
  ['added', 201],
  ['pending', 202],
  ['duplicate', 200],
] as const)('%s is answered with %d', async (outcome, status) => {
  harness.executor.addOutcome = () => ({status: outcome, hash: null})
  expect(await add({server_id: 'box', magnet})).toMatchObject({
    status,
    body: {status: outcome, info_hash: null},
  })
})

test.each([
  [{magnet}, 400, 'bad_request'],
  [{server_id: 'nowhere', magnet}, 404, 'server_unknown'],
  [{server_id: 'box'}, 400, 'bad_request'],
  [{server_id: 'box', magnet, url: 'https://x/'}, 400, 'bad_request'],
  [{server_id: 'box', magnet: 'https://x/'}, 400, 'bad_request'],
  [{server_id: 'box', url: 'file:///etc/passwd'}, 400, 'bad_request'],
  [{server_id: 'box', url: 'not an address'}, 400, 'bad_request'],
])('%j is a %d %s', async (payload, status, code) => {
  expect(await add(payload)).toMatchObject({status, body: {code}})
  expect(harness.executor.added).toEqual([])
})

test('cookies are never sent back, not even in a complaint about them', async () => {
  const {status, text} = await add({server_id: 'box', magnet, cookies: 'x'.repeat(5000)})
  expect(status).toBe(400)
  expect(text).not.toContain('xxx')
})

test('an addition that got no answer is unconfirmed, not failed', async () => {
  harness.executor.addOutcome = () => {
    throw new ServerFault('server_unreachable', 'timed_out', 'No answer.', {outcomeUnknown: true})
  }
  expect(await add({server_id: 'box', magnet})).toMatchObject({status: 504, body: {code: 'unconfirmed'}})
})

async function upload(form: FormData) {
  const request = new Request('http://localhost/', {method: 'POST', body: form})
  const answer = await harness.http.app.inject({
    method: 'POST',
    url: '/api/torrents/upload',
    headers: Object.fromEntries(request.headers),
    payload: Buffer.from(await request.arrayBuffer()),
  })
  return {status: answer.statusCode, body: answer.json<Record<string, unknown>>()}
}

function form(
  fields: readonly (readonly [string, string])[],
  files: Readonly<Record<string, string | Uint8Array<ArrayBuffer>>>,
) {
  const made = new FormData()
  for (const [name, value] of fields) made.append(name, value)
  for (const [name, bytes] of Object.entries(files)) made.append('file', new Blob([bytes]), name)
  return made
}

test('files are added one by one, each with its own result', async () => {
  let calls = 0
  harness.executor.addOutcome = () => {
    calls++
    if (calls === 2) throw new CommodarrError('torrent_invalid', 'This is no torrent file.')
    return {status: calls === 1 ? 'added' : 'duplicate', hash: hashOf('b')}
  }
  const files = {'one.torrent': 'd1', 'two.torrent': 'd2', 'three.torrent': 'd3'}
  const {status, body} = await upload(form([['server_id', 'qBit']], files))
  expect(status).toBe(207)
  expect(body).toEqual({
    server_id: 'qBit',
    results: [
      {file_name: 'one.torrent', status: 'added', info_hash: hashOf('b')},
      {
        file_name: 'two.torrent',
        status: 'failed',
        info_hash: null,
        code: 'torrent_invalid',
        message: 'This is no torrent file.',
      },
      {file_name: 'three.torrent', status: 'duplicate', info_hash: hashOf('b')},
    ],
  })
  const {source} = harness.executor.added[0]!.add
  expect(source).toMatchObject({fileName: 'one.torrent'})
  expect('torrent' in source && Buffer.from(source.torrent).toString()).toBe('d1')
})

test('options of a form mean what they say, also when the files come first', async () => {
  const made = form([], {'a.torrent': 'd'})
  for (const [name, value] of [
    ['server_id', 'qBit'],
    ['start', 'false'],
    ['ratio_limit', '1.5'],
    ['seeding_time_limit', 'null'],
    ['category', '2026'],
    ['tags', 'x'],
    ['tags', 'y'],
  ] as const) {
    made.append(name, value)
  }
  expect((await upload(made)).status).toBe(207)
  expect(harness.executor.added[0]?.add).toMatchObject({
    start: false,
    ratioLimit: 1.5,
    seedingTimeLimit: null,
    category: '2026',
    tags: ['x', 'y'],
  })
})

test('one tag in a form is a list of one', async () => {
  await upload(
    form(
      [
        ['server_id', 'qBit'],
        ['tags', 'only'],
      ],
      {'a.torrent': 'd'},
    ),
  )
  expect(harness.executor.added[0]?.add.tags).toEqual(['only'])
})

test.each([
  ['no server', form([], {'a.torrent': 'd'}), 400, 'bad_request'],
  ['an unknown server', form([['server_id', 'nowhere']], {'a.torrent': 'd'}), 404, 'server_unknown'],
  ['no file', form([['server_id', 'qBit']], {}), 400, 'bad_request'],
  [
    'an unknown field',
    form(
      [
        ['server_id', 'qBit'],
        ['colour', 'red'],
      ],
      {'a.torrent': 'd'},
    ),
    400,
    'bad_request',
  ],
  [
    'a start that is neither true nor false',
    form(
      [
        ['server_id', 'qBit'],
        ['start', 'perhaps'],
      ],
      {'a.torrent': 'd'},
    ),
    400,
    'bad_request',
  ],
] as const)('a form with %s is refused', async (_what, made, status, code) => {
  expect(await upload(made)).toMatchObject({status, body: {code}})
  expect(harness.executor.added).toEqual([])
})

test('one file above the limit, many files together above it, and too many files are refused', async () => {
  const half = new Uint8Array(uploadLimits.bytes / 2 + 1)
  const tooLarge = form([['server_id', 'qBit']], {'big.torrent': new Uint8Array(uploadLimits.bytes + 1)})
  const together = form([['server_id', 'qBit']], {'a.torrent': half, 'b.torrent': half})
  const names = Array.from({length: uploadLimits.files + 1}, (_, at) => [`${at}.torrent`, 'd'])
  const tooMany = form([['server_id', 'qBit']], Object.fromEntries(names) as Record<string, string>)
  for (const made of [tooLarge, together, tooMany]) {
    expect(await upload(made)).toMatchObject({status: 413, body: {code: 'payload_too_large'}})
  }
  expect(harness.executor.added).toEqual([])
})

test('an upload that is no form is refused', async () => {
  const answer = await harness.http.app.inject({
    method: 'POST',
    url: '/api/torrents/upload',
    payload: {server_id: 'x'},
  })
  expect(answer.statusCode).toBe(415)
  const empty = await harness.http.app.inject({method: 'POST', url: '/api/torrents/upload'})
  expect(empty.statusCode).toBe(415)
})
