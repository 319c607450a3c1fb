import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import type {z} from 'zod'
import {searchTexts, type SearchText} from '#model/search-texts.ts'
import type {WantedUnit} from '#model/searching.ts'
import {ok} from '../schemas/answers.ts'
import {WantedParameters, WantedSchema, type WantedUnitSchema} from '../schemas/wanted.ts'
import {needs} from '../security/route-access.ts'

/** What Arrs are to be asked to search, and why not yet. */
export function wantedRoutes(): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/wanted', {schema: list, config: needs('read', 'scope')}, async ({query, scope}) => {
      const {arr, group = null, offset, limit} = query
      const {items, total, counts, arrs} = await scope.wanted({group, offset, limit}, arr)
      return {
        items: items.map(wireWanted),
        total,
        counts,
        arrs: arrs.map(({arrId, wanted, pause}) => ({
          arr_id: arrId,
          wanted,
          pause: pause?.code ?? null,
          says: pause && searchTexts[`search.pause.${pause.code}`],
          until: pause?.until ?? null,
        })),
      }
    })
  }
}

function wireWanted(it: WantedUnit): z.output<typeof WantedUnitSchema> {
  return {
    arr_id: it.arrId,
    unit: it.unit,
    title: it.title,
    reason: it.reason,
    group: it.group,
    says: sentenceOf(it),
    hold: it.hold?.code ?? null,
    pause: it.pause?.code ?? null,
    until: (it.hold ?? it.pause)?.until ?? null,
    place: it.place?.place ?? null,
    of: it.place?.of ?? null,
    next_at: it.nextAt,
    searched_at: it.searchedAt,
    result: it.result,
    empties: it.empties,
    requested_at: it.requestedAt,
    requester: it.requester,
  }
}

function sentenceOf({hold, pause, reason}: WantedUnit): string {
  if (hold !== null) return searchTexts[`search.hold.${hold.code}` satisfies SearchText]
  if (pause !== null) return searchTexts[`search.pause.${pause.code}` satisfies SearchText]
  return searchTexts['search.ready'].replace('{{why}}', searchTexts[`search.reason.${reason}`])
}

const list = {
  operationId: 'listWanted',
  tags: ['library'],
  summary: 'What Arrs are to be asked to search, and why not yet',
  description:
    'What is missing or could be better in the Arrs that you see, as far as their sections want it searched, or a person ' +
    'does: first what is ready, reason after reason as its turns come, then what is held, as the holds end. Nothing is asked ' +
    'of an Arr.',
  querystring: WantedParameters,
  response: ok(WantedSchema),
}
