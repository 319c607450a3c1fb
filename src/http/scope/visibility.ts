import {objectionTo} from '#executor/authorise.ts'
import type {Access, ServerPermission} from '#model/access.ts'
import type {ServerId} from '#model/torrent-key.ts'

/** How far a server is open to who asks, key and role included. */
export type AccessLevel = 'view' | 'control' | 'own'

/** What one access sees, remembered for as long as one request: a list asks for each of its rows. */
export class Visibility {
  readonly access: Access
  readonly #levels = new Map<ServerId, AccessLevel | null>()

  constructor(access: Access) {
    this.access = access
  }

  sees(id: ServerId): boolean {
    return this.#level(id) !== null
  }

  /** `false` also for what he does not see. */
  controls(id: ServerId): boolean {
    const level = this.#level(id)
    return level !== null && level !== 'view'
  }

  /** Of a server that he sees. */
  levelOn(id: ServerId): AccessLevel {
    return this.#level(id) ?? 'view'
  }

  /** @throws {CommodarrError} server_unknown for what he does not see, forbidden for what he only sees */
  demand(permission: ServerPermission, id: ServerId): void {
    const no = objectionTo(this.access, permission, id)
    if (no) throw no
  }

  #level(id: ServerId): AccessLevel | null {
    const known = this.#levels.get(id)
    if (known !== undefined) return known
    const level = levelBy(this.access, id)
    this.#levels.set(id, level)
    return level
  }
}

function levelBy(access: Access, id: ServerId): AccessLevel | null {
  if (!access.may('read', id)) return null
  if (!access.may('control', id)) return 'view'
  return access.may('manage', id) ? 'own' : 'control'
}
