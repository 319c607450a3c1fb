/** Where a path of a server lies in our own file system, for clients that look at its disk themselves. */
import type {PathMapping} from '#model/server.ts'

/** By the longest mapping that fits; `null` = we do not see it. */
export function ourPath(paths: readonly PathMapping[], path: string): string | null {
  const fitting = paths
    .map(({server, ours}) => ({server: server.replace(/\/+$/, ''), ours: ours.replace(/\/+$/, '')}))
    .filter(({server}) => path === server || path.startsWith(`${server}/`))
    .toSorted((a, b) => b.server.length - a.server.length)
  const [longest] = fitting
  return longest ? longest.ours + path.slice(longest.server.length) || '/' : null
}
