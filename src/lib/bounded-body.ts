/** The body of an answer as it arrives, decompressed and bounded on both sides of the decompression. */
import type {Readable} from 'node:stream'
import {constants, createBrotliDecompress, createGunzip, createInflate} from 'node:zlib'

/**
 * Lists of thousands of equal torrents come fifty times smaller. Deflate can do a thousand: who uses that means our
 * memory. Short answers may: they are bounded by their size.
 */
const MOST_RATIO = 200
const FREE_BYTES = 1024 * 1024

interface BoundedAnswer {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Readable
}

/**
 * @param maxBytes decompressed
 * @param tooLarge what is thrown, from what is wrong as a sentence
 */
export async function* boundedBody(
  {headers, body}: BoundedAnswer,
  maxBytes: number,
  tooLarge: (why: string) => Error,
): AsyncGenerator<Buffer> {
  const inflater = inflaterFor(String(headers['content-encoding'] ?? '').toLowerCase())
  let received = 0
  try {
    if (inflater) body.on('error', (error) => inflater.destroy(error))
    for await (const chunk of inflater ? body.pipe(inflater) : body) {
      received += (chunk as Buffer).length
      if (received > maxBytes) throw tooLarge(`The answer is larger than ${maxBytes} bytes.`)
      if (inflater && received > FREE_BYTES && received > inflater.bytesWritten * MOST_RATIO)
        throw tooLarge(`The answer unpacks to more than ${MOST_RATIO} times its size.`)
      yield chunk as Buffer
    }
  } finally {
    // Not read to its end (too large, its reader threw): the connection cannot be used again.
    if (!body.readableEnded) body.destroy()
  }
}

function inflaterFor(encoding: string) {
  if (encoding === 'gzip' || encoding === 'x-gzip') return createGunzip({finishFlush: constants.Z_FINISH})
  if (encoding === 'deflate') return createInflate()
  return encoding === 'br' ? createBrotliDecompress() : null
}
