import {useQuery} from '@tanstack/react-query'
import {rulesQuery, type Rule} from '../../../api/rules.ts'
import {approvalsQuery, type Approval} from '../../../api/trash.ts'
import {useAttention} from '../../../live/attention.ts'

export type SuspendedRule = Rule & {readonly suspended: NonNullable<Rule['suspended']>}

interface ArrAsks {
  readonly suspended: readonly SuspendedRule[]
  readonly approvals: readonly Approval[]
}

/** What rules ask about an Arr. Nobody asks for it while the page is told that there is nothing. */
export function useArrAsks(id: string): ArrAsks {
  const told = useAttention()
  const isHeld = told.rules.some(({arrs}) => arrs.includes(id))
  const isAsked = told.approvals.some(({arr_id: arrId}) => arrId === id)
  const {data: rules = []} = useQuery({...rulesQuery, enabled: isHeld})
  const {data: approvals = []} = useQuery({...approvalsQuery, enabled: isAsked})
  return {
    suspended: isHeld ? rules.filter(isSuspended).filter(({arrs}) => arrs.includes(id)) : [],
    approvals: isAsked ? approvals.filter(({arr_id: arrId}) => arrId === id) : [],
  }
}

function isSuspended(rule: Rule): rule is SuspendedRule {
  return rule.suspended !== null
}
