/**
 * The figures of a torrent, each with its word, and what it is in words: where it lies, whose it is, when it came.
 * Unknown figures are left out where the server never tells them. Pure.
 */
import {exactTime, fullTime} from '../../../i18n/format-time.ts'
import {text, type TextKey} from '../../../i18n/text.ts'
import {
  bytes,
  count,
  countOf,
  duration,
  exactDuration,
  nothing,
  ratio,
  speedLimit,
  unknown,
  until,
  written,
  type Quantity,
} from '../../../ui/format.ts'
import {plain} from '../../torrents/table/cell-text.ts'
import type {Explanation} from '../../../api/explanation.ts'
import type {Torrent} from '../torrent.ts'

type Moved = NonNullable<Explanation['moved']>

export interface Figure {
  readonly id: string
  readonly term: TextKey
  readonly value: Quantity
}

/** @param now epoch ms @param moved what was counted on servers that it was moved from; `null` = nothing, or not known yet */
export function figuresOf(torrent: Torrent, now: number, moved: Moved | null): readonly Figure[] {
  const {downloaded, uploaded, availability, queue_position: place} = torrent
  const figures: (Figure | null)[] = [
    figure('details.downloaded', downloadedWords(torrent)),
    figure('details.uploaded', bytes(uploaded)),
    figure('details.ratio', moved ? wholeRatio(moved) : ratioWords(torrent)),
    moved && known('details.ratio.own', torrent.native_ratio, ratio),
    figure('details.seeds', swarm(torrent.seeds_connected, torrent.seeds_swarm)),
    figure('details.leeches', swarm(torrent.peers_connected, torrent.peers_swarm)),
    availability === undefined ? null : figure('details.availability', copies(availability)),
    figure('details.limits', limits(torrent)),
    torrent.ratio_limit === undefined ? null : figure('details.share-limits', shareLimits(torrent)),
    wasted(downloaded, torrent.completed),
    known('details.active', torrent.active_time, time),
    known('details.seeding', torrent.seeding_time || undefined, time),
    known('details.queue', place, (it) => plain(count(it))),
    known('details.next-announce', torrent.next_announce_at, (at) =>
      torrent.stale ? nothing() : inOne(until(Math.max(at, now), now)),
    ),
  ]
  return figures.filter((it) => it !== null)
}

function figure(term: TextKey, value: Quantity): Figure {
  return {id: term, term, value}
}

/** Left out when there is none, or the server does not tell. */
function known<T>(term: TextKey, value: T | null | undefined, write: (value: T) => Quantity): Figure | null {
  return value === undefined || value === null ? null : figure(term, write(value))
}

/** "13.4 of 71.8 GiB". */
function downloadedWords({completed, size}: Torrent): Quantity {
  if (completed === undefined || size === undefined) return bytes(completed)
  const part = bytes(completed)
  const whole = bytes(size)
  const partText = part.unit === whole.unit ? part.text : written(part)
  return {
    text: text('details.of', {part: partText, whole: whole.text}),
    unit: whole.unit,
    exact: text('details.of', {part: part.exact, whole: whole.exact}),
  }
}

/** Nothing downloaded makes it endless, which a server tells as unknown. */
function ratioWords({ratio: value, downloaded, uploaded}: Torrent): Quantity {
  if (value === undefined && downloaded === 0 && uploaded !== undefined && uploaded > 0) return ratio(null)
  return ratio(value)
}

/** "1.2, of which 0.8 before the move". */
function wholeRatio({ratio: whole, ratio_before: before}: Moved): Quantity {
  if (whole === null || before === null) return unknown()
  const values = (it: 'text' | 'exact') => ({ratio: ratio(whole)[it], before: ratio(before)[it]})
  return {
    text: text('details.ratio.moved', values('text')),
    unit: '',
    exact: text('details.ratio.moved', values('exact')),
  }
}

function swarm(connected: number | undefined, all: number | null | undefined): Quantity {
  if (typeof all !== 'number') return countOf(connected)
  const part = connected === undefined ? '?' : count(connected)
  return plain(text('details.of', {part, whole: count(all)}))
}

function copies(availability: number): Quantity {
  const {text: figures, exact} = ratio(availability)
  return {text: text('details.copies', {copies: figures, count: availability}), unit: '', exact}
}

function limits({down_limit: down, up_limit: up}: Torrent): Quantity {
  if (down === undefined && up === undefined) return unknown()
  const parts = [
    typeof down === 'number' && text('details.limit.down', {speed: written(speedLimit(down))}),
    typeof up === 'number' && text('details.limit.up', {speed: written(speedLimit(up))}),
  ].filter((it) => it !== false)
  return plain(parts.length === 0 ? text('details.limit.none') : parts.join(', '))
}

function shareLimits(torrent: Torrent): Quantity {
  const all = [torrent.ratio_limit, torrent.seed_time_limit, torrent.idle_limit]
  const parts = [
    limitWords(torrent.ratio_limit, 'details.share.ratio', (it) => ({ratio: written(ratio(it))})),
    limitWords(torrent.seed_time_limit, 'details.share.time', (it) => ({time: exactDuration(it)})),
    limitWords(torrent.idle_limit, 'details.share.idle', (it) => ({time: exactDuration(it)})),
  ].filter((it) => it !== null)
  if (parts.length > 0) return plain(parts.join(', '))
  return plain(text(all.includes('inherit') ? 'details.share.inherit' : 'details.share.none'))
}

function limitWords(
  limit: number | null | 'inherit' | undefined,
  key: TextKey,
  values: (limit: number) => Record<string, string>,
): string | null {
  return typeof limit === 'number' ? text(key, values(limit)) : null
}

/** What came in more than is held: pieces that were broken, and what was thrown away. */
function wasted(downloaded: number | undefined, completed: number | undefined): Figure | null {
  if (downloaded === undefined || completed === undefined || downloaded <= completed) return null
  return figure('details.wasted', bytes(downloaded - completed))
}

function time(seconds: number): Quantity {
  return inOne(duration(seconds))
}

function inOne(quantity: Quantity): Quantity {
  return {text: written(quantity), unit: '', exact: quantity.exact}
}

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
