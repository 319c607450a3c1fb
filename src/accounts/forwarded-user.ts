/**
 * Somebody logged in at a proxy in front of us, which we believe. He is whoever has this name here; a new name becomes
 * a user when the configuration gives such people a role (`WebUI.ForwardedUserRole`).
 */
import type {Principal, Role, User} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import {ownActor} from './admission.ts'
import {nameKey, readName, type UserName} from './names.ts'
import type {UserPrincipals} from './user-principals.ts'
import type {Users} from './users.ts'

export class ForwardedUsers {
  readonly #users: Pick<Users, 'byName' | 'create'>
  readonly #principals: Pick<UserPrincipals, 'of'>
  /** Of whoever comes for the first time; '' = he needs an account before. */
  readonly #role: Role | ''
  /** A page asks for ten things at once: the first makes the user, the others wait for that. */
  readonly #coming = new Map<string, Promise<User>>()

  constructor(
    users: Pick<Users, 'byName' | 'create'>,
    principals: Pick<UserPrincipals, 'of'>,
    role: Role | '',
  ) {
    this.#users = users
    this.#principals = principals
    this.#role = role
  }

  /**
   * @param given as `forwardedName` read it
   * @throws {CommodarrError} unauthorised, or a storage fault when a new user cannot be kept
   */
  async principalOf(given: string, address: string): Promise<Principal> {
    const name = legibleName(given)
    const user = this.#users.byName(name) ?? (await this.#newcomer(name, address))
    if (user.disabled) throw refused('This account is switched off.')
    return this.#principals.of(user, 'proxy', null, address)
  }

  #newcomer(name: string, address: string): Promise<User> {
    if (this.#role === '') {
      throw refused('You logged in at the proxy, and have no account here; an administrator can make one.')
    }
    const key = nameKey(name)
    const coming =
      this.#coming.get(key) ??
      this.#create(name, this.#role, address).finally(() => {
        this.#coming.delete(key)
      })
    this.#coming.set(key, coming)
    return coming
  }

  async #create(name: string, role: Role, address: string): Promise<User> {
    try {
      return await this.#users.create({name, role, origin: 'proxy'}, (user) =>
        ownActor(user, {address, userAgent: ''}),
      )
    } catch (error) {
      // Somebody made an account of this name in the meantime.
      const user =
        error instanceof CommodarrError && error.code === 'name_taken' ? this.#users.byName(name) : null
      if (user !== null) return user
      throw error
    }
  }
}

/**
 * The name in a header, as HTTP gives it (one character a byte). UTF-8 is read as such. Proxies that may not send it
 * write `=?UTF-8?Q?…?=` (RFC 2047) or percent signs; that is undone only when the name needed it, because of two people
 * called `admin` and `%61dmin` the second must not become the first. `null` = nobody is named.
 */
export function forwardedName(header: string): string | null {
  const text = asUtf8(header).trim()
  if (text === '') return null
  const decoded = decodedWords(text) ?? decodedPercents(text)
  return decoded !== null && /[^\0-\x7f]/.test(decoded) ? decoded : text
}

function asUtf8(header: string): string {
  try {
    return new TextDecoder('utf-8', {fatal: true}).decode(Buffer.from(header, 'latin1'))
  } catch {
    return header
  }
}

/** RFC 2047 §2; blanks between two encoded words do not count (§6.2). `null` = it is not written so. */
function decodedWords(text: string): string | null {
  const words = text.split(/\s+/)
  const parts = words.map((word) => /^=\?(utf-8|iso-8859-1|us-ascii)\?([bq])\?([^?]*)\?=$/i.exec(word))
  if (!parts.every((part) => part !== null)) return null
  try {
    return parts.map(([, charset, encoding, body]) => decodedWord(charset!, encoding!, body!)).join('')
  } catch {
    return null
  }
}

function decodedWord(charset: string, encoding: string, body: string): string {
  const quoted = () =>
    body
      .replaceAll('_', ' ')
      .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  const bytes = Buffer.from(
    encoding.toLowerCase() === 'b' ? Buffer.from(body, 'base64') : Buffer.from(quoted(), 'latin1'),
  )
  return new TextDecoder(charset.toLowerCase() === 'utf-8' ? 'utf-8' : 'latin1', {fatal: true}).decode(bytes)
}

function decodedPercents(text: string): string | null {
  if (!/%[0-9a-f]{2}/i.test(text)) return null
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

/**
 * Letters of another width or shape, which we take for the plain ones, make another name at the proxy: whoever may
 * choose his own there and calls himself `ａdmin` is not our `admin`.
 */
function legibleName(given: string): string {
  const {name} = readOr(given)
  if (name === given.normalize('NFC').replace(/ +/g, ' ').replace(/^ | $/g, '')) return name
  throw refused('The proxy names you in letters of another width or shape; they must be the plain ones.')
}

function readOr(given: string): UserName {
  try {
    return readName(given)
  } catch (error) {
    throw new CommodarrError('unauthorised', 'The proxy sent an invalid user name.', {}, error)
  }
}

function refused(message: string): CommodarrError {
  return new CommodarrError('unauthorised', message)
}
