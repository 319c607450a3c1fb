/** A rule as somebody gives it, and what is wrong with it. */
import type {Acting} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import {askedFacts, factOf, type FactName} from '#model/fact.ts'
import {fileSetNames, type Condition, type Leaf, type Rule} from '#model/rule.ts'
import {factsOfSubject, leavesOf} from '#rules/condition-shape.ts'
import {
  mistake,
  type GivenName,
  type ParsedRules,
  type Place,
  type RuleMistake,
} from '#rules/rule-mistakes.ts'

/** As YAML, or as the same document in JSON. */
export type RuleDraft = {readonly yaml: string} | {readonly rule: unknown}

/**
 * Reads it where it keeps nobody waiting (`request-work/`); what is wrong with it is in the answer.
 * @throws {CommodarrError} too_expensive
 */
export type RuleReader = (draft: RuleDraft, given: GivenName, by: Acting) => Promise<ParsedRules>

/** What there is for a rule to name, and who reads it. */
export interface DraftNames {
  readonly readRule: RuleReader
  /** Those that the configuration lets rules start. */
  readonly programs: () => readonly string[]
  /** Ids of Arrs that are on, whose file patterns it may go by. */
  readonly sections: () => readonly string[]
  /** What is looked at, and not saved, may name by an id whatever this rule names already; absent = nothing more. */
  readonly standing?: Rule | null
}

export class RuleInvalid extends CommodarrError {
  readonly mistakes: readonly RuleMistake[]

  constructor(mistakes: readonly RuleMistake[]) {
    const [first] = mistakes
    super('bad_request', first?.message ?? 'This is no rule.', {mistakes: mistakes.length})
    this.mistakes = mistakes
  }
}

/**
 * @param demand throws for who may not have such a rule; asked before anything is told of what there is to name
 * @throws {RuleInvalid}, {CommodarrError} too_expensive, and what `demand` throws
 */
export async function draftedRule(
  by: Acting,
  draft: RuleDraft,
  given: GivenName,
  {programs, sections, readRule, standing = null}: DraftNames,
  demand: (rule: Rule) => void,
): Promise<Rule> {
  const {rules, mistakes} = await readRule(draft, given, by)
  const [rule] = rules
  if (rule === undefined) throw new RuleInvalid(mistakes)
  demand(rule)
  const wrong = [
    ...plannedFacts(rule),
    ...unknownIds(rule, {'server.id': by.access.servers, 'arr.id': sections()}, standing),
    ...choiceOfOne(rule),
    ...unnamedPrograms(rule, programs()),
    ...unknownTargets(rule),
    ...unnamedSets(rule, sections()),
    ...foreignTexts(rule),
  ]
  if (wrong.length > 0) throw new RuleInvalid(wrong)
  return rule
}

/** What nobody tells yet would be unknown for ever. */
function plannedFacts(rule: Rule): readonly RuleMistake[] {
  const {subject, when, hold, select, do: actions} = rule
  const ofConditions = leavesIn(rule).map(([place, {fact}]) => [[...place, 'fact'], fact] as const)
  const ofOrder = (select?.order ?? []).map(
    (it, at) => [['select', 'order', at], it.replace(/^-/, '')] as const,
  )
  const accepted = factsOfSubject(subject).filter((name) => askedFacts.includes(name))
  return [...ofConditions, ...ofOrder].flatMap(([place, fact]) =>
    accepted.includes(fact as FactName)
      ? []
      : [mistake(place, 'is not supported yet', accepted, {when, hold, select, do: actions}, () => null)],
  )
}

function leavesIn({when, hold, do: actions}: Rule): readonly (readonly [Place, Leaf])[] {
  const conditions: readonly (readonly [Place, Condition | undefined])[] = [
    [['when'], when],
    [['hold', 'resetOn'], hold?.resetOn],
    ...actions.map((it, at) => [['do', at, 'if'], it.if] as const),
  ]
  return conditions.flatMap(([root, condition]) =>
    condition ? leavesOf(condition).map(({leaf, path}) => [[...root, ...path], leaf] as const) : [],
  )
}

const idSays = {
  'server.id': 'is the id of no server that you see; a rule takes ids, not names',
  'arr.id': 'is the id of no Arr that is on; a rule takes ids, not names',
} as const

/**
 * What has no such id is of no torrent: a rule that is to leave out what is there would not, and one that is about what is
 * not there would do nothing, or keep everything that may be meant.
 */
function unknownIds(
  rule: Rule,
  known: Readonly<Record<IdFact, readonly string[]>>,
  standing: Rule | null,
): readonly RuleMistake[] {
  const {scope, when, hold, do: actions} = rule
  const before = new Set(standing === null ? [] : idsNamedIn(standing))
  const ofScope = scopesOfIds.flatMap(([part, fact]) => {
    // A scope is compared letter by letter.
    const wrong = scope[part].find((id) => !known[fact].includes(id) && !before.has(id))
    return wrong === undefined ? [] : [unknownId(['scope', part], wrong, fact, known[fact], {scope})]
  })
  const ofConditions = leavesIn(rule).flatMap(([place, leaf]) => {
    const {fact} = leaf
    if (!isOfIds(fact)) return []
    const ids = new Set(known[fact].map((id) => id.toLowerCase()))
    const wrong = idsIn(leaf).find((it) => !ids.has(it.toLowerCase()) && !before.has(it))
    if (wrong === undefined) return []
    return [unknownId([...place, 'value'], wrong, fact, known[fact], {when, hold, do: actions})]
  })
  return [...ofScope, ...ofConditions]
}

function unknownId(
  place: Place,
  wrong: string,
  fact: IdFact,
  known: readonly string[],
  data: Partial<Rule>,
): RuleMistake {
  const says = `has “${wrong}”, which ${idSays[fact]}`
  return mistake(place, says, fact === 'server.id' ? known.slice(0, MOST_NAMED) : [], data, () => null)
}

const scopesOfIds = [
  ['servers', 'server.id'],
  ['arrs', 'arr.id'],
] as const

function idsNamedIn(rule: Rule): readonly string[] {
  return [...rule.scope.servers, ...rule.scope.arrs, ...leavesIn(rule).flatMap(([, leaf]) => idsIn(leaf))]
}

/** Facts that are compared with ids. */
export type IdFact = keyof typeof idSays

export function isOfIds(fact: FactName): fact is IdFact {
  return fact in idSays
}

/** Ids that are compared whole. */
export function idsIn(leaf: Leaf): readonly string[] {
  return isOfIds(leaf.fact) ? namesIn(leaf) : []
}

/** Texts that are compared whole. */
export function namesIn({op, value}: Pick<Leaf, 'op' | 'value'>): readonly string[] {
  const isWhole = op === 'eq' || op === 'ne' || op === 'in' || op === 'notIn'
  return isWhole ? [value].flat().filter((it) => typeof it === 'string') : []
}

/** There may be thousands. */
const MOST_NAMED = 50

/** What comes one by one gives nothing to choose from: such a rule would never be asked. */
function choiceOfOne({select, schedule}: Rule): readonly RuleMistake[] {
  const {every, cron, on} = schedule ?? {}
  const isAsked = every !== undefined || cron !== undefined || !on || on.includes('diskLow')
  if (select === null || isAsked) return []
  const accepted = ['diskLow', 'every or cron beside it', 'no select']
  return [
    mistake(
      ['schedule', 'on'],
      'happens to one at a time, and select picks among many',
      accepted,
      {schedule},
      () => null,
    ),
  ]
}

/** Where `notify` reaches people beside the journal and the bell: there is no other way to them yet. */
const notifyTargets: ReadonlySet<unknown> = new Set(['log', undefined])

function unnamedPrograms(rule: Rule, programs: readonly string[]): readonly RuleMistake[] {
  return rule.do.flatMap(({action, params}, at) => {
    if (action !== 'exec' || programs.includes(params['program'] as string)) return []
    const says = 'is no program that the configuration names ([Settings] Programs)'
    const accepted = programs.length > 0 ? programs : ['none, until it names one']
    return [mistakeIn(rule, ['do', at, 'program'], says, accepted)]
  })
}

/** Who names a target waits for news there: that it goes elsewhere has to be told. */
function unknownTargets(rule: Rule): readonly RuleMistake[] {
  return rule.do.flatMap(({action, params}, at) => {
    if (action !== 'notify' || notifyTargets.has(params['target'])) return []
    const says = 'is nowhere that a notification can go: it stands in the bell, in the journal and in the log'
    return [mistakeIn(rule, ['do', at, 'target'], says, ['log, or nothing'])]
  })
}

/** Files that nobody wants in the folder of a torrent are told by the list of a section alone. */
function unnamedSets(rule: Rule, sections: readonly string[]): readonly RuleMistake[] {
  return rule.do.flatMap(({action, params: {set}}, at) => {
    const ours = action === 'extraFiles.recycle' ? [] : fileSetNames
    if (typeof set !== 'string' || [...ours, ...sections].includes(set)) return []
    const accepted = [...ours, 'the section of an Arr']
    return [mistakeIn(rule, ['do', at, 'set'], 'is no set of file patterns', accepted)]
  })
}

/** What an action says is a fact of what it is done to, or nothing ever stands there. */
function foreignTexts(rule: Rule): readonly RuleMistake[] {
  const accepted = factsOfSubject(rule.subject).filter((name) => ['text', 'set'].includes(factOf(name).type))
  return rule.do.flatMap(({params}, at) =>
    Object.entries(params).flatMap(([param, value]) => {
      if (!isFactOf(value) || factOf(value.fact).subjects.includes(rule.subject)) return []
      return [mistakeIn(rule, ['do', at, param, 'fact'], `is no fact of a ${rule.subject}`, accepted)]
    }),
  )
}

function isFactOf(value: unknown): value is {readonly fact: FactName} {
  return typeof value === 'object' && value !== null && 'fact' in value
}

function mistakeIn({do: actions}: Rule, place: Place, says: string, accepted: readonly string[]) {
  return mistake(place, says, accepted, {do: actions.map((it) => it.params)}, () => null)
}
