/** The English words for tests without a page. */
import i18next from 'i18next'
import {english} from '../../../text/english.ts'

export async function withEnglish(): Promise<void> {
  await i18next.init({
    lng: 'en',
    resources: {en: {translation: english}},
    keySeparator: false,
    nsSeparator: false,
    interpolation: {escapeValue: false},
  })
}
