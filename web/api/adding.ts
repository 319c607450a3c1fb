/** Adding torrents: what is in a .torrent file, who has it already, and sending it to a server. */
import {queryOptions} from '@tanstack/react-query'
import type {z} from 'zod'
import type {AddedSchema, UploadResultsSchema} from '#http/schemas/results.ts'
import type {TorrentContentSchema} from '#http/schemas/torrent.ts'
import type {AddBodySchema} from '#http/schemas/verbs.ts'
import type {FilePriority} from '#model/command.ts'
import {ask, pathOf} from './ask.ts'

type Inspected = z.output<typeof TorrentContentSchema>
export type TorrentContent = NonNullable<Inspected['content']>
/** Options of an addition, as they travel. */
export type AddBody = Omit<z.input<typeof AddBodySchema>, 'server_id' | 'magnet' | 'url'>
export type Added = z.output<typeof AddedSchema>
export type Uploaded = z.output<typeof UploadResultsSchema>['results'][number]

export interface Holder {
  readonly server_id: string
  readonly name: string
}

/** @throws {Problem} {NoAnswer} */
export async function inspectTorrent(file: File): Promise<Inspected> {
  const form = new FormData()
  form.append('file', file, file.name)
  const answer = ask<{results: Inspected[]}>('/torrents/inspect', {method: 'POST', body: form})
  return (await answer).results[0]!
}

/** Who has it, of all servers in sight. The list finds nothing without complaint; the torrent itself would be refused. */
async function holdersOf(hash: string, signal?: AbortSignal): Promise<readonly Holder[]> {
  const query = {q: `hash:${hash}`, fields: 'name', limit: 1000}
  return (await ask<{torrents: Holder[]}>('/torrents', {query, ...(signal && {signal})})).torrents
}

export const holdersQuery = (hash: string) =>
  queryOptions({
    queryKey: ['torrents', hash, 'holders'],
    queryFn: ({signal}) => holdersOf(hash, signal),
    staleTime: 10_000,
  })

/** @param link magnet or web address */
export function addLink(serverId: string, link: string, options: AddBody): Promise<Added> {
  const source = /^magnet:/i.test(link) ? {magnet: link} : {url: link}
  return ask('/torrents', {method: 'POST', body: {server_id: serverId, ...source, ...options}})
}

export async function addFile(serverId: string, file: File, options: AddBody): Promise<Uploaded> {
  const form = new FormData()
  form.append('server_id', serverId)
  for (const [name, value] of Object.entries(options)) {
    for (const one of [value].flat()) if (one !== undefined) form.append(name, String(one))
  }
  form.append('file', file, file.name)
  const answer = ask<{results: Uploaded[]}>('/torrents/upload', {method: 'POST', body: form})
  return (await answer).results[0]!
}

/** Paths and sizes as the server has them; none while it does not show the torrent yet. */
export async function filesOn(
  serverId: string,
  hash: string,
): Promise<readonly {readonly index: number; readonly path: string; readonly size: number}[]> {
  if (!(await holdersOf(hash)).some(({server_id: id}) => id === serverId)) return []
  const path = pathOf('torrents', hash, 'files')
  return (
    await ask<{files: {index: number; path: string; size: number}[]}>(path, {query: {server_id: serverId}})
  ).files
}

export async function selectFiles(
  serverId: string,
  hash: string,
  files: readonly number[],
  priority: FilePriority,
): Promise<void> {
  const query = {server_id: serverId}
  await ask(pathOf('torrents', hash, 'files'), {method: 'PATCH', query, body: {files, priority}})
}

export async function startTorrent(serverId: string, hash: string): Promise<void> {
  await ask(pathOf('torrents', hash, 'start'), {method: 'POST', query: {server_id: serverId}})
}
