import {useState} from 'react'
import type {Peer} from '../../../api/details.ts'
import {nextOrder, nextSort, type PeerColumn, type PeerOrder, type PeerSort} from './peer-order.ts'

export interface PeerRows {
  readonly peers: readonly Peer[]
  readonly sort: PeerSort
  readonly sortBy: (column: PeerColumn) => void
  /** While it is on, everybody stays where he is. */
  readonly hold: (on: boolean) => void
}

const usual: PeerSort = {column: 'down_speed', isDown: true}

/** Peers in an order that does not tremble. @param readAt when they were read, epoch ms */
export function usePeerRows(peers: readonly Peer[], readAt: number): PeerRows {
  const [sort, setSort] = useState(usual)
  const [isHeld, setHeld] = useState(false)
  const [order, setOrder] = useState<PeerOrder>(() => nextOrder(null, {peers, sort, readAt, isHeld}))
  if (order.found !== peers || order.sort !== sort) setOrder(nextOrder(order, {peers, sort, readAt, isHeld}))
  return {
    ...{peers: order.peers, sort, hold: setHeld},
    sortBy: (column) => setSort(nextSort(sort, column)),
  }
}
