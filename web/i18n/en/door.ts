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
  'login.token': 'Token',
  'login.token.hint':
    'Commodarr printed an address with it when it started: look at the terminal, or at the log of the container. Open that address, or paste the token here.',
  'login.no_way': 'Nobody can log in here now. Ask who runs this Commodarr.',
  'account.try_again_in_one': 'Try again in {{count}} s.',
  'account.try_again_in_other': 'Try again in {{count}} s.',
} as const
