import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import type {Explainer} from '#model/explaining.ts'
import {wireExplanation} from '../rows/explanation-views.ts'
import {HashParams, keyMeant, ServerChoice} from '../scope/holders.ts'
import {needs} from '../route-access.ts'
import {ok} from '../schemas/answers.ts'
import {ExplanationSchema} from '../schemas/explanation.ts'

/** Why? What every rule says of a torrent now. */
export function torrentExplanation({explainer}: {readonly explainer: Explainer}): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/torrents/:hash/explain',
      {schema: explain, config: needs('read', 'torrent')},
      async (request) => {
        const key = keyMeant(request)
        return wireExplanation(await explainer.explain(key), request.scope, key)
      },
    )
  }
}

const explain = {
  operationId: 'explainTorrent',
  tags: ['details'],
  summary: 'What every rule says of a torrent now',
  description:
    'With what each asks, how it is, how far its time has come, and what would have to change. What is looked up only ' +
    'when it matters may be unknown at the first question.',
  params: HashParams,
  querystring: ServerChoice,
  response: ok(ExplanationSchema),
}
