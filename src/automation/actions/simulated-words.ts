/**
 * What rules wanted of a subject and only simulated, as `Verdicts` keeps it: written with each decision, read again for
 * who asks what a rule would have done.
 */
import type {Verdicts} from '#automation-state/verdicts.ts'
import type {Decision} from '#model/decision.ts'
import {subjectKinds} from '#model/fact.ts'
import {actionNames, type ActionName, type Rule} from '#model/rule.ts'
import type {EpochMs} from '#model/units.ts'
import type {WantedLately} from '#registry/rules/lately.ts'

const SIMULATE = 'simulate'

/** `simulate stop+tag`. */
export function simulatedWords({actions}: Pick<Decision, 'actions'>): string {
  return `${SIMULATE} ${actions.map(({action}) => action).join('+')}`
}

/** What this revision of a rule wanted since then: each subject once. */
export function* simulatedBy(
  verdicts: Pick<Verdicts, 'of'>,
  {id, revision}: Rule,
  since: EpochMs,
): Iterable<WantedLately> {
  for (const {subject, said, lastAt: at} of verdicts.of(id, since)) {
    const actions = simulatedActions(said, revision)
    const space = subject.indexOf(' ')
    const kind = subjectKinds.find((it) => it === subject.slice(0, space))
    if (actions && kind) yield {kind, key: subject.slice(space + 1), actions, at}
  }
}

/**
 * @param said with the revision of its rule before it: `7 simulate stop+tag`
 * @returns what that revision wanted; `null` = it is of another one, or was not simulated
 */
function simulatedActions(said: string, revision: number): readonly ActionName[] | null {
  const [of, what, actions = ''] = said.split(' ')
  if (of !== String(revision) || what !== SIMULATE) return null
  return actions.split('+').filter((it): it is ActionName => names.has(it))
}

const names: ReadonlySet<string> = new Set(actionNames)
