/** Looks at what lies directly in a folder of torrents: is it an orphan, and of which files? */
import {createHash} from 'node:crypto'
import {basename} from 'node:path'
import {walkFolder, type FoundFile} from '#disk/folder-files.ts'
import {judgeOrphan, type Claims, type OrphanVerdict} from './unclaimed.ts'
import type {Patience} from '#disk/patience.ts'
import type {SparedReason} from '#model/orphans.ts'
import type {EpochMs} from '#model/units.ts'

export interface EntryParts {
  readonly claims: Claims
  readonly patience: Patience
  readonly signal: AbortSignal
  readonly now: EpochMs
  /** After each folder: a look must not hog a disk. */
  readonly rest: () => Promise<void>
}

/** claimed: some torrent's. passed: nobody asks for it: folders of others around torrents, empty folders. */
export type EntryLook =
  | {readonly is: 'claimed' | 'passed'}
  | {readonly is: 'spared'; readonly why: SparedReason; readonly about: string}
  | {
      readonly is: 'orphan'
      /** Of exactly these files. */
      readonly id: string
      readonly files: readonly FoundFile[]
      readonly verdict: Extract<OrphanVerdict, {orphan: true}>
    }

/** With more files nobody looks at each before they move. */
const MOST_FILES = 20_000

/** @param entry a file, or the path of a folder @throws the reason of the signal */
export async function lookAtEntry(entry: FoundFile | string, parts: EntryParts): Promise<EntryLook> {
  const path = typeof entry === 'string' ? entry : entry.path
  const claim = parts.claims.of(path)
  if (claim === 'claimed') return {is: 'claimed'}
  if (claim === 'around') return {is: 'passed'}
  if (claim !== null) return {is: 'spared', why: claim, about: path}
  if (isHidden(path)) return {is: 'spared', why: 'hidden', about: path}
  const {files, why} = typeof entry === 'string' ? await filesIn(entry, parts) : {files: [entry], why: null}
  if (why !== null) return {is: 'spared', why, about: path}
  if (files.length === 0) return {is: 'passed'}
  const verdict = judgeOrphan(path, files, parts.claims, parts.now)
  if (!verdict.orphan) return {is: 'spared', why: verdict.why, about: verdict.path}
  return {is: 'orphan', id: idOf(path, files), files, verdict}
}

async function filesIn(
  folder: string,
  {patience, signal, rest}: EntryParts,
): Promise<{readonly files: readonly FoundFile[]; readonly why: SparedReason | null}> {
  const all: FoundFile[] = []
  const unseen = await walkFolder(folder, {
    ...{patience, signal},
    async found(files) {
      all.push(...files)
      await rest()
      return all.length <= MOST_FILES
    },
  })
  if (unseen) return {files: [], why: 'unreadable'}
  return {files: all, why: all.length > MOST_FILES ? 'too_many' : null}
}

/** Programs keep their own things there; edges of unwanted files, which qBittorrent leaves, are nobody's. */
function isHidden(path: string): boolean {
  const name = basename(path)
  return name.startsWith('.') && !/^\.[0-9a-f]{40}\.parts$/i.test(name)
}

function idOf(path: string, files: readonly FoundFile[]): string {
  const hash = createHash('sha256').update(path)
  const all = files.map(({path: its, device, inode, size}) => `\n${its} ${device} ${inode} ${size}`)
  for (const line of all.sort()) hash.update(line)
  return hash.digest('hex').slice(0, 32)
}
