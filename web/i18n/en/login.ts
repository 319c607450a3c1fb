/** Pages for who is not in yet. */
export const login = {
  'login.title': 'Log in',
  'login.ended': 'Your session has ended. Log in again.',
  'login.name': 'Name',
  'login.password': 'Password',
  'login.code': 'Code',
  'login.code.hint': 'Six digits from your authenticator app, or a recovery code.',
  'login.code.refused': 'Wrong code. Each code works once: wait for the next one, or use a recovery code.',
  'login.go': 'Log in',
  'login.busy': 'Checking …',
  'login.provider': 'Log in with your provider',
  'login.token': 'Token',
  'login.token.hint':
    'Commodarr printed an address with it when it started: look at the terminal or the container’s log. Open that address, or paste the token here.',
  'login.no_way': 'Login is not possible here now. Ask the administrator of this Commodarr.',
  'account.try_again_in_one': 'Try again in {{count}} s.',
  'account.try_again_in_other': 'Try again in {{count}} s.',
} as const
