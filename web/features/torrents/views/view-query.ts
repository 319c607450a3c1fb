import {printedValue} from '#search-query/printing.ts'
import {rewritten} from '#search-query/rewriting.ts'
import type {ViewDefinition} from '../../../api/views.ts'

/** All that a view finds, as one search. */
export function queryOf({q, servers}: Pick<ViewDefinition, 'q' | 'servers'>): string {
  if (servers === null) return q
  // Of none it finds nothing, which no list of servers says.
  const ids = servers.length > 0 ? servers.map((id) => printedValue(id)).join(',') : '""'
  return rewritten(q, () => false, [`server:${ids}`])
}
