import {MutationCache, QueryClient} from '@tanstack/react-query'
import {keepUnsent, Problem} from './problem.ts'

/** What was read by HTTP. A refusal is an answer: asking again would bring the same. */
export const queries = new QueryClient({
  mutationCache: new MutationCache({onError: (error) => keepUnsent(error, document.title)}),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (failures, error) => !(error instanceof Problem) && failures < 3,
      retryDelay: (failures) => Math.min(500 * 2 ** failures, 10_000) * Math.random(),
    },
    mutations: {retry: false},
  },
})
