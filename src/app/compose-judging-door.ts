/** The routes of what rules judge, keep and ask, and what stands behind them until it is there. */
import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {journalRoutes, type JournalRouteParts} from '#http/routes/journal.ts'
import {torrentExplanation} from '#http/routes/torrent-explanation.ts'
import {NotReady, type Explainer} from '#model/explaining.ts'

export interface JudgingParts {
  readonly explainer: Explainer
}

/** Nobody judges yet. */
export const notJudging: JudgingParts = {
  explainer: {
    explain: async (key) => {
      throw new NotReady({...key})
    },
  },
}

/** Below `/api`. */
export function judgingNouns(
  {explainer}: JudgingParts,
  {audit}: JournalRouteParts,
): readonly FastifyPluginAsyncZod[] {
  return [torrentExplanation({explainer}), journalRoutes({audit})]
}
