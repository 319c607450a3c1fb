import {Server} from 'lucide-react'
import {serverKinds} from '#clients/kinds/kinds.ts'
import {usePermission} from '../../../api/session.ts'
import {text} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {EmptyState} from '../../../ui/EmptyState.tsx'
import {openServerDialog} from '../server-dialogs.ts'
import {kindName} from '../server-words.ts'

/** There is no server in sight, and what to do about it. */
export function NoServers() {
  const mayAdd = usePermission('manage')
  const isAdministrator = usePermission('admin')
  if (!mayAdd) return <EmptyState icon={Server} title={text('servers.none.viewer')} />
  return (
    <EmptyState
      icon={Server}
      title={text(isAdministrator ? 'servers.none' : 'servers.none.member')}
      text={text('servers.none.more', {kinds: serverKinds.map(kindName).join(', ')})}
      actions={
        <>
          <Button variant="primary" onClick={() => openServerDialog({name: 'add'})}>
            {text('servers.add')}
          </Button>
          <Button onClick={() => openServerDialog({name: 'transfer', tab: 'import'})}>
            {text(isAdministrator ? 'servers.import' : 'servers.import.list')}
          </Button>
          <Button onClick={() => openServerDialog({name: 'transfer', tab: 'discover'})}>
            {text('servers.discover')}
          </Button>
        </>
      }
    />
  )
}
