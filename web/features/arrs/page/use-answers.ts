import {useState} from 'react'
import {actOnArr} from '../../../api/arrs.ts'
import {text} from '../../../i18n/text.ts'
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
