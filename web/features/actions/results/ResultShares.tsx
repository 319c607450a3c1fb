import type {RecentAction} from '../../../api/actions.ts'

/** How much ended how, as a bar; the rows below say it in words. */
export function ResultShares({counts}: {counts: RecentAction['counts']}) {
  const {done, failed, refused, unconfirmed} = counts
  return (
    <div aria-hidden className="flex h-1 bg-line">
      <span className="kit-fill bg-st-seeding" style={{flexGrow: done}} />
      <span className="kit-fill bg-st-error" style={{flexGrow: failed + refused}} />
      <span className="kit-fill bg-st-stalled" style={{flexGrow: unconfirmed}} />
    </div>
  )
}
