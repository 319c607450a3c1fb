/**
 * Every word on screen. One file per feature and language below `i18n/`; the English ones say which keys there are, so
 * that a missing or misspelt key does not compile. A count chooses between the forms `key_one`, `key_other` and what
 * else `Intl.PluralRules` knows of a language; values stand in a text as `{{name}}`. Why no library does it:
 * docs/decisions/014.
 */
import * as english from './english.ts'

/** Words that come with the pages and dialogs that say them (`withWords`, `lazyPart`). */
export type TextPart = keyof typeof english.later
type KeysOf<W> = W extends unknown ? keyof W : never
/** A key as the files have it. */
export type TextForm = KeysOf<
  typeof english.first | Awaited<ReturnType<(typeof english.later)[keyof typeof english.later]>>
>
type Plain<K extends string> = K extends `${infer Head}_one` | `${infer Head}_other` ? Head : K
export type TextKey = Plain<TextForm>
export type TextValues = Readonly<Record<string, string | number>>

type Words = Readonly<Record<string, string>>
interface LanguageTexts {
  readonly first: Words
  readonly later: {readonly [P in TextPart]?: () => Promise<Words>}
}

/** Languages there are, by their own names. A new one is a folder beside `en/`, a file like `english.ts`, a line here. */
const languages = {en: 'English'} as const
type Language = keyof typeof languages

const loaders: {readonly [L in Language]: () => Promise<LanguageTexts>} = {en: async () => english}

let texts: LanguageTexts = english
let grammar = grammarOf('en')
/** What is loaded: in the language that was chosen, and in English what it has not (yet). */
const words: Record<string, string> = {...english.first}

function grammarOf(language: Language) {
  return {language, plurals: new Intl.PluralRules(language), numbers: new Intl.NumberFormat(language)}
}

/** Must be done before the first `text`. */
export async function useLanguage(language: Language): Promise<void> {
  texts = await loaders[language]()
  grammar = grammarOf(language)
  Object.assign(words, texts.first)
  document.documentElement.lang = language
}

/** Loads a page or dialog, and at the same time the words that it says. */
export function withWords<Loaded>(
  parts: readonly TextPart[],
  load: () => Promise<Loaded>,
): () => Promise<Loaded> {
  return async () => {
    const [loaded] = await Promise.all([load(), ...parts.map(loadWords)])
    return loaded
  }
}

export async function loadWords(part: TextPart): Promise<void> {
  const [fallback, own] = await Promise.all([english.later[part](), texts.later[part]?.()])
  Object.assign(words, fallback, own)
}

/** A text by its key. `count` chooses the plural and is written with separators. */
export function text(key: TextKey, values: TextValues = {}): string {
  return textIfAny(key, values) ?? missing(key)
}

/** The text of a key that the program may have made of names it knows and this page does not; `null` = there is none. */
export function textIfAny(key: string, values: TextValues = {}): string | null {
  return (
    template(key, values.count)?.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
      const value = values[name] ?? ''
      return name === 'count' && typeof value === 'number' ? grammar.numbers.format(value) : String(value)
    }) ?? null
  )
}

function template(key: string, count: string | number | undefined): string | undefined {
  const form = typeof count === 'number' ? grammar.plurals.select(count) : 'other'
  // What is there in English only has its two forms.
  return words[`${key}_${form}`] ?? words[`${key}_other`] ?? words[key]
}

const reported = new Set<string>()

/** A page that is opened by its address lacks what only another one had loaded: the tests of the pages hear of it. */
function missing(key: string): string {
  if (!reported.has(key)) globalThis.reportError?.(new Error(`No text is loaded for ${key}.`))
  reported.add(key)
  return key
}

/** What else a thing is called, by the key of its name; each may be typed to find it. */
export function alsoCalled(key: TextKey | `setting.key.${string}`): readonly string[] {
  return words[`also.${key}`]?.split('; ') ?? []
}

/** What a page is looked for by, by the key of its name: what is on it, not what it is called. */
export function topicsOf(key: TextKey): readonly string[] {
  return words[`topics.${key}`]?.split('; ') ?? []
}

/** For dates and numbers by `Intl`. */
export function locale(): string {
  return grammar.language
}

/** "one, two and three". @param style unit: without “and” */
export function listed(names: readonly string[], style: 'conjunction' | 'unit' = 'conjunction'): string {
  // No comma stands before “and”, as dates are written here.
  const language = locale() === 'en' ? 'en-GB' : locale()
  const look = style === 'unit' ? 'short' : 'long'
  return new Intl.ListFormat(language, {type: style, style: look}).format(names)
}
