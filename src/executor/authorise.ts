/**
 * May this be asked of this server by who asks? The first step of every command, and the sentence of every no: a
 * server that he may not see is answered like one that is not there. What he may is granted elsewhere
 * (`accounts/grants.ts`); here it is only read.
 */
import type {Access, Permission, ServerPermission} from '#model/access.ts'
import type {ServerVerb} from '#model/command.ts'
import {CommodarrError, ServerUnknown} from '#model/errors.ts'
import type {ServerId} from '#model/torrent-key.ts'

/** What every verb on torrents takes, removals included. */
export const torrentVerbsNeed = 'control'

/** What a verb on a whole server takes. Taking away what others may use, and settings of the daemon, is its owner's. */
export const serverVerbNeeds: {readonly [V in ServerVerb]: ServerPermission} = {
  addTorrent: 'add',
  createCategory: 'control',
  editCategory: 'control',
  createTags: 'control',
  removeCategories: 'manage',
  deleteTags: 'manage',
  banPeers: 'manage',
  setGlobalLimits: 'manage',
  setAltSpeed: 'manage',
  setPreferences: 'manage',
}

/** Which right a setting of a daemon takes: `manage` = of its owner. */
export type SettingRight = Extract<Permission, 'manage' | 'admin'>

/**
 * Of settings that run programs on the machine of a server or let others in only administrators decide, whosever the
 * server is. @param names those that take it
 */
export function objectionToSettings(
  access: Access,
  names: readonly string[],
  serverId: ServerId,
): CommodarrError | null {
  if (names.length === 0 || access.permits('admin')) return null
  const message = `Only administrators may change these settings of a server: ${names.join(', ')}.`
  return new CommodarrError('forbidden', message, {serverId, permission: 'admin'})
}

/** A server that left is nobody's any more: of it administrators are told. */
export function hearsOf(access: Access, id: ServerId, hasLeft: boolean): boolean {
  return hasLeft ? access.permits('admin') && access.everywhere : access.may('read', id)
}

/** `null` = he may. Else `server_unknown` or `forbidden`. */
export function objectionTo(
  access: Access,
  permission: ServerPermission,
  serverId: ServerId,
): CommodarrError | null {
  if (!access.may('read', serverId)) return new ServerUnknown(serverId)
  if (access.may(permission, serverId)) return null
  const message = `You may see this server, but this takes the right "${permission}" on it.`
  return new CommodarrError('forbidden', message, {serverId, permission})
}
