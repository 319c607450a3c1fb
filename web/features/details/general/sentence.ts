/** What a torrent does and what that means, in one sentence; where something is wrong, with the next step. Pure. */
import {text} from '../../../i18n/text.ts'
import {ago, bytes, count, duration, percent, written} from '../../../ui/format.ts'
import type {StateIconName} from '../../../ui/state-icons.ts'
import {shownStateOf, stateFace} from '../../torrents/table/state-face.ts'
import {cellsOf, type Torrent} from '../torrent.ts'

export interface Sentence {
  readonly icon: StateIconName
  readonly words: string
  /** What follows from it, or what to do; '' = nothing. */
  readonly next: string
  /** The server's or tracker's own words; '' = none. */
  readonly quote: string
}

type Part = Partial<Pick<Sentence, 'next' | 'quote'>> & {readonly words: string}

/** @param now epoch ms */
export function sentenceOf(torrent: Torrent, serverName: string, now: number): Sentence {
  const {icon} = stateFace(cellsOf(torrent), now)
  const part = {next: '', quote: '', ...partFor(torrent, now)}
  if (!torrent.stale) return {icon, ...part}
  const age = written(ago(torrent.seen_at, now))
  // What it said then is no call to do something now.
  return {
    icon,
    words: `${text('details.stale', {server: serverName, age})} ${part.words}`,
    quote: part.quote,
    next: '',
  }
}

function partFor(torrent: Torrent, now: number): Part {
  switch (shownStateOf(torrent, now)) {
    case 'connecting':
      return {words: text('details.is.connecting')}
    case 'downloading':
      return downloading(torrent)
    case 'stalledDown':
      return stalled(torrent)
    case 'metadata':
      return {words: text('details.is.metadata'), next: text('details.is.metadata.next')}
    case 'seeding':
      return troubled(torrent, {words: seedingWords(torrent)})
    case 'stalledUp':
      return troubled(torrent, {words: text('details.is.idle')})
    case 'queuedDown':
    case 'queuedUp':
      return {words: queuedWords(torrent)}
    case 'stopped':
      return stopped(torrent)
    case 'checking':
      return {words: text('details.is.checking', {share: taskShare(torrent)})}
    case 'moving':
      return {words: text('details.is.moving', {share: taskShare(torrent)})}
    case 'error':
      return broken(torrent)
    case 'missingFiles':
      return {
        words: text('details.is.missing', {path: torrent.content_path ?? torrent.save_path ?? '?'}),
        next: text('details.is.missing.next'),
      }
    case 'unknown':
      return {words: text('details.is.unknown'), quote: torrent.native_state ?? ''}
  }
}

/** Not every server says what went wrong. */
function broken({message = ''}: Torrent): Part {
  if (message !== '')
    return {words: text('details.is.error'), quote: message, next: text('details.is.error.next')}
  return {words: text('details.is.error.silent'), next: text('details.is.error.silent.next')}
}

function downloading(torrent: Torrent): Part {
  const {eta, availability} = torrent
  const words =
    eta === undefined
      ? text('details.is.downloading')
      : eta === null
        ? text('details.is.downloading.endless')
        : text('details.is.downloading.left', {time: written(duration(eta))})
  if (availability !== undefined && availability < 1) return {words, next: shortOf(availability)}
  return troubled(torrent, {words})
}

function stalled(torrent: Torrent): Part {
  const {amount_left: left, availability} = torrent
  const words =
    left === undefined
      ? text('details.is.stalled')
      : text('details.is.stalled.left', {size: written(bytes(left))})
  if (availability !== undefined && availability < 1) return {words, next: shortOf(availability)}
  return troubled(torrent, {words, next: text('details.is.stalled.next')})
}

/** Floored: what is not whole is not called whole. */
function shortOf(availability: number): string {
  return text('details.is.short', {share: written(percent(availability))})
}

function seedingWords({peers_connected: connected, peers_swarm: swarm}: Torrent): string {
  if (connected === undefined) return text('details.is.seeding')
  if (typeof swarm === 'number' && swarm >= connected) {
    return text('details.is.seeding.of', {connected: count(connected), count: swarm})
  }
  return text('details.is.seeding.to', {count: connected})
}

function queuedWords(torrent: Torrent): string {
  const place = torrent.queue_position
  const key = torrent.state === 'queuedUp' ? 'details.is.queued.up' : 'details.is.queued.down'
  return typeof place === 'number'
    ? `${text(key)} ${text('details.is.queued.place', {place: count(place)})}`
    : text(key)
}

function stopped(torrent: Torrent): Part {
  if (torrent.complete === true) return {words: text('details.is.stopped.complete')}
  return {
    words: text('details.is.stopped', {share: written(percent(torrent.progress))}),
    next: text('details.is.stopped.next'),
  }
}

function taskShare({task_progress: task}: Torrent): string {
  return typeof task === 'number' ? written(percent(task)) : '?'
}

/** A tracker that complains is told where all else is well. */
function troubled(torrent: Torrent, part: Part): Part {
  if (torrent.tracker_problem !== true) return part
  const said = torrent.tracker_message ?? ''
  const trouble = text(said === '' ? 'details.is.tracker.silent' : 'details.is.tracker')
  return {...part, words: `${part.words} ${trouble}`, quote: said}
}
