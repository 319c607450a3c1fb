/** Who uses the bytes of a torrent, and what becomes of them, in words. Pure. */
import type {TorrentLinks} from '../../../api/details.ts'
import {text} from '../../../i18n/text.ts'
import {bytes, count, written} from '../../../ui/format.ts'
import {freedOn, keptByDoubt, obstacles, outlookOf} from '../../actions/delete/removal.ts'

type Library = TorrentLinks['library'][number]
type Other = TorrentLinks['torrents'][number]
type FileState = Library['files'][number]['is']

/** "frees 88 MiB": by the figures of the delete dialog. */
export function freesWords(removal: NonNullable<TorrentLinks['removal']>): string {
  if (outlookOf(removal, true).going === 0) {
    if (obstacles(removal).length > 0) return text('links.refused')
    return keptByDoubt(removal).length > 0 ? text('links.frees-unknown') : text('links.frees-nothing')
  }
  const {later, soon} = freedOn(removal, false)
  const all = [...later, ...soon]
  const size = all.reduce((sum, it) => sum + it.bytes, 0)
  if (all.some(({isAtLeast}) => isAtLeast)) {
    return size === 0
      ? text('links.frees-unknown')
      : text('links.frees-at-least', {size: written(bytes(size))})
  }
  return size === 0 ? text('links.frees-nothing') : text('links.frees', {size: written(bytes(size))})
}

/** What becomes of the others when the torrent goes with its files, sentence by sentence. */
export function afterRemoval({library, torrents}: TorrentLinks): readonly string[] {
  const sentences: string[] = []
  for (const it of library) {
    const arr = it.arr_name ?? text('links.an-arr')
    const going = it.inside + filesOf(it, ['own'])
    const staying = filesOf(it, staysAnyway)
    if (going > 0) sentences.push(text('links.library-goes', {count: going, arr}))
    if (staying > 0) sentences.push(text('links.library-stays', {count: staying, arr}))
    if (!it.known) sentences.push(text('links.library-unknown', {arr}))
  }
  const copies = torrents.filter(({how}) => how !== 'same_files')
  const named = copies.map(({server_name: name}) => name)
  if (copies.length > 0)
    sentences.push(text('links.others-stay', {count: copies.length, where: [...new Set(named)].join(', ')}))
  return sentences
}

/** What is free when the Arr deletes its files or takes better ones; `null` = it has none of it. */
export function afterReplacement(it: Library): {readonly value: string; readonly why: string} | null {
  const linked = filesOf(it, ['linked', 'own']) + it.inside
  if (linked > 0) return {value: text('links.replaced.nothing'), why: text('links.replaced.nothing.why')}
  if (filesOf(it, ['copied']) > 0)
    return {value: text('links.replaced.copy'), why: text('links.replaced.copy.why')}
  if (filesOf(it, ['there', 'unseen']) > 0)
    return {value: text('links.frees-unknown'), why: text('links.replaced.unseen')}
  return null
}

const staysAnyway: readonly FileState[] = ['linked', 'copied', 'there', 'unseen']

function filesOf({files}: Library, states: readonly FileState[]): number {
  return files.filter(({is}) => states.includes(is)).length
}

/** "2 files, hard links of the same bytes". */
export function libraryWords(it: Library): readonly string[] {
  if (!it.known) return [text('links.not-known')]
  const counts = new Map<FileState, number>()
  for (const {is} of it.files) counts.set(is, (counts.get(is) ?? 0) + 1)
  const words = [...counts].map(([is, many]) => text(`links.library.${is}`, {count: many}))
  if (it.inside > 0) words.unshift(text('links.library.own', {count: it.inside}))
  if (it.count > it.files.length) words.push(text('links.library.more', {count: it.count - it.files.length}))
  return words
}

/** It has nothing of the torrent, as far as is known. */
export function isUnconcerned({known, inside, count: all}: Library): boolean {
  return known && inside === 0 && all === 0
}

export function howWords({how}: Other): string {
  return text(`links.how.${how}`)
}

/** "1 file, 2 hard links", what lies on its disk. */
export function contentWords({files, names, outside}: NonNullable<TorrentLinks['content']>): string {
  const words = [text('links.files', {count: files})]
  if (names > files) words.push(text('links.names', {count: names}))
  if (outside !== null && outside > 0) words.push(text('links.outside', {count: outside}))
  return words.join(', ')
}

/** How many others there are, for the tab. */
export function linkCount({torrents, library}: TorrentLinks): string | undefined {
  const all = torrents.length + library.filter((it) => !isUnconcerned(it) && it.known).length
  return all === 0 ? undefined : count(all)
}
