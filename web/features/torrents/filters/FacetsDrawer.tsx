import type {ReactNode} from 'react'
import {text} from '../../../i18n/text.ts'
import type {LiveView} from '../../../live/view.ts'
import {Button} from '../../../ui/Button.tsx'
import {Drawer} from '../../../ui/Drawer.tsx'
import {count} from '../../../ui/format.ts'
import {useTorrentsSearch} from '../torrents-search.ts'
import {setFacetsDrawer} from '../facets-drawer.ts'

/** Over the list: from the left, on phones from below. What is chosen holds at once; the button goes back to the list. */
export function FacetsDrawer({
  view,
  isOpen,
  children,
}: {
  view: LiveView
  isOpen: boolean
  /** The filters. */
  children: ReactNode
}) {
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
      {children}
    </Drawer>
  )
}
