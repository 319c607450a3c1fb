import {useQuery} from '@tanstack/react-query'
import {useState} from 'react'
import {arrsQuery} from '../../api/arrs.ts'
import {inheritedItemsQuery, type InheritedItem} from '../../api/move-in.ts'
import {useNow} from '../../live/clock.ts'
import {text} from '../../i18n/text.ts'
import {Card} from '../../ui/Card.tsx'
import {exactTime} from '../../ui/format-time.ts'
import {Note} from '../../ui/Note.tsx'
import {TextButton} from '../../ui/TextButton.tsx'

/** More are shown when somebody asks: a library may have thousands that were requested. */
const MOST = 20

/** Items of which qBitrr knew more than we use: those with a temporary profile first, as somebody should look at them. */
export function InheritedItemsCard() {
  const {data: items = [], error} = useQuery(inheritedItemsQuery)
  const [isWhole, setWhole] = useState(false)
  if (error) return <Note tone="bad">{error.message}</Note>
  if (items.length === 0) return null
  const hasProfile = ({original_profile_id: original}: InheritedItem) => original !== null
  const sorted = [...items.filter(hasProfile), ...items.filter((it) => !hasProfile(it))]
  const shown = isWhole ? sorted : sorted.slice(0, MOST)
  return (
    <Card title={text('move-in.items')} isPadded={false}>
      <p className="px-3.5 pt-3 text-pretty text-text-2">{text('move-in.items.hint')}</p>
      <ul aria-label={text('move-in.items')} className="py-1.5">
        {shown.map((item) => (
          <Item key={`${item.arr_id} ${item.item}`} item={item} />
        ))}
      </ul>
      {shown.length < sorted.length && (
        <p className="px-3.5 pb-3">
          <TextButton onClick={() => setWhole(true)}>
            {text('move-in.items.more', {count: sorted.length - shown.length})}
          </TextButton>
        </p>
      )}
    </Card>
  )
}

function Item({item}: {item: InheritedItem}) {
  const {data: arrs = []} = useQuery(arrsQuery)
  const {arr_id: arrId, title, item: name} = item
  const arr = arrs.find(({id}) => id === arrId)?.name ?? arrId
  return (
    <li className="px-3.5 py-1.5">
      <p className="wrap-anywhere">
        <b className="font-medium">{title ?? name}</b> <span className="text-text-3">{arr}</span>
      </p>
      <Facts item={item} />
    </li>
  )
}

function Facts({item}: {item: InheritedItem}) {
  const now = useNow()
  const {requested, original_profile_id: before, temporary_profile_id: is, switched_at: at} = item
  const profile =
    before === null
      ? ''
      : text(is === null ? 'move-in.items.profile-before' : 'move-in.items.profile', {
          ...{before, is: is ?? ''},
        })
  const facts = [
    profile,
    before !== null && at !== null ? text('move-in.items.since', {at: exactTime(at, now)}) : '',
    requested ? text('move-in.items.requested') : '',
  ]
  return <p className="text-12 text-pretty text-text-2">{facts.filter((it) => it !== '').join(' · ')}</p>
}
