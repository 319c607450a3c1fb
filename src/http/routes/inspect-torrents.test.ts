import {afterAll, beforeAll, expect, test} from 'vitest'
import {CommodarrError} from '#model/errors.ts'
import {fakeHarness, type FakeHarness} from '#test/http/http-fakes.ts'
import {inspectTorrents, type TorrentContent} from './add-torrents.ts'

const v1 = 'a'.repeat(40)
const v2 = 'b'.repeat(64)
const big = {length: 15_000}

/** What the bytes of a file say of it here: their first word. */
const contents: Readonly<Record<string, TorrentContent>> = {
  one: {
    infoHashV1: v1,
    infoHashV2: null,
    name: 'one',
    size: 3,
    isPrivate: true,
    files: [{path: 'one/a.mkv', size: 3}],
  },
  new: {infoHashV1: null, infoHashV2: v2, name: 'new', size: 0, isPrivate: false, files: []},
  many: {
    infoHashV1: v1,
    infoHashV2: v2,
    name: 'many',
    size: 15_000,
    isPrivate: false,
    files: Array.from(big, (_, at) => ({path: `many/${at}`, size: 1})),
  },
  long: {
    infoHashV1: v1,
    infoHashV2: v2,
    name: 'long',
    size: 600,
    isPrivate: false,
    files: Array.from({length: 600}, () => ({path: 'x'.repeat(4_000), size: 1})),
  },
}

async function readTorrent(bytes: Uint8Array): Promise<TorrentContent> {
  const known = contents[new TextDecoder().decode(bytes)]
  if (known) return known
  throw new CommodarrError('torrent_invalid', 'This is not a .torrent file: it does not begin as one.')
}

let harness: FakeHarness
beforeAll(async () => {
  harness = await fakeHarness({nouns: [inspectTorrents(readTorrent)]})
})
afterAll(() => harness.http.close())

async function inspect(...files: readonly string[]) {
  const part = (bytes: string) =>
    `--x\r\nContent-Disposition: form-data; name="file"; filename="${bytes}.torrent"\r\n\r\n${bytes}\r\n`
  const headers = {host: 'localhost', 'content-type': 'multipart/form-data; boundary=x'}
  const payload = `${files.map(part).join('')}--x--\r\n`
  const answer = await harness.http.app.inject({
    method: 'POST',
    url: '/api/torrents/inspect',
    headers,
    payload,
  })
  return {status: answer.statusCode, body: answer.json()}
}

test('it reads name, size, hash and files of each, and adds none', async () => {
  expect(await inspect('one', 'new')).toEqual({
    status: 200,
    body: {
      results: [
        {
          file_name: 'one.torrent',
          content: {
            info_hash: v1,
            info_hash_v1: v1,
            info_hash_v2: null,
            name: 'one',
            size: 3,
            is_private: true,
            files: [{path: 'one/a.mkv', size: 3}],
            files_omitted: 0,
          },
        },
        {
          file_name: 'new.torrent',
          content: {
            info_hash: v2.slice(0, 40),
            info_hash_v1: null,
            info_hash_v2: v2,
            name: 'new',
            size: 0,
            is_private: false,
            files: [],
            files_omitted: 0,
          },
        },
      ],
    },
  })
  expect(harness.executor.added).toEqual([])
})

test('one that cannot be read says so beside the others', async () => {
  const {body} = await inspect('x', 'one')
  expect(body.results).toMatchObject([
    {content: null, code: 'torrent_invalid', message: expect.stringContaining('does not begin as one')},
    {content: {name: 'one'}},
  ])
})

test('of very many files the first are listed, and how many more there are', async () => {
  const {body} = await inspect('many', 'many')
  const reported = body.results.map(({content}: {content: {files: unknown[]; files_omitted: number}}) => [
    content.files.length,
    content.files_omitted,
  ])
  expect(reported).toEqual([
    [15_000, 0],
    [5_000, 10_000],
  ])
})

test('of very long paths no more are listed than two million characters', async () => {
  const {body} = await inspect('long', 'long')
  const reported = body.results.map(({content}: {content: {files: unknown[]; files_omitted: number}}) => [
    content.files.length,
    content.files_omitted,
  ])
  expect(reported).toEqual([
    [500, 100],
    [0, 600],
  ])
})

test('a form without a file is refused', async () => {
  expect(await inspect()).toMatchObject({status: 400, body: {code: 'bad_request'}})
})
