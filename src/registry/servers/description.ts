import type {ServerCard} from '#model/server.ts'
import type {Former} from './definition-of.ts'
import {secretFields, type DescribedServer} from './draft.ts'

/** Everything but the secrets. */
export function describeServer(card: ServerCard, {definition, secrets}: Former): DescribedServer {
  const {password: _p, apiKey: _a, httpProxy: _h, basicAuth, reach: _r, ...plain} = definition
  const states = secretFields.map((field) => [field, stateOf(secrets[field])])
  return {
    ...plain,
    ...card,
    basicAuthUser: basicAuth?.username ?? null,
    secrets: Object.fromEntries(states) as DescribedServer['secrets'],
  }
}

function stateOf(secret: Former['secrets']['password']): 'none' | 'set' | 'unreadable' {
  return secret === null ? 'none' : secret === 'unreadable' ? secret : 'set'
}
