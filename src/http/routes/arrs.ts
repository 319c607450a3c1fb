import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import {mapInTurns} from '#lib/time-slice.ts'
import type {Principal, UserId} from '#model/access.ts'
import type {FollowingRule} from '#automation/supervision/config-in-force.ts'
import {fileDiff} from '#config/edit/file-diff.ts'
import type {ArrConfig} from '#config/schema/schema-arrs.ts'
import {asArrId, type ArrId, type QueueRow} from '#model/arr.ts'
import type {ArrCard, RunningArr} from '#model/arr-service.ts'
import type {SearchRun} from '#model/automation-state.ts'
import {BadArgument, CommodarrError} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'
import {asInfoHash, keyText} from '#model/torrent-key.ts'
import {ArrUnknown} from '#registry/arrs/draft.ts'
import {changesIn} from '#registry/arrs/section-text.ts'
import type {ArrRequests} from '#registry/arrs/requests.ts'
import {itemChain} from '#registry/arrs/item-chain.ts'
import type {ArrService} from '#registry/arrs/service.ts'
import {settingKeys} from '#registry/arrs/setting-keys.ts'
import {toWire} from '../answers/codec.ts'
import {demandUnchanged, isUnchanged} from '../answers/field-errors.ts'
import {sendLongListWith} from '../answers/long-list.ts'
import {needs} from '../security/route-access.ts'
import {
  actionFrom,
  draftFrom,
  patchFrom,
  wireArr,
  wireDefinition,
  wireQueueRow,
  type ArrViewing,
  type ComingByKey,
} from '../rows/arr-views.ts'
import {torrentsOf, wireChain} from '../rows/item-chain.ts'
import {wireFollowing} from '../rows/rule-views.ts'
import {sharingFrom} from '../rows/server-drafts.ts'
import {mutable, wireIdentified} from '../rows/server-views.ts'
import {nothing, ok, problemAnswers} from '../schemas/answers.ts'
import {
  ActionBody,
  ArrChange,
  ArrChanged,
  ArrDefinitionSchema,
  ArrDiscoveryBody,
  ArrDiscoverySchema,
  ArrKeySchema,
  ArrParams,
  ArrSchema,
  ArrTestSchema,
  FindingSchema,
  ItemChainSchema,
  ItemParams,
  FixBody,
  FixParams,
  NewArr,
  readOnlyOfArrs,
  QueueSchema,
  NewRulesSchema,
  SearchesQuery,
  SearchesSchema,
} from '../schemas/arr.ts'
import {PreviewQuery} from '../schemas/parameters.ts'
import {wireKey} from '../schemas/section.ts'
import {SharingSchema} from '../schemas/server-draft.ts'
import {splitReadOnly} from '../schemas/units.ts'
import type {Scope} from '../scope/scope.ts'

/**
 * The Arrs themselves; those of the file are changed in the file.
 * @param newRules what rules of an Arr that this user adds do before they remove something
 * @param rulesWith rules that would follow from another section of an Arr
 */
export function arrRoutes(
  service: Pick<ArrService, 'seenBy' | 'create' | 'change' | 'remove' | 'share' | 'describe' | 'obstacle'>,
  newRules: (by: UserId | null) => z.output<typeof NewRulesSchema>,
  viewing: ArrViewing,
  rulesWith: (id: ArrId, config: ArrConfig) => readonly FollowingRule[] = () => [],
): FastifyPluginAsyncZod {
  const seen = (by: Principal, id: string): ArrCard => {
    const card = service.seenBy(by).find((it) => it.id === id)
    if (card === undefined) throw new ArrUnknown(id)
    return card
  }
  const described = async (by: Principal, text: string) => {
    const id = asArrId(text)
    const file = {file_obstacle: await service.obstacle(by, id)}
    return {...wireDefinition(service.describe(by, id), by, viewing), ...file}
  }
  return async (app) => {
    app.get('/arrs', {schema: list, config: needs('read', 'scope')}, async ({principal}) => ({
      arrs: service.seenBy(principal).map((card) => wireArr(card, principal, viewing)),
      new_rules: newRules(principal.actor.userId),
    }))
    app.post('/arrs', {schema: add, config: needs('manage', 'program')}, async ({principal, body}, reply) => {
      const {id} = await service.create(principal, draftFrom(body))
      return reply.code(201).send(wireArr(seen(principal, id), principal, viewing))
    })
    app.get('/arrs/keys', {schema: keys, config: needs('read', 'program')}, async () => ({
      keys: settingKeys().map(wireKey),
    }))
    app.get('/arrs/:id', {schema: one, config: needs('read', 'arr')}, async ({principal, params}) =>
      wireArr(seen(principal, params.id), principal, viewing),
    )
    app.get('/arrs/:id/definition', {schema: show, config: needs('manage', 'arr')}, async (request) => {
      return described(request.principal, request.params.id)
    })
    app.patch('/arrs/:id', {schema: change, config: needs('manage', 'arr')}, async (request) => {
      const {principal, params, query} = request
      const {body, readOnly} = splitReadOnly(request.body, readOnlyOfArrs)
      if (Object.keys(readOnly).length > 0) {
        const now = await described(principal, params.id)
        demandUnchanged(readOnly, now)
        const arr = seen(principal, params.id)
        // What rests for the key that set it up is taken over by sending it again.
        if (arr.obstacle === null && isUnchanged(body, now))
          return {
            effect: 'none' as const,
            arr: wireArr(arr, principal, viewing),
            lines: null,
            conflicts: [],
            rules: null,
          }
      }
      const {was, toml, ...patch} = body
      const id = asArrId(params.id)
      if (toml !== undefined && Object.values(patch).some((it) => it !== undefined))
        throw new BadArgument('The section is given as TOML, or by its fields; not both.', {field: 'toml'})
      const written = toml === undefined ? {patch: patchFrom(patch), was: {}} : changesIn(toml)
      const outcome = await service.change(principal, id, written.patch, query.preview, {
        ...written.was,
        ...was,
      })
      const {effect, lines, conflicts, after} = outcome
      // As with all rules of the configuration: such a rule names what the Arr is kept apart from, whoever that is of.
      const isShown = query.preview && principal.access.permits('admin')
      return {
        effect,
        arr: wireArr(seen(principal, id), principal, viewing),
        lines: (lines ?? (toml && fileDiff(toml.was, toml.text)))?.map((hunk) => [...hunk]) ?? null,
        conflicts: conflicts.map(({key, now}) => ({key, now: now ?? null})),
        rules: isShown ? rulesWith(id, after).map(wireFollowing) : null,
      }
    })
    app.delete('/arrs/:id', {schema: remove, config: needs('manage', 'arr')}, async (request, reply) => {
      await service.remove(request.principal, asArrId(request.params.id))
      return reply.code(204).send()
    })
    app.put('/arrs/:id/sharing', {schema: share, config: needs('manage', 'arr')}, async (request, reply) => {
      const {principal, params, body} = request
      await service.share(principal, asArrId(params.id), sharingFrom(body))
      return reply.code(204).send()
    })
  }
}

const tags = ['arrs']

const list = {
  operationId: 'listArrs',
  tags,
  summary: 'All Arrs and how they do',
  response: ok(z.object({arrs: z.array(ArrSchema), new_rules: NewRulesSchema})),
}

const add = {
  operationId: 'addArr',
  tags,
  summary: 'Add an Arr of your own',
  description:
    'No other user sees it until it is shared. POST /api/arrs/discover shows beforehand what it is and whether its key is valid.',
  body: NewArr,
  response: {201: ArrSchema, ...problemAnswers},
}

const keys = {
  operationId: 'listArrKeys',
  tags,
  summary: 'Keys that settings of an Arr may have',
  description: 'Files may have more; they stay.',
  response: ok(z.object({keys: z.array(ArrKeySchema)})),
}

const one = {operationId: 'getArr', tags, summary: 'One Arr', params: ArrParams, response: ok(ArrSchema)}

const show = {
  operationId: 'getArrDefinition',
  tags,
  summary: 'An Arr as it can be changed',
  description: 'Everything but the secrets, of which it only says whether they are there.',
  params: ArrParams,
  response: ok(ArrDefinitionSchema),
}

const change = {
  operationId: 'changeArr',
  tags,
  summary: 'Change an Arr',
  description:
    'What is left out stays; a setting that is null goes back to its default. Who changes the address and did not ' +
    'enter the key has to send it again. An Arr of the configuration file is changed in the file, by ' +
    'administrators. The answer says whether its manager restarts.',
  params: ArrParams,
  querystring: PreviewQuery,
  body: ArrChange,
  response: ok(ArrChanged),
}

const remove = {
  operationId: 'removeArr',
  tags,
  summary: 'Forget an Arr',
  description: 'Only what Commodarr stores of it goes; the Arr and its torrents are not touched.',
  params: ArrParams,
  response: nothing,
}

const share = {
  operationId: 'shareArr',
  tags,
  summary: 'Say with whom an Arr is shared',
  description:
    'All of it: users who are not named any more lose access. GET /api/arrs/{id}/definition returns the present sharing.',
  params: ArrParams,
  body: SharingSchema,
  response: nothing,
}

/** What an Arr is asked by us for people: what it is, what it knows, how it is set up. */
export function arrAskingRoutes({
  requests,
}: {
  readonly requests: Pick<ArrRequests, 'test' | 'discover' | 'diagnose' | 'fix' | 'undoFix' | 'takeOver'>
}): FastifyPluginAsyncZod {
  return async (app) => {
    app.post('/arrs/:id/test', {schema: tryNow, config: needs('control', 'arr')}, async (request) =>
      toWire(await requests.test(request.principal, asArrId(request.params.id))),
    )
    app.post(
      '/arrs/discover',
      {schema: discover, config: needs('manage', 'program')},
      async ({principal, body}, reply) => {
        const found = await requests.discover(principal, discoverable(body))
        const {status, known, mappings, rootFolders, profiles, requestManagers, findings, fixed = []} = found
        return reply
          .header('cache-control', 'no-store')
          .send({
            arr: toWire(status),
            known: known.map(({id, name}) => ({id, name})),
            list: mutable(found.list),
            servers: found.servers.map(wireIdentified),
            path_mappings: mappings.map(toWire),
            root_folders: rootFolders.map(toWire),
            profiles: profiles.map(toWire),
            request_managers: requestManagers.map(toWire),
            findings: findings.map(toWire),
            fixed: fixed.map(toWire),
          })
      },
    )
    app.post(
      '/arrs/:id/take-over',
      {schema: takeOver, config: needs('manage', 'arr')},
      async (request, reply) => {
        await requests.takeOver(request.principal, asArrId(request.params.id))
        return reply.code(204).send()
      },
    )
    app.get('/arrs/:id/doctor', {schema: diagnose, config: needs('manage', 'arr')}, async (request) => ({
      findings: (await requests.diagnose(request.principal, asArrId(request.params.id))).map(toWire),
    }))
    app.post('/arrs/:id/doctor/:code/fix', {schema: fix, config: needs('manage', 'arr')}, async (request) => {
      const {principal, params, body} = request
      if (body.undo) {
        await requests.undoFix(principal, asArrId(params.id), params.code, body.about ?? '')
        return {fixed: []}
      }
      const fixed = await requests.fix(principal, asArrId(params.id), params.code, body.about)
      return {fixed: fixed.map(toWire)}
    })
  }
}

function discoverable(body: z.output<typeof ArrDiscoveryBody>) {
  if ('id' in body) return {id: asArrId(body.id)}
  const {url, api_key: key, skip_tls_verify: skipVerify} = body
  return {url, apiKey: new Secret(key), skipVerify}
}

const tryNow = {
  operationId: 'testArr',
  tags,
  summary: 'Try an Arr now',
  params: ArrParams,
  response: ok(ArrTestSchema),
}

const discover = {
  operationId: 'discoverArr',
  tags,
  summary: 'Find out everything by one key',
  description:
    'What the Arr is, which torrent servers it uses under which categories and which of them are here, how paths are ' +
    'called, where its library is, and which of its settings will cause problems. Nothing is added: list goes to ' +
    'POST /api/servers/import, with the passwords that the Arr does not send (missing). At most ten times a minute.',
  body: ArrDiscoveryBody,
  response: ok(ArrDiscoverySchema),
}

const diagnose = {
  operationId: 'diagnoseArr',
  tags,
  summary: 'Settings of an Arr that will hurt',
  params: ArrParams,
  response: ok(z.object({findings: z.array(FindingSchema)})),
}

const takeOver = {
  operationId: 'takeOverArr',
  tags,
  summary: 'Say that the other Commodarr of an Arr is gone',
  description:
    'Rules do nothing to an Arr that another Commodarr manages (other_instance). From now on this one does, and ' +
    'the other one, should it be there after all, stops. Written into the journal.',
  params: ArrParams,
  response: nothing,
}

const fix = {
  operationId: 'fixArr',
  tags,
  summary: 'Put a setting of an Arr right',
  description: 'Changed in the Arr, and written into the journal. The Arr is read again before.',
  params: FixParams,
  body: FixBody,
  response: ok(z.object({fixed: z.array(FindingSchema).describe('What something was done about')})),
}

/** What an Arr has in its queue, beside the torrents themselves, and what people do about it. */
export function arrQueueRoutes({
  requests,
  imports,
}: {
  readonly requests: Pick<ArrRequests, 'running' | 'act' | 'searched' | 'item'>
  readonly imports: ArrViewing['imports']
}): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/arrs/:id/queue', {schema: queue, config: needs('read', 'arr')}, async (request, reply) => {
      const {principal, params, scope} = request
      const running = requests.running(principal, asArrId(params.id))
      const coming = await comingOf(running, scope)
      const waiting = new Map(imports.of(asArrId(params.id)).imports.map((one) => [one.id, one]))
      const head = {
        ready: running !== null && running.queue !== null,
        read_at: running?.readAt ?? null,
        is_behind: running?.isBehind ?? false,
        fault: running?.fault ?? null,
      }
      const wire = (row: QueueRow) => {
        const title = row.downloadId === null ? null : running!.titleOf(row.downloadId)
        return wireQueueRow(row, title, scope, coming, waiting)
      }
      return sendLongListWith(reply, head, 'rows', {rows: running?.lastQueue ?? [], turns: scope.turns, wire})
    })
    app.get('/arrs/:id/searches', {schema: searches, config: needs('read', 'arr')}, async (request) => {
      const {principal, params, query} = request
      const {limit, before = null} = query
      const found = await requests.searched(principal, asArrId(params.id), {limit, before})
      const there = await alreadyThere(found, request.scope)
      return {searches: found.map((one) => wireSearch(one, there))}
    })
    app.get('/arrs/:id/items/:item/why', {schema: why, config: needs('read', 'arr')}, async (request) => {
      const {principal, params, scope} = request
      const asked = await requests.item(principal, asArrId(params.id), params.item)
      return wireChain(itemChain({...asked, torrents: torrentsOf(asked.known, scope)}), asked.now)
    })
    app.post('/arrs/:id/actions', {schema: act, config: needs('control', 'arr')}, async (request, reply) => {
      await requests.act(request.principal, asArrId(request.params.id), actionFrom(request.body))
      return reply.code(204).send()
    })
  }
}

/** A server takes no hash twice, and an Arr is not told that this is why. Rarely more than a few of a page were refused. */
const MOST_LOOKED_FOR = 20
const MOST_THERE = 3

/**
 * Torrents that he sees, by the releases that are called like them. One pass over all names, whatever the releases are
 * called: an Arr may say that it refused one that is called like everything.
 */
async function alreadyThere(
  runs: readonly SearchRun[],
  {views, fleet, servers, turns}: Scope,
): Promise<ReadonlyMap<string, Refused['there']>> {
  const titles = new Set(runs.flatMap(({end}) => end?.refused.map(({title}) => title) ?? []))
  const wanted = Map.groupBy([...titles].slice(0, MOST_LOOKED_FOR), plainName)
  wanted.delete('')
  const there = new Map<string, Refused['there']>()
  if (wanted.size === 0) return there
  const firstWords = new Set(wanted.keys().map(firstWord))
  const {keys} = await views.matching({})
  await mapInTurns(keys, turns, (key) => {
    const row = fleet.rowOf(key)
    const name = row === null ? '' : fleet.valueAt(row, 'name')
    if (row === null || !firstWords.has(firstWord(name))) return
    for (const title of plainNamesOf(name).flatMap((plain) => wanted.get(plain) ?? [])) {
      const before = there.get(title) ?? []
      if (before.length === MOST_THERE) continue
      const serverName = servers.get(key.serverId)?.name ?? key.serverId
      const one = {
        hash: key.hash,
        server_id: key.serverId,
        server_name: serverName,
        arr: fleet.arrNameAt(row),
      }
      there.set(title, [...before, one])
    }
  })
  return there
}

function firstWord(name: string): string {
  return /[\p{L}\p{N}]+/u.exec(name.toLowerCase())?.[0] ?? ''
}

/** Clients show blanks for dots, and some the ending of a file. */
function plainNamesOf(torrent: string): readonly string[] {
  return [...new Set([plainName(torrent), plainName(torrent.replace(/\.\w{2,4}$/, ''))])]
}

function plainName(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

function wireSearch(
  {searchId, items, cause, reason, commandId, askedAt, end}: SearchRun,
  there: ReadonlyMap<string, Refused['there']>,
): WireSearch {
  return {
    id: searchId,
    items: [...items],
    title: end?.title ?? null,
    cause,
    reason,
    command_id: commandId,
    asked_at: askedAt,
    ended_at: end?.endedAt ?? null,
    outcome: end?.outcome ?? null,
    said: end?.said ?? null,
    results: end?.found ?? null,
    grabs: (end?.grabs ?? []).map(({downloadId, title}) => ({download_id: downloadId, title})),
    refused: (end?.refused ?? []).map(({title, why}) => ({title, why, there: there.get(title) ?? []})),
  }
}

/** Of the torrents in its queue that he sees, by their keys. A manager that begins again has not looked at any yet. */
async function comingOf(running: RunningArr | null, {fleet}: Scope): Promise<ComingByKey> {
  const hashes = (running?.queue ?? []).flatMap(
    ({downloadId}) => (downloadId && asInfoHash(downloadId)) ?? [],
  )
  const keys = [...new Set(hashes)].flatMap((hash) => fleet.holders(hash))
  if (running === null || keys.length === 0) return new Map()
  try {
    // Of several of one torrent the nearest.
    return new Map((await running.coming(keys)).toReversed().map((action) => [keyText(action.key), action]))
  } catch (error) {
    if (error instanceof CommodarrError && error.code === 'not_ready') return new Map()
    throw error
  }
}

type WireSearch = z.output<typeof SearchesSchema>['searches'][number]
type Refused = WireSearch['refused'][number]

const searches = {
  operationId: 'listArrSearches',
  tags,
  summary: 'What an Arr searched because of Commodarr, and what came of it',
  description:
    'Searches that a person, a rule or a failed download led to, kept for 400 days, 200,000 at most. What came of one ' +
    'is asked of the Arr half a minute after it began, and ever more seldom for a day.',
  params: ArrParams,
  querystring: SearchesQuery,
  response: ok(SearchesSchema),
}

const queue = {
  operationId: 'getArrQueue',
  tags,
  summary: 'The queue of an Arr, with the torrents beside its rows',
  params: ArrParams,
  response: ok(QueueSchema),
}

const why = {
  operationId: 'explainArrItem',
  tags,
  summary: 'How far a movie, episode, album or book has got, and why it is not here',
  description:
    'A verdict, and a chain of links from wanted to imported, each of which says yes, no, or that it could not be checked. The ' +
    'Arr is asked now, about 20 items a minute for each user at most; no indexer is.',
  params: ItemParams,
  response: ok(ItemChainSchema),
}

const act = {
  operationId: 'actOnArr',
  tags,
  summary: 'Have an Arr do something',
  description:
    'Look at its downloads (refresh), ask its indexers for news (rss_sync), search for items, import a download ' +
    'whatever speaks against it, blocklist one, or forget one (ignore). Searches of an item of which releases were given ' +
    'up again and again go on (resume_searches). Written into the journal.',
  params: ArrParams,
  body: ActionBody,
  response: nothing,
}
