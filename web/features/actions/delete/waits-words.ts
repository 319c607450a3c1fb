import {text} from '../../../i18n/text.ts'
import {counted} from '../counted.ts'
import type {HeldRemoval} from './held-removals.ts'

/**
 * "Deleting 1 torrent: Big Buck Bunny", and what can not: as many as the button said that was pressed.
 * @param isFound it was asked for elsewhere
 */
export function waitsWords({count, about: {name, outlook}}: HeldRemoval, isFound: boolean): string {
  const head = counted(isFound ? 'delete.waits.elsewhere' : 'delete.waits', outlook?.going ?? count)
  const words = name === undefined ? head : text('delete.waits.named', {words: head, name})
  if (!outlook) return words
  return [
    words,
    ...outlook.refused.map(({name: where, count: many}) => counted('delete.waits.refused', many, {where})),
    ...(outlook.kept > 0 ? [counted('delete.waits.stays', outlook.kept)] : []),
  ].join('; ')
}
