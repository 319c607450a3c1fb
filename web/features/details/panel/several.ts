/** Several torrents as one: what they are with how many are so, and what they have together. Of all of them. Pure. */
import type {SelectionFigures} from '../../../api/actions.ts'
import type {TorrentFile} from '../../../api/details.ts'
import {text, type TextKey} from '../../../i18n/text.ts'
import {bytes, count, fullSpeed, nothing, ratio, type Quantity} from '../../../ui/format.ts'
import type {TorrentName} from '../../torrent-rows/selection.ts'
import {stateOf, stateWords} from '../../torrents/table/state-face.ts'

export interface SeveralFigure {
  readonly term: TextKey
  readonly value: Quantity
}

interface Share {
  readonly label: string
  readonly count: number
}

type Shares = SelectionFigures['categories']

/** The value that all have, or which there are and how often. */
export function sharedFacts(figures: SelectionFigures): readonly SeveralFigure[] {
  const {states, servers, categories, tags, trackers, save_paths: paths} = figures
  return [
    fact('details.state', statesIn(states)),
    fact(
      'details.server',
      servers.map(({server_name: label, count}) => ({label, count})),
    ),
    factOf('details.category', categories, 'details.no-category'),
    factOf('details.tags', tags, 'details.no-tags'),
    factOf('details.tracker', trackers, 'details.no-tracker'),
    factOf('details.save-path', paths, null),
  ]
}

/** What they have together. Of what somebody does not tell there is no sum. */
export function sums(figures: SelectionFigures): readonly SeveralFigure[] {
  const {size, size_unknown: unknown, downloaded, uploaded, down_speed: down, up_speed: up} = figures
  return [
    {term: 'details.size', value: bytes(unknown > 0 ? undefined : size)},
    {term: 'details.downloaded', value: bytes(downloaded)},
    {term: 'details.uploaded', value: bytes(uploaded)},
    {term: 'details.ratio', value: ratio(ratioOf(figures))},
    {term: 'details.down', value: fullSpeed(down)},
    {term: 'details.up', value: fullSpeed(up)},
  ]
}

/** So many values are named; how many more there are is counted. */
const NAMED = 3

/** Several states of a server are one word here. */
function statesIn(states: SelectionFigures['states']): readonly Share[] {
  const counts = new Map<string, number>()
  for (const {state, count} of states) {
    const word = text(stateWords[stateOf(state)])
    counts.set(word, (counts.get(word) ?? 0) + count)
  }
  return [...counts].map(([label, count]) => ({label, count}))
}

/** @param none what '' means; `null` = it is a value like others */
function factOf(term: TextKey, {distinct, most}: Shares, none: TextKey | null): SeveralFigure {
  const shares = most.map(({value, count}) => ({
    label: value === '' && none !== null ? text(none) : value,
    count,
  }))
  return fact(term, shares, distinct)
}

/** @param distinct how many there are, with those that are not told */
function fact(term: TextKey, shares: readonly Share[], distinct = shares.length): SeveralFigure {
  const [only, ...others] = shares.toSorted((a, b) => b.count - a.count)
  if (!only) return {term, value: nothing()}
  if (others.length === 0) return {term, value: {text: only.label, unit: '', exact: only.label}}
  const all = [only, ...others].map(({label, count: of}) => `${label} ${count(of)}`)
  const words = (named: number) =>
    [...all.slice(0, named), ...more(distinct - Math.min(named, all.length))].join(' · ')
  return {term, value: {text: words(NAMED), unit: '', exact: words(all.length)}}
}

function more(left: number): readonly string[] {
  return left > 0 ? [text('details.more-values', {count: count(left)})] : []
}

/** Nothing was loaded by anybody: it has no end. */
function ratioOf({downloaded, uploaded, ratio}: SelectionFigures): number | null | undefined {
  if (downloaded === undefined || uploaded === undefined) return undefined
  return ratio ?? null
}

/** The files of one of them. */
export interface TorrentFiles {
  readonly name: TorrentName
  readonly files: readonly Pick<TorrentFile, 'path' | 'size'>[]
}

/** Kinds of files that are named; the others take little. */
const MOST_KINDS = 6

/** How many files each has, and which kinds there are in all of them, those that take most first. */
export function filesOfAll(lists: readonly TorrentFiles[]) {
  const kinds = new Map<string, {extension: string; files: number; size: number}>()
  for (const {path, size} of lists.flatMap(({files}) => files)) {
    const extension = /\.([a-z0-9]{1,8})$/i.exec(path)?.[1]?.toLowerCase() ?? ''
    const kind = kinds.get(extension) ?? {extension, files: 0, size: 0}
    kind.files++
    kind.size += size
    kinds.set(extension, kind)
  }
  return {
    torrents: lists.map(({name, files}) => ({
      name,
      first: files[0]?.path.split('/', 1)[0] ?? name,
      files: files.length,
      size: files.reduce((sum, {size}) => sum + size, 0),
    })),
    kinds: [...kinds.values()].toSorted((one, other) => other.size - one.size).slice(0, MOST_KINDS),
  }
}
