/** All English texts, for tests without a page. */
import {first, later} from './english.ts'
import {loadWords, type TextForm, type TextPart} from './text.ts'

const parts = Object.keys(later) as TextPart[]
const loaded = await Promise.all(parts.map((it) => later[it]()))

export const english = Object.assign({}, first, ...loaded) as Readonly<Record<TextForm, string>>

/** So that `text` knows those as well that come later than the page. */
export async function speakEnglish(): Promise<void> {
  await Promise.all(parts.map(loadWords))
}
