import {Navigate} from '@tanstack/react-router'
import {useState} from 'react'
import {useSession} from '../../api/session.ts'
import {text} from '../../i18n/text.ts'
import {Pennant} from '../../ui/Pennant.tsx'
import {ServerDialogs} from '../servers/dialogs/ServerDialogs.tsx'
import {useTheme} from '../shell/use-theme.ts'
import {useTitle} from '../shell/use-title.ts'
import {AdministratorStep} from './AdministratorStep.tsx'
import {DoneStep} from './DoneStep.tsx'
import {ServersStep} from './ServersStep.tsx'
import type {SetUpStep} from './set-up-steps.ts'
import {Steps} from './Steps.tsx'

/** The first visit: an administrator, the torrent servers, and on to the list. */
export function SetUpPage() {
  useTheme()
  useTitle(text('setup.title'))
  const {setup_needed: isNeeded} = useSession()
  const [step, setStep] = useState<SetUpStep>('administrator')
  // Somebody administers already, and it was not done here and now.
  if (!isNeeded && step === 'administrator') return <Navigate to="/torrents" replace />
  return (
    <main tabIndex={-1} className="h-dvh overflow-y-auto">
      <div className="mx-auto max-w-[720px] px-6 pt-7 pb-10 max-phone:px-4 max-phone:pt-5">
        <div className="mb-6 flex items-center gap-2.5 text-16 font-bold">
          <Pennant size={22} />
          {text('app.name')}
        </div>
        <Steps now={step} />
        {step === 'administrator' && <AdministratorStep onDone={() => setStep('servers')} />}
        {step === 'servers' && <ServersStep onDone={() => setStep('done')} />}
        {step === 'done' && <DoneStep onBack={() => setStep('servers')} />}
      </div>
      <ServerDialogs />
    </main>
  )
}
