/** Lists that are too long to be written in one go: 100,000 files are 15 MB of JSON. */
import {Readable} from 'node:stream'
import type {FastifyReply} from 'fastify'
import type {TimeSlice} from '#lib/time-slice.ts'
import {toWire, type Wire} from './codec.ts'

/** Rows written between two looks at the clock. */
const ROWS_AT_ONCE = 100

/** `{"name":[…]}`, in pieces, each written when the one before has left. */
export function sendLongList<N extends string, Row extends object>(
  reply: FastifyReply,
  name: N,
  rows: readonly Row[],
  turns: Pick<TimeSlice, 'due' | 'next'>,
): {[K in N]: Wire<Row>[]} {
  const answer = reply
    .type('application/json; charset=utf-8')
    .send(Readable.from(piecesOf(name, rows, turns), {objectMode: false, highWaterMark: 65_536}))
  // For Fastify a reply that was sent; for the types what it carries, which no serializer looks at any more.
  return answer as unknown as {[K in N]: Wire<Row>[]}
}

async function* piecesOf(
  name: string,
  rows: readonly object[],
  turns: Pick<TimeSlice, 'due' | 'next'>,
): AsyncGenerator<string> {
  yield `{${JSON.stringify(name)}:[`
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    const text = rows
      .slice(at, at + ROWS_AT_ONCE)
      .map((row) => JSON.stringify(toWire(row)))
      .join()
    yield at === 0 ? text : `,${text}`
    if (turns.due()) await turns.next()
  }
  yield ']}'
}
