import {KeyRound, ShieldOff, Trash2, UserCheck, UserRound, UserX} from 'lucide-react'
import {roles} from '#model/access.ts'
import {changeUser, type User} from '../../api/accounts.ts'
import {text} from '../../i18n/text.ts'
import type {MenuEntry} from '../../ui/menu-entry.ts'
import type {UserQuestion} from './UserDialog.tsx'

/** What an administrator can do with somebody; of himself he changes nothing by accident. */
export function useUserEntries(
  user: User,
  isMe: boolean,
  onAsk: (question: UserQuestion) => void,
  send: (work: () => Promise<unknown>) => Promise<boolean>,
): readonly MenuEntry[] {
  const reason = reasonAgainst(user, isMe)
  const off = reason === undefined ? {} : {disabledReason: reason}
  return [
    {heading: text('people.role')},
    ...roles.map((role): MenuEntry => ({
      ...{id: role, label: text(`role.${role}`), icon: UserRound, checked: user.role === role, ...off},
      onSelect: () => void send(() => changeUser(user.id, {role})),
    })),
    {separator: true},
    {
      ...{id: 'password', label: text('people.reset_password'), icon: KeyRound},
      ...(user.origin === 'file' && {disabledReason: text('people.of_file')}),
      onSelect: () => onAsk({kind: 'password', user}),
    },
    {
      ...{id: 'two step', label: text('people.reset_two_step'), icon: ShieldOff},
      ...(isMe
        ? {disabledReason: text('people.yourself')}
        : !user.two_step && {disabledReason: text('people.no_two_step')}),
      onSelect: () => onAsk({kind: 'two step', user}),
    },
    {
      ...{id: 'disable', label: text(user.disabled ? 'people.enable' : 'people.disable'), ...off},
      icon: user.disabled ? UserCheck : UserX,
      onSelect: () => void send(() => changeUser(user.id, {disabled: !user.disabled})),
    },
    {
      ...{id: 'remove', label: text('people.remove'), icon: Trash2, danger: true, ...off},
      onSelect: () => onAsk({kind: 'remove', user}),
    },
  ]
}

function reasonAgainst(user: User, isMe: boolean): string | undefined {
  if (isMe) return text('people.yourself')
  return user.origin === 'file' ? text('people.of_file') : undefined
}
