import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import type {z} from 'zod'
import type {RejectedImport} from '#automation/alerts/rejected-imports.ts'
import type {Principal} from '#model/access.ts'
import {asArrId, type ArrId, type DownloadId} from '#model/arr.ts'
import type {ArrAction, RunningArr} from '#model/arr-service.ts'
import {BadArgument, CommandRefused, CommodarrError} from '#model/errors.ts'
import {importTriage, type TriageAction} from '#model/import-triage.ts'
import type {ArrRequests} from '#registry/arrs/requests.ts'
import type {ArrViewing} from '../rows/arr-views.ts'
import {ok} from '../schemas/answers.ts'
import {ArrParams} from '../schemas/arr.ts'
import {TriageBody, TriageResultSchema, TriageSchema} from '../schemas/triage.ts'
import {needs} from '../security/route-access.ts'

export interface ArrTriageDeps {
  readonly requests: Pick<ArrRequests, 'running' | 'act' | 'preview'>
  readonly imports: ArrViewing['imports']
}

type Result = z.output<typeof TriageResultSchema>['items'][number]
type Wanted = z.output<typeof TriageBody>['items'][number]

/** What Arrs do not import, and what people do about it: proposed, looked at beforehand, done, and put in the journal. */
export function arrTriageRoutes({requests, imports}: ArrTriageDeps): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/arrs/:id/triage', {schema: list, config: needs('read', 'arr')}, async ({principal, params}) => {
      const id = asArrId(params.id)
      const running = requests.running(principal, id)
      const {imports: rows, asOf} = imports.of(id)
      return {as_of: asOf, rows: running === null ? [] : rows.map((one) => wireRow(one, running))}
    })
    app.post('/arrs/:id/triage', {schema: act, config: needs('control', 'arr')}, async (request) => {
      const {principal, params, body} = request
      const id = asArrId(params.id)
      // Whatever there is to answer: who may not command it hears of none of its rows.
      requests.running(principal, id, 'control')
      if (new Set(body.items.map((one) => one.queue_id)).size < body.items.length)
        throw new BadArgument('Each row can be named once only.', {field: 'items'})
      const known = imports.of(id).imports
      const items: Result[] = []
      // One after the other: an Arr imports one download at a time.
      for (const item of body.items) {
        const one = known.find(({rows}) => rows.some((row) => row.id === item.queue_id))
        items.push(await answerTo(item, () => done(principal, id, {item, one, isDry: body.dry_run})))
      }
      return {items}
    })
  }

  /** @returns what was done, or would be. @throws {CommodarrError} why it was not, or cannot be */
  async function done(
    by: Principal,
    id: ArrId,
    {item, one, isDry}: {item: Wanted; one: RejectedImport | undefined; isDry: boolean},
  ): Promise<Pick<Result, 'outcome' | 'message'>> {
    if (one === undefined)
      throw new CommandRefused('It does not wait for an answer any more. Refresh the list.')
    const {class: why, actions: possible} = one.triage
    if (!possible.includes(item.action))
      throw new CommandRefused(`Not possible for this reason: ${importTriage[why].words}`)
    if (item.action === 'leave') return {outcome: isDry ? 'would' : 'done', message: would.leave}
    if (one.downloadId === null) throw new CommandRefused('It was not handed to a torrent server.')
    const action = actionFor(item.action, one.downloadId)
    if (isDry) return {outcome: 'would', message: await requests.preview(by, id, action)}
    await requests.act(by, id, action)
    return {outcome: 'done', message: did[item.action]}
  }
}

async function answerTo(
  {queue_id: queueId, action}: Wanted,
  work: () => Promise<Pick<Result, 'outcome' | 'message'>>,
): Promise<Result> {
  const about = {queue_id: queueId, action}
  try {
    return {...about, ...(await work()), code: null, undoable: action !== 'leave' && action !== 'import'}
  } catch (error) {
    if (!(error instanceof CommodarrError)) throw error
    return {...about, outcome: 'refused', code: error.code, message: error.message, undoable: false}
  }
}

function actionFor(action: Exclude<TriageAction, 'leave'>, downloadId: DownloadId): ArrAction {
  // Whatever the Arr would do without being asked: the torrent goes on seeding.
  if (action === 'import') return {what: 'importAnyway', downloadId, mode: 'copy', isProven: true}
  return {what: 'blocklist', downloadId, searchAgain: action === 'blocklist_search'}
}

/** In general; what it would do to this one is asked for by `dry_run`. */
const would: Readonly<Record<TriageAction, string>> = {
  import:
    'The Arr imports it, if each file is proven to be of what it was grabbed for. The torrent goes on seeding.',
  blocklist: 'The Arr blocklists the release and searches nothing. The torrent stays on its server.',
  blocklist_search:
    'The Arr blocklists the release, and another one is searched. The torrent stays on its server.',
  leave: 'Nothing is done. The Arr tries again each time it looks at its downloads.',
}

const did: Readonly<Record<Exclude<TriageAction, 'leave'>, string>> = {
  import: 'The Arr imported it.',
  blocklist: 'The Arr blocklisted the release.',
  blocklist_search: 'The Arr blocklisted the release, and another one is searched.',
}

function wireRow(
  {downloadId, rows, since, triage}: RejectedImport,
  running: Pick<RunningArr, 'titleOf'>,
): z.output<typeof TriageSchema>['rows'][number] {
  const [row] = rows
  const messages = rows.flatMap((one) => one.messages)
  const says = messages.flatMap(({title, messages: lines}) => (lines.length === 0 ? [title] : lines))
  return {
    queue_id: row.id,
    download_id: downloadId,
    title: row.title,
    media_title: downloadId === null ? null : running.titleOf(downloadId),
    size: row.size,
    since,
    says: [...new Set(says)],
    class: triage.class,
    words: triage.words,
    proposed: triage.proposed,
    actions: triage.actions.map((action) => ({action, would: would[action]})),
  }
}

const tags = ['arrs']

const list = {
  operationId: 'getArrTriage',
  tags,
  summary: 'What an Arr does not import, and what can be done about each',
  description:
    'Finished downloads that the Arr does not import and that no rule is about to end: why, in plain words, what is ' +
    'proposed, and what can be done at all. What the Arr leaves to a person is proposed to be left, and is never ' +
    'blocklisted from here.',
  params: ArrParams,
  response: ok(TriageSchema),
}

const act = {
  operationId: 'answerArrTriage',
  tags,
  summary: 'Import, or blocklist, what an Arr does not import',
  description:
    'One action for each row, as the list offers them; each has its own result. No torrent is removed. dry_run asks the ' +
    'Arr what would be done: whether each file is proven, and who would search. Each action is written into the journal.',
  params: ArrParams,
  body: TriageBody,
  response: ok(TriageResultSchema),
}
