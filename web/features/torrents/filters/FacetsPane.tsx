import {PanelLeft, SlidersHorizontal} from 'lucide-react'
import {useRef, useState, type ComponentProps, type KeyboardEvent, type PointerEvent} from 'react'
import {standardPreferences, usePreference} from '../../../api/preferences.ts'
import {text} from '../../../i18n/text.ts'
import {useViewFigures} from '../../../live/use-view.ts'
import type {LiveView} from '../../../live/view.ts'
import {DropdownMenu} from '../../../ui/DropdownMenu.tsx'
import {Icon} from '../../../ui/Icon.tsx'
import {lazyPart, useWasOpen} from '../../../ui/lazy-part.ts'
import {SkeletonLines} from '../../../ui/Skeleton.tsx'
import {isNarrowNow, useNarrow} from '../../../ui/use-media.ts'
import {useCommands} from '../../commands/commands.ts'
import {facetKinds} from './facet-values.ts'
import {setFacetsDrawer, useFacetsDrawer} from '../facets-drawer.ts'

const Sections = lazyPart(
  [],
  async () => (await import('./FacetSections.tsx')).FacetSections,
  'on demand',
  <SkeletonLines />,
)
const FacetsDrawer = lazyPart([], async () => (await import('./FacetsDrawer.tsx')).FacetsDrawer)
// Where they stand beside the list they are wanted at once.
if (!isNarrowNow()) Sections.fetch()

/** Nothing below it moves when it comes: it has the room to itself. */
function FacetSections(props: ComponentProps<typeof Sections>) {
  return (
    <>
      <Sections {...props} />
      <FacetsOptions />
    </>
  )
}

/** The filters: beside the list where there is room, else over it. They write into the query and read from it. */
export function FacetsPane({view}: {view: LiveView}) {
  useViewFigures(view)
  const isNarrow = useNarrow()
  const [isHidden, setHidden] = usePreference('facets.hidden')
  useCommands([
    {
      id: 'facets',
      group: 'look',
      label: 'facets.toggle',
      icon: PanelLeft,
      keys: ['['],
      run: () => (isNarrow ? setFacetsDrawer(true) : setHidden(!isHidden)),
    },
  ])
  const isOpen = useFacetsDrawer()
  const wasOpen = useWasOpen(isOpen && isNarrow)
  if (isNarrow) {
    return (
      wasOpen && (
        <FacetsDrawer view={view} isOpen={isOpen}>
          {/* Fingers and pointers are over it as long as it is open. */}
          <FacetSections view={view} isStill />
        </FacetsDrawer>
      )
    )
  }
  return isHidden ? null : <FacetsSide view={view} />
}

/** Beside the list, as wide as somebody likes it. */
function FacetsSide({view}: {view: LiveView}) {
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

/** How the filters are shown, for this person everywhere. */
function FacetsOptions() {
  const [hideEmpty, setHideEmpty] = usePreference('facets.hide_empty')
  const [sizes, setSizes] = usePreference('facets.sizes')
  const [folded, setFolded] = usePreference('facets.folded')
  const sections = ['views', ...facetKinds.map(({name}) => name)]
  return (
    <DropdownMenu
      label={text('facets.options')}
      trigger={
        <button
          type="button"
          className="mt-3 flex h-[26px] w-full items-center gap-2 rounded-m px-2 text-12 text-text-3 hover:bg-press hover:text-text focus-visible:shadow-focus-in max-phone:h-11 pointer-coarse:h-11"
        >
          <Icon icon={SlidersHorizontal} size={14} />
          {text('facets.options')}
        </button>
      }
      entries={[
        {
          id: 'empty',
          label: text('facets.hide-empty'),
          checked: hideEmpty,
          stays: true,
          onSelect: () => setHideEmpty(!hideEmpty),
        },
        {
          id: 'sizes',
          label: text('facets.sizes'),
          checked: sizes,
          stays: true,
          onSelect: () => setSizes(!sizes),
        },
        {separator: true},
        folded.length < sections.length
          ? {id: 'fold', label: text('facets.fold-all'), onSelect: () => setFolded(sections)}
          : {id: 'unfold', label: text('facets.unfold-all'), onSelect: () => setFolded([])},
      ]}
    />
  )
}

const LEAST = 180
const MOST = 360
const STEP = 20
const STANDARD = standardPreferences['facets.width']

function bounded(width: number): number {
  return Math.round(Math.min(MOST, Math.max(LEAST, width)))
}

/** The edge of the filters: dragged, or moved by arrow keys; a double click gives the usual width back. */
function WidthGrip({
  width,
  onDrag,
  onWidth,
}: {
  width: number
  /** While it is dragged; `null` = it was given up. */
  onDrag: (width: number | null) => void
  onWidth: (width: number) => void
}) {
  const grip = useRef<{x: number; last: number} | null>(null)
  const start = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    grip.current = {x: event.clientX, last: width}
  }
  const move = ({clientX}: PointerEvent) => {
    if (!grip.current) return
    grip.current.last = bounded(width + clientX - grip.current.x)
    onDrag(grip.current.last)
  }
  const end = () => {
    if (grip.current && grip.current.last !== width) onWidth(grip.current.last)
    grip.current = null
  }
  const cancel = () => {
    grip.current = null
    onDrag(null)
  }
  const key = (event: KeyboardEvent) => {
    const next = {ArrowLeft: width - STEP, ArrowRight: width + STEP, Home: LEAST, End: MOST}[event.key]
    if (next === undefined) return
    event.preventDefault()
    event.stopPropagation()
    onWidth(bounded(next))
  }
  return (
    // A separator that can be moved is a control.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="separator"
      aria-orientation="vertical"
      aria-label={text('facets.resize')}
      aria-valuenow={width}
      aria-valuemin={LEAST}
      aria-valuemax={MOST}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      onPointerDown={start}
      onPointerMove={move}
      onPointerUp={end}
      onPointerCancel={cancel}
      onDoubleClick={() => onWidth(STANDARD)}
      onKeyDown={key}
      className="absolute inset-y-0 -right-1 z-sticky w-2 cursor-col-resize touch-none after:absolute after:inset-y-0 after:left-[3px] after:w-0.5 hover:after:bg-accent-line focus-visible:shadow-none focus-visible:after:bg-accent active:after:bg-accent"
    />
  )
}
