/**
 * What a path shows, as far as it can be believed to be the disk that was there before; and that it is, kept for the
 * next look.
 */
import {dirname} from 'node:path'
import {MINUTE} from '#model/units.ts'
import {freeSpace, type DiskSpace} from './free-space.ts'
import {unseen, type Unseen} from './fs-errors.ts'
import {isReadOnlyDisk} from './mount-table.ts'
import {judgeMount, lookAtMount, type MountVerdict, type RememberedMount} from './mounts.ts'
import {toOurs} from './path-mapping.ts'
import type {Patience} from './patience.ts'

/** What is remembered of paths over restarts. */
export interface MountRepository {
  get(path: string): RememberedMount | undefined
  set(path: string, mount: RememberedMount): unknown
}

export interface BelievedDeps {
  readonly patience: Patience
  readonly mounts: MountRepository
}

/** @param path ours, a folder */
export async function believedMount(path: string, {patience, mounts}: BelievedDeps): Promise<MountVerdict> {
  const seen = await lookAtMount(path, patience)
  const before = mounts.get(path)
  const verdict = judgeMount(before ?? null, seen)
  if (verdict.mounted === true) {
    const returnedAt = before?.returnedAt === 'away' ? patience.now() : before?.returnedAt
    mounts.set(path, {...verdict.remember, ...(returnedAt !== undefined && {returnedAt})})
  } else if (before && before.returnedAt !== 'away') mounts.set(path, {...before, returnedAt: 'away'})
  return verdict
}

/** So long what is told of files on a disk that came back proves nothing: whoever tells it may not have looked yet. */
export const DISK_SETTLING_MS = 10 * MINUTE * 1_000

/**
 * Why what anybody tells of the files below a path does not count yet: the disk there, or of a folder around it, was away
 * a moment ago. `null` = nothing speaks against it; whether the disk is there is not looked at.
 * @param path ours, a folder
 */
export async function whyUnsettled(path: string, parts: BelievedDeps): Promise<string | null> {
  const {patience, mounts} = parts
  for (const at of foldersUpFrom(path)) {
    if (mounts.get(at)?.returnedAt === undefined) continue
    const verdict = await believedMount(at, parts)
    if (verdict.mounted === 'unknown') return verdict.detail
    const {returnedAt} = mounts.get(at)!
    const left = returnedAt === 'away' ? DISK_SETTLING_MS : returnedAt! + DISK_SETTLING_MS - patience.now()
    if (left > 0)
      return `Its disk was just mounted again: reports about its files count in ${Math.ceil(left / 60_000)} min.`
  }
  return null
}

/** What a path shows, where its disk is the one that was there before and has settled since it was away. */
export async function settledMount(path: string, parts: BelievedDeps): Promise<MountVerdict> {
  const verdict = await believedMount(path, parts)
  if (verdict.mounted === 'unknown') return verdict
  const detail = await whyUnsettled(path, parts)
  return detail === null ? verdict : {mounted: 'unknown', reason: 'settling', detail}
}

/**
 * Why the disk of a folder is not the one that was there before, for people: whatever is written there would land on
 * another one, mostly that of the system. `null` = nothing speaks against it.
 * @param path ours; it need not be there yet
 */
export async function diskAway(path: string, {patience, mounts}: BelievedDeps): Promise<string | null> {
  for (const at of foldersUpFrom(path)) {
    const before = mounts.get(at)
    const verdict = before ? judgeMount(before, await lookAtMount(at, patience)) : null
    if (verdict === null || verdict.mounted === true) continue
    if (verdict.reason !== 'missing') return verdict.detail
    // A folder that was removed lies on the disk of the one around it, and is made again there.
    if ((await deviceAround(at, patience)) !== before!.device) return 'The folder is not there.'
  }
  return null
}

/** Of the deepest folder around it that is there; `null` = it does not tell. */
async function deviceAround(path: string, patience: Patience): Promise<string | null> {
  for (const at of foldersUpFrom(dirname(path))) {
    const seen = await lookAtMount(at, patience)
    if (!('unknown' in seen)) return seen.device
    if (seen.unknown !== 'missing') return null
  }
  return null
}

/** `/data/films`, `/data`, `/` */
function foldersUpFrom(path: string): readonly string[] {
  const around = dirname(path)
  return around === path ? [path] : [path, ...foldersUpFrom(around)]
}

/** Room on it, only of a disk that is the one we know, and that takes writes. */
export async function believedSpace(path: string, parts: BelievedDeps): Promise<DiskSpace | Unseen> {
  const verdict = await believedMount(path, parts)
  if (verdict.mounted === 'unknown') {
    // What was there and is gone can not be read; what never was there is missing.
    const isMissing = verdict.reason === 'missing' && !parts.mounts.get(path)
    return unseen(isMissing ? 'missing' : 'unreadable', verdict.detail)
  }
  if (isReadOnlyDisk(path)) return unseen('unreadable', 'The disk takes no writes: it is read-only.')
  const space = await freeSpace(path, parts.patience)
  const isSame = 'unknown' in space || space.device === verdict.remember.device
  return isSame ? space : unseen('unreadable', 'A disk was mounted or unmounted just now.')
}

/**
 * Room for what is to be put into a folder. One that is not there yet, or is empty, and of which nobody knows otherwise,
 * is taken for a part of the folder around it, as far as it lies on that one's disk.
 *
 * @param path ours
 * @param roots folders that servers are mapped to: one that it lies in has to be seen with something in it, as what is
 *   empty and never was seen may be a disk that was away before anybody looked
 */
export async function believedRoom(
  path: string,
  parts: BelievedDeps,
  roots: readonly string[],
): Promise<DiskSpace | Unseen> {
  const around = dirname(path)
  for (const root of rootsOf(path, roots)) {
    const whole = await believedSpace(root, parts)
    if ('unknown' in whole || root === path) return whole
  }
  const own = await believedSpace(path, parts)
  if (!('unknown' in own) || parts.mounts.get(path)) return own
  // Below a folder that servers are mapped to as far up as it is not there, or is empty, too.
  const isBelow = rootsOf(around, roots).length > 0
  const room = await (isBelow ? believedRoom(around, parts, roots) : believedSpace(around, parts))
  if ('unknown' in room) return own
  const seen = await freeSpace(path, parts.patience)
  if ('unknown' in seen) return seen.unknown === 'missing' ? room : seen
  return seen.device === room.device ? room : own
}

/** Those that it lies in, or is. */
function rootsOf(path: string, roots: readonly string[]): readonly string[] {
  return roots.filter((it) => toOurs(path, [{server: it, ours: it}]) !== null)
}
