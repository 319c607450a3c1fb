/** Turns what a schema says of bad input into `field, found, accepted`, the same for queries, bodies and forms. */
import {isDeepStrictEqual} from 'node:util'
import type {z} from 'zod'
import {namesAt, wantedAt} from '#lib/schema-names.ts'
import {CommodarrError} from '#model/errors.ts'
import {byOwnNames} from './other-names.ts'
import type {FieldError} from '../schemas/answers.ts'

/** A request that its schema does not accept. */
export class RequestInvalid extends CommodarrError {
  readonly errors: readonly FieldError[]

  constructor(detail: string, errors: readonly FieldError[]) {
    super('bad_request', detail, {fields: errors.map((it) => it.field)})
    this.errors = errors
  }
}

/** One name that is not known where only certain names are. */
export function unknownName(field: string, found: string, accepted: readonly string[]): RequestInvalid {
  return new RequestInvalid(`${field} does not know ${JSON.stringify(shown(found))}.`, [
    {field, found: shown(found), accepted: [...accepted]},
  ])
}

/**
 * Reads `data` by `schema`.
 *
 * @param place where the data stood: a part of a request as Fastify calls it, or `form`
 * @returns the value, or an error naming every field that is wrong.
 */
export function checkBy<S extends z.ZodType>(
  schema: S,
  data: unknown,
  place: string,
): {value: z.output<S>} | {error: RequestInvalid} {
  const own = byOwnNames(schema, data)
  const result = schema.safeParse(own.data, {reportInput: true})
  if (result.success && own.errors.length === 0) return {value: result.data}
  const errors = [...own.errors, ...(result.success ? [] : firstErrors(result.error.issues, schema))]
  return {error: new RequestInvalid(sentence(place, errors), errors)}
}

/** So many are told; a body of nonsense could have a hundred thousand, each with a list of what would be accepted. */
export const mostFieldErrors = 20

function firstErrors(issues: readonly z.core.$ZodIssue[], schema: z.ZodType): FieldError[] {
  const errors: FieldError[] = []
  for (const issue of issues) {
    errors.push(...fieldErrors(issue, schema))
    if (errors.length >= mostFieldErrors) break
  }
  return errors.slice(0, mostFieldErrors)
}

/** What people call the parts of a request. */
const places: Readonly<Record<string, string>> = {querystring: 'query', params: 'address'}

function sentence(part: string, errors: readonly FieldError[]): string {
  const place = places[part] ?? part
  const named = new Map(errors.map((it) => [it.field || place, it]))
  const words = [...named].map(([name, {accepted}]) => {
    const wanted = acceptedWords(accepted)
    return wanted === '' ? name : `${name} (${wanted})`
  })
  return `The ${place} is not accepted: ${words.slice(0, 5).join(', ')}${words.length > 5 ? ' …' : ''}.`
}

/** Longer ones stand with the fields alone. */
const MOST_WORDS = 80

/** '' = it is too long for a sentence. */
function acceptedWords(accepted: FieldError['accepted']): string {
  const words = typeof accepted === 'string' ? accepted : accepted.join(', ')
  return words.length > MOST_WORDS ? '' : words
}

function fieldErrors(issue: z.core.$ZodIssue, schema: z.ZodType): FieldError[] {
  const field = shortened(issue.path.join('.'))
  if (issue.code === 'unrecognized_keys') {
    const accepted = namesAt(schema, issue.path)
    return issue.keys
      .slice(0, mostFieldErrors)
      .map((key) => ({
        field: shortened(field === '' ? key : `${field}.${key}`),
        found: shown(issue.input?.[key], key),
        accepted: accepted.length > 0 ? accepted : 'no such field',
      }))
  }
  const found = issue.code === 'invalid_union' && issue.discriminator ? discriminator(issue) : issue.input
  return [
    {field, ...(found !== undefined && {found: shown(found, field)}), accepted: acceptedBy(issue, schema)},
  ]
}

function discriminator(issue: z.core.$ZodIssueInvalidUnion): unknown {
  return (issue.input as Record<string, unknown> | undefined)?.[String(issue.path.at(-1))]
}

function acceptedBy(issue: z.core.$ZodIssue, schema: z.ZodType): string | string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String)
  if (issue.code === 'too_small') return `at least ${issue.minimum}${unitOf(issue.origin)}`
  if (issue.code === 'too_big') return `at most ${issue.maximum}${unitOf(issue.origin)}`
  if (issue.code === 'invalid_union') return acceptedByUnion(issue, schema)
  // Zod's own sentence repeats what stands in `found`; a schema's own sentence says what is wanted.
  const isPlain = issue.code === 'invalid_type' && issue.message.startsWith('Invalid input')
  // What is needed and absent: its schema knows more than that something must stand there.
  const isAbsent = isPlain && issue.input === undefined
  if (isAbsent || (isPlain && issue.expected === 'nonoptional'))
    return wantedAt(schema, issue.path) ?? issue.expected
  if (!isPlain) return issue.message
  return issue.expected === 'int' ? 'a whole number' : issue.expected
}

function acceptedByUnion(issue: z.core.$ZodIssueInvalidUnion, schema: z.ZodType): string[] {
  if ('options' in issue && Array.isArray(issue.options)) return issue.options.map(String)
  return [...new Set(issue.errors.flatMap((branch) => branch.flatMap((it) => acceptedBy(it, schema))))]
}

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters'
  return origin === 'array' ? ' items' : ''
}

// An address may carry a password.
const keptBack = /cookie|pass|secret|token|api_?key|http_proxy|^(url|host)$|(^|\.)code$/i

/**
 * Fields that an answer has and that are not changed here may come back as they are, so that what was read can be sent.
 * @param current the answer as it is now
 * @throws {RequestInvalid} naming each that is another one
 */
export function demandUnchanged(
  given: Readonly<Record<string, unknown>>,
  current: Readonly<Record<string, unknown>>,
): void {
  const errors = Object.entries(given)
    .filter(([field, value]) => value !== undefined && !isDeepStrictEqual(value, current[field]))
    .map(([field, value]): FieldError => ({
      field,
      found: shown(value, field),
      accepted: 'as it is: it is not changed here',
    }))
  if (errors.length > 0) throw new RequestInvalid(sentence('body', errors), errors)
}

/** Whether all that a change says is as it is. @param current the answer as it is now */
export function isUnchanged(
  change: Readonly<Record<string, unknown>>,
  current: Readonly<Record<string, unknown>>,
): boolean {
  return Object.entries(change).every(
    ([field, value]) => value === undefined || isDeepStrictEqual(value, current[field]),
  )
}

/** Input as it may be shown to the one who sent it: short, and never a secret. */
function shown(value: unknown, field = ''): unknown {
  if (keptBack.test(field)) return '***'
  if (typeof value === 'string') return shortened(value)
  if (Array.isArray(value)) return `a list of ${value.length}`
  // JSON has no such number, and would show none at all: 1e999 is read as Infinity.
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  return value !== null && typeof value === 'object' ? 'an object' : value
}

/** Text of the one who asked, as much of it as an answer repeats. */
export function shortened(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}
