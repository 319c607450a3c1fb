/** The answers a route can give, for the schemas of routes. */
import {z} from 'zod'
import {confirmations} from '#model/command.ts'
import {errorCodes} from '#model/errors.ts'

/** What every refusal looks like (RFC 9457, `application/problem+json`). */

export const FieldErrorSchema = z
  .object({
    field: z.string().describe('Where: name of the parameter or field, parts joined by dots'),
    found: z.unknown().describe('What was sent there, shortened; absent = nothing'),
    accepted: z.union([z.string(), z.array(z.string())]).describe('What may stand there'),
    says: z.string().describe('All of it in a sentence; only of texts that were sent'),
    line: z.number().describe('Where in a text that was sent, from 1'),
    column: z.number().describe('From 1'),
  })
  .partial({found: true, says: true, line: true, column: true})
  .meta({id: 'FieldError'})

/** Pages offer to go on by it alone: a code says nothing about that. */
export const confirmWith = z
  .enum(confirmations)
  .describe('Sent as true it does this anyway; absent = nothing that can be confirmed')

const ProblemSchema = z
  .object({
    type: z.string().describe('urn:commodarr:problem: and the code'),
    title: z.string().describe('The code in words, always the same'),
    status: z.number().describe('HTTP status'),
    code: z.enum(errorCodes).describe('Stable name; all of them stand in docs/reference/errors.md'),
    detail: z.string().describe('What happened here'),
    request_id: z.string().describe('Finds the request in the log'),
    errors: z.array(FieldErrorSchema).optional().describe('The fields that were not accepted'),
    servers: z
      .array(z.object({server_id: z.string(), server_name: z.string()}))
      .optional()
      .describe('The servers to select from (server_id_required)'),
    confirm_with: confirmWith.optional(),
  })
  .meta({id: 'Problem', description: 'Why a request was refused or failed.'})

export type Problem = z.infer<typeof ProblemSchema>
export type FieldError = z.infer<typeof FieldErrorSchema>

/** Names of the answers that are not the good one, for the API page. */
export const problemAnswers = {
  '4xx': {
    description: 'Refused: the code says why',
    content: {'application/problem+json': {schema: ProblemSchema}},
  },
  '5xx': {
    description: 'Failed, here or at the server',
    content: {'application/problem+json': {schema: ProblemSchema}},
  },
}

export const ok = <S extends z.ZodType>(schema: S) => ({200: schema, ...problemAnswers})
export const partly = <S extends z.ZodType>(schema: S) => ({207: schema, ...problemAnswers})
export const nothing = {204: z.undefined().describe('Done'), ...problemAnswers}

/** A query parameter that may be repeated. */
export const repeated = (says: string) =>
  z
    .preprocess((it) => (typeof it === 'string' ? [it] : it), z.array(z.string().min(1)).min(1).max(1000))
    .describe(`${says}; repeat for several`)
