import {text, type TextKey, type TextValues} from '../../i18n/text.ts'
import {count} from '../../ui/format.ts'

/** A text with a number in it: the plural by `count`, the figure with separators as `{{shown}}`. */
export function counted(key: TextKey, many: number, values: TextValues = {}): string {
  return text(key, {...values, count: many, shown: count(many)})
}
