import type {LiveView} from '../../../live/view.ts'
import {text} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {Drawer} from '../../../ui/Drawer.tsx'
import {count} from '../../../ui/format.ts'
import {useTorrentsSearch} from '../use-torrents-search.ts'
import {setFacetsDrawer, useFacetsDrawer} from './facets-drawer.ts'
import {FacetSections} from './FacetSections.tsx'
import {FacetsOptions} from './FacetsOptions.tsx'

/** Over the list: from the left, on phones from below. What is chosen holds at once; the button goes back to the list. */
export function FacetsDrawer({view}: {view: LiveView}) {
  const isOpen = useFacetsDrawer()
  const [{q}, change] = useTorrentsSearch()
  const found = view.totals?.count ?? 0
  return (
    <Drawer
      open={isOpen}
      onOpenChange={setFacetsDrawer}
      title={text('facets.title')}
      footer={
        <>
          {q !== undefined && (
            <Button variant="ghost" size="big" onClick={() => change({q: undefined})}>
              {text('facets.clear')}
            </Button>
          )}
          <Button variant="primary" size="big" className="flex-1" onClick={() => setFacetsDrawer(false)}>
            {text('facets.shown', {count: found, all: count(found)})}
          </Button>
        </>
      }
    >
      {/* Fingers and pointers are over it as long as it is open. */}
      <FacetSections view={view} isStill />
      <FacetsOptions />
    </Drawer>
  )
}
