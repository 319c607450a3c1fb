/** What the dialog for copying to another server sends, and what it says of a preview. Pure. */
import type {SelectedBody} from '../../../api/actions.ts'
import type {CopyBody, CopyPreview} from '../../../api/copies.ts'
import {forPage} from '../../../api/problem.ts'
import {listed, text} from '../../../i18n/text.ts'
import {bytes, written} from '../../../ui/format.ts'
import {counted} from '../action-words.ts'

export type SourceChoice = NonNullable<CopyBody['source']>
/** As now: absent in what is sent. */
export type StartChoice = 'as-now' | 'start' | 'stopped'

/** Stands for the category that a torrent has now. */
export const AS_NOW = '\u0001'

export interface CopyFields {
  readonly server: string
  readonly path: string
  readonly category: string
  /** `null` = each keeps those that it has now. */
  readonly tags: readonly string[] | null
  readonly start: StartChoice
  readonly source: SourceChoice
  readonly download: boolean
  readonly existing: boolean
}

export function copyBody(selected: SelectedBody, fields: CopyFields): CopyBody {
  const {server, path, category, tags, start, source, download, existing} = fields
  return {
    ...('keys' in selected ? {keys: [...selected.keys]} : selected),
    server_id: server,
    source,
    ...(path !== '' && {path}),
    ...(category !== AS_NOW && {category}),
    ...(tags !== null && {tags: [...tags]}),
    ...(start !== 'as-now' && {start: start === 'start'}),
    ...(download && {download}),
    ...(existing && source !== 'stays' && {existing}),
  }
}

/** Torrents that go. */
export function goingOf({ways, existing}: CopyPreview): number {
  return existing + ways.reduce((sum, {count}) => sum + count, 0)
}

/** "12 torrents: 118 GiB are copied", one line for each way. */
export function wayLines({ways, existing}: CopyPreview): readonly string[] {
  return [
    ...ways.map(({way, count, bytes: size}) =>
      counted(`to-server.way.${way}`, count, {size: written(bytes(size))}),
    ),
    ...(existing > 0 ? [counted('to-server.way.existing', existing)] : []),
  ]
}

/** In which folders they come there. */
export function folderLine({folders}: CopyPreview): string | null {
  if (folders.length === 0) return null
  const more = folders.length - MOST_FOLDERS
  const named = folders.slice(0, MOST_FOLDERS).map(({path}) => path)
  return text('to-server.folders', {
    folders: listed(more > 0 ? [...named, counted('to-server.folders.more', more)] : named),
  })
}

const MOST_FOLDERS = 3

/** Where downloads come from: the source itself, or the swarm and why; each once. */
export function downloadLines({downloads}: CopyPreview, name: string): readonly string[] {
  const fromSource = downloads
    .filter(({why_swarm: why}) => why === null)
    .reduce((sum, {count}) => sum + count, 0)
  const bySwarm = new Map<string, number>()
  for (const {count, why_swarm: why} of downloads)
    if (why !== null) bySwarm.set(why, (bySwarm.get(why) ?? 0) + count)
  const peers = [...new Set(downloads.flatMap((it) => it.peers))]
  return [
    ...(fromSource > 0 ? [counted('to-server.download.source', fromSource, {name})] : []),
    ...(peers.length > 0 ? [text('to-server.download.address', {peers: listed(peers)})] : []),
    ...Array.from(bySwarm, ([why, count]) => counted('to-server.download.swarm', count, {why: forPage(why)})),
  ]
}

/** Reasons that the person can lift here have their own line. */
export function refusalLines({refused, may_download: download, may_be_existing: existing}: CopyPreview) {
  const total = refused.reduce((sum, {count}) => sum + count, 0)
  const liftable = download.count + existing
  return {
    refused: liftable >= total ? [] : refused.map(({message, count}) => ({count, message})),
    count: Math.max(0, total - liftable),
  }
}

/** What a private tracker sees, and what does not come along. */
export function noticeLines(
  {stays_stopped: stopped, run_twice: twice, without_tags: untagged}: CopyPreview,
  name: string,
): readonly string[] {
  return [
    ...(stopped > 0 ? [counted('to-server.private.stopped', stopped, {name})] : []),
    ...(twice > 0 ? [counted('to-server.private.twice', twice)] : []),
    ...(untagged > 0 ? [counted('to-server.untagged', untagged, {name})] : []),
  ]
}

export function submitWords(source: SourceChoice, count: number): string {
  return counted(source === 'stays' ? 'to-server.button' : 'to-server.button.move', count)
}

/** What follows. */
export function noteWords(source: SourceChoice): string {
  return text(`to-server.note.${source}`)
}
