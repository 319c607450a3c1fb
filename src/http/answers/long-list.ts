/** Lists that are too long to be written in one go: 100,000 files are 15 MB of JSON. */
import {Readable} from 'node:stream'
import type {FastifyReply} from 'fastify'
import type {TimeSlice} from '#lib/time-slice.ts'
import {toWire, type Wire} from './codec.ts'

/** Rows written between two looks at the clock. */
const ROWS_AT_ONCE = 100

interface LongList<Row extends object> {
  readonly rows: readonly Row[]
  readonly turns: Pick<TimeSlice, 'due' | 'next'>
}

/** `{"name":[…]}`, in pieces, each written when the one before has left. */
export function sendLongList<N extends string, Row extends object>(
  reply: FastifyReply,
  name: N,
  list: LongList<Row>,
): {[K in N]: Wire<Row>[]} {
  return sendPieces(reply, piecesOf(`{${JSON.stringify(name)}`, list, toWire)) as {[K in N]: Wire<Row>[]}
}

/** The same after other members, with rows that are worked out when their piece is written. */
export function sendLongListWith<Head extends object, N extends string, Row extends object, Item>(
  reply: FastifyReply,
  head: Head,
  name: N,
  list: LongList<Row> & {readonly wire: (row: Row) => Item},
): Head & {[K in N]: Item[]} {
  const members = JSON.stringify({...head, [name]: []})
  return sendPieces(reply, piecesOf(members.slice(0, -':[]}'.length), list, list.wire)) as Head & {
    [K in N]: Item[]
  }
}

/** For Fastify a reply that was sent; for the types what it carries, which no serializer looks at any more. */
function sendPieces(reply: FastifyReply, pieces: AsyncGenerator<string>): unknown {
  return reply
    .type('application/json; charset=utf-8')
    .send(Readable.from(pieces, {objectMode: false, highWaterMark: 65_536}))
}

async function* piecesOf<Row extends object>(
  open: string,
  {rows, turns}: LongList<Row>,
  wire: (row: Row) => unknown,
): AsyncGenerator<string> {
  yield `${open}:[`
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    const text = rows
      .slice(at, at + ROWS_AT_ONCE)
      .map((row) => JSON.stringify(wire(row)))
      .join()
    yield at === 0 ? text : `,${text}`
    if (turns.due()) await turns.next()
  }
  yield ']}'
}
