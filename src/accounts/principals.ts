/** Those who come in without an account. */
import type {Principal} from '#model/access.ts'
import type {Secret} from '#model/secret.ts'
import type {ServerRegistry} from '#model/services.ts'
import {accessOf} from './grants.ts'
import {tokenHash} from './tokens.ts'

/**
 * Holds `WebUI.Token` of the configuration, or that of a start where nobody needs one (`null`): an administrator without
 * an account.
 */
export function tokenPrincipal(
  registry: ServerRegistry,
  token: Secret | null = null,
): (address: string) => Principal {
  const credentialId = tokenCredential(token)
  return anonymous({name: 'token', origin: 'api', via: 'token', credentialId}, registry)
}

/** Names the token that the configuration has now, so that what an earlier one made is known. */
export function tokenCredential(token: Secret | null): string {
  return token === null ? 'token of the start' : `token ${tokenHash(token.reveal()).slice(0, 16)}`
}

/** Sits at this machine while nobody is asked to log in: a person, as far as anybody can know. */
export function localPrincipal(registry: ServerRegistry): (address: string) => Principal {
  return anonymous({name: 'local', origin: 'user', via: 'local', credentialId: null}, registry)
}

function anonymous(
  {
    name,
    origin,
    via,
    credentialId,
  }: Pick<Principal, 'name' | 'via' | 'credentialId'> & Pick<Principal['actor'], 'origin'>,
  registry: ServerRegistry,
): (address: string) => Principal {
  const access = accessOf({userId: null, role: 'administrator', scopes: null, servers: null}, registry)
  return (address) => ({
    actor: {name, origin, userId: null, address},
    access,
    userId: null,
    name,
    role: 'administrator',
    via,
    credentialId,
  })
}
