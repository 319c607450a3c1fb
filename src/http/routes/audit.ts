import {Readable} from 'node:stream'
import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {Audit, AuditDeed, DeedFilter} from '#journal/audit.ts'
import {wireDeed} from '../rows/deed-rows.ts'
import {JournalPlaces} from '../rows/journal-places.ts'
import {needs} from '../route-access.ts'
import {ok} from '../schemas/answers.ts'
import {AuditExportQuery, AuditPageSchema, AuditQuery} from '../schemas/audit.ts'
import {problemAnswers} from '../schemas/problem.ts'

export interface AuditRouteParts {
  readonly audit: Pick<Audit, 'page' | 'everything'>
}

/** Who did what, when, from where, and what became of it. Each sees what is his to see; nothing here changes anything. */
export function auditRoutes({audit}: AuditRouteParts): FastifyPluginAsyncZod {
  const places = new JournalPlaces()
  return async (app) => {
    app.get('/audit', {schema: page, config: needs('read', 'scope')}, async ({principal, query}) => {
      const {limit, before: word} = query
      const before = word === undefined ? null : places.placeOf(word)
      const {deeds, nextBefore} = await audit.page(principal, filterOf(query), {before, limit})
      return {
        deeds: deeds.map(wireDeed),
        next_before: nextBefore === null ? null : places.wordOf(nextBefore),
      }
    })
    app.get(
      '/audit/export',
      // Whoever asks only for the head must not make us read all of it.
      {schema: everything, config: needs('read', 'scope'), exposeHeadRoute: false},
      async ({principal, query}, reply) => {
        const portions = audit.everything(principal, filterOf(query))
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
  first: IteratorResult<readonly AuditDeed[]>,
  rest: AsyncGenerator<readonly AuditDeed[]>,
): AsyncGenerator<string> {
  if (first.done) return
  yield linesFrom(first.value)
  for await (const deeds of rest) yield linesFrom(deeds)
}

function linesFrom(deeds: readonly AuditDeed[]): string {
  return deeds.map((deed) => `${JSON.stringify(wireDeed(deed))}\n`).join('')
}

function filterOf(query: z.output<typeof AuditExportQuery>): DeedFilter {
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
      description: 'A deed a line, newest first, with the fields of GET /api/audit',
      content: {'application/x-ndjson': {schema: JsonLines}},
    },
    ...problemAnswers,
  },
}
