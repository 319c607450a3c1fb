/** What the pages say, for tests that look for it: the same texts, put together the same way. */
import i18next from 'i18next'
import {english} from '../text/english.ts'
import {text, type TextKey, type TextValues} from '../text/text.ts'

await i18next.init({
  lng: 'en',
  resources: {en: {translation: english}},
  keySeparator: false,
  nsSeparator: false,
  interpolation: {escapeValue: false},
})

/** The words of a key as they stand on the page. */
export const say = (key: TextKey, values?: TextValues): string => text(key, values)

/** The words of a key whatever its values are. */
export function like(key: keyof typeof english): RegExp {
  const parts = english[key].split(/\{\{[^}]*\}\}/)
  return new RegExp(`^${parts.map((part) => RegExp.escape(part)).join('.*')}$`)
}
