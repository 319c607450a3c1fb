import {text, type TextKey} from '../../../i18n/text.ts'
import type {ViewPart} from './saved-view.ts'

const words: Readonly<Record<ViewPart, TextKey>> = {
  q: 'view.part.filters',
  servers: 'view.part.servers',
  sort: 'view.part.sort',
  group: 'view.part.group',
  columns: 'view.part.columns',
  density: 'view.part.density',
  layout: 'view.part.layout',
}

/** "filters, columns": what differs from the saved view. */
export function changedWords(parts: readonly ViewPart[]): string {
  return parts.map((part) => text(words[part]).toLowerCase()).join(', ')
}
