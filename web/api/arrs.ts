/** Arrs: whose they are, how they do, what is in their queues, and what is asked of them. */
import {queryOptions} from '@tanstack/react-query'
import type {z} from 'zod'
import type {
  ActionBody,
  ArrChange,
  ArrChanged,
  ArrDefinitionSchema,
  ArrDiscoveryBody,
  ArrDiscoverySchema,
  ArrKeySchema,
  ArrSchema,
  ArrTestSchema,
  FindingSchema,
  ItemChainSchema,
  NewArr,
  NewRulesSchema,
  QueueSchema,
} from '#http/schemas/arr.ts'
import type {JournalPageSchema} from '#http/schemas/journal.ts'
import type {TriageBody, TriageResultSchema} from '#http/schemas/triage.ts'
import type {AbsentRulesSchema} from '#http/schemas/rules.ts'
import type {PosterOf} from '#model/arr.ts'
import type {TriageAction} from '#model/import-triage.ts'
import {ask, fileAddress, pathOf} from './ask.ts'
import {queries} from './queries.ts'
import type {Sharing} from './servers.ts'

type JournalPage = z.output<typeof JournalPageSchema>
export type Arr = z.output<typeof ArrSchema>
export type ArrKind = Arr['kind']
export type ArrObstacle = NonNullable<Arr['obstacle']>
type ArrTest = z.output<typeof ArrTestSchema>
export type ArrFinding = z.output<typeof FindingSchema>
export type ArrQueue = z.output<typeof QueueSchema>
export type ItemChain = z.output<typeof ItemChainSchema>
export type QueueEntry = ArrQueue['rows'][number]
/** What something in the queue, of a torrent or in a library is for. */
interface ArrMedia {
  readonly kind: PosterOf['kind']
  readonly id: number
  readonly parent_id?: number | null
}
export type ArrDefinition = z.output<typeof ArrDefinitionSchema>
export type ArrDraft = z.input<typeof NewArr>
type ArrKey = z.output<typeof ArrKeySchema>
/** What a change of settings costs. */
export type ArrOutcome = z.output<typeof ArrChanged>
export type ArrPatch = z.input<typeof ArrChange>
export type ArrDiscovery = z.output<typeof ArrDiscoverySchema>
export type FoundServer = ArrDiscovery['servers'][number]
export type ArrAction = z.input<typeof ActionBody>

const REFRESH_MS = 10_000
const QUEUE_MS = 5_000
const ITEM_MS = 30_000

/** Every Arr in sight. Where there is none nobody asks again and again. */
export const arrsQuery = queryOptions({
  queryKey: ['arrs'],
  queryFn: async ({signal}) => (await ask<{arrs: Arr[]}>('/arrs', {signal})).arrs,
  refetchInterval: ({state}) => (state.data?.length ? REFRESH_MS : false),
})

/** Of a long journal the newest pages. */
const MOST_PAGES = 20

/** As Arrs were called that were removed, by their ids, as far as the journal says so to who looks. */
export const removedArrsQuery = queryOptions({
  queryKey: ['removed arrs'],
  queryFn: async ({signal}) => {
    const names = new Map<string, string>()
    let before: string | null | undefined
    for (let page = 0; page < MOST_PAGES && before !== null; page++) {
      const query = {subject: 'arr', verb: 'remove', limit: 100, ...(before !== undefined && {before})}
      const found: JournalPage = await ask('/journal', {query, signal})
      before = found.next_before
      for (const {name, args} of found.entries) {
        const {id} = args
        // Newest first: of one that was added again under its id the last name counts.
        if (typeof id === 'string' && name !== null && !names.has(id)) names.set(id, name)
      }
    }
    return names
  },
  staleTime: 60_000,
})

/** What rules of an Arr that somebody adds do before they remove something. */
export const newRulesQuery = queryOptions({
  queryKey: ['arrs', 'new rules'],
  queryFn: async ({signal}) =>
    (await ask<{new_rules: z.output<typeof NewRulesSchema>}>('/arrs', {signal})).new_rules,
})

/** As it can be changed: for those who may. */
export const arrDefinitionQuery = (id: string) =>
  queryOptions({
    queryKey: ['arrs', id, 'definition'],
    queryFn: ({signal}) => ask<ArrDefinition>(pathOf('arrs', id, 'definition'), {signal}),
    staleTime: 0,
  })

/** Keys that settings may have. They do not change while the program runs. */
export const arrKeysQuery = queryOptions({
  queryKey: ['arr-keys'],
  queryFn: async ({signal}) => (await ask<{keys: ArrKey[]}>('/arrs/keys', {signal})).keys,
  staleTime: Infinity,
})

/** What a change would mean; nothing is done. */
export function previewArr(id: string, body: ArrPatch, signal: AbortSignal): Promise<ArrOutcome> {
  const path = `${pathOf('arrs', id)}?preview=true`
  return ask(path, {method: 'PATCH', body, signal})
}

export const arrQueueQuery = (id: string) =>
  queryOptions({
    queryKey: ['arrs', id, 'queue'],
    queryFn: ({signal}) => ask<ArrQueue>(pathOf('arrs', id, 'queue'), {signal}),
    refetchInterval: QUEUE_MS,
  })

/** How far one of its items has got. The Arr itself is asked, so not without need. */
export const itemChainQuery = (id: string, item: string) =>
  queryOptions({
    queryKey: ['arrs', id, 'items', item],
    queryFn: ({signal}) => ask<ItemChain>(pathOf('arrs', id, 'items', item, 'why'), {signal}),
    refetchInterval: ITEM_MS,
  })

/** Where the picture of something in the library of an Arr is. @param media of an episode the poster is that of its series */
export function posterUrl(arr: string, {kind, id, parent_id: parent}: ArrMedia): string | null {
  if (kind === 'episode' && parent !== null && parent !== undefined)
    return fileAddress(pathOf('arrs', arr, 'posters', 'series', String(parent)), {})
  // Of 0 only the series, artist or author is known.
  return id > 0 ? fileAddress(pathOf('arrs', arr, 'posters', kind, String(id)), {}) : null
}

/** Everything that an Arr tells of itself. Its key is used once and not kept. At most ten in a minute. */
export function discoverArr(
  body: z.input<typeof ArrDiscoveryBody>,
  signal?: AbortSignal,
): Promise<ArrDiscovery> {
  return ask('/arrs/discover', {method: 'POST', body, ...(signal && {signal})})
}

/** How one that is here is set up. The Arr itself is asked, so not without need. */
export const arrSetupQuery = (id: string) =>
  queryOptions({
    queryKey: ['arrs', id, 'setup'],
    queryFn: ({signal}) => discoverArr({id}, signal),
    staleTime: 300_000,
    refetchOnWindowFocus: false,
  })

export type AbsentRule = z.output<typeof AbsentRulesSchema>['presets'][number]

/** What its settings leave out. */
export const absentRulesQuery = (id: string) =>
  queryOptions({
    queryKey: ['absent-rules', id],
    queryFn: async ({signal}) =>
      (await ask<z.output<typeof AbsentRulesSchema>>(pathOf('arrs', id, 'absent-rules'), {signal})).presets,
    staleTime: 60_000,
  })

export async function addArr(body: ArrDraft): Promise<Arr> {
  return changed(await ask<Arr>('/arrs', {method: 'POST', body}))
}

/** What is left out stays, the key included. */
export async function changeArr(id: string, body: ArrPatch): Promise<z.output<typeof ArrChanged>> {
  const asking = {method: 'PATCH', body, outlivesPage: true} as const
  return changed(await ask<z.output<typeof ArrChanged>>(pathOf('arrs', id), asking))
}

/** Commodarr forgets it; the Arr and its torrents are not touched. */
export async function removeArr(id: string): Promise<void> {
  changed(await ask<void>(pathOf('arrs', id), {method: 'DELETE'}))
}

export async function shareArr(id: string, body: Sharing): Promise<void> {
  changed(await ask<void>(pathOf('arrs', id, 'sharing'), {method: 'PUT', body}))
}

export function testArr(id: string): Promise<ArrTest> {
  return ask(pathOf('arrs', id, 'test'), {method: 'POST'})
}

/** @returns those that something was done about */
export async function fixFinding(
  id: string,
  {code, about}: Pick<ArrFinding, 'code' | 'about'>,
): Promise<readonly ArrFinding[]> {
  const body = {about: about === '' ? null : about}
  const path = pathOf('arrs', id, 'doctor', code, 'fix')
  return changed((await ask<{fixed: ArrFinding[]}>(path, {method: 'POST', body})).fixed)
}

/** As it was before it was fixed. */
export async function undoFix(id: string, {code, about}: Pick<ArrFinding, 'code' | 'about'>): Promise<void> {
  changed(
    await ask<unknown>(pathOf('arrs', id, 'doctor', code, 'fix'), {
      method: 'POST',
      body: {about, undo: true},
    }),
  )
}

/** The other Commodarr that looks after it is gone. */
export async function takeOverArr(id: string): Promise<void> {
  changed(await ask<void>(pathOf('arrs', id, 'take-over'), {method: 'POST'}))
}

export async function actOnArr(id: string, body: ArrAction): Promise<void> {
  changed(await ask<void>(pathOf('arrs', id, 'actions'), {method: 'POST', body}))
}

type TriageAnswer = z.input<typeof TriageBody>['items'][number]
type TriageResult = z.output<typeof TriageResultSchema>['items'][number]

async function triage(id: string, item: TriageAnswer, isDry: boolean): Promise<TriageResult> {
  const path = pathOf('arrs', id, 'triage')
  const body = {items: [item], dry_run: isDry}
  const {items} = await ask<{items: TriageResult[]}>(path, {method: 'POST', body})
  // One was asked for.
  return items[0]!
}

/** What is done about a download that an Arr does not import. */
export async function answerTriage(id: string, item: TriageAnswer): Promise<TriageResult> {
  return changed(await triage(id, item, false))
}

/** What that would do, as its Arr has it now: asked once for each time that it is shown. */
export const triagePreviewQuery = (id: string, queueId: number, action: TriageAction) =>
  queryOptions({
    queryKey: ['triage', id, queueId, action],
    queryFn: () => triage(id, {queue_id: queueId, action}, true),
    retry: false,
    staleTime: 0,
    gcTime: 0,
  })

function changed<T>(answer: T): T {
  void queries.invalidateQueries({queryKey: ['arrs']})
  return answer
}
