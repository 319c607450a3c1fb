import type {TrashItem} from '../../api/trash.ts'

/** It is in the trash no more: it came back, or went. */
export function hasEnded({state}: Pick<TrashItem, 'state'>): boolean {
  return state === 'restored' || state === 'purged'
}
