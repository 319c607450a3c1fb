import {PanelLeft} from 'lucide-react'
import {usePreference} from '../../../api/preferences.ts'
import {useViewFigures} from '../../../live/use-view.ts'
import type {LiveView} from '../../../live/view.ts'
import {useNarrow} from '../../../ui/use-media.ts'
import {useCommands} from '../../shell/commands.ts'
import {setFacetsDrawer} from './facets-drawer.ts'
import {FacetsDrawer} from './FacetsDrawer.tsx'
import {FacetsSide} from './FacetsSide.tsx'

/** The filters: beside the list where there is room, else over it. They write into the query and read from it. */
export function FacetsPane({view}: {view: LiveView}) {
  useViewFigures(view)
  const isNarrow = useNarrow()
  const [isHidden, setHidden] = usePreference('facets.hidden')
  useCommands([
    {
      ...{id: 'facets', group: 'look', label: 'facets.toggle', icon: PanelLeft, keys: ['[']},
      run: () => (isNarrow ? setFacetsDrawer(true) : setHidden(!isHidden)),
    },
  ])
  if (isNarrow) return <FacetsDrawer view={view} />
  return isHidden ? null : <FacetsSide view={view} />
}
