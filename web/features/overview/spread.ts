/** Categories by how many torrents they have, with the servers that these are on. Pure. */
import type {Distribution} from '../../api/today.ts'

interface SpreadRow<S> {
  /** '' = none. */
  readonly category: string
  readonly total: number
  /** In the order of the servers; those without any are left out. */
  readonly parts: readonly {readonly server: S; readonly count: number}[]
}

/** @returns the largest first */
export function spreadOf<S extends {readonly server_id: string}>(
  distribution: Distribution,
  servers: readonly S[],
): readonly SpreadRow<S>[] {
  return Object.entries(distribution)
    .map(([category, counts]) => {
      const parts = servers.flatMap((server) => {
        const count = counts[server.server_id] ?? 0
        return count === 0 ? [] : [{server, count}]
      })
      return {category, parts, total: parts.reduce((sum, {count}) => sum + count, 0)}
    })
    .filter(({total}) => total > 0)
    .toSorted((one, other) => other.total - one.total || (one.category < other.category ? -1 : 1))
}
