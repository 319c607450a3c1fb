/** The order of releases in their list. Pure. */
import type {FoundRelease} from '../../../api/releases.ts'

export const releaseSorts = ['best', 'title', 'age', 'size', 'seeders', 'score'] as const
export type ReleaseSort = (typeof releaseSorts)[number]

/** `best` = as the Arr would rather have them, which has one direction alone. */
export interface ReleaseOrder {
  readonly by: ReleaseSort
  readonly isDown: boolean
}

export const bestFirst: ReleaseOrder = {by: 'best', isDown: false}

/** What people look for first: the newest, the largest, what most have. */
const startsDown: Readonly<Record<ReleaseSort, boolean>> = {
  best: false,
  title: false,
  age: false,
  size: true,
  seeders: true,
  score: true,
}

export function orderBy(by: ReleaseSort): ReleaseOrder {
  return {by, isDown: startsDown[by]}
}

/** A head that is pressed: its own order, then turned round, then as the Arr has them. */
export function nextOrder(now: ReleaseOrder, by: ReleaseSort): ReleaseOrder {
  if (now.by !== by) return orderBy(by)
  return now.isDown === startsDown[by] ? {by, isDown: !now.isDown} : bestFirst
}

/** What is alike stays as the Arr has it; what is not known is last, either way. */
export function ordered(
  releases: readonly FoundRelease[],
  {by, isDown}: ReleaseOrder,
): readonly FoundRelease[] {
  if (by === 'best') return releases
  const turn = isDown ? -1 : 1
  if (by === 'title') return releases.toSorted((a, b) => turn * a.title.localeCompare(b.title))
  return releases.toSorted((a, b) => {
    const [one, other] = [a[by], b[by]]
    if (one === null || other === null) return Number(one === null) - Number(other === null)
    return turn * (one - other)
  })
}
