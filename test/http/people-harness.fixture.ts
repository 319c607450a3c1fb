/** For tests: the real door with the routes of people, listening, over a real database; and browsers that come to it. */
import {request as send, type IncomingHttpHeaders} from 'node:http'
import {goodPassword, openAccounts, type Accounts} from '#accounts/accounts.fixture.ts'
import {fakeServers} from '#accounts/people.fixture.ts'
import {LocalAccess} from '#accounts/local-access.ts'
import {localPrincipal, tokenPrincipal} from '#accounts/principals.ts'
import {Cookies} from '#http/sign-in/cookies.ts'
import type {PeopleRouteDeps} from '#http/sign-in/people-parts.ts'
import {ownAccountRoutes} from '#http/routes/own-account.ts'
import {sessionListRoutes, sessionRoutes} from '#http/routes/session.ts'
import {invitationRoutes, setUpRoutes, userRoutes} from '#http/routes/users.ts'
import {httpsCheck, nothingInFront, type Surroundings} from '#http/security/hardening.ts'
import {localSignIn} from '#http/sign-in/sign-in.ts'
import {sessionSignIn} from '#http/sign-in/session.ts'
import type {Secret} from '#model/secret.ts'
import {fakeHarness, signInByToken} from './http-fakes.ts'

export const sessionCookie = 'commodarr_session'

/** As browsers send them for pages that are not ours. */
export const foreign: readonly Record<string, string>[] = [
  {origin: 'https://evil.example'},
  {origin: 'null'},
  {'sec-fetch-site': 'cross-site'},
  {'sec-fetch-site': 'same-site'},
]

/** `WebUI.Token` of these tests. */
export const fileToken = 'the-token-of-the-configuration'

export interface PeopleHarnessDeps {
  readonly urlBase?: string
  readonly surroundings?: Partial<Surroundings>
  /** A token of the configuration is set. */
  readonly withToken?: boolean
  /** Nobody needs an account. */
  readonly isOpen?: boolean
}

export interface PeopleHarness extends Accounts {
  readonly port: number
  readonly logged: readonly string[]
  /** `null` = everybody has to log in. */
  readonly local: LocalAccess | null
  /** A browser that has no cookies yet. */
  browser(): Browser
}

export async function peopleHarness(given: PeopleHarnessDeps = {}): Promise<PeopleHarness> {
  const {urlBase = '', withToken = false, isOpen = false} = given
  const surroundings = {...nothingInFront, ...given.surroundings}
  const cards = fakeServers({qBit: null})
  const accounts = await openAccounts({cards, otherWays: () => withToken || isOpen})
  const local = isOpen
    ? new LocalAccess(accounts.store, accounts.clock, accounts.attempts, accounts.proofs)
    : null
  const cookies = new Cookies(urlBase, httpsCheck(surroundings))
  const parts: PeopleRouteDeps = {
    endSetUp: async () => {},
    cookies,
    people: accounts,
    local: local && {access: local, principal: localPrincipal(cards)},
    demo: false,
    ways: () => ({oidc: false, proxy: false}),
  }
  const harness = await fakeHarness({
    clock: accounts.clock,
    urlBase,
    surroundings,
    authentication: {
      signIns: [
        ...(withToken ? [signInByToken(fileToken, tokenPrincipal(cards))] : []),
        sessionSignIn(accounts, cookies),
        ...(local === null ? [] : [localSignIn(local, cookies, localPrincipal(cards))]),
      ],
      hosts: [],
      stranger: () => (local === null ? accounts.setUp.stranger() : local.stranger()),
    },
    nouns: [
      setUpRoutes(parts),
      sessionRoutes(parts),
      sessionListRoutes(parts),
      userRoutes(parts),
      ownAccountRoutes(parts),
      invitationRoutes(parts),
    ],
  })
  const [address] = await harness.http.listen({host: '127.0.0.1', port: 0})
  const port = Number(new URL(address!).port)
  return {
    ...accounts,
    port,
    logged: harness.logged,
    local,
    browser: () => new Browser(port, urlBase, accounts.setUp.token),
    close: async () => {
      await harness.http.close()
      await accounts.close()
    },
  }
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  // What it is, is for the test to say.
  readonly json: Readonly<Record<string, unknown>>
  readonly text: string
  /** Of problem documents. */
  readonly code: unknown
}

/** What two answers have in common when nobody can tell them apart: all but the id of the request. */
export function plain({json, status}: Answer): object {
  const {request_id: _, ...rest} = json
  return {status, rest}
}

interface Call {
  readonly body?: object
  readonly headers?: Readonly<Record<string, string>>
}

/** Keeps cookies, and sends the token that belongs to its session with what changes something. */
export class Browser {
  readonly #port: number
  readonly #urlBase: string
  readonly #setUpToken: Secret
  /** As they are sent. */
  readonly cookies = new Map<string, string>()
  csrf: string | null = null

  constructor(port: number, urlBase: string, setUpToken: Secret) {
    this.#setUpToken = setUpToken
    this.#port = port
    this.#urlBase = urlBase
  }

  get(path: string, call: Call = {}): Promise<Answer> {
    return this.ask('GET', path, call)
  }

  post(path: string, body: object = {}, call: Call = {}): Promise<Answer> {
    return this.ask('POST', path, {...call, body})
  }

  put(path: string, body: object): Promise<Answer> {
    return this.ask('PUT', path, {body})
  }

  patch(path: string, body: object): Promise<Answer> {
    return this.ask('PATCH', path, {body})
  }

  delete(path: string): Promise<Answer> {
    return this.ask('DELETE', path)
  }

  /** Makes Root, the first administrator, with the printed token. */
  setUp(change: object = {}, headers: Call['headers'] = {}): Promise<Answer> {
    return this.post(
      '/api/setup',
      {username: 'Root', password: goodPassword, token: this.#setUpToken.reveal(), ...change},
      {headers},
    )
  }

  logIn(username: string, password: string, call: Call = {}): Promise<Answer> {
    return this.post('/api/session', {username, password}, call)
  }

  ask(method: string, path: string, {body, headers = {}}: Call = {}): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const sent = {
      ...(cookie !== '' && {cookie}),
      ...(this.csrf !== null && method !== 'GET' && {'x-csrf-token': this.csrf}),
      ...(body && {'content-type': 'application/json'}),
      ...headers,
    }
    return new Promise((resolve, reject) => {
      const asked = send(
        {host: '127.0.0.1', port: this.#port, method, path: this.#urlBase + path, headers: sent},
        (answer) => {
          let text = ''
          answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
          answer.on('end', () => resolve(this.#read(answer.statusCode!, answer.headers, text)))
        },
      )
      asked.on('error', reject).end(body && JSON.stringify(body))
    })
  }

  #read(status: number, headers: IncomingHttpHeaders, text: string): Answer {
    for (const line of headers['set-cookie'] ?? []) this.#keep(line)
    const json = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {}
    if ('csrf_token' in json) this.csrf = json['csrf_token'] as string | null
    return {status, headers, json, text, code: json['code']}
  }

  #keep(line: string): void {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!
    if (value === '') this.cookies.delete(name!)
    else this.cookies.set(name!, value!)
  }
}
