/**
 * The queue of an Arr as people see it: one line for each download, however many rows the Arr has for it, with the
 * torrent that does most beside it. Pure.
 */
import type {QueueEntry} from '../../../api/arrs.ts'
import {text} from '../../../i18n/text.ts'
import {duration, written} from '../../../ui/format.ts'
import {actionWords} from '../../explain/action-words.ts'
import {shownStateOf, type ShownState} from '../../torrents/table/state-face.ts'

type QueueRow = QueueEntry['row']
export type QueueTorrent = QueueEntry['torrents'][number]
type QueueMedia = QueueRow['media'][number]

export const queueStages = ['grabbed', 'downloading', 'stalled', 'importing', 'waiting'] as const
/** Where on its way a download is. */
export type QueueStage = (typeof queueStages)[number]

export interface QueueLine {
  /** Stable over readings. */
  readonly id: string
  /** `null` = not handed to a torrent server yet. */
  readonly downloadId: string | null
  /** The row that tells most: one that waits, if any does. */
  readonly row: QueueRow
  /** For what it is, of all its rows. */
  readonly media: readonly QueueMedia[]
  /** The movie, episodes, album or book in words; `null` = not known yet. */
  readonly title: string | null
  /** Servers in sight that have it, those that can be reached first. */
  readonly torrents: readonly QueueTorrent[]
  /** Of the first of them; `null` = there is none. */
  readonly state: ShownState | null
  readonly waits: boolean
  /** What the nearest rule is about to do with one of them; `null` = none waits for its time. */
  readonly next: QueueEntry['next']
  readonly stage: QueueStage
  /** The Arr's own words, each once. */
  readonly sayings: readonly string[]
}

/** In the Arr's order; what waits for a person comes first. @param now epoch ms */
export function queueLines(entries: readonly QueueEntry[], now: number): readonly QueueLine[] {
  const groups = Map.groupBy(entries, ({row}) => row.download_id ?? `row ${row.id}`)
  const lines = [...groups].map(([id, group]) => lineOf(id, group, now))
  return lines.toSorted((a, b) => Number(b.waits) - Number(a.waits))
}

function lineOf(id: string, group: readonly QueueEntry[], now: number): QueueLine {
  const shown = group.find(({waits}) => waits) ?? group[0]!
  const torrents = shown.torrents.toSorted((a, b) => Number(a.stale ?? false) - Number(b.stale ?? false))
  const waits = group.some((it) => it.waits)
  const [torrent] = torrents
  const state = torrent === undefined ? null : shownStateOf(torrent, now)
  return {
    id,
    downloadId: shown.row.download_id,
    row: shown.row,
    torrents,
    state,
    waits,
    media: distinctMedia(group),
    title: shown.media_title,
    next: nearest(group),
    stage: stageOf(shown.row, {torrent, state}, waits),
    sayings: sayingsOf(group),
  }
}

function nearest(group: readonly QueueEntry[]): QueueEntry['next'] {
  const all = group.flatMap(({next}) => next ?? [])
  return all.toSorted((one, other) => one.acts_in - other.acts_in)[0] ?? null
}

function distinctMedia(group: readonly QueueEntry[]): readonly QueueMedia[] {
  const all = group.flatMap(({row}) => row.media)
  return [...new Map(all.map((it) => [`${it.kind} ${it.id}`, it])).values()]
}

/** A message without lines of its own says it in its title. */
function sayingsOf(group: readonly QueueEntry[]): readonly string[] {
  const messages = group.flatMap(({row}) => row.messages)
  const lines = messages.flatMap((it) => (it.messages.length === 0 ? [it.title] : it.messages))
  const [{row}] = group as [QueueEntry]
  return [...new Set([...lines, row.error_message].filter((it) => it !== ''))]
}

/** The torrent knows better than the Arr, which looks once a minute. */
function stageOf(
  row: QueueRow,
  {torrent, state}: {readonly torrent: QueueTorrent | undefined; readonly state: ShownState | null},
  waits: boolean,
): QueueStage {
  if (waits) return 'waiting'
  if (row.state === 'importPending' || row.state === 'importing' || row.state === 'imported') {
    return 'importing'
  }
  if (torrent === undefined) return row.status === 'downloading' ? 'downloading' : 'grabbed'
  if (torrent.complete === true) return 'importing'
  if (state === 'stalledDown' || state === 'error' || state === 'missingFiles') return 'stalled'
  return state === 'queuedDown' || state === 'metadata' ? 'grabbed' : 'downloading'
}

export function stageCounts(lines: readonly QueueLine[]): Readonly<Record<QueueStage, number>> {
  const counts = {grabbed: 0, downloading: 0, stalled: 0, importing: 0, waiting: 0}
  for (const {stage} of lines) counts[stage]++
  return counts
}

interface NextWords {
  readonly what: string
  /** When, or why; '' = nothing. */
  readonly more: string
  /** Somebody should look. */
  readonly isLoud: boolean
}

// What happens next with a download, as far as its Arr, its torrent and the rules say.

/** What the nearest rule is about to do if nothing changes, and when; `null` = none waits for its time. */
export function ruleWords({next}: Pick<QueueLine, 'next'>): {what: string; rule: string} | null {
  if (next === null) return null
  const time = written(duration(next.acts_in))
  const what = next.actions.map(actionWords).join(', ')
  return {
    what: text(next.mode === 'ask' ? 'arr.next.rule-asks' : 'arr.next.rule', {what, time}),
    rule: text('entries.by-rule', {name: next.rule_name}),
  }
}

export function nextWords(line: QueueLine): NextWords {
  const {row, torrents, waits, sayings} = line
  const [torrent] = torrents
  if (waits) return {what: text('arr.next.waits'), more: sayings[0] ?? '', isLoud: true}
  if (torrent?.stale === true) {
    return quiet(text('arr.next.frozen'), text('arr.next.away', {server: torrent.server_name}))
  }
  switch (row.state) {
    case 'importing':
      return quiet(text('arr.next.importing'), '')
    case 'importPending':
      return quiet(text('arr.next.import-soon'), '')
    case 'failed':
    case 'failedPending':
      return {what: text('arr.next.failed'), more: sayings[0] ?? '', isLoud: true}
    case 'imported':
      return quiet(text('arr.next.imported'), '')
    case 'ignored':
      return quiet(text('arr.next.ignored'), '')
    default:
      return torrent === undefined ? unseen(line) : onTheWay(torrent, line.state)
  }
}

function unseen({row}: QueueLine): NextWords {
  if (row.status === 'delay') return quiet(text('arr.next.delayed'), '')
  if (row.protocol === 'usenet') return quiet(text('arr.next.usenet'), '')
  if (row.download_id === null) return quiet(text('arr.next.not-handed'), '')
  return quiet(text('arr.next.unseen'), text('arr.next.client', {client: row.client}))
}

function onTheWay(torrent: QueueTorrent, state: QueueLine['state']): NextWords {
  if (torrent.complete === true) return quiet(text('arr.next.look'), '')
  switch (state) {
    case 'connecting':
      return quiet(text('arr.next.connecting'), '')
    case 'metadata':
      return quiet(text('arr.next.metadata'), '')
    case 'stalledDown':
      return {what: text('arr.next.stalled'), more: '', isLoud: true}
    case 'error':
    case 'missingFiles':
      return {what: text('arr.next.broken'), more: torrent.message ?? '', isLoud: true}
    case 'stopped':
      return quiet(text('arr.next.stopped'), '')
    default: {
      const {eta} = torrent
      const when = typeof eta === 'number' ? text('arr.next.in', {time: written(duration(eta))}) : ''
      return quiet(text('arr.next.when-complete'), when)
    }
  }
}

function quiet(what: string, more: string): NextWords {
  return {what, more, isLoud: false}
}
