/** What each action may be told. A new action is a line here and one in `model/rule.ts`. */
import * as z from 'zod'
import {factNames, factOf, subjectKinds, type SubjectKind} from '#model/fact.ts'
import {acceptedAddresses, isAddress} from '#model/torrent-addresses.ts'
import {withoutBlanksAround} from '#lib/trim-end.ts'
import type {ActionName, RuleAction} from '#model/rule.ts'
import {conditionShape, quantity} from './condition-shape.ts'
import {faultOf} from './text-patterns.ts'

const text = z.string().min(1).max(1000)
const texts = z.array(text).min(1).max(100)
/** Regular expressions over names of files and folders. */
const pattern = text.superRefine((written, context) => {
  const fault = faultOf(written)
  if (fault === null) return
  const params = {accepted: ['a regular expression as RE2 reads it']}
  context.addIssue({code: 'custom', message: fault.detail, params})
})
/** Of a program: it ends at a NUL. */
const argument = z
  .string()
  .max(4000)
  .refine((it) => !it.includes('\0'), {error: 'has a NUL in it'})
/** As a server writes it: absolute, and nowhere upwards. */
const serverPath = text
  .refine((path) => /^(?:\/|[A-Za-z]:[\\/]|\\\\)/.test(path) && !path.split(/[\\/]/).includes('..'), {
    error: 'is no absolute path',
    params: {accepted: ['/folder/of/the/server']},
  })
  // Some servers cut it off: it would be another folder.
  .refine((path) => withoutBlanksAround(path) === path, {
    error: 'begins or ends with a blank',
    params: {accepted: ['/folder/of/the/server']},
  })
/** A server would take it, and never reach it. */
const announceUrl = text.refine((it) => isAddress(it, 'tracker'), {
  error: 'is no announce URL',
  params: {accepted: [acceptedAddresses.tracker]},
})
const yesNo = z.boolean()
/** Nobody starts what was not checked. */
const verified = yesNo.refine((it) => it, {
  error: 'cannot be left out: the other server checks all of it before it is started',
  params: {accepted: ['true']},
})
const count = z.int().min(1)
const seconds = quantity('seconds')
/** Trackers answer within a minute. */
const waiting = yesNo.or(quantity('seconds', 60))
const speed = quantity('bytesPerSecond').or(z.null())
/** What a fact is when the rule fires. */
const textOfFact = z.strictObject({fact: z.enum(factNames.filter((name) => factOf(name).type === 'text'))})
/** The same, or several texts, in one line. */
const wordsOfFact = z.strictObject({
  fact: z.enum(factNames.filter((name) => ['text', 'set'].includes(factOf(name).type))),
})
/** Those of a set that its rule held for, by name. */
const textsHeld = z.strictObject({held: z.literal('tracker.messages')})
const limit = <T extends z.ZodType>(shape: T) => z.literal('inherit').or(z.null()).or(shape)

const shapes = {
  notify: {target: text.optional(), template: text.or(wordsOfFact).optional()},
  note: {template: text.or(wordsOfFact).optional()},
  skip: {},
  reannounce: {wait: waiting.optional(), maxAttempts: count.optional()},
  'arr.refresh': {},
  'arr.rssSync': {},
  tag: {names: texts},
  untag: {names: texts},
  category: {name: z.string().or(textOfFact), moveData: yesNo.optional()},
  stop: {},
  start: {},
  forceStart: {},
  queue: {to: z.enum(['top', 'bottom', 'up', 'down'])},
  limits: {
    down: limit(speed).optional(),
    up: limit(speed).optional(),
    ratio: limit(quantity('plain')).optional(),
    seedTime: limit(seconds).optional(),
    idle: limit(seconds).optional(),
  },
  filePriority: {
    patterns: z.array(pattern).min(1).max(100).optional(),
    set: text.optional(),
    to: z.enum(['skip', 'normal', 'high']),
  },
  recheck: {},
  superSeed: {on: yesNo},
  sequential: {on: yesNo},
  'tracker.add': {urls: z.array(announceUrl).min(1).max(100)},
  'tracker.remove': {hosts: texts.or(textsHeld).optional(), messages: texts.optional()},
  'tracker.replace': {from: text, to: announceUrl},
  move: {path: serverPath.or(textOfFact).optional(), server: text.optional()},
  copyTo: {server: text, path: serverPath.optional(), verify: verified.optional()},
  quarantine: {for: seconds, end: z.enum(['restore', 'remove', 'removeWithData']).optional()},
  'arr.search': {},
  'arr.monitor': {on: yesNo},
  'arr.profile': {name: text},
  'arr.import': {mode: z.enum(['auto', 'move', 'copy']).optional()},
  'arr.blocklist': {search: yesNo.optional()},
  'arr.queueRemove': {},
  recycle: {days: count.optional()},
  'extraFiles.recycle': {set: text, days: count.optional()},
  remove: {},
  removeWithData: {},
  failDownload: {search: yesNo.optional(), blocklist: yesNo.optional(), keepsData: yesNo.optional()},
  'orphan.recycle': {days: count.optional()},
  'orphan.delete': {},
  purge: {},
  exec: {
    program: text,
    arguments: z.array(argument).max(100).optional(),
    timeout: quantity('seconds', 1).optional(),
  },
} satisfies Record<ActionName, z.ZodRawShape>

const ofPathsAlone: ReadonlySet<ActionName> = new Set<ActionName>(['orphan.recycle', 'orphan.delete'])
const ofAll: ReadonlySet<ActionName> = new Set<ActionName>(['notify', 'note', 'skip'])

/** What an action can be done to. */
export function subjectsOf(action: ActionName): readonly SubjectKind[] {
  if (ofAll.has(action)) return subjectKinds
  if (ofPathsAlone.has(action)) return ['path']
  return subjectKinds.filter((kind) => kind !== 'path' && (kind !== 'wanted' || action === 'arr.search'))
}

/** A parameter of an action, as it may be written. */
export interface ActionParam {
  readonly name: string
  readonly isRequired: boolean
  /** What it takes: `text`, `texts`, `yes or no`, a unit of `model/fact.ts`, `null`, a word. */
  readonly takes: readonly string[]
}

export function paramsOf(action: ActionName): readonly ActionParam[] {
  const written = z.toJSONSchema(z.strictObject(shapes[action]), {io: 'input', unrepresentable: 'any'})
  const {properties = {}, required = []} = written as JsonShape
  return Object.entries(properties).map(([name, shape]) => ({
    name,
    isRequired: required.includes(name),
    takes: [...new Set(takenBy(shape))],
  }))
}

interface JsonShape {
  readonly type?: string
  readonly unit?: string
  readonly const?: string
  readonly enum?: readonly string[]
  readonly anyOf?: readonly JsonShape[]
  readonly properties?: Readonly<Record<string, JsonShape>>
  readonly required?: readonly string[]
}

function takenBy(shape: JsonShape): readonly string[] {
  if (shape.anyOf) return shape.anyOf.flatMap(takenBy)
  if (shape.unit !== undefined) return [shape.unit]
  if (shape.const !== undefined) return [shape.const]
  if (shape.enum) return shape.enum
  if (shape.properties?.['held']) return ['{held}']
  return [wordsOfTypes[shape.type ?? ''] ?? 'text']
}

const wordsOfTypes: Readonly<Record<string, string>> = {
  array: 'texts',
  boolean: 'yes or no',
  integer: 'count',
  null: 'null',
  object: '{fact}',
}

// By its common type: a union of all of them takes the compiler twenty seconds.
const members = Object.entries<z.ZodRawShape>(shapes).map(([action, params]) =>
  z.strictObject({action: z.literal(action), if: conditionShape.optional(), ...params}),
)

export const actionShape = z
  .discriminatedUnion('action', members as unknown as readonly [(typeof members)[number]])
  .superRefine((it: Readonly<Record<string, unknown>>, context) => {
    if (it['action'] !== 'move' || it['path'] !== undefined || it['server'] !== undefined) return
    const params = {accepted: ['/folder/of/the/server', '{fact}', 'another `server`']}
    context.addIssue({code: 'custom', path: ['path'], message: 'is missing', params})
  })
  .transform(({action, if: condition, ...params}): RuleAction => ({
    action: action as ActionName,
    params,
    ...(condition && {if: condition}),
  }))
