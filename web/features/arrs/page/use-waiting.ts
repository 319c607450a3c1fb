import {useQuery} from '@tanstack/react-query'
import {needsOfArr, type Need} from '#model/needs.ts'
import {rulesQuery, type Rule} from '../../../api/rules.ts'
import {approvalsQuery, type Approval} from '../../../api/trash.ts'
import {useAttention} from '../../../live/attention.ts'

export type SuspendedRule = Rule & {readonly suspended: NonNullable<Rule['suspended']>}

interface ArrAsks {
  readonly suspended: readonly SuspendedRule[]
  readonly approvals: readonly Approval[]
  /** Downloads that it does not import. */
  readonly imports: readonly Need[]
}

/** All that needs a person on the page of an Arr, as the bell counts it. Nobody asks for it while the page is told that there is nothing. */
export function useArrAsks(id: string): ArrAsks {
  const needs = needsOfArr(useAttention().needs, id)
  const isHeld = needs.some(({kind}) => kind === 'rule')
  const isAsked = needs.some(({kind}) => kind === 'approval')
  const {data: rules = []} = useQuery({...rulesQuery, enabled: isHeld})
  const {data: approvals = []} = useQuery({...approvalsQuery, enabled: isAsked})
  return {
    suspended: isHeld ? rules.filter(isSuspended).filter(({arrs}) => arrs.includes(id)) : [],
    approvals: isAsked ? approvals.filter(({arr_id: arrId}) => arrId === id) : [],
    imports: needs.filter(({kind}) => kind === 'import'),
  }
}

function isSuspended(rule: Rule): rule is SuspendedRule {
  return rule.suspended !== null
}
