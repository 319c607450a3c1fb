/**
 * A torrent's state, said once: word, shape, bar. Complete and offered is "Seeding", also while nobody asks: nothing is
 * missing. What a server away said last stays, with its age. What was added a moment ago and gets nothing yet is
 * "Connecting": it has had no time to find anybody.
 */
import {isConnecting, torrentStates, type TorrentState} from '#model/torrent.ts'
import {text, type TextKey} from '../../../i18n/text.ts'
import type {Cell} from '../../../live/view.ts'
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
  /** It is said of its first moments alone: what is said changes with time. */
  readonly isConnecting: boolean
}

/** What is said of a torrent: what its server says, but for its first moments. */
export type ShownState = TorrentState | 'connecting'

export const stateWords: Readonly<Record<ShownState, TextKey>> = {
  connecting: 'state.connecting',
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

const icons: Readonly<Record<ShownState, StateIconName>> = {
  connecting: 'downloading',
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

const loud: ReadonlySet<ShownState> = new Set(['stalledDown', 'error', 'missingFiles'])
const atWork: ReadonlySet<ShownState> = new Set(['checking', 'moving', 'metadata'])
const atRest: ReadonlySet<ShownState> = new Set(['stopped', 'queuedDown', 'queuedUp', 'unknown'])

/** @param now epoch ms */
export function stateFace(cells: CellsOf, now: number): StateFace {
  const state = shownStateOf({state: cells('state'), added_at: cells('added_at')}, now)
  const isStale = cells('stale') === true
  const share = shownShare(state, cells)
  return {
    icon: isStale ? 'aged' : icons[state],
    word: text(stateWords[state]),
    isLoud: !isStale && loud.has(state),
    ...asideOf(state, cells, isStale, share, now),
    bar: share === null || share === 0 ? null : {share, kind: barKind(state, isStale)},
    title: titleOf(state, cells),
    isConnecting: state === 'connecting',
  }
}

/** A word that we do not know is a state that we do not know. */
export function stateOf(cell: Cell): TorrentState {
  return torrentStates.find((it) => it === cell) ?? 'unknown'
}

/** As `stateOf`. @param now epoch ms */
export function shownStateOf(
  torrent: {readonly state?: Cell; readonly added_at?: Cell},
  now: number,
): ShownState {
  const state = stateOf(torrent.state)
  const addedAt = typeof torrent.added_at === 'number' ? torrent.added_at : undefined
  return isConnecting(state, addedAt, now) ? 'connecting' : state
}

/** How far its work is: that of the task, else of the data; complete shows none. */
function shownShare(state: ShownState, cells: CellsOf): number | null {
  const task = cells('task_progress')
  if (atWork.has(state)) return typeof task === 'number' ? task : null
  const progress = cells('progress')
  return cells('complete') === true || typeof progress !== 'number' ? null : progress
}

function asideOf(
  state: ShownState,
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

function barKind(state: ShownState, isStale: boolean): 'solid' | 'striped' | 'grey' {
  if (isStale || atRest.has(state)) return 'grey'
  return state === 'stalledDown' ? 'striped' : 'solid'
}

function titleOf(state: ShownState, cells: CellsOf): string {
  const message = cells('message')
  if (state === 'error' && typeof message === 'string' && message !== '') return message
  return state === 'unknown' ? String(cells('native_state') ?? '') : ''
}
