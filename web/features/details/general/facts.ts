/** What a torrent is, in words: where it lies, whose it is, when it came. Pure. */
import {text, type TextKey} from '../../../i18n/text.ts'
import {bytes, nothing, unknown, written, type Quantity} from '../../../ui/format.ts'
import {exactTime, fullTime} from '../../../ui/format-time.ts'
import {plain} from '../../torrents/table/cell-text.ts'
import type {Torrent} from '../torrent.ts'

/** @param at epoch ms; `null` = never */
export function moment(at: number | null | undefined, now: number): Quantity {
  if (at === undefined) return unknown()
  return at === null ? nothing() : {text: exactTime(at, now), unit: '', exact: fullTime(at)}
}

/** "tidemark.example · private". */
export function trackerWords({tracker_host: host, is_private: isPrivate}: Torrent): Quantity {
  const name = host === undefined ? '?' : host === '' ? text('details.no-tracker') : host
  if (isPrivate === undefined) return plain(name)
  return plain(`${name} · ${text(isPrivate ? 'details.private' : 'details.public')}`)
}

/** Its server's free space, less what the torrent still wants. */
export function freeWords(
  {amount_left: left}: Torrent,
  server: {readonly server_name: string; readonly free_space?: number | undefined},
): {readonly term: TextKey; readonly value: Quantity} | null {
  const {server_name: name, free_space: free} = server
  if (free === undefined) return null
  const after = free - (left ?? 0)
  const term = (left ?? 0) > 0 ? 'details.free-after' : 'details.free'
  const key = after < 0 ? 'details.too-full' : 'details.free-on'
  const size = bytes(Math.abs(after))
  return {term, value: {...plain(text(key, {size: written(size), server: name})), exact: size.exact}}
}

/** "18 Nov 2024 by mktorrent 1.1". */
export function madeWords({created_at: at, created_by: by}: Torrent, now: number): Quantity | null {
  const program = by === undefined || by === '' ? '' : text('details.made-by', {program: by})
  const when = at === undefined || at === null ? '' : exactTime(at, now)
  const words = [when, program].filter(Boolean).join(' ')
  return words === '' ? null : {text: words, unit: '', exact: typeof at === 'number' ? fullTime(at) : words}
}

/** A hybrid torrent has two whole hashes, others one, which is its name then. */
export function hashesOf(torrent: Torrent): readonly {readonly term: TextKey; readonly hash: string}[] {
  const {info_hash_v1: v1, info_hash_v2: v2, info_hash: own} = torrent
  if (v1 && v2)
    return [
      {term: 'details.hash-v1', hash: v1},
      {term: 'details.hash-v2', hash: v2},
    ]
  if (v2) return [{term: 'details.hash-v2', hash: v2}]
  return [{term: 'details.hash', hash: v1 ?? own}]
}
