import {ServerFault} from '#model/errors.ts'

/** Of the kind that servers count and lock out for. */
export function isLoginFault(error: unknown): boolean {
  return error instanceof ServerFault && (error.code === 'login_refused' || error.code === 'login_banned')
}

/** Whatever went wrong, as a fault of the server. */
export function asFault(error: unknown): ServerFault {
  if (error instanceof ServerFault) return error
  const message = error instanceof Error ? error.message : String(error)
  return new ServerFault('answer_invalid', 'garbled_answer', message, {cause: error})
}
