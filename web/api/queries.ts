import {MutationCache, QueryClient, useIsFetching, useQueryClient, type QueryKey} from '@tanstack/react-query'
import {useState} from 'react'
import {backoffMs} from '#lib/backoff.ts'
import {keepUnsent, Problem} from './problem.ts'

/** What was read by HTTP. A refusal is an answer: asking again would bring the same. */
export const queries = new QueryClient({
  mutationCache: new MutationCache({onError: (error) => keepUnsent(error, document.title)}),
  defaultOptions: {
    // Whether the machine has a network is not asked: Commodarr may run on it. And what cannot be sent now fails now;
    // it is never sent later behind the back of who has long done something else.
    queries: {
      networkMode: 'always',
      staleTime: 5_000,
      retry: (failures, error) => !(error instanceof Problem) && failures < 3,
      retryDelay: (failures) => backoffMs(failures + 1, Math.random(), {firstMs: 500, mostMs: 10_000}),
    },
    mutations: {retry: false, networkMode: 'always'},
  },
})

/**
 * What to ask about something that is typed: it at once, while no question is open; else what is there when the answer
 * to the one before has come. So answers come as fast as they can be given, and never more than one is on its way.
 * @param questions how the keys of those questions begin
 */
export function useAsked<T>(typed: T, questions: QueryKey): T {
  const client = useQueryClient()
  // Renders again when an answer comes, but hears of a new question a moment late.
  useIsFetching({queryKey: questions})
  const isAsking = client.isFetching({queryKey: questions}) > 0
  const [asked, setAsked] = useState(typed)
  if (isAsking || Object.is(asked, typed)) return asked
  setAsked(typed)
  return typed
}
