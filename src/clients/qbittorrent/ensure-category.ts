import {CommandRefused} from '#model/errors.ts'
import type {CallBounds} from '../port.ts'
import {readCategories} from './details.ts'
import type {Wire} from './wire.ts'

/**
 * A server knows it before something is put into it: with a name that it does not know or like it adds a torrent without
 * any category. An Arr, or another command of ours, may make the same one in the same moment: who is told so (409, the
 * words are those for a bad name) looks once more.
 *
 * @param category '' = none
 * @throws {CommandRefused} it is no name
 */
export async function ensureCategory(wire: Wire, category: string, bounds: CallBounds): Promise<void> {
  const isThere = async () => (await readCategories(wire, bounds)).some(({name}) => name === category)
  if (category === '' || (await isThere())) return
  try {
    await wire.post('torrents/createCategory', {category, savePath: ''}, bounds)
  } catch (error) {
    if (!(error instanceof CommandRefused) || !(await isThere())) throw error
  }
}
