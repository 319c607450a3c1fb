/** Forms made to harm; what becomes of good ones is told in `add-torrents.test.ts`. */
import {afterAll, beforeAll, beforeEach, expect, test} from 'vitest'
import {fakeHarness, type FakeHarness} from '#test/http/http-fakes.ts'

let harness: FakeHarness
beforeAll(async () => {
  harness = await fakeHarness()
})
beforeEach(() => {
  harness.executor.added.length = 0
})
afterAll(() => harness.http.close())

async function upload(payload: string | Buffer, type = 'multipart/form-data; boundary=x', query = '') {
  const headers = {host: 'localhost', 'content-type': type}
  const url = `/api/torrents/upload${query}`
  const answer = await harness.http.app.inject({method: 'POST', url, headers, payload})
  return {status: answer.statusCode, body: answer.json<Record<string, unknown>>()}
}

const field = (name: string, value: string) =>
  `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
const file = (bytes: string) =>
  `--x\r\nContent-Disposition: form-data; name="file"; filename="a.torrent"\r\n\r\n${bytes}\r\n`
const end = '--x--\r\n'
const good = field('server_id', 'qBit') + file('d1')

test('the server of a form may stand in the address, and not another one than in the form', async () => {
  const type = 'multipart/form-data; boundary=x'
  expect((await upload(file('d1') + end, type, '?server_id=box')).status).toBe(207)
  expect((await upload(good + end, type, '?server_id=qBit')).status).toBe(207)
  expect(harness.executor.added.map(({serverId}) => serverId)).toEqual(['box', 'qBit'])
  expect(await upload(good + end, type, '?server_id=box')).toMatchObject({
    status: 400,
    body: {errors: [{field: 'server_id', found: 'qBit', accepted: 'one server'}]},
  })
})

test.each([
  ['nothing but its beginning', '--x'],
  ['a part without an end', '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc'],
  ['garbage', 'garbage'],
  ['a good form that is cut off', good],
])('a form that is %s is refused as a form', async (_what, payload) => {
  expect(await upload(payload)).toMatchObject({
    status: 400,
    body: {code: 'bad_request', detail: 'The form is not well formed.'},
  })
  expect(harness.executor.added).toEqual([])
})

test.each([
  'multipart/form-data',
  'multipart/form-data; boundary=',
  `multipart/form-data; boundary=${'y'.repeat(500)}`,
  'multipart/form-data; charset=x',
])('a form of the kind %s is refused as a form', async (type) => {
  expect(await upload(good + end, type)).toMatchObject({status: 400, body: {code: 'bad_request'}})
})

test.each([
  ['a name that reaches for prototypes', field('__proto__', 'x')],
  ['another such name', field('constructor', 'x')],
  ['NUL in a value', field('category', 'a\0b')],
  ['a value that the parser would cut', field('category', 'x'.repeat(17_000))],
  ['a name that the parser would cut', field('x'.repeat(200), 'x')],
  ['a field twice', field('server_id', 'box')],
  ['a field without a name', '--x\r\nContent-Disposition: form-data\r\n\r\nx\r\n'],
])('a form with %s is refused, and nothing is added', async (_what, extra) => {
  expect(await upload(good + extra + end)).toMatchObject({status: 400, body: {code: 'bad_request'}})
  expect(harness.executor.added).toEqual([])
})

test.each(['00', '007', '-01', '1.', '.5', '1e5', '--1', 'tru'])(
  'a field that says %s is text',
  async (text) => {
    expect(await upload(good + field('category', text) + end)).toMatchObject({status: 207})
    expect(harness.executor.added[0]?.add.category).toBe(text)
    expect(await upload(good + field('down_limit', text) + end)).toMatchObject({status: 400})
  },
)

test('a file need not have a name', async () => {
  const nameless =
    '--x\r\nContent-Disposition: form-data; name="file"\r\nContent-Type: application/octet-stream\r\n\r\nd1\r\n'
  expect(await upload(field('server_id', 'qBit') + nameless + end)).toMatchObject({
    status: 207,
    body: {results: [{file_name: '', status: 'added'}]},
  })
})

test.each([
  ['more than 100 files', file('d1').repeat(101)],
  ['more fields than any torrent has', field('tags', 't').repeat(1_101)],
  ['a file of more than 16 MiB', file('x'.repeat(16 * 1024 * 1024 + 1))],
  ['files of more than 16 MiB together', file('x'.repeat(9 * 1024 * 1024)).repeat(2)],
  ['fields of more than 16 MiB together', field('tags', 't'.repeat(16_000)).repeat(1_090)],
])('a form with %s is refused as too large', async (_what, extra) => {
  const payload = extra.startsWith(file('').slice(0, 60)) ? field('server_id', 'qBit') + extra : good + extra
  expect(await upload(payload + end)).toMatchObject({status: 413, body: {code: 'payload_too_large'}})
  expect(harness.executor.added).toEqual([])
})
