import {useQuery} from '@tanstack/react-query'
import {useState} from 'react'
import {actOnArr} from '../../../api/arrs.ts'
import {rulesQuery, type Rule} from '../../../api/rules.ts'
import {approvalsQuery, type Approval} from '../../../api/trash.ts'
import {text} from '../../../i18n/text.ts'
import {useAttention} from '../../../live/attention.ts'
import {announce} from '../../../ui/announce.ts'
import {actionOf, type Answer, type QueueLine} from './queue-lines.ts'

/** What came of an answer: it is sent, done as far as the Arr says, or refused in its words. */
export type AnswerResult =
  | {readonly state: 'running'; readonly answer: Answer}
  | {readonly state: 'done'; readonly answer: Answer}
  | {readonly state: 'refused'; readonly answer: Answer; readonly words: string}

interface Answers {
  readonly results: ReadonlyMap<string, AnswerResult>
  readonly say: (line: QueueLine, answer: Answer) => void
}

/** Answers to what waits, each with its result in place: the row stays until the Arr has done something about it. */
export function useAnswers(id: string): Answers {
  const [results, setResults] = useState<ReadonlyMap<string, AnswerResult>>(new Map())
  const put = (line: string, result: AnswerResult) => setResults((known) => new Map(known).set(line, result))
  const say = async (line: QueueLine, answer: Answer) => {
    const action = actionOf(answer, line)
    if (action === null || results.get(line.id)?.state === 'running') return
    put(line.id, {state: 'running', answer})
    try {
      await actOnArr(id, action)
      put(line.id, {state: 'done', answer})
      announce(text(`arr.answer.${answer}.done`))
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error)
      put(line.id, {state: 'refused', answer, words})
      announce(words)
    }
  }
  return {results, say: (line, answer) => void say(line, answer)}
}

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
