/**
 * How credentials are sent, by every kind whose daemon counts wrong ones or keeps a session for each: only to who has just
 * answered without them. A daemon that hangs with its port open reads later what was sent to it meanwhile: each log-in of
 * an hour's tries would count then, and end in a ban.
 */
import {ServerFault} from '#model/errors.ts'

/**
 * @param ask a question without credentials; it throws where nobody answers
 * @param send what carries them, once
 * @throws {ServerFault} what both throw; `isLoginOpen` where the answer to `send` is missing
 */
export async function logIn<A, T>(ask: () => Promise<A>, send: (asked: A) => Promise<T>): Promise<T> {
  const asked = await ask()
  try {
    return await send(asked)
  } catch (error) {
    if (!(error instanceof ServerFault) || !error.outcomeUnknown) throw error
    const {code, reason, message, about, cause, retryAt, wasSilent} = error
    const more = {about, cause, retryAt, wasSilent, outcomeUnknown: true, isLoginOpen: true}
    throw new ServerFault(code, reason, message, more)
  }
}
