import type {Guard} from './guard.ts'

/** Nothing is sent to a server that does not answer: the item is refused with the server's own reason. */
export const serverOnline: Guard = ({key, objection}) => {
  const no = objection(key.serverId)
  return no && {code: no.code, message: no.message}
}
