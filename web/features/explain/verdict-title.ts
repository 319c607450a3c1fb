/** The verdict in the title of a state: asked for when somebody points at it, not for each row. */
import {explanationQuery} from '../../api/explanation.ts'
import {queries} from '../../api/queries.ts'
import type {WireKey} from '../../api/actions.ts'
import {serverNow} from '../../live/clock.ts'
import {phraseWords} from './verdict-words.ts'

/** What was asked so lately is not asked again. */
const FRESH_MS = 5_000

/** @returns `null` = nobody can say now */
export async function verdictTitle(key: WireKey): Promise<string | null> {
  try {
    const {verdict} = await queries.fetchQuery({...explanationQuery(key), staleTime: FRESH_MS})
    return phraseWords(verdict.says, serverNow())
  } catch {
    return null
  }
}
