import type {UserId} from '#model/access.ts'
import type {ServerCard} from '#model/server.ts'
import type {AccessLevel} from './sight.ts'

/** What people wrote beside a server, as who may see it is shown. */
export interface SeenCard extends Omit<ServerCard, 'id' | 'ownerId' | 'sharing' | 'tags'> {
  readonly owner: {readonly id: UserId; readonly name: string} | null
  readonly access: AccessLevel
  readonly serverTags: readonly string[]
}
