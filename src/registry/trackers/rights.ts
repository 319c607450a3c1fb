/**
 * Who may do what with a tracker profile. Its owner and administrators change it. Others see it where it counts on a
 * server that they see, with those of its hosts alone that torrents there have.
 */
import type {Principal} from '#model/access.ts'
import {CommodarrError, ServerUnknown} from '#model/errors.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {TrackerProfile} from '#model/tracker-profile.ts'

/** All of it. A key for certain servers does not see what its user says of others. */
export function seesWhole({access, actor}: Principal, {ownerId}: Pick<TrackerProfile, 'ownerId'>): boolean {
  if (!access.everywhere || !access.permits('read')) return false
  return access.permits('admin') || ownerId === actor.userId
}

/** They see it whole, and may change it. */
export function mayChange(by: Principal, profile: Pick<TrackerProfile, 'ownerId'>): boolean {
  const {access} = by
  return seesWhole(by, profile) && access.permits('manage') && access.permits('control')
}

/** What it asks for keeps torrents, and its limits let rules act on them. @throws {CommodarrError} forbidden */
export function demandProfiling({access}: Principal): void {
  if (!access.permits('manage')) throw forbidden('Tracker profiles take the right "manage".')
  if (!access.permits('control')) {
    throw forbidden('Tracker profiles take the right "control": rules act by their limits.')
  }
  if (!access.everywhere) throw forbidden('This key is for certain servers, so it cannot change profiles.')
}

/** @throws {CommodarrError} server_unknown for one that is not in sight, forbidden */
export function demandServers({access}: Principal, servers: readonly ServerId[] | null): void {
  for (const id of servers ?? []) {
    if (!access.may('read', id)) throw new ServerUnknown(id)
    if (!access.may('manage', id)) {
      throw forbidden(
        'A profile counts on servers that you manage; one that is shared with you is its owner’s.',
      )
    }
  }
}

function forbidden(message: string): CommodarrError {
  return new CommodarrError('forbidden', message)
}
