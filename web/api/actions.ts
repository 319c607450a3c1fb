/** Actions on torrents: chosen ones frozen into a set, one verb on all of them, what became of it, and undo. */
import type {z} from 'zod'
import type {
  RecentActionSchema,
  RecentActionsSchema,
  RemovalPreviewSchema,
  SelectionBodySchema,
  SelectionSchema,
} from '#http/schemas/actions.ts'
import type {ActionResultsSchema, HeldActionSchema} from '#http/schemas/results.ts'
import type {ActionSchema} from '#http/schemas/verbs.ts'
import {ask, askForFile, pathOf} from './ask.ts'

export type SelectionWish = z.input<typeof SelectionBodySchema>
export type SelectionFigures = z.output<typeof SelectionSchema>
export type RecentAction = z.output<typeof RecentActionSchema>
export type ActionProblem = RecentAction['problems'][number]
export type RemovalPreview = z.output<typeof RemovalPreviewSchema>
export type ActionBody = z.input<typeof ActionSchema>
export type ActionVerb = ActionBody['verb']

export interface WireKey {
  readonly server_id: string
  readonly info_hash: string
}

/** Torrents as an action takes them: by name, or as a set that was frozen before. */
export type SelectedBody = {readonly keys: readonly WireKey[]} | {readonly selection_id: string}

/** Freezes a set: what was counted is what will be touched. */
export function freeze(wish: SelectionWish, signal?: AbortSignal): Promise<SelectionFigures> {
  return ask('/torrents/selections', {method: 'POST', body: wish, ...(signal && {signal})})
}

/** The same set with the figures of this moment. @throws {Problem} when it is not kept any more */
export function frozenFigures(id: string, signal?: AbortSignal): Promise<SelectionFigures> {
  return ask(pathOf('torrents', 'selections', id), {...(signal && {signal})})
}

/** What became of it; of a removal that waits, until when. */
export type SentAction = z.output<typeof ActionResultsSchema> | z.output<typeof HeldActionSchema>

export function sendAction(body: ActionBody): Promise<SentAction> {
  return ask('/torrents/actions', {method: 'POST', body})
}

/** What one did a short while ago, from here or elsewhere; newest first. */
export async function recentActions(): Promise<readonly RecentAction[]> {
  return (await ask<z.output<typeof RecentActionsSchema>>('/actions')).actions
}

export function recentAction(id: string): Promise<RecentAction> {
  return ask(pathOf('actions', id))
}

/** Takes a held removal back, or puts torrents back to how they were. */
export function undoAction(id: string): Promise<RecentAction> {
  return ask(pathOf('actions', id, 'undo'), {method: 'POST'})
}

/** Sends nothing more of one that is under way. */
export function cancelAction(id: string): Promise<RecentAction> {
  return ask(pathOf('actions', id, 'cancel'), {method: 'POST'})
}

/**
 * The same again for what is not done, as an action of its own.
 * @param isConfirmed what was refused until it is confirmed is wanted anyway: each torrent as its own refusal asked
 */
export function retryAction(id: string, isConfirmed = false): Promise<SentAction> {
  const query = isConfirmed ? {confirm_asked: true} : {}
  return ask(pathOf('actions', id, 'retry'), {method: 'POST', query})
}

/** What removing these would touch. Changes nothing. */
export function previewRemoval(selected: SelectedBody, signal?: AbortSignal): Promise<RemovalPreview> {
  return ask('/torrents/removal-preview', {method: 'POST', body: selected, ...(signal && {signal})})
}

/** Announce URLs; without their passkeys where somebody may only look. */
export async function trackerUrls({server_id, info_hash}: WireKey): Promise<readonly string[]> {
  const path = pathOf('torrents', info_hash, 'trackers')
  const {trackers} = await ask<{trackers: readonly {url: string}[]}>(path, {query: {server_id}})
  return trackers.map(({url}) => url)
}

/** The .torrent file, where the server hands it out. */
export function exportedTorrent({server_id, info_hash}: WireKey): Promise<Blob> {
  return askForFile(pathOf('torrents', info_hash, 'export'), {query: {server_id}})
}

/** Free where a folder lies; `undefined` = the server does not tell. */
export async function freeSpaceAt(serverId: string, path: string): Promise<number | undefined> {
  const asked = ask<{free_space?: number}>(pathOf('servers', serverId, 'free-space'), {query: {path}})
  return (await asked).free_space
}
