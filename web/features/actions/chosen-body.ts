/** What is chosen on this page, as the server takes it. */
import {freeze, type ChosenBody} from '../../api/actions.ts'
import {partsOf} from '../torrents/selection.ts'
import {wishOf, type ActionTarget} from './target.ts'

/** Up to so many torrents are named one by one; a frozen set costs one question more. */
export const NAMED_AT_MOST = 1000

/** @throws {Problem} {NoAnswer} */
export async function chosenBody(target: ActionTarget): Promise<ChosenBody> {
  if (target.kind === 'some' && target.names.size <= NAMED_AT_MOST) {
    return {keys: [...target.names].map(partsOf)}
  }
  return {selection_id: (await freeze(wishOf(target))).selection_id}
}
