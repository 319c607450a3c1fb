import {Readable} from 'node:stream'
import {brotliCompressSync, constants, deflateSync, gzipSync} from 'node:zlib'
import {expect, test} from 'vitest'
import {boundedBody} from './bounded-body.ts'

const MIB = 1024 * 1024

async function read(body: Readable, encoding: string | undefined, maxBytes: number) {
  const headers = encoding === undefined ? {} : {'content-encoding': encoding}
  let bytes = 0
  let fault = ''
  try {
    for await (const chunk of boundedBody({headers, body}, maxBytes, (why) => new Error(why)))
      bytes += chunk.length
  } catch (error) {
    fault = (error as Error).message
  }
  return {bytes, fault, isEnded: body.destroyed || body.readableEnded}
}

const inPieces = (bytes: Buffer) =>
  Readable.from(
    Array.from({length: Math.ceil(bytes.length / 1_000)}, (_, n) =>
      bytes.subarray(n * 1_000, n * 1_000 + 1_000),
    ),
  )

/** Its usual effort takes seconds, and makes no other stream. */
function brotli(bytes: Buffer): Buffer {
  return brotliCompressSync(bytes, {params: {[constants.BROTLI_PARAM_QUALITY]: 4}})
}

const packers = [
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotli],
] as const

/** As different as rows of a list are. */
const list = Buffer.from(
  Array.from(
    {length: 40_000},
    (_, n) => `{"hash":"${(n * 2_654_435_761) % 2 ** 32}","state":"uploading"},`,
  ).join(''),
)

test.each(packers)('a list that is packed by %s is read whole', async (encoding, pack) => {
  expect(await read(inPieces(pack(list)), encoding, 100 * MIB)).toEqual({
    bytes: list.length,
    fault: '',
    isEnded: true,
  })
})

test.each(packers)(
  'what is packed by %s to a trickle is left after the first of it',
  async (encoding, pack) => {
    const {bytes, fault, isEnded} = await read(inPieces(pack(Buffer.alloc(16 * MIB))), encoding, 1024 * MIB)
    expect([fault, isEnded]).toEqual(['The answer unpacks to more than 200 times its size.', true])
    expect(bytes).toBeLessThan(3 * MIB)
  },
)

test('a short answer may be packed as tightly as it likes', async () => {
  expect(await read(inPieces(gzipSync(Buffer.alloc(MIB))), 'gzip', 2 * MIB)).toMatchObject({
    bytes: MIB,
    fault: '',
  })
})

test.each([undefined, 'identity'])(
  'what is not packed (%s) is bounded by its size alone',
  async (encoding) => {
    expect(await read(inPieces(Buffer.alloc(2 * MIB)), encoding, 4 * MIB)).toMatchObject({
      bytes: 2 * MIB,
      fault: '',
    })
    expect(await read(inPieces(Buffer.alloc(2 * MIB)), encoding, MIB)).toMatchObject({
      fault: `The answer is larger than ${MIB} bytes.`,
      isEnded: true,
    })
  },
)

test('a reader that stops leaves nothing open', async () => {
  const body = inPieces(gzipSync(list))
  for await (const _ of boundedBody(
    {headers: {'content-encoding': 'gzip'}, body},
    MIB * 100,
    () => new Error(),
  ))
    break
  expect(body.destroyed).toBe(true)
})
