import {useEffect, useState} from 'react'
import {removeUser, resetPassword, resetTwoStep, type User} from '../../api/accounts.ts'
import {base} from '../../api/base.ts'
import {text} from '../../i18n/text.ts'
import {Dialog} from '../../ui/Dialog.tsx'
import {Note} from '../../ui/Note.tsx'
import {RadioCards} from '../../ui/RadioCards.tsx'
import {ConfirmDialog} from './ConfirmDialog.tsx'
import {ToldOnce} from './ToldOnce.tsx'
import {useSending} from './use-sending.ts'

export interface UserQuestion {
  readonly kind: 'password' | 'two step' | 'remove'
  readonly user: User
}

/** Asks before something is done to somebody, or shows what he is to be sent. */
export function UserDialog({question: {kind, user}, onClose}: {question: UserQuestion; onClose: () => void}) {
  if (kind === 'password') return <ResetLink user={user} onClose={onClose} />
  if (kind === 'remove') return <RemoveUser user={user} onClose={onClose} />
  return (
    <ConfirmDialog
      title={text('people.reset_two_step.title', {name: user.name})}
      says={text('people.reset_two_step.says')}
      verb={text('people.reset_two_step')}
      work={() => resetTwoStep(user.id)}
      onClose={onClose}
    />
  )
}

function RemoveUser({user, onClose}: {user: User; onClose: () => void}) {
  const [servers, setServers] = useState<'transfer' | 'remove'>('transfer')
  return (
    <ConfirmDialog
      title={text('people.remove.title', {name: user.name})}
      says={text('people.remove.says')}
      verb={text('people.remove')}
      work={() => removeUser(user.id, servers)}
      onClose={onClose}
    >
      <div className="pb-3">
        <RadioCards
          label={text('people.remove.servers')}
          value={servers}
          onChange={setServers}
          options={[
            {
              value: 'transfer',
              label: text('people.remove.transfer'),
              hint: text('people.remove.transfer.hint'),
            },
            {value: 'remove', label: text('people.remove.too'), hint: text('people.remove.too.hint')},
          ]}
        />
      </div>
    </ConfirmDialog>
  )
}

function ResetLink({user, onClose}: {user: User; onClose: () => void}) {
  const [link, setLink] = useState<string | null>(null)
  const {send, error} = useSending()
  useEffect(() => {
    void send(async () => {
      const {token} = await resetPassword(user.id)
      setLink(`${window.location.origin}${base}/invitation#reset:${token}`)
    })
    // Once for the dialog: each makes the links before useless.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [user.id])
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="s"
      title={text('people.reset_password.title', {name: user.name})}
    >
      {link !== null && <ToldOnce says={text('people.reset_password.says')} token={link} />}
      {error !== '' && (
        <Note tone="bad" isNews>
          {error}
        </Note>
      )}
    </Dialog>
  )
}
