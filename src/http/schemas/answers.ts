/** The answers a route can give, for the schemas of routes. */
import {z} from 'zod'
import {problemAnswers} from './problem.ts'

export const ok = <S extends z.ZodType>(schema: S) => ({200: schema, ...problemAnswers})
export const partly = <S extends z.ZodType>(schema: S) => ({207: schema, ...problemAnswers})
export const nothing = {204: z.undefined().describe('Done'), ...problemAnswers}

/** A query parameter that may be repeated. */
export const repeated = (says: string) =>
  z
    .preprocess((it) => (typeof it === 'string' ? [it] : it), z.array(z.string().min(1)).min(1).max(1000))
    .describe(`${says}; repeat for several`)
