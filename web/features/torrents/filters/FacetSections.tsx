import type {LiveView} from '../../../live/view.ts'
import {useServers} from '../../../live/servers.ts'
import {readScope} from '../../servers/switcher/scope.ts'
import {useTorrentsSearch} from '../use-torrents-search.ts'
import {ViewsSection} from '../views/ViewsSection.tsx'
import {facetKinds} from './facet-kinds.ts'
import {FacetSection} from './FacetSection.tsx'

/** All that can be chosen by. @param isStill somebody points at it: nothing changes its place */
export function FacetSections({view, isStill}: {view: LiveView; isStill: boolean}) {
  const [{servers}] = useTorrentsSearch()
  const all = useServers()
  const here = readScope(servers)?.length ?? all?.length ?? 0
  const kinds = facetKinds.filter(({name}) => name !== 'server' || here > 1)
  return (
    <>
      <ViewsSection view={view} />
      {kinds.map((kind) => (
        <FacetSection key={kind.name} view={view} kind={kind} isStill={isStill} />
      ))}
    </>
  )
}
