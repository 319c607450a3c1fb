import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import type {z} from 'zod'
import {asArrId} from '#model/arr.ts'
import type {ListedRelease, ReleaseList, ReleaseLists} from '#registry/arrs/release-lists.ts'
import {sendLongListWith} from '../answers/long-list.ts'
import {nothing, ok, problemAnswers} from '../schemas/answers.ts'
import {ArrParams} from '../schemas/arr.ts'
import {
  GrabBody,
  ReleaseListParams,
  ReleaseListSchema,
  ReleaseParams,
  ReleasesBody,
} from '../schemas/releases.ts'
import {needs} from '../security/route-access.ts'

/** Interactive searches: what the indexers of an Arr have, what speaks against each release, and grabbing one. */
export function releaseRoutes(
  lists: Pick<ReleaseLists, 'begin' | 'of' | 'grab' | 'stop'>,
): FastifyPluginAsyncZod {
  return async (app) => {
    app.addHook('onClose', async () => lists.stop())
    app.post(
      '/arrs/:id/releases',
      {schema: begin, config: needs('control', 'arr')},
      async ({principal, params, body}, reply) => {
        const list = await lists.begin(principal, asArrId(params.id), body.unit)
        return reply.code(202).send({...headOf(list), releases: list.releases.map(wireRelease)})
      },
    )
    app.get(
      '/arrs/:id/releases/:list',
      {schema: one, config: needs('control', 'arr'), exposeHeadRoute: false},
      async ({principal, params, scope}, reply) => {
        const list = lists.of(principal, asArrId(params.id), params.list)
        const rows = list.releases.map((release, place) => ({release, place}))
        const wire = (row: (typeof rows)[number]) => wireRelease(row.release, row.place)
        return sendLongListWith(reply, headOf(list), 'releases', {rows, turns: scope.turns, wire})
      },
    )
    app.post(
      '/arrs/:id/releases/:list/:place/grab',
      {schema: grab, config: needs('control', 'arr')},
      async ({principal, params, body}, reply) => {
        await lists.grab(principal, asArrId(params.id), params, body.override)
        return reply.code(204).send()
      },
    )
  }
}

type WireList = z.output<typeof ReleaseListSchema>

function headOf({
  id,
  unit,
  state,
  fault,
  askedAt,
  readAt,
  expiresAt,
}: ReleaseList): Omit<WireList, 'releases'> {
  return {list: id, unit, state, fault, asked_at: askedAt, read_at: readAt, expires_at: expiresAt}
}

/** Field by field: where a release lies, and what its Arr is sent to take it, is none of them. */
function wireRelease(it: ListedRelease, place: number): WireList['releases'][number] {
  return {
    place,
    title: it.title,
    indexer: it.indexer,
    size: it.size,
    age: it.age,
    seeders: it.seeders,
    leechers: it.leechers,
    quality: it.quality,
    languages: [...it.languages],
    score: it.score,
    formats: [...it.formats],
    protocol: it.protocol,
    approved: it.approved,
    rejections: [...it.rejections],
    grabbed: it.grabbed,
  }
}

const tags = ['arrs']

const begin = {
  operationId: 'searchReleases',
  tags,
  summary: 'List what the indexers of an Arr have of something',
  description:
    'The Arr asks its indexers now, which counts towards their limits and may take minutes: the answer names a list that ' +
    'GET /api/arrs/{id}/releases/{list} reads, and nothing is grabbed. At most 20 a minute; the newest 20 lists of a user ' +
    'are kept, 5,000 releases together, each for 30 minutes after the Arr answered. Written into the journal.',
  params: ArrParams,
  body: ReleasesBody,
  response: {202: ReleaseListSchema, ...problemAnswers},
}

const one = {
  operationId: 'getReleases',
  tags,
  summary: 'A list of releases, with what the Arr says against each',
  description:
    'Only for the user who asked for it. Where a release lies, and whatever its indexer keeps secret, is not in it.',
  params: ReleaseListParams,
  response: ok(ReleaseListSchema),
}

const grab = {
  operationId: 'grabRelease',
  tags,
  summary: 'Grab a release of a list',
  description:
    'The Arr hands it to its download client. What it rejects takes override. If it cannot, as when no download client is ' +
    'set up, its own words are in the answer. Written into the journal.',
  params: ReleaseParams,
  body: GrabBody,
  response: nothing,
}
