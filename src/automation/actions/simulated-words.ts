/** What a rule wanted of a subject and only simulated, as `Verdicts` keeps it. */
import type {Decision} from '#model/decision.ts'
import {actionNames, type ActionName} from '#model/rule.ts'

const SIMULATE = 'simulate'

/** `simulate stop+tag`. */
export function simulatedWords({actions}: Pick<Decision, 'actions'>): string {
  return `${SIMULATE} ${actions.map(({action}) => action).join('+')}`
}

/**
 * @param said with the revision of its rule before it: `7 simulate stop+tag`
 * @returns what that revision wanted; `null` = it is of another one, or was not simulated
 */
export function simulatedActions(said: string, revision: number): readonly ActionName[] | null {
  const [of, what, actions = ''] = said.split(' ')
  if (of !== String(revision) || what !== SIMULATE) return null
  return actions.split('+').filter((it): it is ActionName => names.has(it))
}

const names: ReadonlySet<string> = new Set(actionNames)
