/** Whether a replica shows what a simulated server has: both sides sum up the same columns. */
import {createHash} from 'node:crypto'
import {isComplete, type SimTorrent} from './sim-torrent.ts'

export interface Comparable {
  readonly hash: string
  readonly name: string
  /** Wanted bytes; `null` without metadata: nobody knows. */
  readonly size: number | null
  /** Held bytes of them; 0 without metadata. */
  readonly completed: number
  readonly uploaded: number
  readonly category: string
  readonly complete: boolean
}
export type ComparedColumn = Exclude<keyof Comparable, 'hash'>

export function comparable(torrent: SimTorrent): Comparable {
  const {hash, name, done, uploaded, category} = torrent
  const size = torrent.hasMetadata ? torrent.size : null
  return {hash, name, size, completed: done, uploaded, category, complete: isComplete(torrent)}
}

/** 40 hex digits over hash and the chosen columns of all rows, whatever their order. */
export function checksumOf(rows: Iterable<Comparable>, columns: readonly ComparedColumn[]): string {
  const lines: string[] = []
  for (const row of rows) lines.push(JSON.stringify([row.hash, ...columns.map((column) => row[column])]))
  return createHash('sha1').update(lines.sort().join('\n')).digest('hex')
}
