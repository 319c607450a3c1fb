/** Which files lie in the folder of a torrent that nobody wants, looked at now, for the executor. */
import {codeOf} from '#disk/unseen.ts'
import type {ExtraFilesDisk} from './extra-files.ts'
import type {OurFiles} from './trash-disk.ts'
import {FilePatterns, type FileRules} from '#media/file-patterns.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import {extraFilesAmong, folderOfExtras} from './extra-files-look.ts'
import {filesBelow, type LookUpParts} from '#lookups/looks.ts'
import {isUnknown} from '#lookups/seen.ts'
import {asked, rootsOf} from './disk-mapped.ts'

export type ExtraFilesDiskParts = Pick<
  LookUpParts,
  'fleet' | 'disk' | 'details' | 'patience' | 'clock' | 'takenBack'
> & {
  /** Of a section of the configuration; `null` = there is none of this name. */
  readonly fileRules: (set: string) => FileRules | null
}

export function extraFilesDisk(parts: ExtraFilesDiskParts): ExtraFilesDisk {
  return {extraFilesOf: (key, set) => extraFilesOf(key, set, parts)}
}

async function extraFilesOf(key: TorrentKey, set: string, parts: ExtraFilesDiskParts): Promise<OurFiles> {
  const {fleet, disk, details, patience, clock, takenBack} = parts
  const [rules, torrent] = [parts.fileRules(set), fleet.get(key)]
  if (!rules || !torrent) return {why: 'Its server, or the section of its Arr, is not there any more.'}
  const {mappings} = disk(key.serverId)
  const listed = await asked(() => details.files(key))
  if ('why' in listed) return listed
  const folder = folderOfExtras(torrent, listed.files, mappings)
  if (isUnknown(folder)) return {why: folder.detail}
  const found = await filesBelow(folder.value, patience, new AbortController().signal)
  if (isUnknown(found)) return {why: found.detail}
  const patterns = new FilePatterns(rules)
  const extras = extraFilesAmong({
    ...{torrent, listed: listed.files, found: found.value, mappings, now: clock.now()},
    ...{allows: (name) => patterns.allowsExtension(name), takenBack: takenBack(key)},
  })
  if (isUnknown(extras)) return {why: extras.detail}
  const files = extras.value.map(({path, device, inode, size}) => ({path, device, inode, size}))
  const [first] = files
  if (!first) return {why: 'There is none.'}
  try {
    return {files, folder: folder.value, roots: await rootsOf(first, folder.value, mappings)}
  } catch (error) {
    return {why: `Its folder can not be looked at (${codeOf(error)}).`}
  }
}
