import {ArrowDown, ArrowUp} from 'lucide-react'
import type {LiveTotals} from '#model/live.ts'
import type {LiveView} from '../../../live/view.ts'
import {text} from '../../../text/text.ts'
import {bytes, count, fullSpeed} from '../../../ui/format.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {Quantity} from '../../../ui/Quantity.tsx'
import {Skeleton} from '../../../ui/Skeleton.tsx'
import {VisuallyHidden} from '../../../ui/VisuallyHidden.tsx'
import {ledgerClass} from './ledger-class.ts'

/** How much the list holds; says so when that is only what a search found, or not of all servers. */
export function TotalsLine({view}: {view: LiveView}) {
  const {totals, scopeTotals, serversOnline, serversTotal} = view
  return (
    <section
      aria-label={text('ledger.label')}
      className={`${ledgerClass} gap-4 bg-bg text-text-2 max-phone:hidden`}
    >
      {totals === null || scopeTotals === null ? (
        <Skeleton width={280} />
      ) : (
        <>
          <span className="num">{countWords(view, totals, scopeTotals)}</span>
          <Quantity value={bytes(totals.size)} className="font-medium text-text" />
          <span className="flex items-center gap-1">
            <VisuallyHidden>{text('ledger.down')}</VisuallyHidden>
            <Icon icon={ArrowDown} size={14} />
            <Quantity value={fullSpeed(totals.down_speed)} className="text-text" />
          </span>
          <span className="flex items-center gap-1">
            <VisuallyHidden>{text('ledger.up')}</VisuallyHidden>
            <Icon icon={ArrowUp} size={14} />
            <Quantity value={fullSpeed(totals.up_speed)} className="text-text" />
          </span>
          {serversOnline < serversTotal && (
            <span className="num text-st-stalled" title={text('ledger.servers.title')}>
              {text('ledger.servers', {online: serversOnline, all: serversTotal})}
            </span>
          )}
        </>
      )}
    </section>
  )
}

function countWords({wish}: LiveView, totals: LiveTotals, scope: LiveTotals) {
  if (wish.q !== '')
    return text('ledger.filtered', {found: count(totals.count), all: count(scope.count), count: scope.count})
  return text('ledger.all', {count: totals.count, all: count(totals.count)})
}
