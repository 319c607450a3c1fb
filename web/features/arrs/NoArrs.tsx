import {RefreshCw} from 'lucide-react'
import {usePermission} from '../../api/session.ts'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {EmptyState} from '../../ui/EmptyState.tsx'
import {openArrDialog} from './arr-dialogs.ts'

/** There is no Arr in sight, and what to do about it. */
export function NoArrs() {
  const mayAdd = usePermission('manage')
  if (!mayAdd) return <EmptyState icon={RefreshCw} title={text('arrs.none.viewer')} />
  return (
    <EmptyState
      icon={RefreshCw}
      title={text('arrs.none')}
      text={text('arrs.none.more')}
      actions={
        <Button variant="primary" onClick={() => openArrDialog({name: 'add'})}>
          {text('arrs.add')}
        </Button>
      }
    />
  )
}
