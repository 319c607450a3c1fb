/**
 * The queues of Arrs as people see them: one line for each download, however many rows and Arrs have it, with the
 * torrent that does most beside it. Pure.
 */
import type {Arr, QueueEntry} from '../../../api/arrs.ts'
import {daysAway, exactTime, timeOfDay} from '../../../i18n/format-time.ts'
import {text} from '../../../i18n/text.ts'
import {duration, written} from '../../../ui/format.ts'
import {actionWords} from '../../explain/action-words.ts'
import {shownStateOf, type ShownState} from '../../torrents/table/state-face.ts'

type QueueRow = QueueEntry['row']
export type QueueTorrent = QueueEntry['torrents'][number]
type QueueMedia = QueueRow['media'][number]

export const queueStages = ['grabbed', 'downloading', 'stalled', 'checking', 'importing', 'waiting'] as const
/** Where on its way a download is. */
export type QueueStage = (typeof queueStages)[number]

type ArrName = Pick<Arr, 'id' | 'name' | 'access'>

/** What an Arr has in its queue, as it was asked for. */
export interface QueueReading {
  readonly arr: ArrName
  readonly rows: readonly QueueEntry[]
  /** Its rows are as they were then, epoch ms: it cannot be read now; `null` = they are as they are. */
  readonly asOf: number | null
  /** When Commodarr gave them, epoch ms: times still to come count from it. */
  readonly at: number
}

export interface QueueLine {
  /** Stable over readings. */
  readonly id: string
  /** Whose row tells most. */
  readonly arr: ArrName
  /** All that have it in their queue; rarely more than one. */
  readonly arrs: readonly ArrName[]
  /** As it was then, epoch ms: its Arr cannot be read now; `null` = as it is. */
  readonly asOf: number | null
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
  /** Why its Arr does not import it, and what can be done about it; `null` = it does not wait for a person. */
  readonly triage: QueueEntry['triage']
  /** What the nearest rule is about to do with one of them; `null` = none waits for its time. */
  readonly next: QueueEntry['next']
  /** When it is about to, epoch ms; `null` = none waits. */
  readonly actsAt: number | null
  readonly stage: QueueStage
  /** The Arr's own words, each once. */
  readonly sayings: readonly string[]
}

/** In the order of the Arrs; what waits for a person comes first. @param now epoch ms */
export function queueLines(readings: readonly QueueReading[], now: number): readonly QueueLine[] {
  const all = readings.flatMap((reading) => reading.rows.map((entry) => ({...entry, reading})))
  const groups = Map.groupBy(all, lineId)
  const lines = [...groups].map(([id, group]) => lineOf(id, group, now))
  return lines.toSorted((a, b) => Number(b.waits) - Number(a.waits))
}

/** A row with whose it is. */
type OwnedEntry = QueueEntry & {readonly reading: QueueReading}

/** Only a hash is the same to every Arr; other clients and rows have numbers that repeat. */
function lineId({row: {download_id: download, id}, reading: {arr}}: OwnedEntry): string {
  if (download === null) return `${arr.id} row ${id}`
  return /^[0-9a-f]{40}$/i.test(download) ? download.toUpperCase() : `${arr.id} ${download}`
}

function lineOf(id: string, group: readonly OwnedEntry[], now: number): QueueLine {
  const readable = group.find(({reading}) => reading.asOf === null)
  const shown = group.find(({waits}) => waits) ?? readable ?? group[0]!
  const torrents = shown.torrents.toSorted((a, b) => Number(a.stale ?? false) - Number(b.stale ?? false))
  const waits = group.some((it) => it.waits)
  const [torrent] = torrents
  const state = torrent === undefined ? null : shownStateOf(torrent, now)
  const nearest = nearestOf(group)
  return {
    id,
    arr: shown.reading.arr,
    arrs: [...new Map(group.map(({reading: {arr}}) => [arr.id, arr])).values()],
    asOf: shown.reading.asOf,
    row: shown.row,
    torrents,
    state,
    waits,
    triage: group.find((it) => it.triage !== null)?.triage ?? null,
    media: distinctMedia(group.filter(({reading}) => reading === shown.reading)),
    title: shown.media_title,
    next: nearest?.next ?? null,
    actsAt: nearest?.actsAt ?? null,
    stage: stageOf(shown.row, {torrent, state}, waits),
    sayings: sayingsOf(group),
  }
}

function nearestOf(group: readonly OwnedEntry[]) {
  const all = group.flatMap(({next, reading: {at}}) =>
    next === null ? [] : [{next, actsAt: at + next.acts_in * 1_000}],
  )
  return all.toSorted((one, other) => one.actsAt - other.actsAt)[0] ?? null
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
  // Its server looks whether its data is whole: nothing goes on before.
  if (state === 'checking') return 'checking'
  if (torrent.complete === true) return 'importing'
  if (state === 'stalledDown' || state === 'error' || state === 'missingFiles') return 'stalled'
  return state === 'queuedDown' || state === 'metadata' ? 'grabbed' : 'downloading'
}

export function stageCounts(lines: readonly QueueLine[]): Readonly<Record<QueueStage, number>> {
  const counts = {grabbed: 0, downloading: 0, stalled: 0, checking: 0, importing: 0, waiting: 0}
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

/** What comes first: what its rule is about to do, or what happens by itself. @param now epoch ms */
export function nextWords(line: QueueLine, now: number): NextWords {
  const {row, arr, torrents, waits, triage, sayings} = line
  const [torrent] = torrents
  if (waits) {
    const more = triage === null ? (sayings[0] ?? '') : text(`triage.class.${triage.class}`)
    return {what: text('arr.next.waits'), more, isLoud: true}
  }
  if (torrent?.stale === true) {
    return quiet(text('arr.next.frozen'), text('arr.next.away', {server: torrent.server_name}))
  }
  if (isRuleNext(line, now)) return ruleWords(line, now)
  // What such an Arr said last of its own steps says nothing of the next one; a download goes on without it.
  if (line.asOf !== null && (isArrsTurn(row) || torrent === undefined || torrent.complete === true)) {
    return quiet(text('arr.next.frozen-arr', {arr: arr.name}), text('arr.next.away-arr'))
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

function isArrsTurn({state}: QueueRow): boolean {
  return state !== 'downloading'
}

/** A rule waits for its time, and the download is not complete before. */
function isRuleNext({actsAt, torrents: [torrent]}: QueueLine, now: number): boolean {
  return actsAt !== null && actsAt <= doneAt(torrent, now)
}

/** When all of it is there, epoch ms; Infinity = not known, or never. */
function doneAt(torrent: QueueTorrent | undefined, now: number): number {
  return typeof torrent?.eta === 'number' ? now + torrent.eta * 1_000 : Infinity
}

/** "Replace at 07:29", "unless data arrives". */
function ruleWords({next, actsAt, state}: QueueLine, now: number): NextWords {
  const {replaces, actions, mode, rule_name: name} = next!
  const what = replaces ? text('arr.next.replace') : actions.map(actionWords).join(', ')
  const when =
    daysAway(actsAt!, now) === 0 ? text('arr.next.at', {time: timeOfDay(actsAt!)}) : exactTime(actsAt!, now)
  const more =
    state === 'stalledDown'
      ? text('arr.next.unless-data')
      : state === 'metadata'
        ? text('arr.next.unless-metadata')
        : text('entries.by-rule', {name})
  return quiet(text(mode === 'ask' ? 'arr.next.rule-asks' : 'arr.next.rule', {what, when}), more)
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

// All queues as one list.

/** Seconds until something happens with it; Infinity = nobody knows when. @param now epoch ms */
export function comesIn(line: QueueLine, now: number): number {
  const {row, torrents, actsAt, asOf} = line
  const [torrent] = torrents
  if (torrent?.stale === true) return Infinity
  const isNow = row.state === 'importing' || row.state === 'importPending' || torrent?.complete === true
  if (isNow) return asOf === null ? 0 : Infinity
  return (Math.min(actsAt ?? Infinity, doneAt(torrent, now)) - now) / 1_000
}

/** What comes at the same time stays as it was. @param now epoch ms */
export function soonestFirst(lines: readonly QueueLine[], now: number): readonly QueueLine[] {
  const ranked = lines.map((line) => ({line, seconds: comesIn(line, now)}))
  return ranked
    .toSorted((one, other) => (one.seconds === other.seconds ? 0 : one.seconds - other.seconds))
    .map(({line}) => line)
}

/** The download that is complete first, if one is being downloaded. @param now epoch ms */
export function nextImport(
  lines: readonly QueueLine[],
  now: number,
): {readonly line: QueueLine; readonly seconds: number} | null {
  const coming = lines.flatMap((line) => {
    const [torrent] = line.torrents
    const seconds = (doneAt(torrent, now) - now) / 1_000
    return torrent?.stale === true || seconds === Infinity || isRuleNext(line, now) ? [] : [{line, seconds}]
  })
  return coming.toSorted((one, other) => one.seconds - other.seconds)[0] ?? null
}

/** It goes on by itself only if something changes: it stands still, its server is away, or it is about to be replaced. */
export function isProblem({row, stage, torrents: [torrent], next, waits}: QueueLine): boolean {
  return (
    waits ||
    stage === 'stalled' ||
    torrent?.stale === true ||
    next?.replaces === true ||
    row.state === 'failed' ||
    row.state === 'failedPending' ||
    row.trouble === 'error' ||
    row.trouble === 'warning'
  )
}

/** A person who may command its Arr can do something about it from here. */
export function isAnswerable({arr, asOf, triage}: QueueLine): boolean {
  return arr.access !== 'view' && asOf === null && triage?.actions.some((it) => it !== 'leave') === true
}

/** All of it is there; what is left to do is its Arr's. */
export function isCompleted({row, torrents: [torrent]}: QueueLine): boolean {
  return torrent === undefined ? row.status === 'completed' : torrent.complete === true
}

/** Of the same downloads as before each where it was; new ones come last. */
export function inOrderOf(lines: readonly QueueLine[], ids: readonly string[]): readonly QueueLine[] {
  const places = new Map(ids.map((id, place) => [id, place]))
  const placeOf = ({id}: QueueLine) => places.get(id) ?? ids.length
  return lines.toSorted((one, other) => placeOf(one) - placeOf(other))
}
