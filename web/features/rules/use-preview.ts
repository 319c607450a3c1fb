import {keepPreviousData, useQuery} from '@tanstack/react-query'
import {useEffect, useState} from 'react'
import {Problem} from '../../api/problem.ts'
import {useAsked} from '../../api/queries.ts'
import {previewQuery, type RulePreview} from '../../api/rules.ts'
import {useShown} from '../../api/unread.ts'

export interface Preview {
  /** As it was last; `null` = there was none yet. */
  readonly data: RulePreview | null
  /** Of the text that was looked at. */
  readonly mistakes: readonly Mistake[]
  /** Why there is none otherwise, in words; '' = nothing speaks against it. */
  readonly error: string
  readonly again: () => void
  readonly isNotReady: boolean
  /** What is shown is of another text. */
  readonly isBehind: boolean
}

/** Whoever writes is told what is wrong when he pauses: half a word is no mistake. */
const PAUSE_MS = 500

/** What a rule would do now, while it is written. */
export function usePreview(yaml: string, ruleId: string | null): Preview {
  const asked = useAsked(yaml, ['rule-preview', ruleId])
  const isPaused = useIsPaused(yaml)
  const {data, error, isPlaceholderData, refetch} = useQuery({
    ...previewQuery(asked, ruleId),
    placeholderData: keepPreviousData,
  })
  useShown(error)
  const problem = error instanceof Problem && isPaused ? error : null
  const mistakes = asked === yaml ? mistakesIn(problem) : []
  const isNotReady = problem?.code === 'not_ready'
  const isOther = error && mistakesIn(problem).length === 0 && !isNotReady
  return {
    data: data ?? null,
    mistakes,
    isNotReady,
    again: () => void refetch(),
    error: isOther && isPaused ? error.message : '',
    isBehind: isPlaceholderData || asked !== yaml || error !== null,
  }
}

function useIsPaused(text: string): boolean {
  const [paused, setPaused] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setPaused(text), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text])
  return paused === text
}

export interface Mistake {
  /** From 1; `null` = of the whole. */
  readonly line: number | null
  readonly message: string
}

/** Those that the server told; [] = it said no for another reason, or did not. */
export function mistakesIn(problem: Problem | null): readonly Mistake[] {
  return (problem?.fields ?? []).flatMap(({says, line}) =>
    says === undefined ? [] : {line: line ?? null, message: says},
  )
}
