/** Rules of people that name an Arr, and what becomes of them without it. Pure. */
import type {ListedRule} from '../../../api/rules.ts'
import {arrsNamed} from '../arrs-named.ts'

/**
 * `keeps`: whatever it may mean is removed by no rule then. `idle`: it keeps nothing now, or would not act. `stops`: it is
 * about this Arr alone. `others`: it goes on with its other Arrs. `condition`: what it asks of the Arr is not true any more.
 */
type WithoutArr = 'keeps' | 'idle' | 'stops' | 'others' | 'condition'

export interface RuleNaming {
  readonly id: string
  readonly name: string
  readonly becomes: WithoutArr
}

/** @returns those that keep first */
export function rulesNaming(rules: readonly ListedRule[], arr: string): readonly RuleNaming[] {
  return rules
    .flatMap((rule) => {
      const becomes = rule.origin === 'user' ? withoutArr(rule, arr) : null
      return becomes === null ? [] : [{id: rule.id, name: rule.name, becomes}]
    })
    .toSorted((one, other) => Number(other.becomes === 'keeps') - Number(one.becomes === 'keeps'))
}

/** `null` = it does not name it. */
function withoutArr(
  {rule, mode, mode_then: then, actions}: Pick<ListedRule, 'rule' | 'mode' | 'mode_then' | 'actions'>,
  arr: string,
): WithoutArr | null {
  if (!rule) return null
  const isIt = (value: unknown) => typeof value === 'string' && value.toLowerCase() === arr.toLowerCase()
  const scoped = [(rule['scope'] as {readonly arrs?: unknown} | undefined)?.arrs ?? []].flat()
  const isScoped = scoped.some(isIt)
  if (![...arrsNamed({rule})].some(isIt)) return null
  const actual = then ?? mode
  const isOn = actual === 'live' || actual === 'ask'
  if (actions.includes('skip')) return isOn ? 'keeps' : 'idle'
  if (!isOn) return 'idle'
  if (!isScoped) return 'condition'
  return scoped.some((it) => !isIt(it)) ? 'others' : 'stops'
}
