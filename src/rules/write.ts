/** A rule as YAML that is read as the same rule: without what is default, values as people write them. */
import {stringify} from 'yaml'
import {factOf, type FactUnit} from '#model/fact.ts'
import type {Condition, Hold, Leaf, Rule, RuleAction, RuleGuards, Schedule} from '#model/rule.ts'
import {quantityText} from './quantity.ts'

export function writeRule(rule: Rule): string {
  return stringify(documentOf(rule), {lineWidth: 0, aliasDuplicateObjects: false})
}

/** The same as a plain object: what `ruleOf` reads as the same rule. */
export function documentOf(rule: Rule): Readonly<Record<string, unknown>> {
  const defaults = {
    revision: 1,
    order: 100,
    mode: 'simulate',
    subject: 'torrent',
    concern: 'fate',
    conflict: 'exclusive',
    reason: 'conditionTrue',
  } as const
  const {id, name, scope, when, hold, schedule, select, do: actions, guards} = rule
  const scopeDefaults = {subcategories: false, privacy: 'any', owner: null}
  const isEmpty = (value: unknown) => Array.isArray(value) && value.length === 0
  return without(
    {
      id,
      name,
      revision: rule.revision,
      order: rule.order,
      mode: rule.mode,
      subject: rule.subject,
      concern: rule.concern,
      conflict: rule.conflict,
      reason: rule.reason,
      scope: filled(
        Object.fromEntries(Object.entries(without(scope, scopeDefaults)).filter(([, it]) => !isEmpty(it))),
      ),
      when: writtenCondition(when),
      hold: hold && writtenHold(hold),
      schedule: schedule && writtenSchedule(schedule),
      select: select && {...select, ...(select.until && {until: writtenLeaf(select.until)})},
      do: actions.map(writtenAction),
      guards: filled(writtenGuards(guards)),
    },
    {...defaults, scope: null, hold: null, schedule: null, select: null, guards: null},
  )
}

function writtenCondition(condition: Condition): object {
  if ('fact' in condition) return writtenLeaf(condition)
  if ('not' in condition) return {not: writtenCondition(condition.not)}
  return 'all' in condition
    ? {all: condition.all.map(writtenCondition)}
    : {any: condition.any.map(writtenCondition)}
}

function writtenLeaf({fact, op, value, window, cs}: Leaf): object {
  const {unit} = factOf(fact)
  const written = (one: unknown) => (typeof one === 'number' && unit ? quantityText(one, unit) : one)
  return {
    fact,
    ...(window !== undefined && {window: quantityText(window, 'seconds')}),
    op,
    ...(value !== undefined && {value: Array.isArray(value) ? value.map(written) : written(value)}),
    ...(cs && {cs}),
  }
}

function writtenHold(hold: Hold): object {
  return inUnits(
    {...hold, ...(hold.resetOn && {resetOn: writtenCondition(hold.resetOn)})},
    {for: 'seconds', gap: 'seconds', expireAfter: 'seconds'},
  )
}

function writtenSchedule(schedule: Schedule): object {
  return inUnits(schedule, {every: 'seconds'})
}

function writtenAction({action, params, if: condition}: RuleAction): object {
  const units = {
    down: 'bytesPerSecond',
    up: 'bytesPerSecond',
    seedTime: 'seconds',
    idle: 'seconds',
    for: 'seconds',
    wait: 'seconds',
  } as const
  return {action, ...inUnits(params, units), ...(condition && {if: writtenCondition(condition)})}
}

function writtenGuards(guards: RuleGuards): object {
  return inUnits(guards, {
    maxBytesPerRun: 'bytes',
    minAgeComplete: 'seconds',
    minAgeIncomplete: 'seconds',
    quarantine: 'seconds',
  })
}

function inUnits(record: object, units: Readonly<Record<string, FactUnit>>): object {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]: [string, unknown]) => {
      const unit = units[key]
      return [key, unit && typeof value === 'number' ? quantityText(value, unit) : value]
    }),
  )
}

function without(
  record: object,
  defaults: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(record).filter(([key, value]) => !(key in defaults) || defaults[key] !== value),
  )
}

function filled(record: object): object | null {
  return Object.keys(record).length > 0 ? record : null
}
