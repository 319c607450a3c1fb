/** What a removal frees, in words. */
import type {RemovalPreview} from '../../api/actions.ts'
import {text} from '../../i18n/text.ts'
import {bytes, written} from '../../ui/format.ts'
import {counted} from './action-words.ts'
import {freedOn, keptByDoubt, keptBySharing, type Freed} from './delete/removal.ts'

/** "Into the trash for 7 days; then 5.68 GiB on seedbox are freed." and what goes at once, and what stays. */
export function freedWords(preview: RemovalPreview, isAtOnce: boolean): string {
  const {later, soon} = freedOn(preview, isAtOnce)
  const kept = keptBySharing(preview)
  const unsure = keptByDoubt(preview).reduce((sum, {count}) => sum + count, 0)
  return [
    later.length + soon.length === 0 ? text('delete.frees-nothing') : '',
    later.length === 0 ? '' : text('delete.trash', {days: preview.trash_days, where: placesOf(later)}),
    soon.length === 0 ? '' : text('delete.frees', {where: placesOf(soon)}),
    kept === 0 ? '' : counted('delete.stays', kept),
    unsure === 0 ? '' : counted('delete.unsure', unsure),
  ]
    .filter(Boolean)
    .join(' ')
}

function placesOf(freed: readonly Freed[]): string {
  return freed
    .map(({name, bytes: size, isAtLeast}) =>
      text(isAtLeast ? 'delete.at-least-on' : 'delete.on', {size: written(bytes(size)), name}),
    )
    .join(', ')
}
