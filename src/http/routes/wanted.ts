import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import type {z} from 'zod'
import {searchTexts, type SearchText} from '#model/search-texts.ts'
import type {HoldingRule, WantedUnit} from '#model/searching.ts'
import {ok} from '../schemas/answers.ts'
import {WantedParameters, WantedSchema, type WantedUnitSchema} from '../schemas/wanted.ts'
import type {Scope} from '../scope/scope.ts'
import {needs} from '../security/route-access.ts'

/** What Arrs are to be asked to search, and why not yet. */
export function wantedRoutes(): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/wanted', {schema: list, config: needs('read', 'scope')}, async ({query, scope}) => {
      const {arr, group = null, offset, limit} = query
      const {items, total, counts, arrs} = await scope.wanted({group, offset, limit}, arr)
      return {
        items: items.map((it) => wireWanted(it, it.heldBy && heldByOf(it.heldBy, scope))),
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

type HeldBy = z.output<typeof WantedUnitSchema>['held_by']

/** Only a rule that he sees is named. */
function heldByOf({id, name}: HoldingRule, {rules}: Pick<Scope, 'rules'>): HeldBy {
  return rules.some((rule) => rule.id === id) ? {id, name} : null
}

function wireWanted(it: WantedUnit, heldBy: HeldBy): z.output<typeof WantedUnitSchema> {
  return {
    arr_id: it.arrId,
    unit: it.unit,
    title: it.title,
    reason: it.reason,
    group: it.group,
    says: sentenceOf(it, heldBy),
    hold: it.hold?.code ?? null,
    held_by: heldBy,
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

function sentenceOf({hold, pause, reason}: WantedUnit, heldBy: HeldBy): string {
  if (heldBy !== null) return searchTexts['search.held_by'].replace('{{rule}}', () => heldBy.name)
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
