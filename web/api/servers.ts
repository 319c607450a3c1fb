/** Everything about servers that is asked over HTTP. How they do this second comes from `live/servers.ts`. */
import {queryOptions, useQuery} from '@tanstack/react-query'
import type {z} from 'zod'
import type {PersonSchema} from '#http/schemas/people.ts'
import type {
  CategorySchema,
  DepartedServerSchema,
  FeatureSchema,
  LimitsSchema,
  MappingCheckSchema,
  ServerDetailSchema,
  ServerSchema,
  ServerTestSchema,
} from '#http/schemas/server.ts'
import type {
  DefinitionSchema,
  NewServer,
  ServerChange,
  ServerTrialSchema,
  ServerTry,
  SharingSchema,
} from '#http/schemas/server-draft.ts'
import type {
  DiscoverRequestSchema,
  DiscoveryAnswerSchema,
  ImportAnswerSchema,
  ImportRequestSchema,
  LocalPortsSchema,
} from '#http/schemas/server-import.ts'
import {ask, askForFile, pathOf} from './ask.ts'
import type {Confirmed} from './problem.ts'
import {queries} from './queries.ts'

export type Server = z.output<typeof ServerSchema>
export type ServerDetail = z.output<typeof ServerDetailSchema>
export type ServerTest = z.output<typeof ServerTestSchema>
export type ServerTrial = z.output<typeof ServerTrialSchema>
export type ServerDefinition = z.output<typeof DefinitionSchema>
export type ServerDraft = z.input<typeof NewServer>
export type ServerPatch = z.input<typeof ServerChange>
export type ServerTryBody = z.input<typeof ServerTry>
/** Kinds that a server can be added of. */
export type DraftKind = ServerDraft['kind']
export type DepartedServer = z.output<typeof DepartedServerSchema>
export type ServerCategory = z.output<typeof CategorySchema>
export type ServerFeature = z.output<typeof FeatureSchema>
export type ServerLimits = z.output<typeof LimitsSchema>
export type Sharing = z.input<typeof SharingSchema>
export type ImportBody = z.input<typeof ImportRequestSchema>
export type ImportAnswer = z.output<typeof ImportAnswerSchema>
export type ImportItem = ImportAnswer['items'][number]
type DiscoverBody = z.input<typeof DiscoverRequestSchema>
export type Discovery = z.output<typeof DiscoveryAnswerSchema>
type MappingCheck = z.output<typeof MappingCheckSchema>
type Person = z.output<typeof PersonSchema>

const REFRESH_MS = 15_000

/** Owner, address, version and the other things of which the live servers do not tell. */
export const serversQuery = queryOptions({
  queryKey: ['servers'],
  queryFn: async ({signal}) => (await ask<{servers: Server[]}>('/servers', {signal})).servers,
  refetchInterval: REFRESH_MS,
})

export const serverQuery = (id: string) =>
  queryOptions({
    queryKey: ['servers', id, 'detail'],
    queryFn: ({signal}) => ask<ServerDetail>(pathOf('servers', id), {signal}),
    refetchInterval: REFRESH_MS,
  })

/** Those that left the configuration and still keep what their torrents use; for administrators. */
export const departedQuery = queryOptions({
  queryKey: ['servers', 'departed'],
  queryFn: async ({signal}) =>
    (await ask<{servers: DepartedServer[]}>('/departed-servers', {signal})).servers,
  refetchInterval: REFRESH_MS,
})

/** It is gone permanently: what it kept may go. */
export async function forgetDeparted(id: string): Promise<void> {
  await ask<void>('/departed-servers/forget', {method: 'POST', body: {id}})
  await queries.invalidateQueries(departedQuery)
}

/** As it can be changed: for those who may. */
export const definitionQuery = (id: string) =>
  queryOptions({
    queryKey: ['servers', id, 'definition'],
    queryFn: ({signal}) => ask<ServerDefinition>(pathOf('servers', id, 'definition'), {signal}),
    staleTime: 0,
  })

/** Where its folders are mapped to, and whether that is right: for those who may change it. */
export const mappingsQuery = (id: string) =>
  queryOptions({
    queryKey: ['servers', id, 'path-mappings'],
    queryFn: async ({signal}) =>
      (await ask<{path_mappings: MappingCheck[]}>(pathOf('servers', id, 'path-mappings'), {signal}))
        .path_mappings,
    refetchInterval: REFRESH_MS,
  })

export const limitsQuery = (id: string) =>
  queryOptions({
    queryKey: ['servers', id, 'limits'],
    queryFn: ({signal}) => ask<ServerLimits>(pathOf('servers', id, 'limits'), {signal}),
  })

/** The daemon's own settings by its own names. */
export const daemonSettingsQuery = (id: string) =>
  queryOptions({
    queryKey: ['servers', id, 'preferences'],
    queryFn: ({signal}) =>
      ask<Readonly<Record<string, unknown>>>(pathOf('servers', id, 'preferences'), {signal}),
  })

/** Counts of one server's torrents by state, category and tracker. */
export const facetsQuery = (id: string) =>
  queryOptions({
    queryKey: ['servers', id, 'facets'],
    queryFn: async ({signal}) => {
      const query = {server_id: [id], limit: 1, facets: 'state,category,tracker'}
      return (await ask<{facets: ServerFacets}>('/torrents', {query, signal})).facets
    },
    refetchInterval: REFRESH_MS,
  })

export interface FacetShare {
  readonly value: string
  readonly count: number
  readonly size: number
}
export type ServerFacets = {readonly [F in 'state' | 'category' | 'tracker']?: readonly FacetShare[]}

/** Whom a server can be shared with. */
export const peopleQuery = queryOptions({
  queryKey: ['people'],
  queryFn: async ({signal}) => (await ask<{people: Person[]}>('/people', {signal})).people,
  staleTime: 60_000,
})

export async function addServer(body: ServerDraft): Promise<ServerDefinition> {
  return changed(await ask<ServerDefinition>('/servers', {method: 'POST', body}))
}

/** What is left out stays, secrets included. */
export async function changeServer(id: string, body: ServerPatch): Promise<ServerDefinition> {
  return changed(await ask<ServerDefinition>(pathOf('servers', id), {method: 'PATCH', body}))
}

/** Commodarr forgets it; the server and its torrents are not touched. */
export async function removeServer(id: string): Promise<void> {
  changed(await ask<void>(pathOf('servers', id), {method: 'DELETE'}))
}

export async function orderServers(ids: readonly string[]): Promise<void> {
  changed(await ask<void>('/servers/order', {method: 'POST', body: {ids}}))
}

export async function shareServer(id: string, body: Sharing): Promise<void> {
  changed(await ask<void>(pathOf('servers', id, 'sharing'), {method: 'PUT', body}))
}

/** A server that is there, now; one that waits after a failure tries again at once. */
export function testServer(id: string): Promise<ServerTest> {
  return ask(pathOf('servers', id, 'test'), {method: 'POST'})
}

/** What a person says of a server at whose address another daemon seems to answer. */
export async function identifyServer(id: string, is: 'same' | 'another'): Promise<void> {
  changed(await ask<void>(pathOf('servers', id, 'identity'), {method: 'POST', body: {is}}))
}

export type LocalPort = z.output<typeof LocalPortsSchema>['ports'][number]

/** Ports of its own machine that Commodarr finds open, where torrent servers usually listen; asked once a visit. */
export const localPortsQuery = queryOptions({
  queryKey: ['servers', 'local-ports'],
  queryFn: async ({signal}) =>
    (await ask<z.output<typeof LocalPortsSchema>>('/servers/discover-local', {method: 'POST', signal})).ports,
  staleTime: Infinity,
  retry: false,
})

/** A server before it is saved: one log-in. At most ten in a minute. */
export function tryServer(body: ServerTryBody, signal?: AbortSignal): Promise<ServerTrial> {
  return ask('/servers/test', {method: 'POST', body, ...(signal && {signal})})
}

/** A preview, or what was done: the body says which. */
export async function importServers(body: ImportBody): Promise<ImportAnswer> {
  const answer = await ask<ImportAnswer>('/servers/import', {method: 'POST', body})
  return body.preview ? answer : changed(answer)
}

/** @param passphrase seals the secrets; `null` = they stay here */
export function exportServers(passphrase: string | null): Promise<Blob> {
  if (passphrase === null) return askForFile('/servers/export')
  return askForFile('/servers/export', {method: 'POST', body: {passphrase}})
}

/** The download clients of an Arr. Its key is used once and not kept. */
export function discoverServers(body: DiscoverBody): Promise<Discovery> {
  return ask('/servers/discover', {method: 'POST', body})
}

export async function createCategory(id: string, name: string, savePath: string): Promise<void> {
  const body = {name, ...(savePath !== '' && {save_path: savePath})}
  changedSoon(await ask<void>(pathOf('servers', id, 'categories'), {method: 'POST', body}))
}

export async function editCategory(
  id: string,
  name: string,
  savePath: string,
  confirmed: Confirmed = {},
): Promise<void> {
  const body = {name, save_path: savePath, ...confirmed}
  changedSoon(await ask<void>(pathOf('servers', id, 'categories'), {method: 'PATCH', body}))
}

/** Their torrents stay. */
export async function removeCategories(
  id: string,
  name: readonly string[],
  confirmed: Confirmed = {},
): Promise<void> {
  const query = {name, ...confirmed}
  changedSoon(await ask<void>(pathOf('servers', id, 'categories'), {method: 'DELETE', query}))
}

export async function createTags(id: string, tags: readonly string[]): Promise<void> {
  changedSoon(await ask<void>(pathOf('servers', id, 'tags'), {method: 'POST', body: {tags}}))
}

/** Their torrents stay. */
export async function deleteTags(id: string, tag: readonly string[]): Promise<void> {
  changedSoon(await ask<void>(pathOf('servers', id, 'tags'), {method: 'DELETE', query: {tag}}))
}

/** What is absent stays. */
export async function changeLimits(id: string, body: Partial<ServerLimits>): Promise<void> {
  changedSoon(await ask<void>(pathOf('servers', id, 'limits'), {method: 'PATCH', body}))
}

export async function changeDaemonSettings(
  id: string,
  body: Readonly<Record<string, unknown>>,
  confirmed: Confirmed = {},
): Promise<void> {
  const path = pathOf('servers', id, 'preferences')
  changedSoon(await ask<void>(path, {method: 'PATCH', body, query: {...confirmed}}))
}

/** Whatever was read of servers is read again. */
function changed<T>(answer: T): T {
  void queries.invalidateQueries({queryKey: ['servers']})
  return answer
}

const LISTED_AFTER_MS = [1500, 4000]

/** The same for what a daemon was told: it shows with one of its next lists, a moment later. */
function changedSoon<T>(answer: T): T {
  for (const ms of LISTED_AFTER_MS) setTimeout(() => changed(answer), ms)
  return changed(answer)
}

/** Owner, address, origin and the like, by id; empty until they are known. */
export function useServerCards(): ReadonlyMap<string, Server> {
  return useQuery({...serversQuery, select: byId}).data ?? noCards
}

export function useServerCard(id: string): Server | null {
  return useServerCards().get(id) ?? null
}

const noCards: ReadonlyMap<string, Server> = new Map()

function byId(servers: readonly Server[]): ReadonlyMap<string, Server> {
  return new Map(servers.map((server) => [server.server_id, server]))
}
