import {Readable} from 'node:stream'
import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {History} from '#history/history.ts'
import {outagesOf} from '#history/health-watch.ts'
import {Activity, inOrder, type ActivityPlace} from '#journal/activity.ts'
import type {Audit, AuditEntry, AuditFilter} from '#journal/audit.ts'
import {endOf} from '#journal/outcomes.ts'
import {causeWord, happeningOf, type Happening, type Story} from '#journal/stories.ts'
import {byAnyOf, kindPatterns} from '#journal/story-kinds.ts'
import type {Clock} from '#lib/clock.ts'
import type {ArrId} from '#model/arr.ts'
import type {Arrival} from '#model/decision.ts'
import {csvLine} from '#lib/csv.ts'
import type {Principal} from '#model/access.ts'
import type {ArrManagers} from '#model/arr-service.ts'
import {CommodarrError} from '#model/errors.ts'
import type {Trash} from '#model/trash.ts'
import type {EpochMs} from '#model/units.ts'
import {RequestInvalid} from '../answers/field-errors.ts'
import {needs} from '../security/route-access.ts'
import {
  arrOf,
  canUndo,
  trashKey,
  whoOf,
  wireItem,
  wireSteps,
  wireStory,
  type StorySight,
  type WireStory,
} from '../rows/activity-rows.ts'
import {EncryptedWords} from '../rows/encrypted-words.ts'
import {
  ActivityCountsQuery,
  ActivityCountsSchema,
  ActivityExportQuery,
  ActivityPageSchema,
  ActivityQuery,
  StoryQuery,
  WholeStorySchema,
} from '../schemas/activity.ts'
import {ok, problemAnswers} from '../schemas/answers.ts'
import type {Scope} from '../scope/scope.ts'

export interface ActivityRouteDeps {
  readonly audit: Pick<Audit, 'page' | 'entriesOf' | 'count' | 'stepsOf' | 'timeline'>
  readonly history: Pick<History, 'health'>
  /** What an Arr imported at `from` or later. */
  readonly arrivals: (arr: ArrId, from: EpochMs) => readonly Arrival[]
  readonly managers: ArrManagers
  readonly trash: Pick<Trash, 'list'>
  readonly clock: Pick<Clock, 'now'>
  readonly userName: StorySight['userName']
}

type Filters = z.output<typeof ActivityCountsQuery>

const DAY_MS = 86_400_000
/** Outages and imports are told so far back. */
const OTHERS_MS = 30 * DAY_MS
const MOST_CHANGES = 2_000
/** Stories that are counted. */
const COUNTED = 2_000
const ITEMS_WITH_STEPS = 10
const EXPORT_PAGE = 200

/** What happened, told as stories: for whoever may see where it did. */
export function activityRoutes(parts: ActivityRouteDeps): FastifyPluginAsyncZod {
  const activity = new Activity(parts.audit)
  const words = new EncryptedWords()
  return async (app) => {
    app.get(
      '/activity',
      {schema: list, config: needs('read', 'scope')},
      async ({principal, query, scope}) => {
        const {before, limit} = query
        const place = before === undefined ? undefined : placeOf(words, before)
        const wish = await wishOf(parts, principal, scope, query)
        const {stories, next} = await activity.page(principal, wish, {place, limit})
        const sight = sightOf(parts, principal, scope)
        return {
          stories: stories.map((one) => wireStory(one.story, words.wordOf(one.place), sight)),
          next_before: next && words.wordOf(next),
        }
      },
    )
    app.get(
      '/activity/story',
      {schema: one, config: needs('read', 'program')},
      async ({principal, query, scope}) => {
        const place = Place.safeParse(words.valueOf(query.place)).data
        if (!place) throw new CommodarrError('action_unknown', 'Nothing stands there since the last start.')
        const wish = await wishOf(parts, principal, scope, query)
        const {stories} = await activity.page(principal, wish, {place, limit: 1})
        const [found] = stories
        if (!found) throw new CommodarrError('action_unknown', 'Nothing stands there any more.')
        const sight = sightOf(parts, principal, scope)
        return {
          story: wireStory(found.story, query.place, sight),
          items: found.story.items.map((item) => wireItem(item, sight)),
          steps: [...(await stepsOf(parts, principal, found.story, scope))],
        }
      },
    )
    app.get(
      '/activity/counts',
      {schema: counts, config: needs('read', 'scope')},
      async ({principal, query, scope}) => countsOf(parts, activity, principal, scope, query),
    )
    app.get(
      '/activity/export',
      // Whoever asks only for the head must not make us read all of it.
      {schema: everything, config: needs('read', 'scope'), exposeHeadRoute: false},
      async ({principal, query, scope}, reply) => {
        const wish = await wishOf(parts, principal, scope, query)
        const sight = sightOf(parts, principal, scope)
        const pages = everyPage(activity, principal, wish, (story, place) =>
          wireStory(story, words.wordOf(place), sight),
        )
        // A database that is not there is told before the answer begins.
        const first = await pages.next()
        const isCsv = query.format === 'csv'
        return reply
          .header(
            'content-disposition',
            `attachment; filename="commodarr-activity.${isCsv ? 'csv' : 'jsonl'}"`,
          )
          .type(isCsv ? 'text/csv' : 'application/x-ndjson')
          .send(Readable.from(linesOf(first, pages, isCsv)))
      },
    )
  }
}

/* ── what is asked for ── */

type Wish = Parameters<Activity['page']>[1]

async function wishOf(
  parts: ActivityRouteDeps,
  who: Principal,
  scope: Scope,
  filters: Filters,
): Promise<Wish> {
  const keepsArr = listed(filters.arr_id, filters.not_arr_id)
  const needsKeep =
    filters.show === 'undo' || filters.arr_id !== undefined || filters.not_arr_id !== undefined
  const sight = sightOf(parts, who, scope)
  const isWanted = (one: Happening) =>
    keepsArr(arrOf(one, scope) ?? '') && (filters.show !== 'undo' || canUndo(one, sight))
  const all = await othersOf(parts, who, scope, filters)
  return {
    filter: filterOf(filters),
    others: inOrder(all.filter((one) => isWanted({...one, place: 0, source: 'others'}))),
    keep: needsKeep ? (entry: AuditEntry) => isWanted(happeningOf(entry)) : undefined,
    withBookkeeping: filters.hidden || filters.show === 'held',
  }
}

function filterOf(filters: Filters): AuditFilter {
  const {q, from, to, info_hash: hash, show, what, who, rule_id: rules, server_id: servers} = filters
  const like = [
    ...(what === undefined ? [] : [what.flatMap((kind) => kindPatterns[kind])]),
    ...(who === undefined ? [] : [byAnyOf(who)]),
    ...(rules === undefined ? [] : [[{ruleIds: rules}]]),
    ...(show === 'failed'
      ? [[{ends: [endOf('failed')]}, {origins: ['user', 'api'], ends: [endOf('held')]}]]
      : []),
    ...(show === 'held' ? [[{ends: [endOf('held')]}]] : []),
  ]
  const unlike = [
    ...(filters.not_what ?? []).flatMap((kind) => kindPatterns[kind]),
    ...byAnyOf(filters.not_who ?? []),
    ...(filters.not_rule_id === undefined ? [] : [{ruleIds: filters.not_rule_id}]),
    ...(filters.not_server_id === undefined ? [] : [{serverIds: filters.not_server_id}]),
  ]
  return {text: q, from, to, hash, serverIds: servers, like, unlike}
}

type Other = Omit<Happening, 'place' | 'source'>

/** What nobody did here: what Arrs imported, and servers that were away. */
async function othersOf(
  {history, arrivals, managers, clock}: ActivityRouteDeps,
  {access}: Principal,
  {arrs, fleet, servers}: Scope,
  filters: Filters,
): Promise<readonly Other[]> {
  const {from = 0, to = Infinity, q, info_hash: hash, show} = filters
  if (show !== undefined || filters.rule_id !== undefined) return []
  const since = Math.max(from, clock.now() - OTHERS_MS)
  const imports = arrs.flatMap((arr) =>
    arrivals(arr.id, since)
      .filter(({key}) => key === null || access.may('read', key.serverId))
      .map(({at, key, downloadId}): Other => {
        const name = managers.of(arr.id)?.titleOf(downloadId) ?? (key && fleet.get(key)?.name) ?? null
        return {
          id: `import ${arr.id} ${downloadId} ${at}`,
          at,
          name,
          cause: causeWord('import', arr.id),
          kind: 'imported',
          serverId: key?.serverId ?? null,
          outcome: 'done',
          about: {is: 'import', arrId: arr.id, key},
        }
      }),
  )
  const changes = await history.health(access.servers, {
    from: since - OTHERS_MS,
    to: clock.now() + DAY_MS,
    limit: MOST_CHANGES,
  })
  const outages = outagesOf(changes, since).map(({serverId, at, endedAt}): Other => ({
    id: `outage ${serverId} ${at}`,
    at: endedAt,
    name: servers.get(serverId)?.name ?? null,
    cause: causeWord('outage', serverId, String(at)),
    kind: 'servers',
    serverId,
    outcome: 'done',
    about: {is: 'outage', beganAt: at},
  }))
  const isServer = listed(filters.server_id, filters.not_server_id)
  const isKind = listed(filters.what, filters.not_what)
  const isWho = listed(filters.who, filters.not_who)
  const wanted = q?.normalize('NFC').toLowerCase()
  return [...imports, ...outages].filter(
    (one) =>
      one.at >= from &&
      one.at < to &&
      isKind(one.kind) &&
      isServer(one.serverId ?? '') &&
      isWho(one.about.is === 'import' ? 'arr' : 'system') &&
      (hash === undefined || (one.about.is === 'import' && one.about.key?.hash === hash)) &&
      (wanted === undefined || (one.name ?? '').normalize('NFC').toLowerCase().includes(wanted)),
  )
}

/** Whether a value is one of those, and none of these; `undefined` = any, and none. */
function listed<V extends string>(
  some: readonly V[] | undefined,
  none: readonly V[] | undefined,
): (value: V) => boolean {
  return (value) => (some?.includes(value) ?? true) && !(none?.includes(value) ?? false)
}

const Place = z.object({
  seq: z.number().nullable(),
  others: z.number(),
  gathered: z.array(
    z.object({
      cause: z.string(),
      source: z.enum(['journal', 'others']),
      at: z.number(),
      place: z.number(),
      isOpen: z.boolean(),
    }),
  ),
})

/** @throws {RequestInvalid} */
function placeOf(words: EncryptedWords, before: string): ActivityPlace {
  const found = Place.safeParse(words.valueOf(before))
  if (found.success) return found.data
  const accepted = 'the end of a page since the last start'
  const errors = [{field: 'before', found: before.slice(0, 100), accepted}]
  throw new RequestInvalid('The page cannot be found.', errors)
}

function sightOf({trash, clock, userName}: ActivityRouteDeps, who: Principal, scope: Scope): StorySight {
  const kept = trash
    .list(who)
    .filter(({state, isUnderWay, hasServerLeft}) => state === 'kept' && !isUnderWay && !hasServerLeft)
  return {
    scope,
    now: clock.now(),
    trash: new Map(
      kept.flatMap(({id, serverId, hash, name}): [string, string][] => [
        [trashKey(serverId, hash, null), id],
        [trashKey(serverId, null, name), id],
      ]),
    ),
    reader: who.actor,
    userName,
    actions: scope.actions.list(),
  }
}

/* ── one of them ── */

/** Of its newest items every step, with what they brought about. */
async function stepsOf({audit}: ActivityRouteDeps, who: Principal, {items}: Story, scope: Scope) {
  const entries = items
    .slice(0, ITEMS_WITH_STEPS)
    .flatMap(({about}) => (about.is === 'entry' ? about.entry : []))
  const ids = new Set(entries.map(({id}) => id))
  for (const {serverId, hash} of entries) {
    if (serverId === null || hash === null) continue
    const stretch = {order: 'newest', after: null, limit: 100} as const
    const {entries: its} = await audit.timeline(who, {serverId, hash}, stretch)
    for (const {id, causeId} of its.toReversed()) if (causeId !== null && ids.has(causeId)) ids.add(id)
  }
  return wireSteps(await audit.stepsOf([...ids]), scope)
}

/* ── counts ── */

async function countsOf(
  parts: ActivityRouteDeps,
  activity: Activity,
  who: Principal,
  scope: Scope,
  filters: Filters,
): Promise<z.output<typeof ActivityCountsSchema>> {
  const {q, from, to, info_hash: hash, hidden, ...facets} = filters
  // Every facet is counted with the filters of the others, so all is read that none of them leaves out.
  const isHidden = hidden || facets.show === 'held'
  const wish = await wishOf(parts, who, scope, {q, from, to, info_hash: hash, hidden: isHidden})
  const {stories, next} = await activity.page(who, wish, {limit: COUNTED})
  const sight = sightOf(parts, who, scope)
  const facts = stories.map(({story}) => factsOf(story, sight))
  const fits = (name: FacetName) =>
    facts.filter((one) => facetNames.every((it) => it === name || passes(one, it, facets)))
  const shown = facts.filter((one) => facetNames.every((it) => passes(one, it, facets)))
  const ofShow = fits('show')
  const hiddenOnes = await activity.hidden(who, {text: q, from, to, hash, serverIds: facets.server_id})
  return {
    count: shown.length,
    complete: next === null,
    what: tallied(fits('what').flatMap(({what}) => what)) as z.output<typeof ActivityCountsSchema>['what'],
    who: tallied(fits('who').flatMap((one) => one.who)),
    rule_id: tallied(fits('rule_id').flatMap((one) => one.rule_id)),
    arr_id: tallied(fits('arr_id').flatMap((one) => one.arr_id)),
    server_id: tallied(fits('server_id').flatMap((one) => one.server_id)),
    failed: ofShow.filter(({show}) => show.includes('failed')).length,
    undo: ofShow.filter(({show}) => show.includes('undo')).length,
    hidden: {count: hiddenOnes.count, complete: hiddenOnes.isAll},
  }
}

const facetNames = ['show', 'what', 'who', 'rule_id', 'arr_id', 'server_id'] as const
type FacetName = (typeof facetNames)[number]
type Facts = Readonly<Record<FacetName, readonly string[]>>

function factsOf({kind, items, servers, ruleId, outcomes}: Story, sight: StorySight): Facts {
  const [first] = items
  const arr = arrOf(first!, sight.scope)
  const byPeople = whoOf(first!).startsWith('user:') || whoOf(first!) === 'api'
  const hasFailed = outcomes.failed !== undefined || (byPeople && outcomes.held !== undefined)
  return {
    show: [
      ...(hasFailed ? ['failed'] : []),
      ...(outcomes.held !== undefined ? ['held'] : []),
      ...(items.some((item) => canUndo(item, sight)) ? ['undo'] : []),
    ],
    what: [kind],
    who: [whoOf(first!)],
    rule_id: ruleId === null ? [] : [ruleId],
    arr_id: arr === null ? [] : [arr],
    server_id: [...servers.keys()],
  }
}

function passes(facts: Facts, name: FacetName, filters: Partial<Filters>): boolean {
  const its = facts[name]
  if (name === 'show') return filters.show === undefined || its.includes(filters.show)
  const some: readonly string[] | undefined = filters[name]
  const none: readonly string[] | undefined = filters[`not_${name}`]
  return (some === undefined || its.some((it) => some.includes(it))) && !its.some((it) => none?.includes(it))
}

/** The most frequent first. */
function tallied(values: readonly string[]): {value: string; count: number}[] {
  return [...Map.groupBy(values, (it) => it)]
    .map(([value, all]) => ({value, count: all.length}))
    .toSorted((one, other) => other.count - one.count || (one.value < other.value ? -1 : 1))
}

/* ── export ── */

async function* everyPage(
  activity: Activity,
  who: Principal,
  wish: Wish,
  wire: (story: Story, place: ActivityPlace) => WireStory,
): AsyncGenerator<readonly WireStory[]> {
  let place: ActivityPlace | null | undefined
  while (place !== null) {
    const page: Awaited<ReturnType<Activity['page']>> = await activity.page(who, wish, {
      place,
      limit: EXPORT_PAGE,
    })
    yield page.stories.map((one) => wire(one.story, one.place))
    place = page.next
  }
}

async function* linesOf(
  first: IteratorResult<readonly WireStory[]>,
  rest: AsyncGenerator<readonly WireStory[]>,
  isCsv: boolean,
): AsyncGenerator<string> {
  if (isCsv) yield csvLine(csvColumns)
  if (first.done) return
  yield linesFrom(first.value, isCsv)
  for await (const stories of rest) yield linesFrom(stories, isCsv)
}

function linesFrom(stories: readonly WireStory[], isCsv: boolean): string {
  if (!isCsv) return stories.map((story) => `${JSON.stringify(story)}\n`).join('')
  return stories
    .map((story) =>
      csvLine([
        timeText(story.at),
        timeText(story.from_at),
        story.what,
        story.verb,
        String(story.count),
        story.names.join('; '),
        story.servers.map(({server_id: id}) => id).join('; '),
        story.actor,
        story.origin,
        story.rule_id ?? '',
        story.arr_id ?? '',
        story.reason ?? '',
        story.bytes === null ? '' : String(story.bytes),
        Object.entries(story.outcomes)
          .map(([outcome, count]) => `${outcome} ${count}`)
          .join('; '),
        story.message ?? '',
        story.id,
      ]),
    )
    .join('')
}

const csvColumns = [
  'at',
  'from_at',
  'what',
  'verb',
  'count',
  'names',
  'servers',
  'actor',
  'origin',
  'rule_id',
  'arr_id',
  'reason',
  'bytes',
  'outcomes',
  'message',
  'id',
]

function timeText(at: EpochMs): string {
  return new Date(at).toISOString()
}

const list = {
  operationId: 'listActivity',
  tags: ['program'],
  summary: 'What happened, as stories',
  description:
    'What had the same cause within ten minutes is one story: a bulk action, what a rule did in one go, what an Arr ' +
    'imported. Bookkeeping is left out unless hidden is true. On all servers that you may see, by whomever.',
  querystring: ActivityQuery,
  response: ok(ActivityPageSchema),
}

const one = {
  operationId: 'getStory',
  tags: ['program'],
  summary: 'One story, with its items, their steps, and how each can be undone',
  querystring: StoryQuery,
  response: ok(WholeStorySchema),
}

const counts = {
  operationId: 'countActivity',
  tags: ['program'],
  summary: 'How many stories there are, by what, who, rule, Arr and server',
  description: 'Each is counted with the filters of the others. Of the newest 2,000 stories.',
  querystring: ActivityCountsQuery,
  response: ok(ActivityCountsSchema),
}

const Lines = z.string().describe('JSON lines') as unknown as z.ZodType<Readable>
const Values = z.string().describe('Comma-separated values') as unknown as z.ZodType<Readable>

const everything = {
  operationId: 'exportActivity',
  tags: ['program'],
  summary: 'The same stories as JSON lines or comma-separated values, all of them',
  querystring: ActivityExportQuery,
  response: {
    200: {
      description: 'One story a line, newest first, with the fields of GET /api/activity',
      content: {'application/x-ndjson': {schema: Lines}, 'text/csv': {schema: Values}},
    },
    ...problemAnswers,
  },
}
