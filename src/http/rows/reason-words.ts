/**
 * What the journal has as a code, in a sentence: why a decision of a rule was given up before it was sent. Entries of
 * years ago have these codes, so they are put into words where they are read.
 */
import {ruleOutcomes, type RuleOutcome} from '#model/decision.ts'
import {factNames, factOf, type FactName} from '#model/fact.ts'

const CHANGED = 'changed:'

const ofOutcomes: Readonly<Record<RuleOutcome, string>> = {
  due: 'Its rule decides again.',
  candidate: 'Its rule waits for its turn again.',
  held: 'What its rule waits for begins again.',
  lookingUp: 'What its rule asks for is being looked up again.',
  keptBack: 'Another rule decides about it now.',
  unknown: 'What its rule asks for is unknown now.',
  no: 'Its rule’s conditions are not met any more.',
  nothingToDo: 'There is nothing left to do: it is so already.',
  closed: 'It is not the time of its rule.',
  outOfScope: 'It is not in the scope of its rule any more.',
  off: 'Its rule is off.',
}

const ofCodes = {
  rule_revision: 'Its rule was changed, switched off or removed.',
  rule_mode: 'Its rule’s mode was changed.',
  gone: 'The torrent does not exist any more.',
  left: 'Its server is not set up any more.',
  'changed:path': 'The file does not exist any more.',
  'changed:copy': 'The copy that was to stay is not there any more.',
} as const

const facts: ReadonlySet<string> = new Set(factNames)
const outcomes: ReadonlySet<string> = new Set(ruleOutcomes)

/** @returns what is no code as it is */
export function reasonInWords(message: string): string {
  if (message in ofCodes) return ofCodes[message as keyof typeof ofCodes]
  if (!message.startsWith(CHANGED)) return message
  const what = message.slice(CHANGED.length)
  if (outcomes.has(what)) return ofOutcomes[what as RuleOutcome]
  if (facts.has(what))
    return `It was decided on something that is not so any more (${factOf(what as FactName).says}).`
  // The name of a guard.
  return 'Something protects it by now.'
}
