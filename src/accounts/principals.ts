/** Those who come in without an account. */
import type {Principal} from '#model/access.ts'
import type {ServerBook} from '#model/services.ts'
import {accessOf} from './grants.ts'

/** Holds `WebUI.Token` of the configuration: an administrator without an account. */
export function tokenPrincipal(book: ServerBook): (address: string) => Principal {
  return nobodyInParticular({name: 'token', origin: 'api', via: 'token'}, book)
}

/** Sits at this machine while nobody is asked to log in: a person, as far as anybody can know. */
export function localPrincipal(book: ServerBook): (address: string) => Principal {
  return nobodyInParticular({name: 'local', origin: 'user', via: 'local'}, book)
}

function nobodyInParticular(
  {name, origin, via}: Pick<Principal, 'name' | 'via'> & Pick<Principal['actor'], 'origin'>,
  book: ServerBook,
): (address: string) => Principal {
  const access = accessOf({userId: null, role: 'administrator', scopes: null, servers: null}, book)
  return (address) => ({
    actor: {name, origin, userId: null, address},
    access,
    userId: null,
    name,
    role: 'administrator',
    via,
    credentialId: null,
  })
}
