/** A rule as people write it: what may be left out gets its default, everything else is checked. */
import {Cron} from 'croner'
import * as z from 'zod'
import {reasonCodes} from '#model/decision.ts'
import {factNames, factOf, subjectKinds, weekdays, type FactName, type SubjectKind} from '#model/fact.ts'
import {
  actionNames,
  ruleEvents,
  ruleModes,
  type Condition,
  type Hold,
  type Rule,
  type RuleGuards,
  type RuleId,
  type RuleMode,
  type Schedule,
  type Selection,
} from '#model/rule.ts'
import {DAY} from '#model/units.ts'
import {actionShape, subjectsOf} from './action-shapes.ts'
import {conditionShape, factsOfSubject, leafShape, leavesOf, quantity} from './condition-shape.ts'

type Context = z.core.$RefinementCtx

const name = z.string().min(1).max(200)
const names = z.array(name).default([])
const seconds = quantity('seconds')

const scopeShape = z.strictObject({
  servers: names,
  arrs: names,
  categories: names,
  subcategories: z.boolean().default(false),
  tagsAny: names,
  tagsAll: names,
  tagsNone: names,
  trackers: names,
  privacy: z.enum(['public', 'private', 'any']).default('any'),
  owner: name.nullable().default(null),
})

const holdShape = z
  .strictObject({
    for: seconds.optional(),
    each: z.enum(factNames.filter((fact) => factOf(fact).type === 'set')).optional(),
    strikes: z.int().min(1).max(1000).optional(),
    gap: quantity('seconds', 1).optional(),
    expireAfter: quantity('seconds', 1).optional(),
    resetOn: conditionShape.optional(),
  })
  .transform((written, context): Hold => {
    const {for: span, each, strikes, gap, expireAfter = DAY, resetOn} = written
    const reset = resetOn ? {resetOn} : {}
    const strikeKeys = ['strikes', 'gap', 'expireAfter'] as const
    if (span !== undefined && strikeKeys.every((key) => written[key] === undefined))
      return {for: span, ...(each && {each}), ...reset}
    if (span === undefined && each === undefined && strikes !== undefined && gap !== undefined)
      return {strikes, gap, expireAfter, ...reset}
    complain(context, [], 'is no hold', ['{for, each}', '{strikes, gap, expireAfter}'])
    return z.NEVER
  })

const timeZone = z
  .string()
  .refine(isTimeZone, {
    message: 'is no time zone',
    params: {accepted: ['a name like "Europe/Berlin" or "UTC"']},
  })
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is no time of day like "08:00"')

const scheduleShape = z
  .strictObject({
    every: quantity('seconds', 30).optional(),
    cron: z.string().optional(),
    on: z.array(z.enum(ruleEvents)).min(1).optional(),
    timeZone: timeZone.optional(),
    window: z
      .strictObject({
        weekdays: z.array(z.enum(weekdays)).default([]),
        from: timeOfDay,
        to: timeOfDay,
        timeZone: timeZone.default('UTC'),
      })
      .optional(),
  })
  .superRefine(({every, cron, on, window, timeZone}, context) => {
    const accepted = ['every', 'cron', 'on', 'window']
    if ((every ?? cron ?? on ?? window) === undefined) complain(context, [], 'says nothing', accepted)
    if (every !== undefined && cron !== undefined)
      complain(context, ['cron'], 'stands beside every', ['one of both'])
    if (timeZone !== undefined && cron === undefined)
      complain(context, ['timeZone'], 'is not asked for', ['cron'])
    const wrong = cron === undefined ? null : wrongOfCron(cron)
    if (wrong !== null) complain(context, ['cron'], `is no cron pattern (${wrong})`, ['"0 3 * * 0"'])
  })
  .transform((written): Schedule => present(written) as Schedule)

const selectShape = z
  .strictObject({order: z.array(name).min(1), until: leafShape.optional()})
  .transform((written): Selection => present(written) as unknown as Selection)

const guards = z.strictObject({
  maxPerRun: z.int().min(1).optional(),
  maxPerHour: z.int().min(1).optional(),
  maxPerDay: z.int().min(1).optional(),
  maxBytesPerRun: quantity('bytes').optional(),
  maxShare: quantity('share').optional(),
  maxPerTracker: z.int().min(1).optional(),
  minAgeComplete: seconds.optional(),
  minAgeIncomplete: seconds.optional(),
  quarantine: seconds.optional(),
  obligationOverride: z.string().min(10).max(500).optional(),
})
const guardsShape = guards.transform((written): RuleGuards => present(written))

export const ruleShape = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,99}$/, 'is no id: small letters, digits, ".", "_" and "-"'),
    revision: z.int().min(1).default(1),
    name,
    order: z.int().default(100),
    mode: z.enum(ruleModes).default('simulate'),
    subject: z.enum(subjectKinds).default('torrent'),
    concern: z
      .string()
      .regex(/^[a-z][a-zA-Z]{0,29}$/, 'is no word')
      .default('fate'),
    conflict: z.enum(['exclusive', 'additive']).default('exclusive'),
    reason: z.enum(reasonCodes).default('conditionTrue'),
    scope: scopeShape.prefault({}),
    when: conditionShape,
    hold: holdShape.nullable().default(null),
    schedule: scheduleShape.nullable().default(null),
    select: selectShape.nullable().default(null),
    do: z.array(actionShape).min(1).max(50),
    guards: guardsShape.prefault({}),
  })
  .transform((written): Rule => ({...written, id: written.id as RuleId}))
  .superRefine(onlyFactsOfItsSubject)
  .superRefine(onlyActionsOfItsSubject)
  .superRefine(onlyWhatItsSubjectHas)
  .superRefine(onlyOrdersThatExist)
  .superRefine(onlyRoomToReach)
  .superRefine(onlyHeldOfItsHold)

function onlyFactsOfItsSubject(rule: Rule, context: Context): void {
  const accepted = factsOfSubject(rule.subject)
  const check = (condition: Condition | undefined, root: readonly (string | number)[]) => {
    if (!condition) return
    for (const {leaf, path} of leavesOf(condition)) {
      if (accepted.includes(leaf.fact)) continue
      complain(context, [...root, ...path, 'fact'], `is no fact of a ${rule.subject}`, accepted)
    }
  }
  check(rule.when, ['when'])
  check(rule.hold?.resetOn, ['hold', 'resetOn'])
  for (const [at, action] of rule.do.entries()) check(action.if, ['do', at, 'if'])
}

function onlyActionsOfItsSubject({subject, do: actions}: Rule, context: Context): void {
  const accepted = actionNames.filter((action) => subjectsOf(action).includes(subject))
  for (const [at, {action}] of actions.entries()) {
    if (accepted.includes(action)) continue
    complain(context, ['do', at, 'action'], `is not done to a ${subject}`, accepted)
  }
}

/** Parts that a rule about this may not have though others may, and what is written instead. */
interface Lacking {
  /** What it says of such a part. */
  readonly says: string
  /** `mode.ask`: of a part that is one word this word alone. */
  readonly parts: Readonly<Record<string, readonly string[]>>
}

type GuardName = keyof RuleGuards
const guardNames = Object.keys(guards.shape) as readonly GuardName[]
const guardsOfPaths: readonly GuardName[] = [
  ...(['maxPerRun', 'maxPerHour', 'maxPerDay', 'maxBytesPerRun', 'maxShare', 'quarantine'] as const),
]

function guardsBut(some: readonly GuardName[], accepted: readonly string[]): Lacking['parts'] {
  const others = guardNames.filter((name) => !some.includes(name))
  return Object.fromEntries(others.map((name) => [`guards.${name}`, accepted]))
}

/**
 * What torrents alone have would be left out without a word. A path is looked at a few times a day: how long nobody
 * claims it is a fact. Nothing is freed by what goes into the trash. What is wanted is judged as it changes, and searched
 * in the order and within the budgets of its Arr, so that neither times, nor an order, nor limits are of a rule.
 */
const lackingOf: {readonly [subject in SubjectKind]?: Lacking} = {
  path: {
    says: 'is of torrents',
    parts: {
      scope: ['conditions on path.servers, path.folder …'],
      hold: ['a condition on path.unclaimedFor'],
      'schedule.on': ['every', 'cron', 'window'],
      'select.until': ['order alone'],
      ...guardsBut(guardsOfPaths, guardsOfPaths),
    },
  },
  wanted: {
    says: 'is not of what is wanted',
    parts: {
      'mode.ask': ruleModes.filter((mode) => mode !== 'ask'),
      scope: ['conditions on arr.id, arr.kind, wanted.tags …'],
      hold: ['a condition on wanted.sinceAdded, wanted.sinceReleased or wanted.sinceSearched'],
      'schedule.every': ['window'],
      'schedule.cron': ['window'],
      'schedule.on': ['window'],
      select: ['nothing: its Arr is searched in the order of what is wanted'],
      ...guardsBut([], ['SearchesPerHour and SearchesPerDay of its Arr']),
    },
  },
}

function onlyWhatItsSubjectHas(rule: Rule, context: Context): void {
  const {says, parts} = lackingOf[rule.subject] ?? {says: '', parts: {}}
  const usual: Rule['scope'] = scopeShape.parse({})
  for (const [name, accepted] of Object.entries(parts)) {
    const [part, key] = name.split('.') as [keyof Rule, string?]
    const whole = rule[part]
    if (part === 'scope') {
      for (const its of Object.keys(usual) as (keyof typeof usual)[])
        if (JSON.stringify(rule.scope[its]) !== JSON.stringify(usual[its]))
          complain(context, [part, its], says, accepted)
    } else if (part === 'mode') {
      if (whole === key) complain(context, [part], says, accepted)
    } else if (key === undefined) {
      if (whole !== null) complain(context, [part], says, accepted)
    } else if (whole !== null && typeof whole === 'object' && key in whole) {
      complain(context, [part, key], says, accepted)
    }
  }
}

/** Parts that a rule about this may not have, though others may: `scope`, `guards.maxPerTracker`. */
export function partsNotOf(subject: SubjectKind): readonly string[] {
  return Object.keys(lackingOf[subject]?.parts ?? {})
}

/** Modes that a rule about this can have. */
export function modesOf(subject: SubjectKind): readonly RuleMode[] {
  const lacking = partsNotOf(subject)
  return ruleModes.filter((mode) => !lacking.includes(`mode.${mode}`))
}

function onlyOrdersThatExist({select, subject}: Rule, context: Context): void {
  const accepted = factsOfSubject(subject)
  for (const [at, written] of (select?.order ?? []).entries()) {
    const fact = written.replace(/^-/, '') as FactName
    const fits = isSortable(fact, subject)
    if (!fits) complain(context, ['select', 'order', at], 'is nothing to order by', accepted)
  }
}

/** What is freed adds to free bytes, and to nothing else. */
function onlyRoomToReach({select, subject}: Rule, context: Context): void {
  if (!select?.until) return
  const {fact, op} = select.until
  const places = factsOfSubject(subject).filter((name) => /^(path|server)\.freeBytes$/.test(name))
  if (!places.includes(fact))
    complain(context, ['select', 'until', 'fact'], 'does not grow by removing', places)
  if (op !== 'gte' && op !== 'gt') complain(context, ['select', 'until', 'op'], 'is no goal', ['gte', 'gt'])
}

/** What is held for is a set that the condition compares, and only an action of such a rule can be about it. */
function onlyHeldOfItsHold({hold, when, do: actions}: Rule, context: Context): void {
  const each = hold && 'each' in hold ? hold.each : undefined
  const compared = [...new Set(leavesOf(when).map(({leaf}) => leaf.fact))]
  if (each && !compared.includes(each))
    complain(context, ['hold', 'each'], 'is not compared in its condition', compared)
  for (const [at, {params}] of actions.entries()) {
    for (const [param, value] of Object.entries(params)) {
      const isHeld = typeof value === 'object' && value !== null && 'held' in value
      if (isHeld && value.held !== each)
        complain(context, ['do', at, param, 'held'], 'is not what its hold is of', each ? [each] : [])
    }
  }
}

function isSortable(fact: FactName, subject: SubjectKind): boolean {
  if (!factsOfSubject(subject).includes(fact)) return false
  const {type, windowed} = factOf(fact)
  return type !== 'set' && !windowed
}

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', {timeZone: zone}).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

function wrongOfCron(pattern: string): string | null {
  try {
    return new Cron(pattern, {mode: '5-part', paused: true}).nextRun() ? null : 'it never comes'
  } catch (error) {
    return (error as Error).message
  }
}

function complain(
  context: Context,
  path: readonly (string | number)[],
  message: string,
  accepted: readonly string[],
): void {
  context.addIssue({code: 'custom', path: [...path], message, params: {accepted}})
}

/** Without keys that are `undefined`. */
function present<T extends object>(written: T): {[K in keyof T]: Exclude<T[K], undefined>} {
  return Object.fromEntries(Object.entries(written).filter(([, value]) => value !== undefined)) as never
}
