import {ListFilter, Plus} from 'lucide-react'
import {usePreference} from '../../api/preferences.ts'
import {usePermission} from '../../api/session.ts'
import {useViewFigures} from '../../live/use-view.ts'
import type {LiveView} from '../../live/view.ts'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {count} from '../../ui/format.ts'
import {IconButton} from '../../ui/IconButton.tsx'
import {useNarrow} from '../../ui/use-media.ts'
import {nothingBrought, openOverlay} from '../shell/overlays.ts'
import {DisplayButton} from './display/DisplayButton.tsx'
import {setFacetsDrawer} from './filters/facets-drawer.ts'
import {SearchBox} from './filters/SearchBox.tsx'
import {useViewCommands} from './views/use-view-commands.ts'
import type {LayoutChange, ListLayout} from './views/list-layout.ts'
import {ViewButton} from './views/ViewButton.tsx'
import {ViewDialogs} from './views/ViewDialogs.tsx'

export interface ToolBarProps {
  readonly view: LiveView
  readonly layout: ListLayout
  readonly onLayout: (change: LayoutChange) => void
}

/** Above the list: what is searched for, how many there are, how they are shown. */
export function ToolBar({view, layout, onLayout}: ToolBarProps) {
  useViewFigures(view)
  useViewCommands(layout, onLayout)
  const mayAdd = usePermission('add')
  const {totals, scopeTotals} = view
  return (
    <div
      role="toolbar"
      aria-label={text('tools.label')}
      className="relative z-bar flex h-11 min-w-0 items-center gap-2 border-b border-line px-3 max-phone:h-[52px]"
    >
      <FiltersButton />
      <SearchBox view={view} />
      <span className="num px-1 whitespace-nowrap text-text-2 max-phone:hidden">
        {totals && scopeTotals && <Found found={count(totals.count)} all={count(scopeTotals.count)} />}
      </span>
      <ViewButton />
      <DisplayButton layout={layout} onLayout={onLayout} />
      {mayAdd && (
        <Button
          variant="primary"
          icon={Plus}
          className="max-phone:hidden"
          onClick={() => openOverlay({name: 'add', brought: nothingBrought})}
        >
          {text('tools.add')}
        </Button>
      )}
      <ViewDialogs />
    </div>
  )
}

function Found({found, all}: {found: string; all: string}) {
  const [before, after] = text('tools.count', {found: '\u0000', all}).split('\u0000')
  return (
    <>
      {before}
      <b className="text-text">{found}</b>
      {after}
    </>
  )
}

/** Where the filters do not stand beside the list, or were put away. */
function FiltersButton() {
  const isNarrow = useNarrow()
  const [isHidden, setHidden] = usePreference('facets.hidden')
  if (!isNarrow && !isHidden) return null
  return (
    <IconButton
      label={text('facets.show')}
      icon={ListFilter}
      keys="["
      className="-ml-2"
      onClick={() => (isNarrow ? setFacetsDrawer(true) : setHidden(false))}
    />
  )
}
