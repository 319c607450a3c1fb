/**
 * Browsers and networks by which somebody came in before. What strangers guess at his name is counted apart from what
 * comes from there, so whoever knows a name cannot lock its owner out; each of them has a count of its own anyway.
 *
 * A browser shows a cookie that says who logged in with it. It is sealed, so nothing has to be kept here, and it lets
 * nobody in: a stolen one brings no more guesses than any other browser has.
 */
import {randomUUID} from 'node:crypto'
import type {Clock} from '#lib/clock.ts'
import type {User, UserId} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'
import type {EpochMs} from '#model/units.ts'
import {networkOf} from './network.ts'
import type {Sealer} from './secrets.ts'
import type {Sessions} from './sessions.ts'
import {isOver, latestTime} from './terms.ts'

/** How long a browser is known after the last log-in with it. */
export const KNOWN_MS = 365 * 86_400_000
/** People who share a browser; the one who was away longest is forgotten. */
const MOST_USERS = 5
const CONTEXT = 'device'

interface Device {
  readonly id: string
  /** Who logged in with it, the last one first. */
  readonly users: readonly UserId[]
  /** Of the last log-in. */
  readonly at: EpochMs
}

/** Where an attempt comes from. */
export interface Origin {
  readonly address: string
  /** What the browser shows as its cookie; none = nothing. More than one: some were put there by others. */
  readonly devices: readonly string[]
}

export class KnownDevices {
  readonly #sealer: Pick<Sealer, 'encrypt' | 'open'>
  readonly #sessions: Pick<Sessions, 'listOf'>
  readonly #clock: Clock

  constructor(sealer: Pick<Sealer, 'encrypt' | 'open'>, sessions: Pick<Sessions, 'listOf'>, clock: Clock) {
    this.#sealer = sealer
    this.#sessions = sessions
    this.#clock = clock
  }

  /**
   * By what an attempt to log in is counted, beside its address.
   * @param name the key of the name that was typed
   * @param user who is called so; `null` = nobody
   */
  tallyOf(name: string, user: User | null, {address, devices}: Origin): string {
    if (user === null) return `name ${name}`
    const device = this.#opened(devices).find(({users}) => users.includes(user.id))
    if (device) return `device ${device.id} ${user.id}`
    const network = networkOf(address)
    const isKnown = this.#sessions.listOf(user.id).some((it) => networkOf(it.address) === network)
    return isKnown ? `network ${network} ${user.id}` : `name ${name}`
  }

  /** The cookie by which this browser is known from now on; `null` = the key that seals is lost. */
  cookieFor({id}: User, {devices}: Origin): Secret | null {
    const [before] = this.#opened(devices)
    const others = (before?.users ?? []).filter((it) => it !== id)
    const device: Device = {
      id: before?.id ?? randomUUID(),
      users: [id, ...others].slice(0, MOST_USERS),
      at: latestTime(this.#clock),
    }
    try {
      return new Secret(this.#sealer.encrypt(new Secret(JSON.stringify(device)), CONTEXT))
    } catch (error) {
      if (error instanceof CommodarrError && error.code === 'secret_unreadable') return null
      throw error
    }
  }

  #opened(cookies: readonly string[]): readonly Device[] {
    return cookies.flatMap((cookie) => {
      const device = opened(this.#sealer, cookie)
      return device === null || isOver({from: device.at, to: device.at + KNOWN_MS}, this.#clock)
        ? []
        : [device]
    })
  }
}

/** What does not open is none of ours, or of a key that is gone: then the browser is not known. */
function opened(sealer: Pick<Sealer, 'open'>, cookie: string): Device | null {
  try {
    return JSON.parse(sealer.open(cookie, CONTEXT).reveal()) as Device
  } catch (error) {
    if (error instanceof CommodarrError && error.code === 'secret_unreadable') return null
    throw error
  }
}
