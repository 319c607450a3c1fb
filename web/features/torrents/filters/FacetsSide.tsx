import {useState} from 'react'
import {usePreference} from '../../../api/preferences.ts'
import type {LiveView} from '../../../live/view.ts'
import {text} from '../../../i18n/text.ts'
import {FacetSections} from './FacetSections.tsx'
import {FacetsOptions} from './FacetsOptions.tsx'
import {WidthGrip} from './WidthGrip.tsx'

/** Beside the list, as wide as somebody likes it. */
export function FacetsSide({view}: {view: LiveView}) {
  const [width, setWidth] = usePreference('facets.width')
  const [dragged, setDragged] = useState<number | null>(null)
  const [isInside, setInside] = useState(false)
  return (
    <aside
      aria-label={text('facets.title')}
      style={{width: dragged ?? width}}
      className="relative flex min-h-0 shrink-0 border-r border-line-strong bg-bg"
    >
      <div
        onPointerEnter={() => setInside(true)}
        onPointerLeave={() => setInside(false)}
        className="min-h-0 flex-1 overflow-x-hidden overflow-y-auto px-2 pt-2 pb-6 [scrollbar-color:var(--line-strong)_transparent] [scrollbar-width:thin]"
      >
        <h2 className="sr-only">{text('facets.title')}</h2>
        <FacetSections view={view} isStill={isInside} />
        <FacetsOptions />
      </div>
      <WidthGrip
        width={width}
        onDrag={setDragged}
        onWidth={(next) => {
          setDragged(null)
          setWidth(next)
        }}
      />
    </aside>
  )
}
