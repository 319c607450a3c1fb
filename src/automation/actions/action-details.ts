/** What actions of rules have to know of a torrent before it is known what they ask of its server. */
import type {ActionDetails} from './action-commands.ts'
import type {Turns} from '#lib/time-slice.ts'
import {FilePatterns, type FileRules} from '#media/file-patterns.ts'
import {BadArgument} from '#model/errors.ts'
import type {ActionParams} from '#model/rule.ts'
import type {ServerView, TorrentReader} from '#model/services.ts'
import type {ServerId, TorrentKey} from '#model/torrent-key.ts'
import {MINUTE} from '#model/units.ts'

export interface ActionDetailsParts {
  readonly details: Pick<TorrentReader, 'files' | 'trackers'>
  readonly server: (id: ServerId) => Pick<ServerView, 'categories' | 'features'> | null
  /** Of a section of the configuration, or a set of ours; `null` = there is none of this name. */
  readonly fileRules: (set: string, key: TorrentKey) => FileRules | null
  readonly roomForMove: (key: TorrentKey, path: string) => Promise<string | null>
  readonly turns: Turns
}

export function actionDetails(parts: ActionDetailsParts): ActionDetails {
  return {
    filesMeant: (key, params) => filesMeant(key, params, parts),
    files: (key) => parts.details.files(key),
    trackers: (key) => parts.details.trackers(key),
    categoryPath: (id, name) =>
      parts.server(id)?.categories.find((category) => category.name === name)?.savePath || null,
    announcesApart: (id) =>
      parts.server(id)?.features?.reannounce.support === 'limited' ? 2 * MINUTE : MINUTE,
    objectionToMove: (key, path) => parts.roomForMove(key, path),
  }
}

/** Those that are not yet as the rule wants them. */
async function filesMeant(
  key: TorrentKey,
  {set, patterns, to}: ActionParams,
  {details, fileRules, turns}: ActionDetailsParts,
): Promise<readonly number[]> {
  const rules = typeof set === 'string' ? fileRules(set, key) : null
  if (typeof set === 'string' && rules === null)
    throw new BadArgument(`There are no file patterns of the name ${set}.`, {set})
  const meant = [...(rules ? [rules] : []), ...(patterns ? [ofNames(patterns as readonly string[])] : [])]
  const files = await details.files(key)
  const found = new Set<number>()
  // How it is now is no matter of whether it is meant.
  const asWanted = files.map((file) => ({...file, priority: 'normal' as const}))
  for (const one of meant) {
    const {excluded} = await new FilePatterns(one).judge(asWanted, turns)
    for (const {index} of excluded) found.add(index)
  }
  return files.filter(({index, priority}) => found.has(index) && priority !== to).map(({index}) => index)
}

function ofNames(patterns: readonly string[]): FileRules {
  return {
    ...{CaseSensitiveMatches: false, FolderExclusionRegex: [], FileExtensionAllowlist: []},
    FileNameExclusionRegex: patterns,
  }
}
