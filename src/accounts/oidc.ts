/**
 * Logging in at somebody else's: OpenID Connect, authorisation code with PKCE, state and nonce.
 *
 *   begin   ─▶ the provider's page          what we must remember until then goes, sealed, into a cookie of this browser
 *   finish  ◀─ code and state               cookie and state fit? ─▶ code for tokens ─▶ who is it? ─▶ user and role
 *
 * A person is known by (issuer, subject) alone: names and e-mail addresses change hands.
 */
import * as client from 'openid-client'
import type {Clock} from '#lib/clock.ts'
import {Semaphore} from '#lib/semaphore.ts'
import type {Role, User} from '#model/access.ts'
import {systemActor, type Actor} from '#model/command.ts'
import {BadArgument, CommodarrError} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'
import {ownActor, stranger} from './admission.ts'
import {readName} from './names.ts'
import type {Discovery} from './oidc-discovery.ts'
import {isRefusalThere, providerFault, summaryOf} from './oidc-faults.ts'
import type {OidcSettings, RoleMapping} from './oidc-settings.ts'
import type {RefusedProofs} from './own-proof.ts'
import type {Sealer} from './secrets.ts'
import type {Whereabouts} from './sessions.ts'
import {isSameText} from './tokens.ts'
import type {Users} from './users.ts'

/** How long somebody may take at the provider. */
export const FLOW_MS = 600_000
const FLOW_CONTEXT = 'oidc flow'
/** Finished log-ins are remembered until they would have been too old anyway. */
const MOST_FINISHED = 10_000
const MOST_OF_ONE_NAME = 100

interface OidcDeps {
  readonly settings: OidcSettings
  readonly discovery: Pick<Discovery, 'configuration'>
  /** Of this run: after a restart people begin again. */
  readonly sealer: Sealer
  readonly users: Pick<
    Users,
    'bySubject' | 'byName' | 'create' | 'change' | 'lockOut' | 'isLastAdministrator'
  >
  readonly proofs: RefusedProofs
  readonly clock: Clock
  readonly warn: (about: object, text: string) => void
}

interface Begun {
  /** The provider's page. */
  readonly url: URL
  /** For a cookie of this browser, and for nobody else. */
  readonly flow: Secret
}

interface Flow {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  readonly redirectUri: string
  readonly returnTo: string
  /** By the duration clock: what seals it is of this run, too. */
  readonly until: number
}

/** Who the provider vouches for. */
interface Identity {
  readonly issuer: string
  readonly subject: string
  readonly claims: Claims
}

export class Oidc {
  readonly settings: OidcSettings
  readonly #parts: OidcDeps
  readonly #finished = new Map<string, number>()
  /** Two first log-ins of one person at once make one user. */
  readonly #arrivals = new Semaphore(1)

  constructor(parts: OidcDeps) {
    this.#parts = parts
    this.settings = parts.settings
  }

  /**
   * @param redirectUri where the provider sends people back: our callback, as this browser calls it
   * @param returnTo path of ours, checked by the caller
   * @throws {CommodarrError} provider_failed
   */
  async begin(redirectUri: string, returnTo: string): Promise<Begun> {
    const {discovery, sealer, clock, settings} = this.#parts
    const configuration = await discovery.configuration()
    const flow: Flow = {
      state: client.randomState(),
      nonce: client.randomNonce(),
      verifier: client.randomPKCECodeVerifier(),
      redirectUri,
      returnTo,
      until: clock.monotonic() + FLOW_MS,
    }
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: settings.scopes,
      state: flow.state,
      nonce: flow.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(flow.verifier),
      code_challenge_method: 'S256',
    })
    return {url, flow: new Secret(sealer.encrypt(new Secret(JSON.stringify(flow)), FLOW_CONTEXT))}
  }

  /**
   * @param encryptedFlows what cookies of this name hold; none = this browser has none
   * @param answer the query of the callback
   * @throws {CommodarrError} csrf_refused (not begun in this browser, or not any more), provider_failed,
   *   sign_in_refused (not let in here), or a storage fault
   */
  async finish(
    encryptedFlows: readonly string[],
    answer: URLSearchParams,
    from: Whereabouts,
  ): Promise<{user: User; returnTo: string}> {
    const flow = this.#takeFlow(encryptedFlows, answer)
    const identity = await this.#identify(flow, answer)
    const user = await this.#arrivals.run(() => this.#userOf(identity, from))
    return {user, returnTo: flow.returnTo}
  }

  /** Each once: what is sent again, by whomever, is not even asked about. */
  #takeFlow(encrypted: readonly string[], answer: URLSearchParams): Flow {
    const state = answer.get('state') ?? ''
    const flow = encrypted.map((it) => this.#openFlow(it)).find((it) => it && isSameText(state, it.state))
    const now = this.#parts.clock.monotonic()
    if (!flow || flow.until <= now || this.#finished.has(flow.state)) {
      throw new CommodarrError(
        'csrf_refused',
        'This login was not started in this browser, or not within the last ten minutes. Start again.',
      )
    }
    for (const [state, until] of this.#finished) {
      if (until > now && this.#finished.size < MOST_FINISHED) break
      this.#finished.delete(state)
    }
    this.#finished.set(flow.state, flow.until)
    return flow
  }

  #openFlow(encrypted: string): Flow | null {
    try {
      return JSON.parse(this.#parts.sealer.open(encrypted, FLOW_CONTEXT).reveal()) as Flow
    } catch {
      return null
    }
  }

  async #identify(flow: Flow, answer: URLSearchParams): Promise<Identity> {
    const {discovery, warn} = this.#parts
    const configuration = await discovery.configuration()
    try {
      const callback = new URL(flow.redirectUri)
      callback.search = answer.toString()
      const tokens = await client.authorizationCodeGrant(configuration, callback, {
        expectedState: flow.state,
        expectedNonce: flow.nonce,
        pkceCodeVerifier: flow.verifier,
        idTokenExpected: true,
      })
      const own = tokens.claims()!
      const claims = this.#lacks(own)
        ? {...(await this.#userInfo(configuration, tokens.access_token, own.sub)), ...own}
        : own
      return {issuer: own.iss, subject: own.sub, claims}
    } catch (error) {
      if (!isRefusalThere(error)) warn(summaryOf(error), 'a login at the provider failed')
      throw providerFault(error)
    }
  }

  /** Is there something to know that the identity itself does not tell? */
  #lacks(claims: Claims): boolean {
    const {roles} = this.settings
    return (followsGroups(roles) && groupsIn(claims, roles.groupsClaim) === null) || !hasName(claims)
  }

  async #userInfo(
    configuration: client.Configuration,
    accessToken: string,
    subject: string,
  ): Promise<Claims> {
    if (configuration.serverMetadata().userinfo_endpoint === undefined) return {}
    return client.fetchUserInfo(configuration, accessToken, subject)
  }

  async #userOf(identity: Identity, from: Whereabouts): Promise<User> {
    const {roles} = this.settings
    const {issuer, subject, claims} = identity
    const known = this.#parts.users.bySubject(issuer, subject)
    const groups = groupsIn(claims, roles.groupsClaim)
    const role = roleOf(roles, groups)
    if (known?.disabled) throw await this.#refuse(known.name, 'Your account here is switched off.', from)
    if (role === null && (known === null || followsGroups(roles))) {
      const words = 'The provider knows you, but none of your groups is allowed here.'
      const name = known?.name ?? nameIn(claims)
      if (known !== null && this.#parts.users.isLastAdministrator(known.id)) return this.#keep(known, role)
      const said = groupsSaid(claims, roles.groupsClaim)
      if (said === 'unreadable')
        this.#parts.warn(
          {claim: roles.groupsClaim, user: name},
          'the groups that the provider sends are neither a list nor a text: see GroupsClaim',
        )
      if (known === null || said !== 'told') throw await this.#refuse(name, words, from)
      // Whoever is let in no longer is out at once, by whatever he came in before.
      await this.#parts.users.lockOut(known.id, 'groups', theProvider)
      throw await this.#refuse(name, `${words} Your sessions and API keys here were ended.`, from)
    }
    if (known === null) return this.#create(identity, role!, from)
    return followsGroups(roles) && known.role !== role ? this.#changeRole(known, role!) : known
  }

  /** The first name that is free of `ada`, `ada-2`, `ada-3` … */
  async #create({issuer, subject, claims}: Identity, role: Role, from: Whereabouts): Promise<User> {
    const {users} = this.#parts
    const name = nameIn(claims)
    for (let number = 1; ; number++) {
      const numbered = number === 1 ? name : `${name}-${number}`
      if (users.byName(numbered) !== null && number < MOST_OF_ONE_NAME) continue
      const draft = {name: numbered, role, origin: 'oidc', subject: {issuer, subject}} as const
      try {
        return await users.create(draft, (user) => ownActor(user, from))
      } catch (error) {
        if (!isCode(error, 'name_taken') || number >= MOST_OF_ONE_NAME) throw error
      }
    }
  }

  /** The groups decide, but somebody must be able to administer. */
  async #changeRole(user: User, role: Role): Promise<User> {
    try {
      return await this.#parts.users.change(user.id, {role}, theProvider)
    } catch (error) {
      if (!isCode(error, 'last_administrator')) throw error
      return this.#keep(user, role)
    }
  }

  /** @param role that his groups give him; `null` = they do not let him in */
  #keep(user: User, role: Role | null): User {
    this.#parts.warn(
      {user: user.name, role},
      'remains administrator although the groups say otherwise: there is no other administrator',
    )
    return user
  }

  /** Tells the journal; that it could not must not hide why he was refused. */
  async #refuse(name: string, message: string, from: Whereabouts): Promise<CommodarrError> {
    const {proofs, warn} = this.#parts
    const refused = new CommodarrError('sign_in_refused', message)
    const args = {via: 'oidc'}
    try {
      await proofs.note({actor: stranger(from), subject: 'session', verb: 'log-in', name, args}, refused)
    } catch (error) {
      warn(summaryOf(error), 'a refused login could not be recorded')
    }
    return refused
  }
}

const theProvider: Actor = systemActor('login provider')

function isCode(error: unknown, code: CommodarrError['code']): boolean {
  return error instanceof CommodarrError && error.code === code
}

/** What a provider says of somebody, read with distrust: groups, a role that follows from them, a name to call him by. */

type Claims = Readonly<Record<string, unknown>>

const MOST_GROUPS = 1_000
/** Leaves room for a number behind it. */
const NAME_LENGTH = 60

/** Do groups decide, or does everybody get the same role? */
export function followsGroups({groups}: RoleMapping): boolean {
  return groups.some(([, names]) => names.length > 0)
}

/** @param groups `null` = the provider tells of none, which gives the same role as being in none; `null` back = not let in */
export function roleOf(mapping: RoleMapping, groups: readonly string[] | null): Role | null {
  const own = new Set(groups)
  const found = mapping.groups.find(([, names]) => names.some((name) => own.has(name)))
  return found?.[0] ?? mapping.otherwise
}

/**
 * A list, or one text with commas; anything else in it does not count. The claim may lie deeper (`realm_access.roles`).
 * `null` = there is no such claim.
 */
export function groupsIn(claims: Claims, claim: string): readonly string[] | null {
  const value = claimIn(claims, claim)
  if (typeof value === 'string')
    return value
      .split(',')
      .map((it) => it.trim())
      .filter(Boolean)
  if (!Array.isArray(value)) return null
  return value.filter((it) => typeof it === 'string').slice(0, MOST_GROUPS)
}

/**
 * told: which groups there are, or none: providers leave out a claim that is empty. elsewhere: there are too many to tell
 * here, and the provider names where they can be asked for. unreadable: what is there is no list of groups.
 * Source: OpenID Connect Core 5.6.2.
 */
function groupsSaid(claims: Claims, claim: string): 'told' | 'elsewhere' | 'unreadable' {
  if (groupsIn(claims, claim) !== null) return 'told'
  if ((claimIn(claims, claim) ?? null) !== null) return 'unreadable'
  const names = claims['_claim_names']
  const isElsewhere =
    typeof names === 'object' &&
    names !== null &&
    [claim, claim.split('.')[0]!].some((it) => Object.hasOwn(names, it))
  return isElsewhere ? 'elsewhere' : 'told'
}

function claimIn(claims: Claims, claim: string): unknown {
  return claim in claims ? claims[claim] : deepValue(claims, claim.split('.'))
}

function deepValue(claims: Claims, path: readonly string[]): unknown {
  let here: unknown = claims
  for (const part of path) {
    if (here === null || typeof here !== 'object' || !Object.hasOwn(here, part)) return undefined
    here = (here as Record<string, unknown>)[part]
  }
  return here
}

const nameClaims = ['preferred_username', 'email', 'name', 'sub'] as const

/** Does it say how he is called, other than by the provider's own id of him? */
export function hasName(claims: Claims): boolean {
  return nameClaims.some((claim) => claim !== 'sub' && legibleName(claims[claim]) !== null)
}

/** How to call him here; he may be the second of this name. */
export function nameIn(claims: Claims): string {
  for (const claim of nameClaims) {
    const name = legibleName(claims[claim])
    if (name !== null) return name
  }
  return 'user'
}

function legibleName(value: unknown): string | null {
  if (typeof value !== 'string') return null
  const seen = value
    .slice(0, 1_000)
    .normalize('NFKC')
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
  try {
    return readName([...seen].slice(0, NAME_LENGTH).join('')).name
  } catch (error) {
    if (error instanceof BadArgument) return null
    throw error
  }
}
