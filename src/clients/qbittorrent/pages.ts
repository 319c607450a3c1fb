/**
 * A whole list in pages of `torrents/info`, for servers whose whole answer of sync/maindata was cut again and again
 * (a proxy's limits). Sorted by hash, each page repeats the last row of the one before: when it does not, the list
 * moved under us and we go back.
 *
 * Before the pages the head of sync/maindata is read and the rest left: the server believes that we have everything
 * up to its `rid`, so the deltas after it and the pages read meanwhile together are the whole truth.
 */
import type {TimeSlice} from '#lib/time-slice.ts'
import {ServerFault} from '#model/errors.ts'
import type {CallBounds} from '../port.ts'
import {unreadableRow} from '../unreadable-row.ts'
import {JsonMemberStream, type Piece} from '../json-member-stream.ts'
import {maindataPlan, type MaindataUpdate} from './maindata.ts'
import {foreign, isRecord, textIn} from './native.ts'
import type {StreamCall} from './wire.ts'

const PAGE_ROWS = 1000
const MOST_STEPS_BACK = 50

/** Thrown by ourselves to leave an answer whose rest is not wanted. */
class Enough extends Error {}

export class Pages {
  readonly #call: StreamCall
  readonly #turns: TimeSlice
  readonly cost = {bytes: 0, requests: 0, answerMs: 0}

  constructor(call: StreamCall, turns: TimeSlice) {
    this.#call = call
    this.#turns = turns
  }

  /** Everything of sync/maindata that stands before the torrents: number, categories, tags, figures. */
  async readHead(onPiece: (piece: Piece) => void, bounds: CallBounds): Promise<void> {
    const slicer = new JsonMemberStream(maindataPlan)
    const take = (piece: Piece): void => {
      const key = piece.key
      if (key === 'torrents') throw new Enough()
      if (key !== 'trackers') onPiece(piece)
    }
    try {
      await this.#stream('sync/maindata', {rid: 0}, bounds, slicer, take)
      slicer.finish()
    } catch (error) {
      if (!(error instanceof Enough)) throw error
    }
  }

  async readAll(round: MaindataUpdate, bounds: CallBounds): Promise<void> {
    let last = ''
    let stepsBack = 0
    for (let offset = 0; ;) {
      const page = await this.#page(offset, round, bounds)
      const hasGap = offset > 0 && (page.first > last || page.rows === 0)
      if (hasGap) {
        if (++stepsBack > MOST_STEPS_BACK) throw movesTooFast()
        offset = Math.max(0, offset - PAGE_ROWS)
        continue
      }
      if (page.rows < PAGE_ROWS) return
      last = page.last
      offset += PAGE_ROWS - 1
    }
  }

  async #page(
    offset: number,
    round: MaindataUpdate,
    bounds: CallBounds,
  ): Promise<{rows: number; first: string; last: string}> {
    const page = {rows: 0, first: '', last: ''}
    let isList = false
    const slicer = new JsonMemberStream({members: []})
    const params = {sort: 'hash', limit: PAGE_ROWS, offset}
    await this.#stream('torrents/info', params, bounds, slicer, (piece) => {
      isList ||= piece.what === 'open'
      if (piece.what !== 'member') return
      if (!isRecord(piece.value)) throw unreadableRow('', piece.value)
      const hash = textIn(piece.value['hash'])
      if (page.rows++ === 0) page.first = hash
      page.last = hash
      round.torrent(hash, piece.value, true)
    })
    slicer.finish()
    if (!isList) throw foreign('the list of torrents/info')
    return page
  }

  async #stream(
    path: string,
    params: Readonly<Record<string, string | number>>,
    bounds: CallBounds,
    slicer: JsonMemberStream,
    take: (piece: Piece) => void,
  ): Promise<void> {
    this.cost.requests++
    const answer = await this.#call(path, params, bounds, async (chunk) => {
      this.cost.bytes += chunk.length
      for (const piece of slicer.push(chunk)) {
        take(piece)
        if (this.#turns.due()) await this.#turns.next()
      }
    })
    this.cost.answerMs = Math.max(this.cost.answerMs, answer.answerMs)
  }
}

function movesTooFast(): ServerFault {
  return new ServerFault(
    'answer_invalid',
    'garbled_answer',
    'The list changes faster than its pages can be read.',
  )
}
