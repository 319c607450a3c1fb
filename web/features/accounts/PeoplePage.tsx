import {useState} from 'react'
import {text} from '../../text/text.ts'
import {Button} from '../../ui/Button.tsx'
import {PageHead} from '../../ui/PageHead.tsx'
import {useTitle} from '../shell/use-title.ts'
import {InvitationsCard} from './InvitationsCard.tsx'
import {InviteDialog} from './InviteDialog.tsx'
import {RulesOfHouseCard} from './RulesOfHouseCard.tsx'
import {UsersCard} from './UsersCard.tsx'

/** Who may come in, and what he may do; for administrators. */
export function PeoplePage() {
  useTitle(text('nav.people'))
  const [isInviting, setInviting] = useState(false)
  return (
    <main id="page" tabIndex={-1} className="overflow-auto px-8 pt-6 pb-12 max-phone:px-4">
      <div className="mx-auto grid max-w-[980px] gap-4">
        <PageHead
          title={text('nav.people')}
          actions={
            <Button variant="primary" onClick={() => setInviting(true)}>
              {text('people.invite')}
            </Button>
          }
        />
        <UsersCard />
        <InvitationsCard />
        <RulesOfHouseCard />
      </div>
      {isInviting && <InviteDialog onClose={() => setInviting(false)} />}
    </main>
  )
}
