/** Words for tests, as the pages have them; no page is needed. */
import i18next from 'i18next'
import {english} from './english.ts'

export async function speakEnglish(): Promise<void> {
  await i18next.init({
    lng: 'en',
    resources: {en: {translation: english}},
    keySeparator: false,
    nsSeparator: false,
    interpolation: {escapeValue: false},
  })
}
