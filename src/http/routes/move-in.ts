import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import type {MoveIn} from '#model/move-in.ts'
import {toWire} from '../codec.ts'
import {needs} from '../route-access.ts'
import {ok} from '../schemas/answers.ts'
import {MoveInSchema} from '../schemas/move-in.ts'

export interface MoveInRouteParts {
  readonly moveIn: MoveIn
}

const config = needs('admin', 'program')

/** For administrators who come from the older program. */
export function moveInRoutes({moveIn}: MoveInRouteParts): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/move-in', {schema: read, config}, async () => toWire(moveIn.view()))
    app.post('/move-in/confirm', {schema: confirm, config}, async ({principal}) => {
      await moveIn.confirm(principal.actor)
      return toWire(moveIn.view())
    })
  }
}

const tags = ['program']

const read = {
  operationId: 'getMoveIn',
  tags,
  summary: 'What was taken over from qBitrr, and what will be different',
  response: ok(MoveInSchema),
}

const confirm = {
  operationId: 'confirmMoveIn',
  tags,
  summary: 'Let the rules of the configuration act',
  description:
    'After a start with `--observe` they only tell what they would do. This ends it for good; where they act already, it does nothing.',
  response: ok(MoveInSchema),
}
