/** With whom a server is shared, from what a person asks for to what is kept. */
import type {UserId} from '#model/access.ts'
import type {ServerCard} from '#model/server.ts'
import {DraftInvalid, type DraftFault, type Sharing} from './draft.ts'
import type {Grant} from './stored.ts'

/** Names in one request; a server for more people is one for everyone. */
export const mostShares = 200

/**
 * What is to be kept. For a server of the file also that everyone loses what it gives by default.
 * @param exists is there a user of this id
 * @throws {DraftInvalid} for people who are not there, or twice
 */
export function grantsOf(
  {origin, ownerId}: Pick<ServerCard, 'origin' | 'ownerId'>,
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
  if (faults.length > 0) throw new DraftInvalid(faults)
  const named = users.filter(({userId}) => userId !== ownerId)
  return [
    ...(everyone !== null || origin === 'file'
      ? [{grantee: 'everyone', level: everyone ?? 'none'} as const]
      : []),
    ...named.map(({userId, level}) => ({grantee: userId, level})),
  ]
}

/** The same backwards. */
export function sharingOf({sharing}: Pick<ServerCard, 'sharing'>): Sharing {
  return {
    everyone: sharing.find((it) => it.with === 'everyone')?.level ?? null,
    users: sharing.flatMap(({with: whom, level}) => (whom === 'everyone' ? [] : [{userId: whom, level}])),
  }
}
