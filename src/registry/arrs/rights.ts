/**
 * Who may do what with an Arr: by the levels of `accounts/grants.ts`, as with servers. A key for certain servers knows
 * no Arrs: what they do, they do on all servers.
 */
import {levelAllows, levelOf} from '#accounts/grants.ts'
import type {Principal, ServerPermission, ShareLevel} from '#model/access.ts'
import type {ArrCard} from '#model/arr-service.ts'
import {CommodarrError} from '#model/errors.ts'
import {ArrUnknown} from './draft.ts'

type Owned = Pick<ArrCard, 'ownerId' | 'sharing'>

/** `null` = it is not there for him. */
export function levelOn(by: Principal, card: Owned): ShareLevel | 'own' | null {
  if (!by.access.everywhere || !by.access.permits('read')) return null
  return levelOf(by, card)
}

/** `false` also for one that he may not see. */
export function mayOn(by: Principal, card: Owned, permission: ServerPermission): boolean {
  const level = levelOn(by, card)
  return level !== null && by.access.permits(permission) && levelAllows(level, permission)
}

/** @throws {CommodarrError} arr_unknown for one that he may not see, forbidden */
export function demandOn<Card extends Owned>(
  by: Principal,
  card: Card | null,
  id: string,
  permission: ServerPermission,
): asserts card is Card {
  if (card === null || levelOn(by, card) === null) throw new ArrUnknown(id)
  if (mayOn(by, card, permission)) return
  const more = permission === 'manage' ? 'only its owner changes it' : 'you may not command it'
  throw new CommodarrError('forbidden', `You may see this Arr, but ${more}.`)
}

/** For as long as an Arr is there, torrents are commanded for it. @throws {CommodarrError} forbidden */
export function demandAdding({access}: Principal): void {
  if (!access.permits('manage')) throw forbidden('Adding Arrs takes the right "manage".')
  if (!access.permits('control'))
    throw forbidden('Adding Arrs takes the right "control": torrents are commanded for them.')
  if (!access.everywhere) throw forbidden('This key is for certain servers, so it cannot add Arrs.')
}

/** The file belongs to whoever runs this machine. @throws {CommodarrError} forbidden */
export function demandFile({access}: Principal): void {
  if (access.permits('admin')) return
  throw forbidden('The configuration file declares this Arr; only administrators change that.')
}

function forbidden(message: string): CommodarrError {
  return new CommodarrError('forbidden', message)
}
