import {ArrowDown, ArrowUp, type LucideIcon} from 'lucide-react'
import type {LiveTotals} from '#model/live.ts'
import {text} from '../../../i18n/text.ts'
import {useViewFigures} from '../../../live/use-view.ts'
import type {LiveView} from '../../../live/view.ts'
import {bytes, count, fullSpeed} from '../../../ui/format.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {lazyPart} from '../../../ui/lazy-part.ts'
import {Quantity} from '../../../ui/Quantity.tsx'
import {Skeleton} from '../../../ui/Skeleton.tsx'
import {selection, useSelected} from '../../torrent-rows/selection.ts'

/** It comes as soon as the list stands; a selection that is faster is counted meanwhile. */
const SelectionLine = lazyPart(
  [],
  async () => (await import('./SelectionLine.tsx')).SelectionLine,
  'soon',
  <SelectionCount />,
)

function SelectionCount() {
  useSelected()
  return (
    <section
      data-ledger
      aria-label={text('ledger.selection')}
      className={`${ledgerClass} bg-accent-soft text-text-2`}
    >
      <b className="num text-text">{text('ledger.selected', {all: count(selection.count)})}</b>
    </section>
  )
}

/** One line below the list, always there: totals, or what is selected and what can be done with it. */
export function SelectionFooter({view}: {view: LiveView}) {
  useViewFigures(view)
  const selected = useSelected()
  const isSome =
    selected.kind === 'matching' ? selected.matched > selected.except.size : selected.names.size > 0
  return isSome ? <SelectionLine view={view} selected={selected} /> : <TotalsLine view={view} />
}

/** How much the list holds; says so when that is only what a search found, or not of all servers. */
function TotalsLine({view}: {view: LiveView}) {
  const {totals, scopeTotals, serversOnline, serversTotal} = view
  // Nobody told anything yet: that is not nothing.
  const isUnknown = scopeTotals?.count === 0 && serversOnline === 0 && serversTotal > 0
  return (
    <section
      data-ledger
      aria-label={text('ledger.label')}
      className={`${ledgerClass} bg-bg text-text-2 short:hidden`}
    >
      {totals === null || scopeTotals === null ? (
        <Skeleton width={280} />
      ) : (
        // What finds no room wraps, and is out of sight as a whole: the speeds first, which phones show above.
        <div className="flex h-full min-w-0 flex-wrap gap-x-4 overflow-hidden *:flex *:h-full *:items-center">
          {!isUnknown && <Totals view={view} totals={totals} scope={scopeTotals} />}
          {serversOnline < serversTotal && (
            <span className="num text-st-stalled" title={text('ledger.servers.title')}>
              {text('ledger.servers', {online: serversOnline, all: serversTotal})}
            </span>
          )}
        </div>
      )}
    </section>
  )
}

function Totals({view, totals, scope}: {view: LiveView; totals: LiveTotals; scope: LiveTotals}) {
  return (
    <>
      <span className="num">{countWords(view, totals, scope)}</span>
      <Quantity value={bytes(totals.size)} className="font-medium text-text" />
      <span className="gap-4 max-phone:order-last">
        <Speed icon={ArrowDown} name={text('ledger.down')} value={totals.down_speed} />
        <Speed icon={ArrowUp} name={text('ledger.up')} value={totals.up_speed} />
      </span>
    </>
  )
}

function Speed({icon, name, value}: {icon: LucideIcon; name: string; value: number}) {
  return (
    <span className="flex items-center gap-1">
      <span className="sr-only">{name}</span>
      <Icon icon={icon} size={14} />
      <Quantity value={fullSpeed(value)} className="text-text" />
    </span>
  )
}

function countWords({wish}: LiveView, totals: LiveTotals, scope: LiveTotals) {
  if (wish.q !== '')
    return text('ledger.filtered', {found: count(totals.count), all: count(scope.count), count: scope.count})
  return text('ledger.all', {count: totals.count, all: count(totals.count)})
}

/** The line itself, whatever stands in it. */
export const ledgerClass =
  'flex h-10 min-w-0 items-center overflow-hidden border-t border-line-strong px-3 whitespace-nowrap max-phone:h-[52px] max-phone:pr-1.5 short:h-9!'
