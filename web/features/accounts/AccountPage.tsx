import {useSession} from '../../api/session.ts'
import {text} from '../../i18n/text.ts'
import {Note} from '../../ui/Note.tsx'
import {PageHead} from '../../ui/PageHead.tsx'
import {useTitle} from '../shell/use-title.ts'
import {KeysCard} from './KeysCard.tsx'
import {LooksCard} from './LooksCard.tsx'
import {pageClass} from '../../ui/page-class.ts'
import {PasswordCard} from './PasswordCard.tsx'
import {SessionsCard} from './SessionsCard.tsx'
import {TwoStepCard} from './TwoStepCard.tsx'

/** Oneself: how the pages look, how one comes in, where one is signed in, keys for programs. */
export function AccountPage() {
  const {visitor} = useSession()
  useTitle(text('nav.account'))
  const hasAccount = visitor?.user_id !== null
  return (
    <main id="page" tabIndex={-1} className={pageClass}>
      <div className="mx-auto max-w-[820px]">
        <PageHead title={visitor?.name} note={visitor && text(`role.${visitor.role}`)} />
        <div className="grid gap-4">
          <LooksCard />
          {!hasAccount && <Note>{text('account.none')}</Note>}
          {hasAccount && visitor?.via === 'session' && <PasswordCard />}
          {hasAccount && <TwoStepCard />}
          {hasAccount && <SessionsCard />}
          {hasAccount && <KeysCard />}
        </div>
      </div>
    </main>
  )
}
