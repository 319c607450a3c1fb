/**
 * A torrent's state, said once: word, shape, bar. Complete and offered is "Seeding", also while nobody asks: nothing is
 * missing. What a server away said last stays, with its age.
 */
import {torrentStates, type TorrentState} from '#model/torrent.ts'
import {text, type TextKey} from '../../../i18n/text.ts'
import type {Cell} from '../../../live/wire.ts'
import {ago, percent, written} from '../../../ui/format.ts'
import type {StateIconName} from '../../../ui/state-icons.ts'
import type {CellsOf} from './cell-text.ts'

export interface StateFace {
  readonly icon: StateIconName
  readonly word: string
  /** The word takes the colour of its family: somebody should look. */
  readonly isLoud: boolean
  /** At the end of the cell; '' = nothing. */
  readonly aside: string
  /** How far it is, rather than a remark. */
  readonly isFigure: boolean
  readonly bar: {readonly share: number; readonly kind: 'solid' | 'striped' | 'grey'} | null
  /** The server's own words, where ours do not say all. */
  readonly title: string
}

export const stateWords: Readonly<Record<TorrentState, TextKey>> = {
  downloading: 'state.downloading',
  stalledDown: 'state.stalled',
  seeding: 'state.seeding',
  stalledUp: 'state.seeding',
  metadata: 'state.metadata',
  checking: 'state.checking',
  queuedDown: 'state.queued',
  queuedUp: 'state.queued',
  stopped: 'state.stopped',
  moving: 'state.moving',
  error: 'state.error',
  missingFiles: 'state.missing',
  unknown: 'state.unknown',
}

const icons: Readonly<Record<TorrentState, StateIconName>> = {
  downloading: 'downloading',
  stalledDown: 'stalled',
  seeding: 'seeding',
  stalledUp: 'idle',
  metadata: 'metadata',
  checking: 'checking',
  queuedDown: 'queued',
  queuedUp: 'queued',
  stopped: 'stopped',
  moving: 'moving',
  error: 'error',
  missingFiles: 'missing',
  unknown: 'unknown',
}

const loud: ReadonlySet<TorrentState> = new Set(['stalledDown', 'error', 'missingFiles'])
const atWork: ReadonlySet<TorrentState> = new Set(['checking', 'moving', 'metadata'])
const atRest: ReadonlySet<TorrentState> = new Set(['stopped', 'queuedDown', 'queuedUp', 'unknown'])

/** @param now epoch ms */
export function stateFace(cells: CellsOf, now: number): StateFace {
  const state = stateOf(cells('state'))
  const isStale = cells('stale') === true
  const share = shownShare(state, cells)
  return {
    icon: isStale ? 'aged' : icons[state],
    word: text(stateWords[state]),
    isLoud: !isStale && loud.has(state),
    ...asideOf(state, cells, isStale, share, now),
    bar: share === null || share === 0 ? null : {share, kind: barKind(state, isStale)},
    title: titleOf(state, cells),
  }
}

/** A word that we do not know is a state that we do not know. */
export function stateOf(cell: Cell): TorrentState {
  return torrentStates.find((it) => it === cell) ?? 'unknown'
}

/** How far its work is: that of the task, else of the data; complete shows none. */
function shownShare(state: TorrentState, cells: CellsOf): number | null {
  const task = cells('task_progress')
  if (atWork.has(state)) return typeof task === 'number' ? task : null
  const progress = cells('progress')
  return cells('complete') === true || typeof progress !== 'number' ? null : progress
}

function asideOf(
  state: TorrentState,
  cells: CellsOf,
  isStale: boolean,
  share: number | null,
  now: number,
): Pick<StateFace, 'aside' | 'isFigure'> {
  if (isStale) return {aside: ageOf(cells('seen_at'), now), isFigure: false}
  if (share !== null) return {aside: written(percent(share)), isFigure: true}
  return {aside: state === 'stalledUp' ? text('state.idle') : '', isFigure: false}
}

/** "14 m old". */
function ageOf(seenAt: Cell, now: number): string {
  return text('state.old', {age: written(ago(seenAt as number | null | undefined, now))})
}

function barKind(state: TorrentState, isStale: boolean): 'solid' | 'striped' | 'grey' {
  if (isStale || atRest.has(state)) return 'grey'
  return state === 'stalledDown' ? 'striped' : 'solid'
}

function titleOf(state: TorrentState, cells: CellsOf): string {
  const message = cells('message')
  if (state === 'error' && typeof message === 'string' && message !== '') return message
  return state === 'unknown' ? String(cells('native_state') ?? '') : ''
}
