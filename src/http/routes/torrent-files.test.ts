import {Readable} from 'node:stream'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {accessOf} from '#accounts/grants.ts'
import type {Principal, Role} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import type {FileContent, FileToRead} from '#model/services.ts'
import {expectProblem} from '#test/http/expect-problem.ts'
import {fakeHarness, hashOf, type FakeHarness} from '#test/http/http-fakes.ts'
import {byHeader} from '#test/http/rig.fixture.ts'

let harness: FakeHarness
let asked: string[]
let content: FileContent
const bytes = Buffer.from('0123456789')

const file: FileToRead = {
  path: 'Show/Käse "1".mkv',
  size: bytes.length,
  modifiedAt: Date.UTC(2026, 0, 2),
  read: (from, to) => Readable.from([bytes.subarray(from, to + 1)]),
  close: async () => {},
}

beforeEach(async () => {
  asked = []
  content = {
    container: 'matroska,webm',
    duration: 60,
    streams: [{type: 'video', codec: 'h264', width: 1920, height: 1080}],
  }
  const people: Record<string, Principal> = {}
  harness = await fakeHarness({
    downloads: {
      read: async (by, {serverId}, index, rangeOf) => {
        const range = rangeOf(file)
        asked.push(`${by.name} ${serverId} ${index}`)
        return {file, range, bytes: file.read(range?.from ?? 0, range?.to ?? file.size - 1)}
      },
    },
    fileContent: async () => content,
    authentication: {
      signIns: [byHeader(people)],
      hosts: 'this machine',
      stranger: () => new CommodarrError('unauthorised', 'Log in.'),
    },
  })
  for (const role of ['administrator', 'viewer'] as const) people[role] = principal(role)
})
afterEach(() => harness.http.close())

function principal(role: Role): Principal {
  return {
    actor: {name: role, origin: 'user', userId: null, address: null},
    access: accessOf({userId: null, role, scopes: null, servers: null}, harness.registry),
    userId: null,
    name: role,
    role,
    via: 'session',
    credentialId: null,
  }
}

const get = (path: string, {who = 'administrator', range}: {who?: string; range?: string} = {}) =>
  harness.http.app.inject({
    url: `/api/torrents/${hashOf('b')}/files/${path}?server_id=qBit`,
    headers: {host: 'localhost', 'x-who': who, ...(range !== undefined && {range})},
  })

test('all of a file comes as a download that no browser shows as a page', async () => {
  const answer = await get('0/content')
  expect(answer.statusCode).toBe(200)
  expect(answer.body).toBe('0123456789')
  expect(answer.headers).toMatchObject({
    'accept-ranges': 'bytes',
    'content-length': '10',
    'content-type': 'application/octet-stream',
    'x-content-type-options': 'nosniff',
    'content-disposition': `attachment; filename="K_se _1_.mkv"; filename*=UTF-8''K%C3%A4se%20%221%22.mkv`,
  })
})

for (const [range, body, part] of [
  ['bytes=2-4', '234', 'bytes 2-4/10'],
  ['bytes=7-', '789', 'bytes 7-9/10'],
  ['bytes=-3', '789', 'bytes 7-9/10'],
  ['bytes=8-100', '89', 'bytes 8-9/10'],
] as const) {
  test(`of a file ${range} is sent alone`, async () => {
    const answer = await get('0/content', {range})
    expect([answer.statusCode, answer.body, answer.headers['content-range']]).toEqual([206, body, part])
    expect(answer.headers['content-length']).toBe(String(body.length))
  })
}

test('a range that is none, and several of them, are answered with the whole file', async () => {
  for (const range of ['bytes=0-1,4-5', 'lines=1-2', 'bytes=-'])
    expect((await get('0/content', {range})).statusCode).toBe(200)
})

test('a range behind the end is refused with what there is', async () => {
  const answer = await get('0/content', {range: 'bytes=10-'})
  expectProblem(answer, 'range_refused')
  expect(answer.json().detail).toBe(
    'range: "bytes=10-" names no byte of this file, which has 10. bytes=0-9 is all of it.',
  )
})

test('who may only look at a server reads none of its files, and learns nothing of what is in them', async () => {
  expectProblem(await get('0/content', {who: 'viewer'}), 'forbidden')
  expectProblem(await get('0/media', {who: 'viewer'}), 'forbidden')
  expect(asked).toEqual([])
})

test('a number that is none is refused', async () => {
  expectProblem(await get('-1/content'), 'bad_request')
  expectProblem(await get('one/media'), 'bad_request')
})

test('what is in a media file is shown, or why it is not known', async () => {
  expect((await get('0/media')).json()).toEqual({
    known: {
      container: 'matroska,webm',
      duration: 60,
      streams: [{type: 'video', codec: 'h264', width: 1920, height: 1080}],
    },
    unknown: null,
  })
  content = {unknown: 'There is no ffprobe.'}
  expect((await get('0/media')).json()).toEqual({known: null, unknown: 'There is no ffprobe.'})
})
