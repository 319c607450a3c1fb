/** How full our disks are, and whether they are there: for whoever only watches. Nothing of what is seen is kept. */
import type {DiskFigures} from '#model/services.ts'
import {judgeMount, lookAtMount} from './mounts.ts'
import {spaceOn, type BelievedDeps} from './verify-mount.ts'

/** Whatever is mounted below the folders of servers, there are no more lines than this. */
const MOST_DISKS = 200

/** @param paths ours: mapped folders first, then where disks are known; those that are named twice are told once */
export function diskFigures(paths: readonly string[], parts: BelievedDeps): Promise<readonly DiskFigures[]> {
  const told = [...new Set(paths)].slice(0, MOST_DISKS)
  return Promise.all(told.map((path) => figuresAt(path, parts)))
}

async function figuresAt(path: string, parts: BelievedDeps): Promise<DiskFigures> {
  const before = parts.mounts.get(path) ?? null
  const verdict = judgeMount(before, await lookAtMount(path, parts.patience))
  const device = verdict.mounted === true ? verdict.remember.device : verdict.device
  if (device === undefined) return {path, isThere: before === null ? null : false}
  const space = await spaceOn(path, device, parts)
  if ('unknown' in space) return {path, isThere: true}
  return {path, isThere: true, freeBytes: space.freeBytes, totalBytes: space.totalBytes}
}
