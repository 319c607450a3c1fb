/** Questions whose answer something depends on that was sent. Apart from the first load. */
import {isCancelledError, type FetchQueryOptions, type QueryKey} from '@tanstack/react-query'
import {queries} from './queries.ts'

/**
 * What a question is answered. A page that asked the same and is left meanwhile ends its own question, and not this one:
 * something that was sent depends on it.
 */
export async function answerOf<T, Data, Key extends QueryKey>(
  question: FetchQueryOptions<T, Error, Data, Key>,
): Promise<Data> {
  for (;;) {
    try {
      return await queries.fetchQuery(question)
    } catch (cause) {
      if (!isCancelledError(cause)) throw cause
    }
  }
}
