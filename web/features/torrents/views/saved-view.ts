/** What a saved view says, as an address. */
import type {AnyView} from '../../../api/views.ts'
import type {TorrentsSearch} from '../torrents-search.ts'

/** All of it stands in the address, so that the list is the same for whoever gets the link. */
export function searchOf({id, definition}: Pick<AnyView, 'id' | 'definition'>): TorrentsSearch {
  const {q, servers, sort, group} = definition
  return {
    view: id,
    ...(q !== '' && {q}),
    ...(servers !== null && {servers: servers.join(',')}),
    ...(sort.length > 0 && {sort: sort.join(',')}),
    ...(group !== null && {group}),
  }
}
