import {Users} from 'lucide-react'
import {useState} from 'react'
import {usePermission} from '../../api/session.ts'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {EmptyState} from '../../ui/EmptyState.tsx'
import {PageHead} from '../../ui/PageHead.tsx'
import {useTitle} from '../shell/use-title.ts'
import {InvitationsCard} from './InvitationsCard.tsx'
import {InviteDialog} from './InviteDialog.tsx'
import {pageClass} from '../../ui/page-class.ts'
import {RulesOfHouseCard} from './RulesOfHouseCard.tsx'
import {UsersCard} from './UsersCard.tsx'

/** Who may come in, and what he may do; for administrators. */
export function PeoplePage() {
  useTitle(text('nav.people'))
  const isAdministrator = usePermission('admin')
  const [isInviting, setInviting] = useState(false)
  return (
    <main id="page" tabIndex={-1} className={pageClass}>
      <div className="mx-auto max-w-[980px]">
        <PageHead
          title={text('nav.people')}
          actions={
            isAdministrator && (
              <Button variant="primary" onClick={() => setInviting(true)}>
                {text('people.invite')}
              </Button>
            )
          }
        />
        {isAdministrator ? (
          <div className="grid gap-4">
            <UsersCard />
            <InvitationsCard />
            <RulesOfHouseCard />
          </div>
        ) : (
          <EmptyState icon={Users} title={text('people.not-yours')} text={text('server.ask-administrator')} />
        )}
      </div>
      {isInviting && <InviteDialog onClose={() => setInviting(false)} />}
    </main>
  )
}
