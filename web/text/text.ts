/**
 * Every word on screen. One file per feature and language below `text/`; the English ones say which keys there are, so
 * that a missing or misspelt key does not compile. Plurals by i18next's suffixes (`_one`, `_other`), values as `{{name}}`.
 */
import i18next from 'i18next'
import {english} from './english.ts'

export type Texts = typeof english
type Plain<K extends string> = K extends `${infer Head}_one` | `${infer Head}_other` ? Head : K
export type TextKey = Plain<keyof Texts>
export type TextValues = Readonly<Record<string, string | number>>

/** Languages there are, by their own names. A new one is a folder beside `en/` and a line here. */
export const languages = {en: 'English'} as const
export type Language = keyof typeof languages

const loaders: {readonly [L in Language]: () => Promise<Readonly<Record<string, string>>>} = {
  en: async () => english,
}

/** Must be done before the first `text`. */
export async function useLanguage(language: Language): Promise<void> {
  const chosen = {translation: await loaders[language]()}
  await i18next.init({
    lng: language,
    fallbackLng: 'en',
    resources: {en: {translation: english}},
    // Keys are whole names, and React escapes.
    keySeparator: false,
    nsSeparator: false,
    interpolation: {escapeValue: false},
  })
  i18next.addResourceBundle(language, 'translation', chosen.translation)
  document.documentElement.lang = language
}

/** A text by its key. `count` chooses the plural and is written with separators. */
export function text(key: TextKey, values: TextValues = {}): string {
  return i18next.t(key, {...values})
}

/** For dates and numbers by `Intl`. */
export function locale(): string {
  return i18next.resolvedLanguage ?? 'en'
}
