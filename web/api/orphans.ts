/** Files that no torrent claims; for administrators. */
import {queryOptions} from '@tanstack/react-query'
import type {z} from 'zod'
import type {OrphanListSchema, OrphanResultsSchema} from '#http/schemas/orphans.ts'
import {ask} from './ask.ts'
import {queries} from './queries.ts'

export type OrphanList = z.output<typeof OrphanListSchema>
export type Orphan = OrphanList['orphans'][number]
export type OrphanFolder = OrphanList['folders'][number]
export type OrphanResults = z.output<typeof OrphanResultsSchema>

const LOOK_AGAIN_MS = 30_000
/** A look takes seconds to minutes. */
const LOOK_SOON_MS = 1_000

export const orphansQuery = queryOptions({
  queryKey: ['orphans'],
  queryFn: ({signal}) => ask<OrphanList>('/orphans', {signal}),
  refetchInterval: ({state: {data}}) => (data?.is_looking === true ? LOOK_SOON_MS : LOOK_AGAIN_MS),
})

export async function lookForOrphans(): Promise<void> {
  await ask('/orphans/look', {method: 'POST'})
  await queries.invalidateQueries(orphansQuery)
}

export async function cancelOrphanLook(): Promise<void> {
  await ask('/orphans/look', {method: 'DELETE'})
  await queries.invalidateQueries(orphansQuery)
}

/** @param selected as the list has them: what they are together is confirmed with it */
export async function actOnOrphans(
  verb: 'recycle' | 'delete',
  selected: readonly Orphan[],
): Promise<OrphanResults> {
  const sum = (of: 'files' | 'bytes') => selected.reduce((all, orphan) => all + orphan[of], 0)
  const body = {ids: selected.map(({id}) => id), confirm: {files: sum('files'), bytes: sum('bytes')}}
  const results = await ask<OrphanResults>(`/orphans/${verb}`, {method: 'POST', body})
  await queries.invalidateQueries(orphansQuery)
  return results
}
