/** What the rest of the program has read in the thread for requests. */
import type {Metainfo, MetainfoReader} from '#clients/port.ts'
import {personOf} from '#lib/fair-turns.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import {CommodarrError} from '#model/errors.ts'
import {isTooDeep} from '#registry/import/entry-reader.ts'
import {ImportInvalid} from '#registry/import/listed.ts'
import type {ListReader} from '#registry/import/import.ts'
import type {RuleReader} from '#registry/rules/draft.ts'
import {OURSELVES, type RequestReader} from './request-work.ts'
import {unplain, type PackedTorrent} from './tasks.ts'

/** One upload is asked about by whoever takes it in, guards, journals and sends it: it is read once, while it is held. */
export class TorrentFileReader implements MetainfoReader {
  readonly #work: RequestReader
  readonly #turns: Pick<TimeSlice, 'due' | 'next'>
  readonly #known = new WeakMap<Uint8Array, Promise<Metainfo>>()

  constructor(work: RequestReader, turns: Pick<TimeSlice, 'due' | 'next'>) {
    this.#work = work
    this.#turns = turns
  }

  read(bytes: Uint8Array, who = OURSELVES): Promise<Metainfo> {
    const known = this.#known.get(bytes)
    if (known) return known
    const reading = this.#readUncached(bytes, who)
    this.#known.set(bytes, reading)
    reading.catch((error: unknown) => {
      // What kept it from being read need not be so the next time.
      const isOfFile = error instanceof CommodarrError && error.code === 'torrent_invalid'
      if (!isOfFile) this.#known.delete(bytes)
    })
    return reading
  }

  async #readUncached(bytes: Uint8Array, who: string): Promise<Metainfo> {
    // A copy goes there: who asks sends his on. A Buffer may be a part of a larger one.
    return this.#unpacked(await this.#work.run('readTorrent', {bytes: new Uint8Array(bytes)}, who))
  }

  async #unpacked({paths, ends, sizes, ...rest}: PackedTorrent): Promise<Metainfo> {
    const text = Buffer.from(paths.buffer, paths.byteOffset, paths.byteLength)
    const files = []
    let start = 0
    for (const [at, end] of ends.entries()) {
      if (this.#turns.due()) await this.#turns.next()
      files.push({path: text.toString('utf8', start, end), size: sizes[at]!})
      start = end
    }
    return {...rest, files}
  }
}

export function ruleReader(work: RequestReader): RuleReader {
  return (draft, given, by) => work.run('readRule', {draft, given}, personOf(by.actor))
}

export function listReader(work: RequestReader): ListReader {
  return async (input, {format, passphrase}, by) => {
    // What goes to another thread is copied, level by level.
    if ('json' in input && isTooDeep(input.json)) {
      throw new ImportInvalid('It is nested deeper than any list of servers.')
    }
    const asked = {input, format, passphrase: passphrase?.reveal() ?? null}
    const answer = await work.run('readList', asked, personOf(by.actor))
    if ('list' in answer) return unplain(answer.list)
    throw new ImportInvalid(answer.invalid.message, answer.invalid.faults)
  }
}
