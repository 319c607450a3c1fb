/** With whom something is shared: from what a person asks for to what is kept, and to who sees it. */
import {asUserId, shareLevels, type Role, type Share, type ShareLevel, type UserId} from '#model/access.ts'
import {DraftInvalid, type DraftFault} from './draft.ts'

/** What it is to be, whole. */
export interface Sharing {
  /** `null` = not with everyone. */
  readonly everyone: ShareLevel | null
  readonly users: readonly {readonly userId: UserId; readonly level: ShareLevel}[]
}

/** `none`: everyone loses what something of the file gives by default. */
export interface Grant {
  readonly grantee: UserId | 'everyone'
  readonly level: ShareLevel | 'none'
}

interface Owned {
  readonly origin: 'user' | 'file'
  readonly ownerId: UserId | null
}

/** Names in one request; what is for more people is for everyone. */
export const mostShares = 200

/**
 * What is to be kept. Of something of the file also that everyone loses what it gives by default.
 * @param exists is there a user of this id
 * @throws {DraftInvalid} for people who are not there, or twice
 */
export function grantsOf(
  what: 'server' | 'Arr',
  {origin, ownerId}: Owned,
  {everyone, users}: Sharing,
  exists: (id: UserId) => boolean,
): readonly Grant[] {
  const faults = users.flatMap(({userId}, at): DraftFault[] => {
    const field = `users.${at}.user_id`
    if (!exists(userId)) return [{field, found: userId, accepted: 'the id of a user'}]
    const isAgain = users.findIndex((it) => it.userId === userId) < at
    return isAgain ? [{field, found: userId, accepted: 'each user once'}] : []
  })
  if (users.length > mostShares) faults.push({field: 'users', accepted: `at most ${mostShares} items`})
  if (faults.length > 0) throw new DraftInvalid(what, faults)
  const named = users.filter(({userId}) => userId !== ownerId)
  return [
    ...(everyone !== null || origin === 'file'
      ? [{grantee: 'everyone', level: everyone ?? 'none'} as const]
      : []),
    ...named.map(({userId, level}) => ({grantee: userId, level})),
  ]
}

/** The same backwards. */
export function sharingOf({sharing}: {readonly sharing: readonly Share[]}): Sharing {
  return {
    everyone: sharing.find((it) => it.with === 'everyone')?.level ?? null,
    users: sharing.flatMap(({with: whom, level}) => (whom === 'everyone' ? [] : [{userId: whom, level}])),
  }
}

/** What lies in the database, as far as it is known by now. */
export function grantsIn(
  rows: readonly {readonly grantee: string; readonly level: string}[],
): readonly Grant[] {
  return rows.flatMap(({grantee, level}) => {
    const known = level === 'none' ? level : shareLevels.find((it) => it === level)
    if (known === undefined) return []
    return [{grantee: grantee === 'everyone' ? grantee : asUserId(grantee), level: known}]
  })
}

/** Grants to somebody who is gone may still lie in the database; they are for nobody. */
export function sharesOf(grants: readonly Grant[], roleOf: (id: UserId) => Role | null): readonly Share[] {
  return grants.flatMap(({grantee, level}) => {
    const isGone = grantee !== 'everyone' && roleOf(grantee) === null
    return level === 'none' || isGone ? [] : [{with: grantee, level}]
  })
}

/** Of the file: whoever runs this machine wrote it down for himself, and others look until he says more. */
export function sharesOfFile(
  grants: readonly Grant[],
  roleOf: (id: UserId) => Role | null,
): readonly Share[] {
  return grants.length === 0 ? [{with: 'everyone', level: 'view'}] : sharesOf(grants, roleOf)
}
