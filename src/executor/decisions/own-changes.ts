/** What an action changes itself is no reason against what its decision wants behind it. */
import type {Decision, WantedAction} from '#model/decision.ts'
import type {FactName} from '#model/fact.ts'
import type {ActionName} from '#model/rule.ts'

const changes: {readonly [action in ActionName]?: readonly FactName[]} = {
  tag: ['tags'],
  untag: ['tags'],
  // Its data may move with it.
  category: ['category', 'state'],
  move: ['state'],
  stop: ['state'],
  start: ['state'],
  forceStart: ['state'],
  recheck: ['state', 'progress'],
}

export function without(decision: Decision, {action}: WantedAction): Decision {
  const own = changes[action] ?? []
  return {...decision, preconditions: decision.preconditions.filter(({fact}) => !own.includes(fact))}
}
