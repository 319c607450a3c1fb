/**
 * By which way a torrent leaves its server with its data, what its server does with it in that moment, and who else has
 * the files: rows in which each three values come together.
 */
import {serverKinds} from '#clients/kinds/kinds.ts'
import {covering, type RowOf, type Space} from '../danger/covering.ts'

export const axes = {
  kind: serverKinds,
  version: ['oldest', 'newest'],
  route: [
    'into the trash',
    'past the trash',
    'past the trash, held',
    'out of the trash',
    'by a rule',
    'as a failed download',
    'moved elsewhere',
    'moved elsewhere by a rule',
    'moved to another server',
  ],
  state: [
    'seeds',
    'stopped',
    'is stalled',
    'waits to be checked',
    'lacks a file',
    'has no metadata',
    'was just added',
    'never announced',
    'was just restarted',
    'is being moved',
  ],
  /** The other torrent. `file`: it has one of the files alone. */
  placement: [
    'alone',
    'cross-seed beside',
    'file beside',
    'same next door',
    'cross-seed next door',
    'file next door',
  ],
  /** How the other torrent comes to the files. */
  layout: ['one folder', 'hard links', 'folder link', 'file links'],
  mapping: ['both mapped', 'own mapped', 'neighbour mapped', 'nothing mapped'],
} as const

export type Row = RowOf<typeof axes>
export type Mapping = Row['mapping']

/** Its own file is not there: it is not complete. */
export function isPartial({state, route}: Partial<Row>): boolean {
  return state === 'is stalled' || route === 'as a failed download'
}

/** Whoever takes its files away takes them from the other torrent, too. */
export function isShared({placement, layout, state}: Row): boolean {
  return placement !== 'alone' && layout !== 'hard links' && state !== 'has no metadata'
}

function isPossible(row: Partial<Row>): boolean {
  const {kind, route, state, placement, layout} = row
  const isOneTorrent = placement === 'same next door'
  // The other would lack it, too; and would tell the metadata.
  if (isOneTorrent && (isPartial(row) || state === 'lacks a file' || state === 'has no metadata'))
    return false
  // An Arr has its downloads started, fails none that is whole, moves none, and here it adds no magnet links.
  if (route === 'as a failed download')
    return (
      state === undefined ||
      !['seeds', 'lacks a file', 'has no metadata', 'never announced', 'is being moved'].includes(state)
    )
  // There is nothing that could be moved.
  if (route?.startsWith('moved') && state === 'has no metadata') return false
  if (state === 'is being moved') {
    // The others move at once, or tell of it by nothing.
    if (kind !== undefined && kind !== 'qbittorrent') return false
    // It comes whole to where the other has its files; what is there already is not moved, and would end it.
    if (isOneTorrent) return false
  }
  return placement !== 'alone' || layout === undefined || layout === 'one folder'
}

export const space: Space<typeof axes> = {axes, isPossible, inTurn: ['kind', 'version']}

export const rows: readonly Row[] = covering(space, 3)
