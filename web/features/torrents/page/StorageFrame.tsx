import {Outlet} from '@tanstack/react-router'
import type {ViewWish} from '#model/live.ts'
import {text} from '../../../i18n/text.ts'
import {useLiveView} from '../../../live/use-view.ts'
import {SideBar} from '../../../ui/SideBar.tsx'
import {useNarrow} from '../../../ui/use-media.ts'
import {useServerScope, type ServerScope} from '../../servers/switcher/scope.ts'
import {StorageSection} from '../views/StorageSection.tsx'
import {ViewDialogs} from '../views/ViewButton.tsx'
import {ViewsSection} from '../views/ViewsSection.tsx'

/** The pages of the storage, with the same list at the left that the torrents have. */
export function StorageFrame() {
  const isNarrow = useNarrow()
  return (
    <div className="flex h-full min-h-0">
      {!isNarrow && <Side />}
      <div className="min-h-0 min-w-0 flex-1">
        <Outlet />
      </div>
    </div>
  )
}

const noRows = [] as const

function Side() {
  const scope = useServerScope()
  const view = useLiveView(countWish(scope), noRows)
  return (
    <SideBar label={text('nav.torrents')}>
      <ViewsSection view={view} isElsewhere />
      <StorageSection />
      <ViewDialogs />
    </SideBar>
  )
}

/** How many torrents there are, and no row of them. */
function countWish(scope: ServerScope): ViewWish {
  return {
    q: '',
    sort: [],
    group: null,
    columns: ['name'],
    facets: [],
    ...(scope !== null && {servers: scope}),
  }
}
