import {Link} from '@tanstack/react-router'
import {CircleDashed} from 'lucide-react'
import type {Arr, ArrQueue} from '../../../api/arrs.ts'
import {usePermission} from '../../../api/session.ts'
import {text} from '../../../i18n/text.ts'
import {Card} from '../../../ui/Card.tsx'
import {EmptyState} from '../../../ui/EmptyState.tsx'
import {Note} from '../../../ui/Note.tsx'
import {Skeleton} from '../../../ui/Skeleton.tsx'
import {textLinkClass} from '../../../ui/TextButton.tsx'
import {arrHealth} from '../arr-health.ts'

/** Why there is no queue to show. Nothing is concluded from its absence, and the page says so. */
export function NotRead({arr, queue, error}: {arr: Arr; queue: ArrQueue | null; error: Error | null}) {
  const isAdministrator = usePermission('admin')
  if (queue === null) {
    return (
      <Card title={text('arr.queue')}>
        {error ? <Note tone="bad">{error.message}</Note> : <Skeleton width="55%" />}
      </Card>
    )
  }
  const health = arrHealth(arr)
  const why = health === 'off' || health === 'held' ? health : queue.fault === null ? 'resting' : 'fault'
  return (
    <EmptyState
      icon={CircleDashed}
      title={text(`arr.unread.${why}`, {name: arr.name, fault: queue.fault ?? ''})}
      text={text('arr.unread.more')}
      actions={
        isAdministrator &&
        why === 'resting' && (
          <Link to="/processes" className={textLinkClass}>
            {text('arr.unread.processes')}
          </Link>
        )
      }
    />
  )
}
