/** What an Arr has about one movie, episode, album or book: every question is asked separately, as one may go wrong alone. */
import type {QueueRow} from '#model/arr.ts'
import {CommodarrError} from '#model/errors.ts'
import type {Asked, ItemOfArr} from '#model/item-chain.ts'
import type {ArrPort} from './api/port.ts'

type ItemPort = Pick<ArrPort, 'media' | 'item' | 'itemBelow' | 'queue' | 'historyOfItem'>

/**
 * @param id of a movie, episode, album or book
 * @param known its queue, where it was read already: of thousands of rows it is the longest answer
 */
export async function itemOfArr(
  port: ItemPort,
  id: number,
  known: readonly QueueRow[] | null,
): Promise<ItemOfArr> {
  const isMovie = port.media === 'movie'
  const [item, queue, history] = await Promise.all([
    asked(() => (isMovie ? port.item(id) : port.itemBelow(id))),
    asked(async () => (known ?? (await port.queue())).filter(({media}) => media.some((it) => it.id === id))),
    asked(() => port.historyOfItem(id)),
  ])
  const parentId = 'is' in item ? (item.is?.parentId ?? null) : null
  return {
    item,
    queue,
    history,
    parent: parentId === null ? {is: null} : await asked(() => port.item(parentId)),
  }
}

async function asked<T>(question: () => Promise<T>): Promise<Asked<T>> {
  try {
    return {is: await question()}
  } catch (error) {
    if (error instanceof CommodarrError) return {unread: error.message}
    throw error
  }
}
