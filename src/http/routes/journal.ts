import {Readable} from 'node:stream'
import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {RuleActionUndo} from '#automation/undo/rule-action-undo.ts'
import type {Audit, AuditEntry, AuditFilter} from '#journal/audit.ts'
import {classOf, endOf} from '#journal/outcomes.ts'
import {happeningsSeenBy} from '#journal/visibility.ts'
import type {Clock} from '#lib/clock.ts'
import type {Milestone} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import {needs} from '../security/route-access.ts'
import {wireAction} from '../rows/action-rows.ts'
import {JournalPlaces, wireAuditEntry, wireJournalEntry} from '../rows/audit-rows.ts'
import {RecentActionSchema} from '../schemas/actions.ts'
import {ok, problemAnswers} from '../schemas/answers.ts'
import {
  AuditExportQuery,
  AuditPageSchema,
  AuditQuery,
  EntryParams,
  EntryUndoneSchema,
  JournalPageSchema,
  JournalQuery,
  TimelineQuery,
  TimelineSchema,
} from '../schemas/journal.ts'
import {HashParams, keyOnceMeant} from '../scope/holders.ts'

/** What happened, for whoever may see where: of all of it, and of one torrent from its first day on. */
export function journalRoutes(
  audit: Pick<Audit, 'page' | 'timeline' | 'entry'>,
  clock: Pick<Clock, 'now'>,
  entryUndo: Pick<RuleActionUndo, 'undo'>,
  milestones: (key: TorrentKey) => readonly Milestone[],
): FastifyPluginAsyncZod {
  const places = new JournalPlaces()
  const wordOf = (place: number | null) => (place === null ? null : places.wordOf(place))
  return async (app) => {
    app.get('/journal', {schema: list, config: needs('read', 'scope')}, async ({principal, query, scope}) => {
      const before = query.before === undefined ? null : places.placeOf(query.before)
      const window = {before, limit: query.limit, sight: happeningsSeenBy}
      const {entries, nextBefore} = await audit.page(principal, filterOf(query), window)
      return {
        entries: entries.map((entry) => wireJournalEntry(entry, scope, clock.now())),
        next_before: wordOf(nextBefore),
      }
    })
    app.post(
      '/journal/:id/undo',
      {schema: undo, config: needs('control', 'program')},
      async ({principal, params, scope}) => {
        const entry = await audit.entry(principal, params.id)
        if (entry === null)
          throw new CommodarrError('action_unknown', 'The journal has nothing of this id for you.')
        const undone = await entryUndo.undo(principal, entry)
        return undone.action === null
          ? {entry_id: entry.id, message: undone.message}
          : wireAction(undone.action, scope)
      },
    )
    app.get(
      '/torrents/:hash/timeline',
      {schema: timeline, config: needs('read', 'torrent')},
      async (request) => {
        const {principal, query} = request
        const {order, limit} = query
        const after = query.after === undefined ? null : places.placeOf(query.after, 'after')
        const key = keyOnceMeant(request)
        const found = await audit.timeline(principal, key, {order, after, limit})
        return {
          milestones: milestones(key)
            .filter(({arrId}) => arrId === null || request.scope.arrs.some(({id}) => id === arrId))
            .map(({arrId, ...rest}) => ({...rest, arr_id: arrId})),
          entries: found.entries.map((entry) => wireJournalEntry(entry, request.scope, clock.now())),
          next_after: wordOf(found.next),
        }
      },
    )
  }
}

function filterOf(query: z.output<typeof JournalQuery>): AuditFilter {
  const {server_id: serverIds, info_hash: hash, actor, origin, subject, verb, outcome, from, to, q} = query
  const {rule_id: ruleId, class: classes} = query
  return {
    serverIds,
    hash,
    actor,
    origins: origin,
    subjects: subject,
    verbs: verb,
    from,
    to,
    text: q,
    ruleId,
    ends: outcome?.map(endOf),
    classes: classes?.map(classOf),
  }
}

const list = {
  operationId: 'listJournal',
  tags: ['program'],
  summary: 'What happened to torrents, servers and Arrs, and what was only wanted',
  description: 'On all servers that you may see, by whomever; who did what as a person is in the audit.',
  querystring: JournalQuery,
  response: ok(JournalPageSchema),
}

const undo = {
  operationId: 'undoEntry',
  tags: ['program'],
  summary: 'Put back what a rule changed',
  description:
    'A torrent by an action of yours, with a result like any other; what its Arr blocklisted by that Arr. The rule, as ' +
    'it stands, leaves the torrent alone for a day. Whether it can be undone is in `undo` of the entry.',
  params: EntryParams,
  response: ok(z.union([RecentActionSchema, EntryUndoneSchema])),
}

const timeline = {
  operationId: 'getTimeline',
  tags: ['details'],
  summary: 'What happened to a torrent',
  description: 'Also to one that is gone, when its server is named.',
  params: HashParams,
  querystring: TimelineQuery,
  response: ok(TimelineSchema),
}

/** Who did what, when, from where, and what became of it. Each sees what is his to see; nothing here changes anything. */
export function auditRoutes(audit: Pick<Audit, 'page' | 'everything'>): FastifyPluginAsyncZod {
  const places = new JournalPlaces()
  return async (app) => {
    app.get('/audit', {schema: page, config: needs('read', 'scope')}, async ({principal, query}) => {
      const {limit, before: word} = query
      const before = word === undefined ? null : places.placeOf(word)
      const {entries, nextBefore} = await audit.page(principal, auditFilterOf(query), {before, limit})
      return {
        entries: entries.map(wireAuditEntry),
        next_before: nextBefore === null ? null : places.wordOf(nextBefore),
      }
    })
    app.get(
      '/audit/export',
      // Whoever asks only for the head must not make us read all of it.
      {schema: everything, config: needs('read', 'scope'), exposeHeadRoute: false},
      async ({principal, query}, reply) => {
        const portions = audit.everything(principal, auditFilterOf(query))
        // A database that is not there is told before the answer begins.
        const first = await portions.next()
        return reply
          .header('content-disposition', 'attachment; filename="commodarr-audit.jsonl"')
          .type('application/x-ndjson')
          .send(Readable.from(linesOf(first, portions)))
      },
    )
  }
}

async function* linesOf(
  first: IteratorResult<readonly AuditEntry[]>,
  rest: AsyncGenerator<readonly AuditEntry[]>,
): AsyncGenerator<string> {
  if (first.done) return
  yield linesFrom(first.value)
  for await (const entries of rest) yield linesFrom(entries)
}

function linesFrom(entries: readonly AuditEntry[]): string {
  return entries.map((entry) => `${JSON.stringify(wireAuditEntry(entry))}\n`).join('')
}

function auditFilterOf(query: z.output<typeof AuditExportQuery>): AuditFilter {
  const {
    actor,
    user_id: userId,
    subject,
    verb,
    server_id: serverId,
    info_hash: hash,
    phase,
    from,
    to,
    q,
  } = query
  return {
    actor,
    userId,
    subjects: subject,
    verbs: verb,
    serverIds: serverId,
    hash,
    phases: phase,
    withSteps: true,
    from,
    to,
    text: q,
  }
}

const page = {
  operationId: 'listAudit',
  tags: ['program'],
  summary: 'Who did what, and what became of it',
  description:
    'Administrators see everything. Others see what they did themselves, and what was done on servers they manage.',
  querystring: AuditQuery,
  response: ok(AuditPageSchema),
}

const JsonLines = z.string().describe('JSON lines') as unknown as z.ZodType<Readable>

const everything = {
  operationId: 'exportAudit',
  tags: ['program'],
  summary: 'The same as JSON lines, all of it',
  querystring: AuditExportQuery,
  response: {
    200: {
      description: 'One entry a line, newest first, with the fields of GET /api/audit',
      content: {'application/x-ndjson': {schema: JsonLines}},
    },
    ...problemAnswers,
  },
}
