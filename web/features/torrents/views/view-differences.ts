/** How the list differs from a saved view, and what would be saved of it now. */
import type {ColumnPlace} from '#model/saved-view.ts'
import {normalised} from '#search-query/normalised.ts'
import type {ViewDefinition} from '../../../api/views.ts'
import {standardSort} from '../table/sort-keys.ts'
import type {TorrentsSearch} from '../torrents-search.ts'
import type {ListLayout} from './view-state.ts'

/** What would be saved now. */
export function definitionOf(search: TorrentsSearch, {columns, density, layout}: ListLayout): ViewDefinition {
  return {
    q: search.q?.trim() ?? '',
    servers: search.servers === undefined ? null : listOf(search.servers),
    sort: search.sort === undefined ? [] : listOf(search.sort),
    group: search.group ?? null,
    columns,
    density,
    layout,
  }
}

const viewParts = ['q', 'servers', 'sort', 'group', 'columns', 'density', 'layout'] as const
export type ViewPart = (typeof viewParts)[number]

/** Where they differ for who looks at the list; another spelling of the same query does not. */
export function differences(one: ViewDefinition, other: ViewDefinition): readonly ViewPart[] {
  return viewParts.filter((part) => spelling(one, part) !== spelling(other, part))
}

/** What a view leaves open is as it usually is. @param own how the list looks without a view */
export function filledIn(definition: ViewDefinition, own: ListLayout): ViewDefinition {
  return {
    ...definition,
    columns: definition.columns ?? own.columns,
    density: definition.density ?? own.density,
  }
}

function spelling(definition: ViewDefinition, part: ViewPart): string {
  switch (part) {
    case 'q':
      return normalised(definition.q)
    case 'servers':
      return definition.servers === null ? 'all' : definition.servers.toSorted().join(',')
    case 'sort':
      return definition.sort.join(',') || standardSort
    case 'columns':
      return JSON.stringify(definition.columns?.map(columnSpelling) ?? null)
    case 'group':
    case 'density':
    case 'layout':
      return String(definition[part])
  }
}

function columnSpelling({id, width, pinned, hidden}: ColumnPlace): readonly unknown[] {
  return [id, width ?? null, pinned === true, hidden === true]
}

function listOf(written: string): readonly string[] {
  return written.split(',').filter((it) => it !== '')
}
