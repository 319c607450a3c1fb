/** Categories and tags of all servers in sight: which of them know each, and how much it holds. */
import {queryOptions} from '@tanstack/react-query'
import {ask} from './ask.ts'
import {createCategory as createOn} from './servers.ts'

interface Label {
  readonly name: string
  readonly count: number
  readonly size: number
  readonly servers: readonly {
    readonly server_id: string
    readonly count: number
    readonly size: number
    readonly save_path?: string
  }[]
}

export const categoriesQuery = queryOptions({
  queryKey: ['labels', 'categories'],
  queryFn: async ({signal}) => (await ask<{categories: Label[]}>('/categories', {signal})).categories,
})

export const tagsQuery = queryOptions({
  queryKey: ['labels', 'tags'],
  queryFn: async ({signal}) => (await ask<{tags: Label[]}>('/tags', {signal})).tags,
})

/** Saves where the server puts its torrents. */
export function createCategory(serverId: string, name: string): Promise<void> {
  return createOn(serverId, name, '')
}
