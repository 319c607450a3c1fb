import {keepPreviousData, useQuery} from '@tanstack/react-query'
import {useEffect, useState} from 'react'
import {Problem} from '../../api/problem.ts'
import {previewQuery, type RulePreview} from '../../api/rules.ts'
import {mistakesIn, type Mistake} from './mistakes.ts'

export interface Preview {
  /** As it was last; `null` = there was none yet. */
  readonly data: RulePreview | null
  /** Of the text that was looked at. */
  readonly mistakes: readonly Mistake[]
  /** Why there is none otherwise, in words; '' = nothing speaks against it. */
  readonly error: string
  readonly isNotReady: boolean
  /** What is shown is of another text. */
  readonly isBehind: boolean
}

const TYPING_MS = 500

/** What a rule would do now, while it is written: looked at anew when somebody stops typing. */
export function usePreview(yaml: string, ruleId: string | null): Preview {
  const settled = useSettled(yaml)
  const {data, error, isPlaceholderData} = useQuery({
    ...previewQuery(settled, ruleId),
    placeholderData: keepPreviousData,
  })
  const problem = error instanceof Problem ? error : null
  const mistakes = settled === yaml ? mistakesIn(problem) : []
  const isNotReady = problem?.code === 'not_ready'
  return {
    data: data ?? null,
    mistakes,
    isNotReady,
    error: error && mistakesIn(problem).length === 0 && !isNotReady ? error.message : '',
    isBehind: isPlaceholderData || settled !== yaml || error !== null,
  }
}

/** The text as it was when somebody stopped typing. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    if (settled === text) return
    const timer = setTimeout(() => setSettled(text), TYPING_MS)
    return () => clearTimeout(timer)
  }, [settled, text])
  return settled
}
