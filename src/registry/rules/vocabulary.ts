/** Every word that a rule may be written in, for who writes one: facts with units and operators, actions, reasons. */
import {reasonCodes} from '#model/decision.ts'
import {
  askedFacts,
  factOf,
  ruleSubjects,
  weekdays,
  type FactDefinition,
  type FactName,
  type RuleSubject,
  type SubjectKind,
} from '#model/fact.ts'
import {actionKinds, actionNames, ruleEvents, ruleModes, type ActionName, type Operator} from '#model/rule.ts'
import {paramsOf, subjectsOf, type ActionParam} from '#rules/action-shapes.ts'
import {operatorsOf, takenBy} from '#rules/leaf.ts'
import {quantityShapes} from '#rules/quantity.ts'
import {partsNotOf} from '#rules/rule-shape.ts'

interface FactWord extends Omit<FactDefinition, 'standing' | 'moves' | 'planned' | 'subjects'> {
  readonly name: FactName
  readonly subjects: readonly RuleSubject[]
  readonly operators: readonly Operator[]
  /** How its value is written; `null` = as a word, or yes or no. */
  readonly written: string | null
}

interface ActionWord {
  readonly name: ActionName
  readonly class: (typeof actionKinds)[ActionName]['class']
  readonly losesBytes: boolean
  readonly subjects: readonly RuleSubject[]
  readonly params: readonly ActionParam[]
}

interface PartWord {
  /** `scope`, `guards.maxPerTracker` */
  readonly name: string
  readonly subjects: readonly RuleSubject[]
}

interface Vocabulary {
  readonly facts: readonly FactWord[]
  readonly operators: readonly {readonly name: Operator; readonly takes: ReturnType<typeof takenBy>}[]
  readonly actions: readonly ActionWord[]
  readonly modes: typeof ruleModes
  readonly subjects: typeof ruleSubjects
  /** Of a rule, that not every subject has. */
  readonly parts: readonly PartWord[]
  readonly reasons: typeof reasonCodes
  readonly events: typeof ruleEvents
  readonly weekdays: typeof weekdays
}

/** Only what acts is offered: of other subjects nothing is judged. */
export function vocabulary(): Vocabulary {
  const operators = [...new Set(Object.values(operatorsOf).flat())]
  return {
    facts: askedFacts.map(factWord),
    operators: operators.map((name) => ({name, takes: takenBy(name)})),
    actions: actionNames.map((name) => ({
      name,
      ...actionKinds[name],
      subjects: ruleSubjectsOf(subjectsOf(name)),
      params: paramsOf(name),
    })),
    parts: [...new Set(ruleSubjects.flatMap(partsNotOf))].map((name) => ({
      name,
      subjects: ruleSubjects.filter((subject) => !partsNotOf(subject).includes(name)),
    })),
    modes: ruleModes,
    subjects: ruleSubjects,
    reasons: reasonCodes,
    events: ruleEvents,
    weekdays,
  }
}

function factWord(name: FactName): FactWord {
  const {standing: _standing, moves: _moves, planned: _planned, ...definition} = factOf(name)
  const {type, unit} = definition
  const subjects = ruleSubjectsOf(definition.subjects)
  return {...definition, subjects, name, operators: operatorsOf[type], written: unit && quantityShapes[unit]}
}

function ruleSubjectsOf(subjects: readonly SubjectKind[]): readonly RuleSubject[] {
  return ruleSubjects.filter((kind) => subjects.includes(kind))
}
