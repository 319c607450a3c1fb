/** Pages for who is not in yet. */
export const door = {
  'login.title': 'Log in',
  'login.name': 'Name',
  'login.password': 'Password',
  'login.code': 'Code',
  'login.code.hint': 'Six digits of your authenticator, or a recovery code.',
  'login.code.refused': 'Not accepted. Each code works once: wait for the next one, or take a recovery code.',
  'login.go': 'Log in',
  'login.busy': 'Checking …',
  'login.provider': 'Log in with your provider',
  'login.no_way': 'Nobody can log in here now. Ask who runs this Commodarr.',
  'account.try_again_in_one': 'Try again in {{count}} s.',
  'account.try_again_in_other': 'Try again in {{count}} s.',
} as const
