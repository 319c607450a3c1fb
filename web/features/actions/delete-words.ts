import type {RemovalPreview} from '../../api/actions.ts'
import {text} from '../../text/text.ts'
import {bytes, written} from '../../ui/format.ts'
import {counted} from './counted.ts'
import {freedOn, keptByDoubt, keptBySharing} from './removal.ts'

/** "5.68 GiB on seedbox are freed after 10 s, for good." and what stays. */
export function freedWords(preview: RemovalPreview): string {
  const freed = freedOn(preview)
  const kept = keptBySharing(preview)
  const unsure = keptByDoubt(preview).reduce((sum, {count}) => sum + count, 0)
  const where = freed.map(({name, bytes: size, isAtLeast}) =>
    text(isAtLeast ? 'delete.at-least-on' : 'delete.on', {size: written(bytes(size)), name}),
  )
  return [
    freed.length === 0 ? text('delete.frees-nothing') : text('delete.frees', {where: where.join(', ')}),
    kept === 0 ? '' : counted('delete.stays', kept),
    unsure === 0 ? '' : counted('delete.unsure', unsure),
  ]
    .filter(Boolean)
    .join(' ')
}
