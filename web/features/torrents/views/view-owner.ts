import {isOwn, type AnyView} from '../../../api/views.ts'
import {text} from '../../../i18n/text.ts'

/** Whose view it is that another user shares. */
export function ownerWords(view: AnyView): string {
  if (isOwn(view)) return ''
  return view.owner === null || view.owner.name === '' ? text('view.owner.none') : view.owner.name
}
