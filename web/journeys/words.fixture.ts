/** What the pages say, for tests that look for it: the same texts. */
import {english, speakEnglish} from '../i18n/english.fixture.ts'
import {text, type TextForm, type TextKey, type TextValues} from '../i18n/text.ts'

await speakEnglish()

/** The words of a key as they stand on the page. */
export const say = (key: TextKey, values?: TextValues): string => text(key, values)

/** The words of a key whatever its values are. */
export function like(key: TextForm): RegExp {
  const parts = english[key].split(/\{\{[^}]*\}\}/)
  return new RegExp(`^${parts.map((part) => RegExp.escape(part)).join('.*')}$`)
}
