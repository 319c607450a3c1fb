/** Who may make, change and share servers; what he may is granted in `accounts/grants.ts`, here it is read. */
import type {Access} from '#model/access.ts'
import {CommodarrError, ServerUnknown} from '#model/errors.ts'
import type {ServerId} from '#model/torrent-key.ts'

/** A key for certain servers could make itself another one. @throws {CommodarrError} forbidden */
export function demandCreating(access: Access): void {
  if (!access.permits('manage')) throw forbidden('Adding servers takes the right "manage".')
  if (!access.everywhere) throw forbidden('This key is for certain servers, so it cannot add others.')
}

/** @throws {CommodarrError} server_unknown for what he may not see: the very same as for what is not there */
export function demandManaging(access: Access, id: ServerId): void {
  if (!access.may('read', id)) throw new ServerUnknown(id)
  if (!access.may('manage', id)) throw forbidden('You may see this server, but only its owner changes it.')
}

/** The file belongs to whoever runs this machine. @throws {CommodarrError} forbidden */
export function demandFile(access: Access): void {
  if (!access.permits('admin')) {
    throw forbidden('The configuration file declares this server; only administrators change that.')
  }
}

function forbidden(message: string): CommodarrError {
  return new CommodarrError('forbidden', message)
}
