/** The peers in their order, and what their flags mean. */
import type {Peer} from '../../../api/details.ts'
import {text, type TextKey} from '../../../i18n/text.ts'

/** In which order peers stand. While somebody aims at them they keep their places, whatever their figures do. */
export const peerColumns = [
  'address',
  'country',
  'client',
  'connection',
  'flags',
  'progress',
  'down_speed',
  'up_speed',
  'downloaded',
  'uploaded',
] as const
export type PeerColumn = (typeof peerColumns)[number]

export interface PeerSort {
  readonly column: PeerColumn
  readonly isDown: boolean
}

/** Peers as they stand. */
export interface PeerOrder {
  readonly peers: readonly Peer[]
  /** The reading it was made of. */
  readonly found: readonly Peer[]
  readonly sort: PeerSort
  /** When the order was taken, epoch ms. */
  readonly takenAt: number
}

const REORDER_MS = 10_000

/** The order is taken again with another sorting, and every ten seconds while nobody aims. */
export function nextOrder(
  before: PeerOrder | null,
  {peers, sort, readAt, isHeld}: {peers: readonly Peer[]; sort: PeerSort; readAt: number; isHeld: boolean},
): PeerOrder {
  const isOther = before === null || before.sort !== sort || before.peers.length === 0
  const isNew = isOther || (!isHeld && readAt >= before.takenAt + REORDER_MS)
  const stand = isNew ? null : before.peers.map(({address}) => address)
  return {
    found: peers,
    sort,
    takenAt: isNew ? readAt : before.takenAt,
    peers: orderedPeers(peers, sort, stand),
  }
}

const collator = new Intl.Collator(undefined, {numeric: true})

/**
 * Who is still there stays where it was; who is new goes last, in order.
 *
 * @param before addresses as they stand; `null` = the order is taken again
 */
export function orderedPeers(
  peers: readonly Peer[],
  sort: PeerSort,
  before: readonly string[] | null,
): readonly Peer[] {
  const sorted = peers.toSorted((a, b) => compare(a, b, sort))
  if (before === null) return sorted
  const places = new Map(before.map((address, at) => [address, at]))
  const placeOf = ({address}: Peer) => places.get(address) ?? before.length
  return sorted.toSorted((a, b) => placeOf(a) - placeOf(b))
}

function compare(a: Peer, b: Peer, {column, isDown}: PeerSort): number {
  const left = valueOf(a, column)
  const right = valueOf(b, column)
  // What is not known goes last, whichever way round.
  if (left === undefined || right === undefined)
    return Number(left === undefined) - Number(right === undefined)
  const order =
    typeof left === 'number' && typeof right === 'number'
      ? left - right
      : collator.compare(String(left), String(right))
  return (isDown ? -order : order) || collator.compare(a.address, b.address)
}

function valueOf(peer: Peer, column: PeerColumn): string | number | undefined {
  if (column !== 'connection') return peer[column]
  return Number(peer.incoming ?? false) * 2 + Number(peer.encrypted ?? false)
}

/** The usual way round: figures from the greatest, words from the first letter; again turns it. */
export function nextSort(sort: PeerSort, column: PeerColumn): PeerSort {
  if (sort.column === column) return {column, isDown: !sort.isDown}
  return {column, isDown: peerColumns.indexOf(column) >= peerColumns.indexOf('progress')}
}

/** What the letters that servers put beside peers mean. Each program has its own; no two mean different things by one. */
const meanings: Readonly<Record<string, TextKey>> = {
  D: 'peer.flag.down',
  d: 'peer.flag.down-waits',
  U: 'peer.flag.up',
  u: 'peer.flag.up-waits',
  O: 'peer.flag.optimistic',
  S: 'peer.flag.snubbed',
  '*': 'peer.flag.snubbed',
  K: 'peer.flag.unwanted',
  '?': 'peer.flag.no-interest',
  X: 'peer.flag.exchange',
  H: 'peer.flag.dht',
  L: 'peer.flag.local',
  I: 'peer.flag.incoming',
  r: 'peer.flag.incoming',
  l: 'peer.flag.outgoing',
  E: 'peer.flag.encrypted',
  e: 'peer.flag.encrypted-start',
  P: 'peer.flag.utp',
  T: 'peer.flag.utp',
}

/** "D downloads from it, X found by peer exchange"; letters that nobody explained stand alone. */
export function flagWords(flags: string): string {
  return [...new Set(flags.replaceAll(/\s/g, ''))]
    .map((letter) => {
      const meaning = meanings[letter]
      return meaning === undefined ? letter : `${letter} ${text(meaning)}`
    })
    .join(', ')
}
