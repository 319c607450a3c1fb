import {useQuery} from '@tanstack/react-query'
import {searchCostQuery, searchNow, type SearchOrder} from '../../../api/searches.ts'
import {text} from '../../../i18n/text.ts'
import {toast} from '../../../lib/toast.ts'
import {useNow} from '../../../live/clock.ts'
import {Awaited} from '../../../ui/Awaited.tsx'
import {ConfirmDialog} from '../../../ui/ConfirmDialog.tsx'
import {count} from '../../../ui/format.ts'
import {SkeletonLines} from '../../../ui/Skeleton.tsx'
import {costWords, notSearchedWords} from '../searches/searches-words.ts'

/** What searches cost is said before they start. */
export function SearchNowDialog({
  order,
  onClose,
  onDone,
}: {
  order: SearchOrder
  onClose: () => void
  onDone: () => void
}) {
  const now = useNow(10_000)
  const reading = useQuery(searchCostQuery(order))
  const {data} = reading
  const searches = data?.cost.searches ?? 0
  const reasons = data ? notSearchedWords(data) : null
  const start = async () => {
    const {cost} = await searchNow(order)
    toast({
      tone: 'good',
      text: text('searches.now.started', {count: cost.searches, shown: count(cost.searches)}),
    })
    onDone()
  }
  return (
    <ConfirmDialog
      isHarmless
      title={
        order.items === undefined
          ? text('searches.now.all')
          : text('searches.now.title', {count: order.items.length})
      }
      says={text('searches.now.says')}
      verb={
        searches === 0
          ? text('searches.now.verb.none')
          : text('searches.now.verb', {count: searches, shown: count(searches)})
      }
      disabledReason={
        data === undefined
          ? text('searches.now.counting')
          : searches === 0
            ? text('searches.cost.none')
            : undefined
      }
      work={start}
      onClose={onClose}
    >
      <Awaited reading={reading} what={text('arr.tabs.searches')}>
        <SkeletonLines />
      </Awaited>
      {data && (
        <div className="grid gap-2">
          <p>{costWords(data, now)}</p>
          {reasons !== null && <p className="text-text-2">{text('searches.not', {reasons})}</p>}
        </div>
      )}
    </ConfirmDialog>
  )
}
