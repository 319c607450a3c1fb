import {useQuery} from '@tanstack/react-query'
import {CircleCheck, CircleX, Download, FolderInput, Plus, type LucideIcon} from 'lucide-react'
import {arrsQuery} from '../../api/arrs.ts'
import type {Milestone} from '../../api/explanation.ts'
import {text} from '../../i18n/text.ts'
import {fullTime, timeOfDay} from '../../ui/format-time.ts'
import {Icon} from '../../ui/Icon.tsx'

/** Something that nobody did here: its server or its Arr tells it. */
export function MilestoneRow({milestone: {at, what, arr_id: arrId}}: {milestone: Milestone}) {
  const {data: arrs} = useQuery({...arrsQuery, enabled: arrId !== null})
  const arr = arrs?.find(({id}) => id === arrId)?.name ?? text('timeline.an-arr')
  return (
    <li className="grid grid-cols-[44px_16px_minmax(0,1fr)] items-start gap-x-2.5 border-b border-line px-4 py-2 last:border-0 max-phone:px-3.5">
      <time dateTime={new Date(at).toISOString()} title={fullTime(at)} className="num text-text-3">
        {timeOfDay(at)}
      </time>
      <Icon icon={icons[what]} className="mt-0.5 text-text-3" />
      <span className="min-w-0 wrap-anywhere">{text(`timeline.${what}`, {arr})}</span>
    </li>
  )
}

const icons: Readonly<Record<Milestone['what'], LucideIcon>> = {
  added: Plus,
  completed: CircleCheck,
  grabbed: Download,
  imported: FolderInput,
  failed: CircleX,
}
